"""AWS's limits and the readers of alarms, from `limits.yaml`, as tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rollguard.wording import number

_TITLES = {
    "cloudwatch": "CloudWatch",
    "codedeploy": "CodeDeploy",
    "events": "EventBridge",
    "ecs": "Amazon ECS (its own deployments)",
    "cloudformation": "CloudFormation",
    "codepipeline": "CodePipeline",
    "appconfig": "AppConfig",
    "iam": "IAM",
    "sns": "SNS",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One number or one answer. `assumed` ones are not stated in AWS's documentation."""

    title: str
    value: str
    source: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one service."""

    name: str
    title: str
    rows: tuple[Row, ...]


def tables(limits: Mapping[str, Any]) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """The limits by service, and what each consumer of an alarm does with it."""
    services = tuple(_table(name, rows) for name, rows in limits.items() if name != "consumers")
    return services, tuple(_table(name, rows) for name, rows in (limits.get("consumers") or {}).items())


def _table(name: str, rows: Mapping[str, Any]) -> Table:
    return Table(name, _TITLES.get(name, name), tuple(_row(key, stated) for key, stated in rows.items()))


def _row(key: str, stated: object) -> Row:
    detail = stated if isinstance(stated, Mapping) else {"value": stated}
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).lower()
    return Row(title, _value(detail.get("value")), str(detail.get("source", "")), bool(detail.get("assumed", False)))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none known"
    return number(value) if isinstance(value, int) else str(value)
