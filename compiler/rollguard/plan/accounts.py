"""What environments share because AWS has it once per account, and where in AWS they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rollguard import conventions
from rollguard.plan.environment import Environment
from rollguard.plan.place import Findings, Place
from rollguard.source import Note


def check_accounts(environments: Iterable[Environment], findings: Findings) -> None:
    """Report Regions that AWS would not name so, Slack channels that two of our channels claim, and Slack where there is none."""
    claimed: dict[tuple[str, str, str], tuple[str, Place]] = {}
    for environment in environments:
        _regions(environment, findings)
        for name, data in sorted((environment.data.get("channels") or {}).items()):
            if "slack" in (data or {}):
                _slack(environment, name, data["slack"], claimed, findings)


def _regions(environment: Environment, findings: Findings) -> None:
    for region, _ in environment.regions():
        if not conventions.well_formed_region(region):
            single = "region" in environment.data
            at = (environment.place / "region").span if single else (environment.place / "regions" / region).key
            meant = conventions.near_region(region)
            help = f"did you mean `{meant}`?" if meant else "it looks like `eu-west-1`"
            findings.warning("E004", f"no Region of AWS is named like `{region}`", at, help)


def _slack(
    environment: Environment,
    name: str,
    slack: Mapping[str, str],
    claimed: dict[tuple[str, str, str], tuple[str, Place]],
    findings: Findings,
) -> None:
    place = environment.place / "channels" / name / "slack"
    partitions = {conventions.partition(region) for region, _ in environment.regions()}
    for partition in sorted(partitions - {"aws"}):
        findings.error(
            "E005",
            f"`{environment.name}` lies in the partition `{partition}`, in which AWS does not tell Slack",
            place.key,
            "tell `https`, `email` or `sqs` there",
        )
    key = (environment.account, slack["workspace"], slack["channel"])
    if key not in claimed:
        claimed[key] = (f"channel `{name}` of `{environment.name}`", place)
        return
    other, there = claimed[key]
    findings.error(
        "E003",
        f"{other} already has the Slack channel `{slack['channel']}`, and account {environment.account} can configure it once",
        (place / "channel").span,
        "use another Slack channel, or one channel for both",
        (Note("configured here", (there / "channel").span),),
    )
