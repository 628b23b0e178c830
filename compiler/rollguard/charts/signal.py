"""The line of a signal in a frame: its gaps, its breaching minutes, and fewer points where there are more than can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollguard.charts import words
from rollguard.charts.model import ScenarioChart
from rollguard.charts.scale import Frame
from rollguard.charts.svg import group, number, path, rectangle

#: More minutes than this are no longer steps but a line through the extremes of each bucket.
_STEPS = 240
_BUCKETS = 240
#: Nearer than this, in the chart's own units, two marks are one.
_MARK_ROOM = 7.5

Run = list[tuple[int, float]]


def draw(chart: ScenarioChart, frame: Frame, size: float = 3.6) -> str:
    """Every layer of the signal: the bad side, thresholds, the line, gaps, breaches. Marks are `size` from tip to middle."""
    breaches = set(chart.breaches)
    shown = _runs(chart)
    bad = [run for whole in shown for run in _among(whole, breaches)]
    gaps = [minute for minute in range(*chart.minutes) if chart.value(minute) is None]
    return "".join(
        (
            group("zone", _zones(chart, frame)),
            group("limit", (_level(frame, bound) for bound in chart.bounds)),
            group("signal", _path(shown, frame)),
            group("gap", (_flat(frame, run) for run in words.runs(gaps))),
            group("breach", _path(bad, frame)),
            *_marks(chart, frame, size),
        )
    )


def diamond(x: float, y: float, size: float) -> str:
    """A mark that no other mark looks like, whatever its colour."""
    tall, wide = number(size), number(size)
    return f"M{number(x - size)} {number(y)}l{wide}-{tall} {wide} {tall}-{wide} {tall}z"


def _runs(chart: ScenarioChart) -> list[Run]:
    found: list[Run] = []
    last = None
    for minute in range(*chart.minutes):
        value = chart.value(minute)
        if value is None:
            continue
        if last != minute - 1:
            found.append([])
        found[-1].append((minute, value))
        last = minute
    return found


def _among(run: Run, minutes: set[int]) -> Iterator[Run]:
    part: Run = []
    for point in run:
        if point[0] in minutes:
            part.append(point)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _path(shown: Sequence[Run], frame: Frame) -> Iterator[str]:
    if not shown:
        return
    steps = frame.last - frame.first <= _STEPS
    yield path("".join((_stepped if steps else _thinned)(run, frame) for run in shown))


def _stepped(run: Run, frame: Frame) -> str:
    first, height = run[0]
    parts = [f"M{number(frame.x(first))} {number(frame.y(height))}"]
    level = number(frame.y(height))
    for minute, value in run[1:]:
        now = number(frame.y(value))
        if now != level:
            parts.append(f"H{number(frame.x(minute))}V{now}")
            level = now
    parts.append(f"H{number(frame.x(run[-1][0] + 1))}")
    return "".join(parts)


def _thinned(run: Run, frame: Frame) -> str:
    per = -(-(frame.last - frame.first) // _BUCKETS)
    points: list[tuple[float, float]] = []
    for start in range(0, len(run), per):
        bucket = run[start : start + per]
        extremes = {min(bucket, key=lambda point: point[1]), max(bucket, key=lambda point: point[1])}
        points += sorted(extremes)
    # The middle of a minute stands for it, but a run begins and ends where its minutes do.
    points = [
        (run[0][0], run[0][1]),
        *((minute + 0.5, value) for minute, value in points),
        (run[-1][0] + 1, run[-1][1]),
    ]
    shown = [f"{number(frame.x(minute))} {number(frame.y(value))}" for minute, value in points]
    return f"M{shown[0]}L{' '.join(point for point, before in zip(shown[1:], shown, strict=False) if point != before)}"


def _zones(chart: ScenarioChart, frame: Frame) -> Iterator[str]:
    if (bound := chart.bad_above()) is not None:
        yield _zone(frame, frame.top, frame.y(bound))
    if (bound := chart.bad_below()) is not None:
        yield _zone(frame, frame.y(bound), frame.bottom)


def _zone(frame: Frame, top: float, bottom: float) -> str:
    return rectangle(frame.left, top, frame.right, bottom)


def _level(frame: Frame, bound: float) -> str:
    return path(f"M{number(frame.left)} {number(frame.y(bound))}H{number(frame.right)}")


def _flat(frame: Frame, run: tuple[int, int]) -> str:
    begin, end = frame.x(run[0]), max(frame.x(run[1]), frame.x(run[0]) + 2)
    return path(f"M{number(begin)} {number(frame.bottom - 3)}H{number(end)}")


def _marks(chart: ScenarioChart, frame: Frame, size: float) -> Iterator[str]:
    """Diamonds on breaching values, hollow ones where silence breaches; those too near to part are one, on the worst of them."""
    for silent in (False, True):
        clusters: list[list[int]] = []
        for minute in chart.breaches:
            if (chart.value(minute) is None) != silent:
                continue
            if clusters and frame.x(minute) - frame.x(clusters[-1][0]) < _MARK_ROOM:
                clusters[-1].append(minute)
            else:
                clusters.append([minute])
        spots = [_worst(chart, cluster) for cluster in clusters]
        drawn = "".join(
            diamond(frame.x(minute + 0.5), frame.bottom - 3 if value is None else frame.y(value), size)
            for minute, value in spots
        )
        if drawn:
            yield group("silent" if silent else "dot", [path(drawn)])


def _worst(chart: ScenarioChart, cluster: Sequence[int]) -> tuple[int, float | None]:
    above, below = chart.bad_above(), chart.bad_below()

    def badness(minute: int) -> float:
        # Halves, so that no difference of two doubles is beyond a double.
        half = (chart.value(minute) or 0.0) / 2
        if below is None:
            return half
        return below / 2 - half if above is None else max(half - above / 2, below / 2 - half)

    worst = max(cluster, key=badness)
    return worst, chart.value(worst)
