"""Names of existing things that become part of an IAM permission: an ARN or a `*` in them would permit nothing, or everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from rollguard.plan.place import Findings, Place
from rollguard.source import Note

PlainName = Literal["cluster", "service", "function", "alias", "Auto Scaling group", "target group", "bucket"]

#: As the service's API states them: CreateCluster, CreateService, CreateFunction, CreateAlias, CreateAutoScalingGroup (its name takes
#: more, but `*` and `?` are patterns for IAM), CreateTargetGroup, and "Bucket naming rules" of S3.
_FORMS: dict[PlainName, tuple[str, str]] = {
    "cluster": (r"[A-Za-z0-9_-]{1,255}", "letters, digits, `-` and `_`, up to 255"),
    "service": (r"[A-Za-z0-9_-]{1,255}", "letters, digits, `-` and `_`, up to 255"),
    "function": (r"[A-Za-z0-9_-]{1,64}", "letters, digits, `-` and `_`, up to 64"),
    "alias": (r"(?![0-9]+\Z)[A-Za-z0-9_-]{1,128}", "letters, digits, `-` and `_`, up to 128, and not digits alone"),
    "Auto Scaling group": (r"[^\x00-\x1f:*?]{1,255}", "any text without `:`, `*` and `?`, up to 255 characters"),
    "target group": (r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)", "letters, digits and `-` inside, up to 32"),
    "bucket": (r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "small letters, digits, `.` and `-`, 3 to 63"),
}


def check_plain_name(
    name: str, kind: PlainName, place: Place, notes: Callable[[], list[Note]], findings: Findings
) -> None:
    """Report a name that AWS could not have given to such a thing. What could not be resolved was reported already.

    `notes` is only asked where there is something to report.
    """
    form, says = _FORMS[kind]
    if "${" in name or re.fullmatch(form, name, re.ASCII):
        return
    article = "an" if kind in ("alias", "Auto Scaling group") else "a"
    if name.startswith("arn:"):
        message = f"`{name}` is an ARN, not the name of {article} {kind}"
        findings.error("R025", message, place.span, "write the name, not the ARN", notes())
        return
    findings.error("R025", f"`{name}` is not the name of {article} {kind}", place.span, f"a name is {says}", notes())
