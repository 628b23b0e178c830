"""A policy as it holds in one environment: overrides in place, modes decided, channels known."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from rollguard import limits
from rollguard.document import Document
from rollguard.language import durations
from rollguard.plan import words
from rollguard.plan.environment import Environment
from rollguard.plan.model import STATUSES, Agreement, Mode, Status
from rollguard.plan.place import Findings, Layered, Place, Variables

#: A list of channels is told of a rollback's every status; an alarm outside a deployment only reaches who asked for it (design 3).
LISTED_STATUSES = tuple(status for status in STATUSES if status != "outsideDeployment")
#: Who hears of these is who hears of a failed rollback, unless `notify` says otherwise: there too somebody must act.
LIKE_FAILED: tuple[Status, ...] = ("nothingToRollBack", "notRolledBack", "unknown")
MODE_HELP = "begin with `mode: observe`, and go on to `rollback` when you trust the criterion"


@dataclass(frozen=True)
class PolicyHere:
    """One policy in one of its environments. Where it is not `whole`, faulty parts are missing, and nothing may be concluded from that."""

    document: Document
    environment: Environment
    whole: bool = True

    @property
    def name(self) -> str:
        return cast(str, self.metadata["name"])

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.document.data["metadata"])

    @cached_property
    def spec(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.document.data["spec"])

    @cached_property
    def spec_place(self) -> Place:
        return Place(self.document, ("spec",))

    @cached_property
    def override(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.spec["environments"][self.environment.name] or {})

    @cached_property
    def override_place(self) -> Place:
        return self.spec_place / "environments" / self.environment.name

    @property
    def retired(self) -> str:
        return cast(str, (self.spec.get("retired") or {}).get("reason", ""))

    def setting(self, key: str, otherwise: Any) -> tuple[Any, Place]:
        """The environment's override of a key of `spec`, else the policy's own, and where it stands."""
        if key in self.override:
            return self.override[key], self.override_place / key
        return self.spec.get(key, otherwise), self.spec_place / key

    def variables(self, region_variables: Variables) -> Variables:
        """The variables of the environment and Region; the policy's own win."""
        return region_variables.with_layer(self.override.get("vars") or {}, self.override_place / "vars")

    def criterion_override(self, identifier: str) -> tuple[Mapping[str, Any] | None, Place]:
        """What the environment changes of a criterion, None where that is faulty; and where it stands."""
        overrides = self.override.get("criteria") or {}
        return overrides.get(identifier, {}), self.override_place / "criteria" / identifier

    def mode(self, index: int, findings: Findings) -> Mode:
        """The mode of a criterion, from the nearest level that states one (design 3).

        Reports a mode that nobody states and one that the mechanism cannot do; the criterion then observes.
        """
        criterion = self.spec["criteria"][index]
        if criterion is None:
            return "rollback"
        override = (self.override.get("criteria") or {}).get(criterion["id"], {})
        if override is None:
            return "rollback"
        levels = (override, self.override, criterion, self.spec)
        nearest = next((level for level in levels if "mode" in level), None)
        mode: Mode | None = nearest["mode"] if nearest is not None else self.environment.mode[0]
        if mode is None and not self.whole:
            return "rollback"
        if mode is None:
            findings.error(
                "R001",
                f"no `mode` is stated for `{criterion['id']}` in `{self.environment.name}`, neither by the policy nor in environments.yaml",
                (self.spec_place / "criteria" / index).span,
                MODE_HELP,
            )
            return "observe"
        if mode == "hold":
            findings.error(
                "R002",
                "`hold` cannot be done by codedeploy: a group has one list of alarms, and each of them stops and rolls back",
                self._mode_place(index, levels, nearest).span,
                "use `observe` or `rollback`",
            )
            return "observe"
        return "observe" if self.environment.disarmed or self.retired else mode

    def _mode_place(
        self, index: int, levels: tuple[Mapping[str, Any], ...], nearest: Mapping[str, Any] | None
    ) -> Place:
        criterion = self.spec_place / "criteria" / index
        places: tuple[Place, ...] = (
            self.override_place / "criteria" / self.spec["criteria"][index]["id"],
            self.override_place,
            criterion,
            self.spec_place,
        )
        for level, place in zip(levels, places, strict=True):
            if level is nearest:
                return place / "mode"
        stated_at = self.environment.mode[1]
        return stated_at if stated_at is not None else criterion

    def deployments(self) -> Iterator[tuple[str, Layered, Place]]:
        """Each deployment as (mechanism, its settings, its place); an override's list replaces, its map merges into each."""
        override = self.override.get("deployments")
        stated, place = self.spec["deployments"], self.spec_place / "deployments"
        if isinstance(override, list):
            stated, place = override, self.override_place / "deployments"
        for index, entry in enumerate(stated):
            if entry is None:
                continue
            ((mechanism, data),) = entry.items()
            at = place / index / mechanism
            layers = Layered().lay(data, at)
            if isinstance(override, dict) and mechanism in override:
                layers.lay(override[mechanism], self.override_place / "deployments" / mechanism)
            yield mechanism, layers, at

    def notify(self, findings: Findings) -> tuple[tuple[Status, tuple[str, ...]], ...]:
        """Who is told at which status; nearer levels win, and a map over a map wins per status. Reports unknown channels."""
        told: dict[str, tuple[list[str], Place]] = {}
        was_map = False
        for stated, place in self._notify_levels():
            if isinstance(stated, dict):
                if not was_map:
                    told = {}
                told |= {status: (names, place / status) for status, names in stated.items()}
            else:
                told = dict.fromkeys(LISTED_STATUSES, (stated, place))
            was_map = isinstance(stated, dict)
        self._few_enough(told, findings)
        known = self.environment.channel_names
        for names, place in told.values() if self.environment.known else ():
            for index, name in enumerate(names):
                if name not in known:
                    _unknown_channel(name, known, self.environment.name, place / index, findings)
        if "failed" in told:
            told = dict.fromkeys(LIKE_FAILED, told["failed"]) | told
        return tuple(
            (status, tuple(sorted(set(told[status][0])))) for status in STATUSES if status in told and told[status][0]
        )

    @property
    def notify_place(self) -> Place | None:
        """Where the nearest level says who is told; None where none does."""
        return next((place for _, place in reversed([*self._notify_levels()])), None)

    def _few_enough(self, told: Mapping[str, tuple[list[str], Place]], findings: Findings) -> None:
        """The rollback alarm itself tells who is told of a start and of a recovery, and AWS limits how many."""
        most, full = limits.limit("cloudwatch", "alarmActionsPerState"), None
        for status in ("started", "recovered"):
            names, place = told.get(status, ([], None))
            if place is not None and len({*names}) > most and place is not full:
                full = place
                message = f"`{status}` tells {len({*names})} channels; an alarm can tell {most}"
                findings.error("X041", message, place.span, "tell fewer, or one `topic` that passes it on")

    def _notify_levels(self) -> Iterator[tuple[Any, Place]]:
        environment = self.environment
        if "notify" in environment.defaults:
            yield environment.defaults["notify"], Place(environment.document, ("defaults", "notify"))
        if "notify" in environment.data:
            yield environment.data["notify"], environment.place / "notify"
        if "notify" in self.spec:
            yield self.spec["notify"], self.spec_place / "notify"
        if "notify" in self.override:
            yield self.override["notify"], self.override_place / "notify"

    def agreed(self) -> Agreement | None:
        """Who agreed, and when the agreement must be looked at again."""
        agreed = self.metadata.get("agreed")
        if agreed is None:
            return None
        due = ""
        if "review" in agreed:
            days = int(durations.seconds(agreed["review"])) // 86_400
            agreed_on = datetime.date.fromisoformat(agreed["on"])
            left = (datetime.date.max - agreed_on).days
            due = (agreed_on + datetime.timedelta(days=min(days, left))).isoformat()
        return Agreement(tuple(agreed["by"]), agreed["on"], due)


def _unknown_channel(name: str, known: tuple[str, ...], environment: str, place: Place, findings: Findings) -> None:
    hint = words.nearest(name, known) or (f"its channels are {words.listed(known)}" if known else "it has no channels")
    findings.error("R011", f"`{name}` is no channel of environment `{environment}`", place.span, hint)


def check_scenarios(policy: PolicyHere, findings: Findings) -> None:
    """Report scenarios that name an environment or a channel that is not there."""
    here = policy.environment
    for index, scenario in enumerate(policy.spec.get("scenarios") or []):
        if scenario is None:
            continue
        place = policy.spec_place / "scenarios" / index
        wanted = scenario.get("environment")
        if wanted is not None and wanted not in policy.spec["environments"]:
            hint = (
                words.nearest(wanted, policy.spec["environments"])
                or f"it has {words.listed(policy.spec['environments'])}"
            )
            message = f"the policy has no environment `{wanted}`"
            findings.error("R013", message, (place / "environment").span, hint)
        if here.known and wanted in (None, here.name):
            for position, channel in enumerate(scenario["expect"].get("notified") or []):
                if channel not in here.channel_names:
                    at = place / "expect" / "notified" / position
                    _unknown_channel(channel, here.channel_names, here.name, at, findings)
