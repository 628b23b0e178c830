"""A scenario minute by minute in text: values, alarm states, and what the deployment did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rollguard.charts import breaching
from rollguard.scenarios.model import Played, Signal
from rollguard.scenarios.times import clock
from rollguard.simulate.model import Timeline

#: More criteria than this do not fit beside one another.
_MOST = 4
_CONTEXT = 1


def concerned(played: Played) -> tuple[Signal, ...]:
    """The criteria that a reader has to see: the cause first, then what the scenario is about, then what turned red."""
    cause = played.rollback.because if played.rollback else ()
    rollback = played.scenario.expect.get("rollback")
    wanted = [*cause, *(rollback["because"] if isinstance(rollback, dict) else ())]
    wanted += list(played.scenario.expect.get("alarms") or ())
    wanted += [id for id, signal in played.signals.items() if len(signal.timeline.changes) > 1]
    wanted += [id for id, signal in played.signals.items() if signal.driven]
    chosen = list(dict.fromkeys(wanted))[:_MOST] or list(played.signals)[:1]
    return tuple(played.signals[id] for id in chosen)


def timeline(played: Played) -> str:
    """A table with a row for each minute in which something changes, and the minute before; `!` marks values that breach."""
    return _table(concerned(played), played.end, played.rollback_alarm, _events(played))


def signal_timeline(signal: Signal, end: int) -> str:
    """The same for one criterion alone, up to `end` seconds."""
    return _table((signal,), end, None, ())


def _table(signals: Sequence[Signal], end: int, trigger: Timeline | None, events: Sequence[tuple[int, str]]) -> str:
    head = ["minute", *(part for signal in signals for part in (signal.criterion.id, "alarm"))]
    head += [] if trigger is None else ["rollback alarm", "deployment"]
    shown = [head, *_rows(signals, end, trigger, events)]
    widths = [max(len(row[column]) for row in shown if len(row) > 1) for column in range(len(head))]
    lines = []
    for row in shown:
        cells = [
            cell.ljust(width) if column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _rows(
    signals: Sequence[Signal], end: int, trigger: Timeline | None, events: Sequence[tuple[int, str]]
) -> Iterator[list[str]]:
    bad = [set(breaching(signal.values, signal.criterion.threshold or (("outside", "band"),))) for signal in signals]
    times = sorted({minute * 60 for minute in range(-(-end // 60) + 1)} | {at for at, _ in events})
    keys = [_key(signals, trigger, bad, at) for at in times]
    told = {at for at, _ in events}
    turns = {index for index, at in enumerate(times) if index == 0 or at in told or keys[index] != keys[index - 1]}
    kept = sorted({near for index in turns for near in range(max(index - _CONTEXT, 0), index + 1)} | {len(times) - 1})
    last = -1
    for index in kept:
        if index > last + 1:
            yield ["…"]
        last = index
        at = times[index]
        happened = "; ".join(what for moment, what in events if moment == at)
        yield [
            clock(at), *_cells(signals, bad, at), *([] if trigger is None else [trigger.state_at(at), happened])
        ]  # fmt: skip


def _key(signals: Sequence[Signal], trigger: Timeline | None, bad: Sequence[set[int]], at: int) -> object:
    minute = at // 60
    each = tuple(
        (signal.timeline.state_at(at), minute in wrong, _value(signal, minute) is None)
        for signal, wrong in zip(signals, bad, strict=True)
    )
    return each, trigger and trigger.state_at(at)


def _cells(signals: Sequence[Signal], bad: Sequence[set[int]], at: int) -> Iterator[str]:
    minute = at // 60
    for signal, wrong in zip(signals, bad, strict=True):
        value = _value(signal, minute)
        shown = "-" if value is None else f"{_number(value)}{' !' if minute in wrong else ''}"
        yield shown if at % 60 == 0 and minute < len(signal.values) else ""
        state = signal.timeline.state_at(at)
        yield f"{state}?" if signal.timeline.ambiguous_at(at) else state


def _value(signal: Signal, minute: int) -> float | None:
    return signal.values[minute] if minute < len(signal.values) else None


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 and math.isfinite(value) else f"{value:,.0f}"


def _events(played: Played) -> list[tuple[int, str]]:
    """What the deployments did, in order, by the second."""
    several = len(played.deployments) > 1
    found = []
    for group, deployment in zip(played.guard.deployments, played.deployments, strict=False):
        who = f"{group.group}: " if several else ""
        for event in deployment.events:
            share = f", {event.traffic:g} % of the traffic" if event.what in ("started", "shifted", "stopped") else ""
            found.append((event.at, f"{who}{event.what}{share}"))
    return sorted(found, key=lambda event: event[0])
