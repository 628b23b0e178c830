"""What makes a chart readable around its lines: the key, the axis of values with its thresholds, the axis of minutes."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard.charts import lanes, words
from rollguard.charts.labels import Row, cut, label, spread, width
from rollguard.charts.model import ScenarioChart
from rollguard.charts.scale import Frame, minute_ticks, short, value_ticks
from rollguard.charts.signal import diamond
from rollguard.charts.svg import group, number, path

#: Between two labels of the axis of values, from baseline to baseline.
_APART = 18.0
_SAMPLE = 20.0
LINE = 21.0


def key(chart: ScenarioChart, left: float, right: float, baseline: float) -> tuple[list[str], list[str], float]:
    """A sample and a name for each kind of line that the chart has: shapes, words, and the baseline of the last row."""
    shapes, said, x = [], [], left
    for look, name in _entries(chart):
        shown = cut(name, right - left - _SAMPLE - 7)
        wide = _SAMPLE + 7 + width(shown)
        if x > left and x + wide > right:
            x, baseline = left, baseline + LINE
        shapes.append(group(look, [_sample(look, x, baseline - 4)]))
        said.append(label(x + _SAMPLE + 7, baseline, shown, "red" if look == "limit" else "quiet"))
        x += wide + 14
    return shapes, said, baseline


def _entries(chart: ScenarioChart) -> Iterator[tuple[str, str]]:
    yield "signal", words.unit_name(chart.unit)
    limit = words.limit(chart.threshold, chart.unit)
    breaches = chart.breaches
    if chart.bounds:
        yield "limit", f"bad: {limit}"
    if chart.threshold and not chart.bounds:
        yield "dot", f"breach: {limit}"
    elif any(chart.value(minute) is not None for minute in breaches):
        yield "dot", "breach"
    if any(chart.value(minute) is None for minute in breaches):
        yield "silent", "silence that counts as bad"
    elif None in chart.shown:
        yield "gap", "no data"
    if any(
        timeline is not None and lanes.doubts(timeline, chart.minutes[1]) for timeline in (chart.alarm, chart.trigger)
    ):
        yield "open", "? not documented by AWS"


def _sample(look: str, x: float, y: float) -> str:
    if look in ("dot", "silent"):
        return path(diamond(x + _SAMPLE / 2, y, 4))
    return path(f"M{number(x)} {number(y)}h{number(_SAMPLE)}")


def value_axis(chart: ScenarioChart, frame: Frame) -> tuple[str, list[str]]:
    """Thresholds by name, then as many round values as have room between them: grid lines and words."""
    bounds = sorted(set(chart.bounds), reverse=True)
    heights = spread((frame.y(bound) for bound in bounds), _APART, frame.top + 4, frame.bottom)
    said = [label(frame.left - 7, y + 4, short(bound), "bad", "end") for bound, y in zip(bounds, heights, strict=True)]
    named = {short(bound) for bound in bounds}
    lines = []
    for tick in value_ticks(frame.low, frame.high):
        y = frame.y(tick)
        lines.append(path(f"M{number(frame.left)} {number(y)}H{number(frame.right)}"))
        if short(tick) not in named and all(abs(y - height) >= _APART for height in heights):
            named.add(short(tick))
            heights.append(y)
            said.append(label(frame.left - 7, y + 4, short(tick), "quiet", "end"))
    return group("grid", lines), said


def minute_axis(frame: Frame, bottom: float) -> tuple[str, list[str]]:
    """Round minutes, `bottom` above their words: lines through the plot's `frame` and strokes below the lanes, and words."""
    lines, row = [], Row(0, frame.right + 14, bottom + 17)
    said = [label(0, bottom + 17, "min", "quiet")]
    for tick in minute_ticks(frame.first, frame.last):
        x = frame.x(tick)
        lines.append(
            path(f"M{number(x)} {number(frame.top)}V{number(frame.bottom)}M{number(x)} {number(bottom - 2)}v5")
        )
        said.append(row.centre(x, short(tick), "quiet"))
    return group("grid", lines), said
