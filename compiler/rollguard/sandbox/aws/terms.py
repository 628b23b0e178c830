"""The few words that every part of the stand-in shares: where a call goes, who makes it, and the two special kinds of values."""

from __future__ import annotations

from dataclasses import dataclass, field

#: What Pulumi sends for a value that is not known before the deployment.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be stored in clear text or shown. It may stand in place of any value of an input or output."""

    value: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a call goes: the account and the provider's default Region. A resource's own `region` input wins over `region`."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Who makes a resource: the Pulumi stack (its qualified name) and the resource's URN. Only what bears the stack's mark is adopted."""

    stack: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The account's adjustable quotas, as `limits:` of an environment states them.

    `codedeploy_alarms`: alarms per deployment group (aws-facts 2.1: 10 in the API's text, 50 on the quotas page).
    `deployment_configs`: custom deployment configurations per account and Region (aws-facts 2.4).
    `event_rules`: rules on an event bus (aws-facts 7.2).
    """

    codedeploy_alarms: int = 10
    deployment_configs: int = 50
    event_rules: int = 300
