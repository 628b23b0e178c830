"""A criterion's metric against its threshold, drawn from the snapshot that the record keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rollguard.charts import Moment, ScenarioChart, breaching, describe, scenario_chart
from rollguard.charts.model import Threshold
from rollguard.records.model import Record, moment
from rollguard.reports.model import Drawing
from rollguard.reports.words import clock, said
from rollguard.simulate.model import Change, State, Timeline

_STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
#: A record spans an hour and a recovery. More than this is a broken clock, and a chart of it would show nothing.
_LONGEST_MINUTES = 14 * 1440
_DIRECTIONS = ("above", "atLeast", "below", "atMost")


def drawing(record: Record, criterion: Mapping[str, Any], prefix: str) -> Drawing | None:
    """The chart of one criterion, its axis in minutes from the first bad datapoint; None where the record holds no datapoint.

    `prefix` must be another one for each chart of a page.
    """
    series = _finest([each for each in record["series"] if each["criterion"] == criterion["id"]])
    stated = series["points"] if series is not None else ()
    points = sorted(
        ((at, _number(value)) for text, value in stated if (at := moment(text)) is not None), key=lambda point: point[0]
    )
    if series is None or not points:
        return None
    origin = (moment(record["times"]["onset"]) or moment(record["times"]["alarm"]) or points[0][0]).replace(
        second=0, microsecond=0
    )
    chart = _chart(record, criterion, points, series["period"], origin)
    if chart is None:
        return None
    return Drawing(scenario_chart(chart, prefix, style=False).strip(), describe(chart), clock(origin.isoformat())[:5])


def _finest(entries: list[Record]) -> Record | None:
    """The datapoints that are drawn. Those of two periods are not drawn as one line: a sum of a minute is not one of ten seconds."""
    known = [each for each in entries if any(_number(value) is not None for _, value in each["points"])]
    return min(known or entries, key=lambda each: int(each["period"]), default=None)


def _chart(
    record: Record,
    criterion: Mapping[str, Any],
    points: list[tuple[datetime, float | None]],
    period: int,
    origin: datetime,
) -> ScenarioChart | None:
    threshold = _threshold(criterion)
    values = _by_minute(points, period, origin, threshold)
    start, last = min(values), max(values)
    if last - start > _LONGEST_MINUTES:
        return None
    listed = [values.get(minute) for minute in range(start, last + 1)]
    times = record["times"]
    onset = _since(origin, times["onset"])
    names = {each["alarm"] for each in record["criteria"]}
    return ScenarioChart(
        title=said(criterion["title"], 120),
        unit=said(criterion["unit"] or "", 20),
        values=listed,
        threshold=threshold,
        breaching=breaching(listed, threshold, start),
        alarm=_timeline(
            record, origin, criterion["since"] if criterion["state"] == "ALARM" else None, {criterion["alarm"]}
        ),
        trigger=_timeline(record, origin, times["alarm"], None, names),
        onset=onset,
        start=start,
        moments=tuple(_moments(record, origin)),
    )


def _threshold(criterion: Mapping[str, Any]) -> Threshold:
    """What can be drawn as a line. A band moves, and the record does not keep where it was."""
    stated = tuple((str(key), value) for key, value in criterion["threshold"])
    drawable = all(key in _DIRECTIONS and _number(value) is not None for key, value in stated)
    return stated if drawable and len(dict(stated)) == len(stated) and _known(dict(stated)) else ()


def _known(bounds: Mapping[str, object]) -> bool:
    return len(bounds) == 1 or set(bounds) == {"below", "above"}


def _by_minute(
    points: list[tuple[datetime, float | None]], period: int, origin: datetime, threshold: Threshold
) -> dict[int, float | None]:
    """A value for each minute: a longer period's value holds for all of its minutes, of a shorter period's the worst counts."""
    worst = min if threshold and threshold[0][0] in ("below", "atMost") else max
    found: dict[int, float | None] = {}
    for at, value in points:
        first = int((at - origin).total_seconds() // 60)
        for minute in range(first, first + max(period // 60, 1)):
            before = found.get(minute)
            found[minute] = value if before is None or value is None else worst(before, value)
            if value is None and before is not None:
                found[minute] = before
    return found


def _timeline(
    record: Record, origin: datetime, red: object, wanted: set[str] | None, others: set[str] | None = None
) -> Timeline | None:
    """The states of an alarm as its events told them; of the rollback alarm (`wanted` None), which is the one that is no criterion's.

    `red` is when the record says that it turned red.
    """
    events = sorted(
        (
            (at, fact)
            for fact in record["facts"]
            if fact["kind"] == "alarmState" and (at := moment(fact["at"])) is not None and _is(fact, wanted, others)
        ),
        key=lambda event: event[0],
    )
    if not events or events[0][1].get("previous") not in _STATES:
        return None
    first = _since(origin, events[0][1]["at"]) or 0
    changes = [Change(first - 60 * _LONGEST_MINUTES, events[0][1]["previous"])]
    # The event that turned it red may not have been kept, or never arrived; when it did is known all the same.
    began = _since(origin, red)
    if changes[0].state == "ALARM" and began is not None and changes[0].at < began < first:
        changes = [Change(changes[0].at, "OK"), Change(began, "ALARM")]
    for at, fact in events:
        seconds = int((at - origin).total_seconds())
        if fact.get("value") in _STATES and fact["value"] != changes[-1].state and seconds > changes[-1].at:
            changes.append(Change(seconds, fact["value"]))
    return Timeline(tuple(changes)) if len(changes) > 1 else None


def _is(fact: Mapping[str, Any], wanted: set[str] | None, others: set[str] | None) -> bool:
    return fact.get("alarm") in wanted if wanted is not None else fact.get("alarm") not in (others or set())


def _moments(record: Record, origin: datetime) -> list[Moment]:
    times, deployment = record["times"], record["deployment"] or {}
    stated = (
        (deployment.get("createdAt"), "deployed", "began"),
        (times["alarm"], "red", "turned"),
        (times["rollbackStarted"], "rollback", "back"),
        (times["rollbackDone"], "done", "began"),
        (times["recovered"], "green", "began"),
    )
    return [Moment(at, words, look) for text, words, look in stated if (at := _since(origin, text)) is not None]  # type: ignore[arg-type]


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _since(origin: datetime, text: object) -> int | None:
    at = moment(text)
    return None if at is None else int((at - origin).total_seconds())
