"""What a sandbox run did, and what exists, as text for people."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from rollguard.sandbox.results import Change, Operation, Run, Running, Status, Verb

#: More changes than this are counted by type instead of listed.
_LISTED = 20

_SIGNS: dict[Operation, str] = {"create": "+", "update": "~", "replace": "±", "delete": "-", "retain": "="}
_DONE: dict[Operation, str] = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "retain": "let go of",
    "same": "unchanged",
    "read": "read",
}
_TO_DO: dict[Operation, str] = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "retain": "to let go of",
    "same": "unchanged",
    "read": "to read",
}


def run_in_words(run: Run) -> str:
    """The whole report of a run, without a line break at the end."""
    return "\n".join(_report(run))


def status_in_words(status: Status) -> str:
    """Stacks and resources of an environment, one line each."""
    lines = []
    if status.running:
        lines.append(_at_work(status.running))
    elif not status.stacks and not status.standing:
        return f"{status.environment}: nothing yet; `rollguard sandbox up --environment {status.environment}` makes it"
    for stack in status.stacks:
        mark = "; its last run did not end, the next `up` mends that" if stack.unfinished else ""
        lines.append(
            f"stack {stack.stack}: {_many(stack.resources, 'resource')}, written {stack.updated or 'never'}{mark}"
        )
    rows = [(one.kind, one.name, one.region or "global", one.state) for one in status.standing]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for kind, name, region, state in rows:
        lines.append(f"  {kind:<{widths[0]}}  {name:<{widths[1]}}  {region:<{widths[2]}}  {state}".rstrip())
    lines.append(f"all of it lies in {status.folder}")
    return "\n".join(lines)


def _at_work(running: Running) -> str:
    what = f"`{running.verb}`" if running.verb else "run"
    stack = f" of stack {running.stack}" if running.stack else ""
    return f"{'an' if running.verb in ('up', 'edit') else 'a'} {what}{stack} is running (process {running.process or 'unknown'})"


def _report(run: Run) -> Iterator[str]:
    if run.recovered:
        yield "the run before this one did not end; what it left was taken over"
    if run.unfinished:
        yield "the run before this one did not end; the next `up` takes over what it left"
    yield f"{run.environment}: {_summary(run)}"
    yield from _changes(run.changes)
    for diagnostic in run.diagnostics:
        yield textwrap.indent(diagnostic, "  ")
    for warning in run.warnings:
        yield f"  warning: {warning}"
    if run.verb in ("up", "preview"):
        yield from _notes(run)
    for one in run.remains:
        yield f"  a real account keeps: {one.kind} {one.name} in {one.region or 'all Regions'}: {one.why}"
    if run.verb == "destroy":
        left = f"; gone with it: {run.gone} of its rehearsals, and their messages" if run.gone else ""
        yield f"  the sandbox keeps nothing of it{left}"


def _summary(run: Run) -> str:
    words = _TO_DO if run.verb == "preview" else _DONE
    changed = [f"{run.counts[key]} {words[key]}" for key in _SIGNS if run.counts.get(key)]
    same = run.counts.get("same", 0)
    if not changed:
        return f"{_nothing(run.verb)}, {same} unchanged" if same else _nothing(run.verb)
    return ", ".join([*changed, f"{same} unchanged"] if same else changed)


def _nothing(verb: Verb) -> str:
    return {
        "up": "0 changes",
        "preview": "0 changes",
        "refresh": "nothing differs from the state",
        "destroy": "there was nothing left to delete",
    }[verb]


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    if len(changes) <= _LISTED:
        for one in changes:
            yield f"  {_SIGNS[one.operation]} {_type(one.type)} {one.name}{_details(one)}"
        return
    counted = Counter((one.operation, _type(one.type)) for one in changes)
    for (operation, type_), number in sorted(counted.items()):
        stays = ": let go of, stays in AWS" if operation == "retain" else ""
        yield f"  {_SIGNS[operation]} {number} {type_}{stays}"


def _details(change: Change) -> str:
    if change.operation == "retain":
        return ": let go of, stays in AWS"
    if change.operation in ("update", "replace") and change.properties:
        return f" ({', '.join(change.properties)})"
    return ""


def _notes(run: Run) -> Iterator[str]:
    for reference in run.placeholders:
        why = "not set" if reference.startswith("${secret:") else "not to be had here"
        yield f"  {why}, a placeholder stands in: {reference}"
    waiting = run.outputs.get("pendingConfirmations")
    if isinstance(waiting, list):
        for one in waiting:
            yield f"  waits for its confirmation: {one}"


def _type(token: str) -> str:
    """`cloudwatch MetricAlarm` of `aws:cloudwatch/metricAlarm:MetricAlarm`."""
    _, module, name = token.split(":")
    return f"{module.partition('/')[0]} {name}"


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
