"""What happens below a signal, over the same minutes: the states of alarms, and the traffic on the new version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollguard.charts import words
from rollguard.charts.labels import Row
from rollguard.charts.model import Moment
from rollguard.charts.scale import Frame
from rollguard.charts.svg import group, number, path, rectangle
from rollguard.simulate.mechanism import Deployment, Event, What
from rollguard.simulate.model import Change, State, Timeline

#: Shorter states are drawn this wide, so that a minute of a day is still seen.
_LEAST = 3.0
#: A stop nearer than this to its rollback is not drawn beside it.
_ONE_MARK = 14.0
#: From this share on a step is high enough to hold words.
_FULL = 80.0
_RED: State = "ALARM"
_LOOKS: dict[State, str] = {"ALARM": "bad", "OK": "quiet", "INSUFFICIENT_DATA": "quiet"}


def alarm(timeline: Timeline, frame: Frame, hatch: str) -> str:
    """The states as a band: a line while OK, an empty box without data, a hatched one in ALARM. `hatch` is the pattern's id."""
    idle, unknown, red = [], [], []
    for change, begin, end in _spans(timeline, frame):
        if change.state == _RED:
            red.append(rectangle(begin, frame.top, max(end, begin + _LEAST), frame.bottom, f"url(#{hatch})"))
        elif change.state == "OK":
            idle.append(path(f"M{number(begin)} {number((frame.top + frame.bottom) / 2)}H{number(end)}"))
        else:
            unknown.append(rectangle(begin, frame.top + 2, end, frame.bottom - 2))
    return (
        group("idle", idle)
        + group("unknown", unknown)
        + group("hatched", red)
        + group("open", _doubts(timeline, frame))
    )


def alarm_words(timeline: Timeline, frame: Frame, row: Row) -> Iterator[str]:
    """When the alarm changed, as far as there is room: the changes to ALARM first, the state at the start last."""
    spans = list(_spans(timeline, frame))
    spans_in_doubt = doubts(timeline, frame.last)
    for wanted in (True, False):
        for change, begin, _ in spans[1:] if spans else ():
            if (change.state == _RED) == wanted:
                open_ = any(first <= change.at < until for first, until in spans_in_doubt)
                said = f"{words.STATES[change.state]} {words.clock(change.at)}{' ?' if open_ else ''}"
                yield row.place(begin, said, "doubt" if open_ else _LOOKS[change.state])
    for change, begin, _ in spans[:1]:
        yield row.place(begin, words.STATES[change.state], _LOOKS[change.state])


def traffic(deployment: Deployment, frame: Frame) -> str:
    """The new version's share as steps, with what started and ended it: a triangle forwards, a square, a triangle backwards."""
    events = _within(deployment, frame)
    if not events:
        return ""
    height, x = number(frame.bottom), [frame.x(event.at / 60) for event in events]
    outline = f"M{number(x[0])} {height}"
    for event, begin, end in zip(events, x, [*x[1:], frame.right], strict=True):
        outline += f"L{number(begin)} {number(frame.y(event.traffic))}H{number(end)}"
    middle = (frame.top + frame.bottom) / 2
    starts = [_forwards(frame.x(event.at / 60), frame.bottom) for event in events if event.what == "started"]
    back = [frame.x(event.at / 60) for event in events if event.what == "rollback started"]
    stopped = [frame.x(event.at / 60) for event in events if event.what == "stopped"]
    stops = [at for at in stopped if all(abs(at - other) > _ONE_MARK for other in back)]
    return (
        group("grid", [path(f"M{number(frame.left)} {height}H{number(frame.right)}")])
        + group("share", [path(f"{outline}V{height}z")])
        + group("flag", starts)
        + group("arrow", [*(_square(at, middle) for at in stops), *(_backwards(at, middle) for at in back)])
    )


def traffic_words(deployment: Deployment, frame: Frame, row: Row, inside: Row) -> Iterator[str]:
    """What happened when, as far as there is room: in `row` above the steps, and `inside` where there are none."""
    events = _within(deployment, frame)
    rolling = deployment.rollback
    if events:
        busy = [event for event in events if event.traffic > 0] or events[:1]
        after = next((event for event in events if event.at > busy[-1].at), None)
        inside.keep_free(frame.x(busy[0].at / 60) - 6, frame.x(after.at / 60) if after else frame.right)
    if rolling is not None and rolling.started_at <= frame.last * 60:
        said = f"rollback {words.clock(rolling.started_at)} at {words.share(rolling.traffic_percent)}"
        at = frame.x(rolling.started_at / 60)
        rest = next((frame.x(e.at / 60) for e in events if e.at >= rolling.started_at and e.traffic == 0), at)
        yield inside.place(rest + 9, said, "strong") or row.place(at, said, "strong")
    steps = Row(row.left, row.right, inside.baseline)
    if rolling is not None:
        steps.keep_free(frame.x(rolling.started_at / 60) - 8, frame.right + 99)
    for wanted in _ORDER:
        for event in _ordered(events, wanted):
            x, said = frame.x(event.at / 60), _said(event)
            shown = row.place(x, said, "new" if wanted in ("started", "shifted") else "quiet")
            if not shown and wanted == "shifted" and event.traffic >= _FULL:
                shown = steps.place(x + 5, said, "new")
            yield shown


def moment_words(moments: Sequence[Moment], frame: Frame, row: Row) -> list[str]:
    """What happened when, as far as there is room: the rollback first."""
    looks = {"back": "strong", "turned": "bad", "began": "new"}
    said = []
    for look, shown in looks.items():
        for moment in moments:
            if moment.look == look and frame.first * 60 <= moment.at <= frame.last * 60:
                said.append(row.place(frame.x(moment.at / 60), f"{moment.words} {words.clock(moment.at)}", shown))
    return said


_ORDER: tuple[What, ...] = ("started", "rollback impossible", "rollback succeeded", "shifted", "stopped", "succeeded")
_SAID: dict[What, str] = {
    "started": "start",
    "stopped": "stop",
    "succeeded": "done",
    "rollback impossible": "nothing to go back to",
    "rollback succeeded": "restored",
}


def _said(event: Event) -> str:
    if event.what == "shifted":
        return words.share(event.traffic)
    said = f"{_SAID[event.what]} {words.clock(event.at)}"
    return f"{said}, {words.share(event.traffic)}" if event.what == "started" and event.traffic else said


def _ordered(events: list[Event], wanted: What) -> list[Event]:
    """The last step matters most, then the first ones."""
    found = [event for event in events if event.what == wanted]
    return found[-1:] + found[:-1]


def _within(deployment: Deployment, frame: Frame) -> list[Event]:
    return [event for event in deployment.events if event.at <= frame.last * 60]


def _spans(timeline: Timeline, frame: Frame) -> Iterator[tuple[Change, float, float]]:
    ends = [change.at / 60 for change in timeline.changes[1:]] + [float(frame.last)]
    for index, (change, end) in enumerate(zip(timeline.changes, ends, strict=True)):
        begin = frame.first if index == 0 else change.at / 60
        if begin < frame.last and end > frame.first:
            yield change, frame.x(begin), frame.x(end)


def doubts(timeline: Timeline, last: int) -> list[tuple[int, int]]:
    """The spans, in seconds and before minute `last`, in which the state is not documented."""
    ends = [change.at for change in timeline.changes[1:]] + [last * 60]
    spans = timeline.doubts
    if spans is None:
        spans = tuple((change.at, end) for change, end in zip(timeline.changes, ends, strict=True) if change.ambiguous)
    return [(begin, until) for begin, until in spans if begin < last * 60]


def _doubts(timeline: Timeline, frame: Frame) -> Iterator[str]:
    for begin, until in doubts(timeline, frame.last):
        left, right = frame.x(begin / 60), frame.x(until / 60)
        if until > frame.first * 60:
            yield path(f"M{number(left)} {number(frame.bottom + 3)}H{number(max(right, left + _LEAST))}")


def _forwards(x: float, bottom: float) -> str:
    return path(f"M{number(x)} {number(bottom - 5)}v10l8-5z")


def _backwards(x: float, middle: float) -> str:
    return path(f"M{number(x + 4)} {number(middle - 6)}v12l-10-6z")


def _square(x: float, middle: float) -> str:
    return path(f"M{number(x - 4)} {number(middle - 4)}h8v8h-8z")
