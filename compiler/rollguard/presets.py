"""The catalogue of vetted criteria: ours, and a project's own `policies/presets/` beside or in front of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rollguard.document import Document, parse
from rollguard.language.quantities import parse as parse_quantity
from rollguard.resources import data as packaged

#: The keys of a preset that describe the criterion; the rest is about the preset itself.
_CRITERION_KEYS = frozenset(
    {
        "title",
        "why",
        "measures",
        "concern",
        "judges",
        "signal",
        "threshold",
        "window",
        "missing",
        "leastTraffic",
        "fewSamples",
    }
)


@dataclass(frozen=True, slots=True)
class Preset:
    """One vetted criterion. `name` is what `uses` says, such as `alb/target-5xx-ratio`; `local` ones belong to the project."""

    name: str
    data: Mapping[str, Any]
    document: Document
    service: Mapping[str, Any]
    local: bool

    @property
    def criterion(self) -> dict[str, Any]:
        return {key: value for key, value in self.data.items() if key in _CRITERION_KEYS}

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        return cast("Mapping[str, Mapping[str, Any]]", self.data.get("parameters") or {})

    @property
    def tuning(self) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.data.get("tuning") or {})

    @property
    def blind_spots(self) -> str:
        return cast(str, self.data.get("blindSpots", ""))

    def tuning_range(self, unit: str) -> tuple[float, float]:
        """The vetted range of the threshold, inclusive, in the signal's unit. Raises ValueError where it does not fit the unit."""
        return parse_quantity(self.tuning["from"]).in_unit(unit), parse_quantity(self.tuning["to"]).in_unit(unit)


class Catalogue:
    """Finds presets by name. Ours are read from the package when a policy first asks for their service: cold starts stay short."""

    def __init__(self, local: Mapping[str, Document] | None = None, faulty: Collection[str] = ()) -> None:
        self._faulty = frozenset(faulty)
        self._loaded: dict[str, dict[str, Preset]] = {}
        self._own: dict[str, dict[str, Preset]] = {
            service: _presets(document, local=True) for service, document in (local or {}).items()
        }

    def get(self, name: str) -> Preset | None:
        """The preset that `uses: name` means, or None. A project's own preset wins over ours."""
        service = name.partition("/")[0]
        return self._own.get(service, {}).get(name) or self._ours(service).get(name)

    def unsure(self, name: str) -> bool:
        """Whether nothing can be said about the preset, because the project's file of its service has faults."""
        return name.partition("/")[0] in self._faulty

    def names(self) -> tuple[str, ...]:
        return tuple(preset.name for preset in self)

    def __iter__(self) -> Iterator[Preset]:
        """Every preset, sorted by name."""
        merged: dict[str, Preset] = {}
        for service in _packaged_services():
            merged |= self._ours(service)
        for own in self._own.values():
            merged |= own
        return iter(merged[name] for name in sorted(merged))

    def _ours(self, service: str) -> dict[str, Preset]:
        if service not in self._loaded:
            self._loaded[service] = _presets(_packaged(service), local=False) if service in _packaged_services() else {}
        return self._loaded[service]


def _packaged_services() -> tuple[str, ...]:
    folder = packaged("policies", "presets")
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def _packaged(service: str) -> Document:
    raw = packaged("policies", "presets", f"{service}.yaml").read_bytes()
    checked = parse(f"policies/presets/{service}.yaml", raw)
    assert checked.value is not None, f"our own preset file {service} does not parse: {checked.diagnostics}"
    return checked.value


def _presets(document: Document, *, local: bool) -> dict[str, Preset]:
    service = document.data["service"]
    return {
        f"{service}/{data['id']}": Preset(f"{service}/{data['id']}", data, document, document.data, local)
        for data in document.data["presets"]
    }
