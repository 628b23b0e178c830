"""Secrets in clear text are refused wherever they stand, and never printed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rollguard.clear_text import masked, secrets_in
from rollguard.diagnostics import render
from rollguard.document import parse
from rollguard.validation import validate

POLICY = (Path(__file__).resolve().parents[1] / "acceptance/policies/payments/card-webhooks.yaml").read_text()

# Made up of parts, so that no scanner of repositories takes this file for a leak.
SECRETS = [
    ("an AWS access key", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("a Slack web hook", "https://hooks.slack.com/" + "services/T000/B000/XXXXXXXXXXXX"),
    ("a Slack token", "xoxb-" + "123456789012-abcdef"),
    ("a GitHub token", "ghp_" + "abcdefghijklmnopqrstuvwxyz0123"),
    (
        "a PagerDuty integration key",
        "https://events.pagerduty.com/integration/" + "0123456789abcdef0123456789abcdef/enqueue",
    ),
    ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    ("a password in an address", "https://user:" + "hunter2@runbooks.example.com/"),
    ("a bearer token", "Authorization: Bearer " + "abcdefghijklmnopqrstuvwxyz"),
    ("a bearer token", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0.c2ln"),
    ("a password or key", "password=" + "hunter2hunter2"),
    ("a password or key", "DB_PASSWORD = " + "correcthorse"),
    ("a password or key", "token: " + "a1b2c3d4e5f6"),
    ("a password or key", "client-secret='" + "s3cr3t-value"),
    ("a password or key", '"api_key": "' + "0a1b2c3d4e"),
    ("a password or key", "AWS_SECRET_ACCESS_KEY=" + "wJalrXUtnFEMI/K7MDENG"),
    ("a key in an address", "https://runbooks.example.com/x?token=" + "abcdef123456"),
]


@pytest.mark.parametrize(("what", "secret"), SECRETS, ids=range(len(SECRETS)))
def test_a_secret_is_refused_in_a_comment_too_and_never_repeated(what: str, secret: str) -> None:
    text = POLICY.replace("metadata:\n", f"# see {secret}\nmetadata:\n")
    document = parse("policies/x.yaml", text.encode()).value
    assert document is not None
    (found,) = validate(document, "policy")
    assert (found.code, found.message) == ("S130", f"{what} stands here in clear text")
    line = text.splitlines()[found.span.line - 1]
    stretch = line[found.span.column - 1 : found.span.end_column - 1]
    shown = render(found, lambda path: text)
    assert len(stretch) >= 16
    assert stretch not in shown
    assert "*" * len(stretch) in shown


@pytest.mark.parametrize(
    "line",
    [
        "https: ${secret:status-page-hook}",
        "https://events.pagerduty.com/integration/${secret:key}/enqueue",
        "pagerduty: ${secret:shop-pagerduty-2026}",
        "why: the token: expired ones are renewed each night",
        "why: a wrong password is no error of ours; the secret: nobody types it twice",
        "token: ${ssm:/shop/token-2}",
        "secret: arn:aws:secretsmanager:eu-west-1:222222222222:secret:shop-AbC123",
        "max_token=4096",
        "password=********",
        "runbook: https://runbooks.example.com/checkout?page=1&section=rollback",
        "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/checkout/8d3e1c2b7a6f5e4d/0a1b2c3d4e5f6a7b",
        "why: the api key is renewed each night, see https://wiki.example.com/keys",
        'query: SELECT MAX(X) FROM SCHEMA("A/B", Key)',
    ],
)
def test_ordinary_text_is_no_secret(line: str) -> None:
    assert list(secrets_in(line)) == []
    assert masked(line) == line


def test_a_line_that_is_made_to_be_slow_is_not() -> None:
    for hostile in ("token:" * 170_000, "a-" * 500_000, "password" * 120_000, "eyJ" * 300_000):
        began = time.perf_counter()
        list(secrets_in(hostile))
        assert time.perf_counter() - began < 5


def test_masking_keeps_columns() -> None:
    line = "a: " + "AKIA" + "IOSFODNN7EXAMPLE" + " # b"
    assert masked(line) == "a: " + "*" * 20 + " # b"
