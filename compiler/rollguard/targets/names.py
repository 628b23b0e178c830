"""The names by which Pulumi knows our resources.

They are public API: a resource under a new logical name is a new resource, and AWS then refuses its physical name as taken. So they
depend on the policy's name, the criterion's id and the Region, and on nothing that may move: no file, folder or title. The environment
is in none of them but those of deployment configurations and event rules, which are known by their physical names.
"""

from __future__ import annotations

#: Component type tokens. Part of every child's URN.
FOUNDATION = "rollguard:index:Foundation"
ROLLBACK_GUARD = "rollguard:index:RollbackGuard"


def guard(policy: str, region: str) -> str:
    """The component of a policy and its rollback alarm (told apart by their types)."""
    return f"{policy}@{region}"


def criterion(policy: str, criterion: str, region: str) -> str:
    return f"{policy}/{criterion}@{region}"


def bypass(policy: str, criterion: str, region: str) -> str:
    return f"{policy}/{criterion}/bypass@{region}"


def group(policy: str, application: str, group: str, region: str) -> str:
    """A deployment group and its service role (told apart by their types)."""
    return f"{policy}/{application}/{group}@{region}"


def shared(name: str, region: str) -> str:
    """What belongs to no single policy: applications, deployment configurations, the foundation, channels, rules, the recorder."""
    return f"{name}@{region}"


def subscription(channel: str, key: str, region: str) -> str:
    return f"{channel}/{key}@{region}"


def sheet(policy: str, region: str) -> str:
    return f"{policy}/sheet@{region}"


def index(policy: str, key: str, region: str) -> str:
    """An entry of the index, by its key in the bucket: `index/alarms/…` or `index/groups/…`."""
    return f"{policy}/{key.removesuffix('.json')}@{region}"


def slack(channel: str) -> str:
    """The Slack configuration of a channel and its role: one for all Regions, so none is part of the name."""
    return f"{channel}/slack"
