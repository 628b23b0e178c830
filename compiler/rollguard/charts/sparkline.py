"""The small chart of a trace, such as a preset's `fires` and `quiet`: signal, threshold, breaches and alarm, and few words."""

from __future__ import annotations

from rollguard.charts import lanes, scale, signal, words
from rollguard.charts.describe import describe
from rollguard.charts.labels import cut, label, spread, width
from rollguard.charts.model import ScenarioChart
from rollguard.charts.paper import hatch, paper
from rollguard.charts.scale import Frame, short
from rollguard.charts.svg import group, number, path

_WIDTH, _HEIGHT = 320.0, 126.0
_LEFT, _RIGHT = 56.0, 6.0
#: Words keep this size: the chart is small wherever it stands.
_SIZE = 11.5
#: From here on a value is never said with all its digits.
_LONG = 1e6


def sparkline(chart: ScenarioChart, prefix: str, *, style: bool = True) -> str:
    """The chart as one line of SVG, 320 by 126 units, for two beside each other.

    Takes what `scenario_chart` takes; a deployment is told in the text alternative only.
    """
    low, high = scale.domain([*(value for value in chart.shown if value is not None), *chart.bounds])
    plot = Frame(_LEFT, 26, _WIDTH - _LEFT - _RIGHT, 58, *chart.minutes, low, high)
    band = Frame(_LEFT, 94, plot.width, 8, *chart.minutes)
    outcome, look = _outcome(chart)
    room = _WIDTH - _RIGHT - width(outcome, _SIZE, look) - 12
    said = [
        # A title that does not fit is left to the words around the picture; half of one says nothing.
        *([label(0, 14, chart.title, "strong")] if _fits(chart.title, room) else []),
        label(_WIDTH - _RIGHT, 14, outcome, look, "end"),
        *_values(chart, plot),
        label(_LEFT, 120, str(plot.first), "quiet"),
        label(plot.right, 120, f"{plot.last} min", "quiet", "end"),
    ]
    if chart.alarm is not None:
        said.append(label(0, 102, "alarm", "quiet"))
    shapes = (
        group("grid", [path(f"M{number(plot.left)} {number(plot.bottom)}H{number(plot.right)}")]),
        signal.draw(chart, plot, 3),
        lanes.alarm(chart.alarm, band, hatch(prefix)) if chart.alarm is not None else "",
    )
    size = (_WIDTH, _HEIGHT)
    return paper(
        prefix, size, chart.title, describe(chart), (*shapes, group("text", said)), look="rgc rgc-small", style=style
    )


def _fits(title: str, room: float) -> bool:
    return cut(title, room, _SIZE, "strong") == title


def _outcome(chart: ScenarioChart) -> tuple[str, str]:
    if chart.alarm is None:
        return words.unit_name(chart.unit), "quiet"
    if chart.alarm.changes[0].state == "ALARM":
        return "in ALARM from the start", "bad"
    red = next(
        (change for change in chart.alarm.changes if change.state == "ALARM" and change.at <= chart.minutes[1] * 60),
        None,
    )
    return (f"ALARM at {words.clock(red.at)}", "bad") if red is not None else ("never in ALARM", "quiet")


def _values(chart: ScenarioChart, plot: Frame) -> list[str]:
    bounds = sorted(set(chart.bounds), reverse=True)
    heights = spread((plot.y(bound) for bound in bounds), 13, plot.top + 4, plot.bottom - 2)
    said = [
        label(plot.left - 6, y + 4, _measured(bound, chart.unit), "bad", "end")
        for bound, y in zip(bounds, heights, strict=True)
    ]
    most = max((value for value in chart.shown if value is not None), default=None)
    if most is not None and all(abs(plot.y(most) - y) > 13 for y in heights):
        rounded = float(f"{most:.3g}") if abs(most) < _LONG else most
        said.append(
            label(plot.left - 6, max(plot.y(most), plot.top) + 4, _measured(rounded, chart.unit), "quiet", "end")
        )
    return said


def _measured(value: float, unit: str) -> str:
    said = words.measured(value, unit) if abs(value) < _LONG else short(value)
    return said if width(said, _SIZE) <= _LEFT - 6 else short(value)
