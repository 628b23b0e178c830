"""Reads the engine's events: which resources changed, what it complained about, how far it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pulumi.automation import EngineEvent, StepEventMetadata

from rollguard.sandbox.results import Change, Operation
from rollguard.sandbox.wire import SECRET_SIGNATURE

#: What AWS never sees.
_NOT_IN_AWS = ("pulumi:pulumi:Stack", "pulumi:providers:", "rollguard:index:")

_OPERATIONS: dict[str, Operation] = {
    "create": "create",
    "create-replacement": "replace",
    "update": "update",
    "delete": "delete",
    "same": "same",
    "read": "read",
    "refresh": "same",
}

_COLOURS = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")


@dataclass(slots=True)
class Story:
    """Collects the events of one run. `tell` hears one line per resource in AWS that is begun."""

    tell: Callable[[str], None]
    changes: list[Change] = field(default_factory=list)
    counts: Counter[Operation] = field(default_factory=Counter)
    complaints: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    outputs: dict[str, object] = field(default_factory=dict)

    def hear(self, event: EngineEvent) -> None:
        if event.diagnostic_event:
            message = _COLOURS.sub("", event.diagnostic_event.message).strip()
            if event.diagnostic_event.severity == "error":
                self.complaints.append((event.diagnostic_event.urn or "", message))
            elif event.diagnostic_event.severity == "warning":
                self.warnings.append(message)
        if event.resource_pre_event and _is_change(event.resource_pre_event.metadata):
            metadata = event.resource_pre_event.metadata
            verb = "let go of" if _operation(metadata) == "retain" else metadata.op.value
            self.tell(f"{verb} {logical_name(metadata.urn)}")
        if event.res_outputs_event:
            self._done(event.res_outputs_event.metadata)

    def _done(self, metadata: StepEventMetadata) -> None:
        if metadata.type == "pulumi:pulumi:Stack" and metadata.new:
            self.outputs = {name: _shown(value) for name, value in (metadata.new.outputs or {}).items()}
        operation = _operation(metadata)
        if operation is None or metadata.type.startswith(_NOT_IN_AWS):
            return
        self.counts[operation] += 1
        if operation not in ("same", "read"):
            properties = tuple(sorted(metadata.detailed_diff or metadata.diffs or ()))
            self.changes.append(Change(operation, metadata.type, logical_name(metadata.urn), properties))


def _shown(value: object) -> object:
    """An output, with `[secret]` for what the engine sends encrypted."""
    if isinstance(value, dict):
        return "[secret]" if SECRET_SIGNATURE in value else {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value


def logical_name(urn: str) -> str:
    """The resource's own name at the end of a URN; it may hold colons itself."""
    return urn.split("::", 3)[3] if urn.count("::") >= 3 else urn


def _operation(metadata: StepEventMetadata) -> Operation | None:
    operation = _OPERATIONS.get(metadata.op.value)
    return "retain" if operation == "delete" and metadata.old and metadata.old.retain_on_delete else operation


def _is_change(metadata: StepEventMetadata) -> bool:
    return _operation(metadata) not in (None, "same", "read") and not metadata.type.startswith(_NOT_IN_AWS)
