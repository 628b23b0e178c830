"""What a secret in clear text looks like: to refuse it in a policy, and to never print it."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What it is, and how it looks. Each pattern needs enough of its own form that ordinary text never matches.
_SECRETS = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a Slack web hook", re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}")),
    ("a Slack token", re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}")),
    ("a GitHub token", re.compile(r"\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})")),
    ("a PagerDuty integration key", re.compile(r"events\.pagerduty\.com/(?:integration|x-ere)/[A-Za-z0-9]{16,}")),
    ("a Datadog key", re.compile(r"(?:api[_-]?[kK]ey|API[_-]?KEY|Api-Key)[=:]\s*[0-9a-f]{32}\b")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    ("a password in an address", re.compile(r"://[^\s/:@$]+:[^\s/@$]+@")),
    (
        "a bearer token",
        re.compile(r"\b[Bb]earer\s+[A-Za-z0-9._~+/-]{20,}=*|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"),
    ),
    (
        "a key in an address",
        re.compile(
            r"[?&](?:access_?token|api_?key|auth|key|password|secret|sig|signature|token)=[^\s&\"'$]{6,}", re.IGNORECASE
        ),
    ),
    # Last, since others say better what it is. `=` gives a value; after `:` it may be prose, so that only what has digits in it counts.
    (
        "a password or key",
        re.compile(
            r"(?<!\$\{)(?<!:)(?:password|passwd|passphrase|pwd|secret|token|credentials?|api[_-]?key|(?:access|private|secret)[_-]?key)"
            r"[\"']?\s*(?:=\s*[\"']?(?!arn:)[^\s\"'$<{\[*&,;]{6,}|:\s*[\"']?(?!arn:)(?=[^\s\"',;]{0,200}[0-9])[^\s\"'$<{\[*&,;]{8,})",
            re.IGNORECASE,
        ),
    ),
)


#: What every pattern needs some of: a file without any of it is not looked at line by line. Plain searches, as they cost next to nothing.
_MARKS = (
    *("AKIA", "ASIA", "hooks.slack", "xox", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "pagerduty.com"),
    *("PRIVATE KEY", "api_key", "api-key", "apikey", "API_KEY", "API-KEY", "APIKEY", "Api-Key", "apiKey"),
)
_NAMES = (
    *("password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "bearer ", "eyj"),
    *(
        "apikey",
        "api_key",
        "api-key",
        "accesskey",
        "access_key",
        "access-key",
        "privatekey",
        "private_key",
        "private-key",
    ),
)
_LOGIN = re.compile(r"://[^\s/]*@")
_QUERY = re.compile(r"[?&]\w+=")


def may_hold_secrets(text: str) -> bool:
    """A quick look at a whole file; what it passes over holds none."""
    if any(mark in text for mark in _MARKS):
        return True
    lowered = text.lower()
    if any(name in lowered for name in _NAMES):
        return True
    if "://" not in text:
        return False
    queries = "=" in text and ("?" in text or "&" in text)
    return _LOGIN.search(text) is not None or (queries and _QUERY.search(text) is not None)


def secrets_in(line: str) -> Iterator[tuple[str, int, int]]:
    """Each secret of a line as (what it is, start, end), by place; what two patterns know is named by the first."""
    found: list[tuple[str, int, int]] = []
    for what, pattern in _SECRETS:
        for match in pattern.finditer(line):
            start, end = match.span()
            if all(end <= begun or start >= over for _, begun, over in found):
                found.append((what, start, end))
    return iter(sorted(found, key=lambda one: one[1:]))


def masked(line: str) -> str:
    """The line with every secret overwritten, as long as before, so that columns keep their places."""
    for _, start, end in secrets_in(line):
        line = line[:start] + "*" * (end - start) + line[end:]
    return line
