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
from rollguard.plan.place import Findings, Place, Variables
from rollguard.plan.words import nearest
from rollguard.source import Path

#: Names are made of an account and a Region; no message shows these.
_SOMEWHERE = {"account": "000000000000", "region": "us-east-1"}


@dataclass(frozen=True, slots=True)
class Environment:
    """What `environments.yaml` says of one environment, defaults included.

    Where it is not `known`, only its name is: what it says has faults, or it stands nowhere. Where it is not `whole`, its defaults are
    missing. Nothing may be concluded from what is missing.
    """

    name: str
    document: Document
    data: Mapping[str, Any]
    defaults: Mapping[str, Any]
    known: bool = True
    whole: bool = True

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

    def regions(self) -> Iterator[tuple[str, Variables]]:
        """Each Region with the variables that hold in it."""
        if not self.known:
            yield _SOMEWHERE["region"], _AnyVariable()
            return
        shared = Variables((self.data.get("vars") or {}, self.place / "vars"))
        if "region" in self.data:
            yield self.data["region"], shared
            return
        for region, own in sorted(self.data["regions"].items()):
            yield region, shared.with_layer((own or {}).get("vars") or {}, self.place / "regions" / region / "vars")

    @property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(sorted(self.data.get("channels") or {}))

    @property
    def channel_kinds(self) -> dict[str, str]:
        """How each channel tells people, by its name: `email`, `pagerduty`, …."""
        return {name: next(iter(data)) for name, data in (self.data.get("channels") or {}).items()}

    def limit(self, key: str, otherwise: int) -> int:
        return int((self.data.get("limits") or {}).get(key, otherwise))

    def iam(self, key: str) -> str:
        return cast(str, (self.data.get("iam") or {}).get(key, ""))

    def tags(self, extra: Mapping[str, str] | None = None) -> Tags:
        return tuple(
            sorted({**(self.data.get("tags") or {}), "rollguard:environment": self.name, **(extra or {})}.items())
        )


class _AnyVariable(Variables):
    """The variables of an environment that is not known: each may be set, and stays as it is written."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"$${{vars.{name}}}"


def read_environments(document: Document) -> dict[str, Environment]:
    """The environments of an `environments.yaml`, by name; of one with faults, what `sound_environments` leaves of it."""
    defaults = document.data.get("defaults", {})
    return {
        name: unknown_environment(name, document)
        if data is None
        else Environment(name, document, data, defaults or {}, whole=defaults is not None)
        for name, data in sorted(document.data["environments"].items())
    }


def unknown_environment(name: str, document: Document) -> Environment:
    """An environment of which policies only know the name; it has every variable and channel, and no limit."""
    return Environment(name, document, _SOMEWHERE, {}, known=False, whole=False)


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
            _same_region(arn, region, place / kind, findings)
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
    return json.dumps(
        {"source": [conventions.EVENT_SOURCE], "detail-type": [conventions.EVENT_TYPE], "detail": detail},
        separators=(",", ":"),
    )


def _same_region(topic: Value, region: str, place: Place, findings: Findings) -> None:
    """SNS takes a message in the topic's own Region only, and the recorder speaks in its own."""
    parts = topic.split(":") if isinstance(topic, str) else []
    if len(parts) == 6 and "${" not in parts[3] and parts[3] != region:
        help = "use a topic of that Region; where there are several, by a variable that each of them sets"
        findings.error(
            "E006", f"the topic lies in {parts[3]}, and the recorder that tells it in {region}", place.span, help
        )


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
        where = f" for {findings.region}" if unknown.name in findings.elsewhere else ""
        findings.error(
            "R020",
            f"variable `{unknown.name}` is not set in `{findings.environment}`{where}",
            place.span,
            (where and "set it there too: another Region of the environment has it")
            or nearest(unknown.name, variables)
            or (f"set there are {known}" if known else "set it under `vars` of the environment"),
        )
    except ReferenceSyntaxError as wrong:
        findings.error("R021", str(wrong), place.span)
    return text
