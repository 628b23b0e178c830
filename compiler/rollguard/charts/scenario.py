"""The chart of one criterion in one run: the signal above, the alarm and the deployment below it, on one axis of minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rollguard.charts import axes, lanes, scale, signal, words
from rollguard.charts.describe import describe
from rollguard.charts.labels import Row, label, wrapped
from rollguard.charts.model import ScenarioChart
from rollguard.charts.paper import hatch, paper
from rollguard.charts.scale import Frame
from rollguard.charts.svg import group, number, path
from rollguard.simulate.model import Timeline
from rollguard.wording import lasting

_WIDTH = 560.0
_LEFT, _RIGHT = 62.0, 14.0
_PLOT = 136.0
#: Of a lane: the room for its words, the height of an alarm's band and of the traffic's steps, the room above it.
_WORDS, _BAND, _STEPS, _ABOVE = 19.0, 10.0, 24.0, 9.0
#: The size of the title on a phone, and the height of its lines.
_HEAD, _HEAD_LINE = 17.6, 22.0
#: Two moments nearer than this are one line.
_ONE_LINE = 6.0


@dataclass(frozen=True, slots=True)
class _Lane:
    shapes: str
    said: list[str]
    bottom: float
    row: Row


def scenario_chart(chart: ScenarioChart, prefix: str, *, style: bool = True) -> str:
    """The chart as one line of SVG that is readable from 320 pixels on, in light and dark.

    `prefix` starts every id in it and must differ from that of any other chart of the page. `style=False` leaves the style sheet to the
    page, which then holds `STYLE` once. Every text may come from anybody: it stays text.
    """
    titles = wrapped(chart.title, _WIDTH, _HEAD, "head")
    head = [label(0, 20 + index * _HEAD_LINE, line, "head") for index, line in enumerate(titles) if line]
    samples, names, baseline = axes.key(chart, 0, _WIDTH - _RIGHT, 20 + len(head) * _HEAD_LINE)
    plot = _plot(chart, baseline + (30 if chart.onset is not None else 12))
    below = list(_lanes(chart, plot, hatch(prefix)))
    bottom = below[-1].bottom if below else plot.bottom
    levels, values = axes.value_axis(chart, plot)
    grid, minutes = axes.minute_axis(plot, bottom + 3)
    span, lasting = _span(chart, plot)
    shapes = (
        levels,
        grid,
        *samples,
        *_moments(chart, plot, bottom, [lane.row for lane in below]),
        signal.draw(chart, plot),
        *(lane.shapes for lane in below),
        span,
    )
    said = (*head, *names, *values, *(words for lane in below for words in lane.said), *minutes, lasting)
    size = (_WIDTH, bottom + 28)
    return paper(prefix, size, chart.title, describe(chart), (*shapes, group("text", said)), look="rgc", style=style)


def _plot(chart: ScenarioChart, top: float) -> Frame:
    low, high = scale.domain([*(value for value in chart.shown if value is not None), *chart.bounds])
    return Frame(_LEFT, top, _WIDTH - _LEFT - _RIGHT, _PLOT, *chart.minutes, low, high)


def _lanes(chart: ScenarioChart, plot: Frame, pattern: str) -> Iterator[_Lane]:
    bottom = plot.bottom
    for name, timeline in (("alarm", chart.alarm), ("trigger", chart.trigger)):
        if timeline is not None:
            yield (lane := _alarm_lane(name, timeline, plot, bottom + _ABOVE, pattern))
            bottom = lane.bottom
    if chart.deployment is not None:
        frame = _below(plot, bottom + _ABOVE, _STEPS)
        above, inside = _row(frame, frame.top - 5), _row(frame, frame.bottom - 6)
        said = [_name("traffic", frame.bottom - 6), *lanes.traffic_words(chart.deployment, frame, above, inside)]
        yield _Lane(lanes.traffic(chart.deployment, frame), said, frame.bottom + 2, above)
    elif chart.moments:
        row = Row(0, plot.right + _RIGHT, bottom + _ABOVE + _WORDS - 5)
        yield _Lane("", lanes.moment_words(chart.moments, plot, row), row.baseline + 5, row)


def _alarm_lane(name: str, timeline: Timeline, plot: Frame, top: float, pattern: str) -> _Lane:
    frame = _below(plot, top, _BAND)
    row = _row(frame, frame.top - 5)
    said = [_name(name, frame.bottom - 1), *lanes.alarm_words(timeline, frame, row)]
    return _Lane(lanes.alarm(timeline, frame, pattern), said, frame.bottom, row)


def _below(plot: Frame, top: float, height: float) -> Frame:
    """A lane's frame; what it shows is a share from 0 to 100."""
    return replace(plot, top=top + _WORDS, height=height, low=0.0, high=100.0)


def _row(frame: Frame, baseline: float) -> Row:
    return Row(0, frame.right + _RIGHT, baseline)


def _name(words: str, baseline: float) -> str:
    return label(0, baseline, words, "quiet")


def _moments(chart: ScenarioChart, plot: Frame, bottom: float, rows: Sequence[Row]) -> Iterator[str]:
    """Upright lines through everything: the deployment's start, the alarms that counted, the rollback."""
    deployment = chart.deployment
    back = [chart.rolled_back] if chart.rolled_back is not None else []
    began = [event.at for event in deployment.events[:1]] if deployment is not None else []
    began += [moment.at for moment in chart.moments if moment.look == "began"]
    turned = [at for timeline in (chart.alarm, chart.trigger) if timeline for at in _turned(timeline, *back)]
    turned += [moment.at for moment in chart.moments if moment.look == "turned"]
    turned = [at for at in turned if all(abs(plot.x(at / 60) - plot.x(other / 60)) >= _ONE_LINE for other in back)]
    for look, times in (("began", began), ("turned", turned), ("back", back)):
        inside = sorted({at / 60 for at in times if plot.first * 60 <= at <= plot.last * 60})
        yield group(look, (_upright(plot.x(minute), plot.top, bottom, rows) for minute in inside))


def _turned(timeline: Timeline, before: int | None = None) -> list[int]:
    """When the alarm turned red: the last time up to `before`, or else the first time."""
    changes = [change.at for change in timeline.changes[1:] if change.state == "ALARM"]
    return [at for at in changes if before is not None and at <= before][-1:] or changes[:1]


def _upright(x: float, top: float, bottom: float, rows: Sequence[Row]) -> str:
    """A line from `top` to `bottom` that passes behind the words of `rows`."""
    line = f"M{number(x)} {number(top)}"
    for row in rows:
        if row.hides(x):
            line += f"V{number(row.baseline - 13)}M{number(x)} {number(row.baseline + 4)}"
    return path(f"{line}V{number(bottom)}")


def _span(chart: ScenarioChart, plot: Frame) -> tuple[str, str]:
    """The time from the first bad minute to the rollback as a measure above the plot; without a rollback only its beginning."""
    if chart.onset is None:
        return "", ""
    y, begin = plot.top - 9, plot.x(chart.onset / 60)
    row = Row(plot.left - 4, plot.right + _RIGHT, y + 4)
    rolled_back = chart.rolled_back
    if rolled_back is None or rolled_back < chart.onset:
        return group("span", [path(f"M{number(begin)} {number(y - 5)}v10")]), row.place(
            begin + 5, f"bad from {words.clock(chart.onset)}"
        )
    end = plot.x(rolled_back / 60)
    line = path(f"M{number(begin)} {number(y - 5)}v10m0-5H{number(end)}m0-5v10")
    row.keep_free(begin, end - 3)
    said = lasting(rolled_back - chart.onset)
    return group("span", [line]), row.place(end + 6, said, "strong") or row.place(
        begin - 6, said, "strong", before=True
    )
