"""The catalogue of failure modes: the incidents that every policy is held against, ours and a project's own. Times are seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from rollguard.document import Document, parse
from rollguard.language import durations

Wanted = Literal["rollback", "noRollback", "mechanismDecides"]


@dataclass(frozen=True, slots=True)
class FailureMode:
    """One kind of incident. `starts` counts from the deployment's start and is negative before it; `lasts` None is until the end.

    `signs` are levels by concern (`100%`, `5x`, `3s`, `nothing`), `any` for everything else; `traffic` is in requests a minute, None the
    usual one. `cycle` are the seconds of a bad and of a good time that follow one another.
    """

    id: str
    title: str
    happens: str
    reason: str
    wanted: Wanted
    hits: Literal["newVersion", "service"]
    starts: int
    signs: Mapping[str, str] = field(hash=False)
    lasts: int | None = None
    rises: int = 0
    cycle: tuple[int, int] | None = None
    traffic: float | None = None
    untouched: frozenset[str] = frozenset()
    own: bool = False

    def strength(self, elapsed: int) -> float:
        """How strong it is, from 0 to 1, `elapsed` seconds after its start."""
        if elapsed < 0 or (self.lasts is not None and elapsed >= self.lasts):
            return 0.0
        if self.cycle is not None and elapsed % sum(self.cycle) >= self.cycle[0]:
            return 0.0
        return min(elapsed / self.rises, 1.0) if self.rises else 1.0


@dataclass(frozen=True, slots=True)
class FailureModes:
    """All failure modes, in order, and how much traffic services have, in requests a minute: usually, and by policy."""

    modes: tuple[FailureMode, ...]
    usual_traffic: float
    traffic_of: Mapping[str, float] = field(default_factory=dict)

    def traffic(self, policy: str) -> float:
        return self.traffic_of.get(policy, self.usual_traffic)

    def get(self, id: str) -> FailureMode | None:
        return next((mode for mode in self.modes if mode.id == id), None)

    def __iter__(self) -> Iterator[FailureMode]:
        return iter(self.modes)


@cache
def packaged() -> FailureModes:
    """Our own catalogue."""
    raw = files("rollguard.simulate").joinpath("failure_modes.yaml").read_bytes()
    document = parse("failure_modes.yaml", raw).value
    assert document is not None
    return FailureModes(tuple(_modes(document.data)), _per_minute(document.data["usualTraffic"]))


def failure_modes(own: Document | None) -> FailureModes:
    """Our catalogue with a project's sound `policies/failure-modes.yaml` laid over it: same ids replace, others follow."""
    ours = packaged()
    if own is None:
        return ours
    data = own.data
    added = {mode.id: mode for mode in _modes(data, own=True)}
    merged = {mode.id: mode for mode in ours} | added
    usual = _per_minute(data["usualTraffic"]) if "usualTraffic" in data else ours.usual_traffic
    traffic = {name: _per_minute(stated) for name, stated in (data.get("trafficOf") or {}).items()}
    return FailureModes(tuple(merged.values()), usual, traffic)


def _modes(data: Mapping[str, Any], *, own: bool = False) -> Iterator[FailureMode]:
    for each in data.get("failureModes") or ():
        starts, cycle = each["starts"], each.get("comesAndGoes")
        yield FailureMode(
            id=each["id"],
            title=each["title"],
            happens=" ".join(each["happens"].split()),
            reason=" ".join(each["reason"].split()),
            wanted=each["wanted"],
            hits=each["hits"],
            starts=_seconds(starts["after"]) if "after" in starts else -_seconds(starts["before"]),
            signs=dict(each["signs"]),
            lasts=_seconds(each["lasts"]) if "lasts" in each else None,
            rises=_seconds(each["rises"]) if "rises" in each else 0,
            cycle=(_seconds(cycle["bad"]), _seconds(cycle["good"])) if cycle else None,
            traffic=_per_minute(each["traffic"]) if "traffic" in each else None,
            untouched=frozenset(each.get("untouched") or ()),
            own=own,
        )


def _seconds(text: str) -> int:
    return round(durations.seconds(text))


def _per_minute(traffic: str) -> float:
    number, _, unit = traffic.partition("/")
    return float(number) * (60 if unit == "s" else 1)
