"""One environment of `environments.yaml`: where it is, what it may do, whom it can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from rollguard import conventions
from rollguard.document import Document
from rollguard.language.references import ReferenceSyntaxError, UnknownVariable, resolve
from rollguard.plan.model import Channel, Mode, PagerDuty, SlackChannel, Subscription, Tags, Value
from rollguard.plan.place import Findings, Place
from rollguard.plan.words import nearest
from rollguard.recorder.forms import EVENT_SOURCE, EVENT_TYPE
from rollguard.source import Path


@dataclass(frozen=True, slots=True)
class Environment:
    """What `environments.yaml` says of one environment, defaults included."""

    name: str
    document: Document
    data: Mapping[str, Any]
    defaults: Mapping[str, Any]

    @property
    def place(self) -> Place:
        return Place(self.document, ("environments", self.name))

    @property
    def defaults_place(self) -> Place:
        return Place(self.document, ("defaults",))

    @property
    def account(self) -> str:
        return cast(str, self.data["account"])

    @property
    def site(self) -> str:
        address = cast(str, self.data.get("site", ""))
        return address if not address or address.endswith("/") else address + "/"

    @property
    def disarmed(self) -> str:
        return cast(str, (self.data.get("disarmed") or {}).get("because", ""))

    @property
    def protect(self) -> bool:
        return bool(self.setting("protect", True)[0])

    def setting(self, key: str, otherwise: Any) -> tuple[Any, Place | None]:
        """The environment's own setting, else the default's, else `otherwise`; and where it stands."""
        if key in self.data:
            return self.data[key], self.place / key
        if key in self.defaults:
            return self.defaults[key], Place(self.document, ("defaults", key))
        return otherwise, None

    @property
    def mode(self) -> tuple[Mode | None, Place | None]:
        return self.setting("mode", None)

    def regions(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each Region with the variables that hold in it."""
        shared: dict[str, str] = dict(self.data.get("vars") or {})
        if "region" in self.data:
            yield self.data["region"], shared
            return
        for region, own in sorted(self.data["regions"].items()):
            yield region, shared | dict((own or {}).get("vars") or {})

    @property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(sorted(self.data.get("channels") or {}))

    def limit(self, key: str, otherwise: int) -> int:
        return int((self.data.get("limits") or {}).get(key, otherwise))

    def iam(self, key: str) -> str:
        return cast(str, (self.data.get("iam") or {}).get(key, ""))

    def tags(self, extra: Mapping[str, str] | None = None) -> Tags:
        return tuple(
            sorted({**(self.data.get("tags") or {}), "rollguard:environment": self.name, **(extra or {})}.items())
        )


def read_environments(document: Document) -> dict[str, Environment]:
    """The environments of a valid `environments.yaml`, by name."""
    defaults = document.data.get("defaults") or {}
    return {
        name: Environment(name, document, data or {}, defaults)
        for name, data in sorted(document.data["environments"].items())
    }


def channels(
    environment: Environment, region: str, variables: Mapping[str, str], findings: Findings
) -> tuple[Channel, ...]:
    """Every channel of the environment in one Region, sorted by name. Only the last Region makes the Slack configurations."""
    made = []
    regions = [name for name, _ in environment.regions()]
    for name, data in sorted((environment.data.get("channels") or {}).items()):
        place = environment.place / "channels" / name
        ((kind, value),) = data.items()
        reader = _Endpoints(variables, findings, place / kind)
        arn: Value = conventions.topic_arn(region, environment.account, environment.name, name)
        topic_name = conventions.topic(environment.name, name)
        slack = pagerduty = None
        subscriptions: tuple[Subscription, ...] = ()
        if kind == "topic":
            arn, topic_name = reader.one(value, ()), ""
        elif kind == "slack" and region == regions[-1]:
            slack = SlackChannel(
                workspace=value["workspace"],
                channel=value["channel"],
                configuration_name=conventions.slack_configuration(environment.name, name),
                role_name=conventions.slack_role(environment.name, name),
                region=conventions.slack_region(regions),
                topic_regions=tuple(regions),
            )
        elif kind == "pagerduty":
            arn = topic_name = ""
            pagerduty = PagerDuty(
                name=conventions.pagerduty(environment.name, name),
                pattern=_pagerduty_pattern(environment.name, name),
                routing_key=reader.one(value, ()),
            )
        elif kind != "slack":
            subscriptions = tuple(
                Subscription(_key(kind, index, endpoint), kind, endpoint) for index, endpoint in reader.each(value)
            )
        made.append(
            Channel(
                name=name,
                kind=kind,
                topic_arn=arn,
                topic_name=topic_name,
                subscriptions=subscriptions,
                slack=slack,
                pagerduty=pagerduty,
                tags=environment.tags({"rollguard:channel": name}),
            )
        )
    return tuple(made)


def _pagerduty_pattern(environment: str, channel: str) -> str:
    """The recorder's own events for a channel, as an event pattern."""
    detail = {"channel": [channel], "environment": [environment]}
    return json.dumps({"source": [EVENT_SOURCE], "detail-type": [EVENT_TYPE], "detail": detail}, separators=(",", ":"))


def _key(kind: str, index: int, endpoint: Value) -> str:
    """Tells the subscriptions of a channel apart by what they are, so that the order of a list changes nothing."""
    return endpoint if isinstance(endpoint, str) else f"{kind}-{index}"


@dataclass(frozen=True, slots=True)
class _Endpoints:
    variables: Mapping[str, str]
    findings: Findings
    place: Place

    def each(self, value: str | list[str]) -> Iterator[tuple[int, Value]]:
        listed = isinstance(value, list)
        for index, text in enumerate(value if isinstance(value, list) else [value]):
            yield index, self.one(text, (index,) if listed else ())

    def one(self, text: str, path: Path) -> Value:
        place = self.place
        for step in path:
            place = place / step
        return resolve_at(text, self.variables, place, self.findings)


def resolve_at(text: str, variables: Mapping[str, str], place: Place, findings: Findings) -> Value:
    """Resolve the variables of `text`; what cannot be resolved is reported at its place and left as it was written."""
    try:
        return resolve(text, variables)
    except UnknownVariable as unknown:
        known = ", ".join(f"`{name}`" for name in sorted(variables))
        findings.error(
            "R020",
            f"variable `{unknown.name}` is not set in `{findings.environment}`",
            place.span,
            nearest(unknown.name, variables)
            or (f"set there are {known}" if known else "set it under `vars` of the environment"),
        )
    except ReferenceSyntaxError as wrong:
        findings.error("R021", str(wrong), place.span)
    return text
