"""CloudWatch's answers at a moment of the incident: states, reasons and datapoints of the alarms (aws-facts 1.10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from rollguard.language.alarm_rule import alarm_name, parse
from rollguard.plan.model import Comparison, MetricAlarm
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime.clock import Clock
from rollguard.sandbox.runtime.numbers import measured, written
from rollguard.sandbox.runtime.queries import meaning_of_alarm, meaning_of_query
from rollguard.simulate.alarm import given_as_breach
from rollguard.simulate.datapoints import buckets, codes
from rollguard.simulate.delivery import timing
from rollguard.simulate.missing_data import BREACHING
from rollguard.simulate.model import Change, Series

_WORDS: Mapping[Comparison, str] = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
#: How a reason names what missing datapoints are taken for (aws-facts 1.10; `NonBreaching` in events that others have published).
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}
#: How many datapoints a reason quotes.
_QUOTED = 5


class Alarms:
    """The alarms of one account and Region during an incident, as CloudWatch shows them at `clock.now`."""

    def __init__(self, resources: Sequence[Resource], incident: Incident, clock: Clock) -> None:
        self._standing = {one.name: one for one in resources if one.kind == "alarm"}
        self._incident = incident
        self._clock = clock
        decided = incident.decided
        self._states = {**decided.states, **{name: one.timeline for name, one in decided.unheard.items()}}
        unheard = {name: one.alarm for name, one in decided.unheard.items() if one.alarm is not None}
        self._definitions = {**decided.alarms, **unheard}

    def describe(self, names: Iterable[str] | None = None, prefix: str = "") -> dict[str, list[dict[str, Any]]]:
        """DescribeAlarms: `MetricAlarms` and `CompositeAlarms`, each sorted by name. `names` None: all that begin with `prefix`."""
        wanted = self._standing if names is None else {name for name in names if name in self._standing}
        found: dict[str, list[dict[str, Any]]] = {"MetricAlarms": [], "CompositeAlarms": []}
        for name in sorted(wanted):
            if name.startswith(prefix):
                one = self._standing[name]
                kind = "CompositeAlarms" if "AlarmRule" in one.members else "MetricAlarms"
                found[kind].append({**one.members, "AlarmArn": one.arn, **self._state(name, self._clock.now)})
        return found

    def history(self, name: str) -> list[dict[str, Any]]:
        """DescribeAlarmHistory of state updates, the newest first."""
        found = []
        for previous, change in self._changes(name):
            if change.at <= self._clock.now:
                old, new = self._value(name, previous), self._value(name, change)
                data = {"version": "1.0", "oldState": old, "newState": new, "type": "Update"}
                found.append(
                    {
                        "AlarmName": name,
                        "AlarmType": "CompositeAlarm" if self._composite(name) else "MetricAlarm",
                        "Timestamp": self._clock.date(change.at),
                        "HistoryItemType": "StateUpdate",
                        "HistorySummary": f"Alarm updated from {previous.state} to {change.state}",
                        "HistoryData": json.dumps(data),
                    }
                )
        return found[::-1]

    def events(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """The `detail` of each state change: (second, alarm, detail)."""
        for name in self._states:
            for previous, change in self._changes(name):
                one = self._standing[name]
                configuration: dict[str, Any] = {"description": one.members.get("AlarmDescription", "")}
                if self._composite(name):
                    configuration["alarmRule"] = one.members["AlarmRule"]
                else:
                    configuration["metrics"] = one.members.get("Metrics") or []
                detail = {
                    "alarmName": name,
                    "configuration": configuration,
                    "state": self._event_state(name, change),
                    "previousState": self._event_state(name, previous),
                }
                yield change.at, name, detail

    def values(
        self, query: Mapping[str, Any], beside: Sequence[Mapping[str, Any]], start: datetime, end: datetime
    ) -> tuple[list[datetime], list[float]]:
        """Datapoints of one query of GetMetricData in [start, end), oldest first; what the incident has no values of has none.

        `beside` are all queries of the call, whose ids expressions name.
        """
        found = self._measured(meaning_of_query(query, beside))
        if found is None:
            return [], []
        alarm, series = found
        period = int(query.get("Period") or (query.get("MetricStat") or {}).get("Period") or alarm.period)
        minutes = max(period // 60, 1)
        whole = series if minutes == 1 else buckets(alarm, series, 60, minutes)
        times, values = [], []
        for minute, value in enumerate(whole.values, whole.start):
            begins = self._clock.date((minute - minutes + 1) * 60)
            aligned = int(begins.timestamp()) % (minutes * 60) == 0
            if (
                value is not None
                and aligned
                and start <= begins < end
                and self._clock.date(minute * 60 + 60) <= self._clock.today
            ):
                times.append(begins)
                values.append(measured(value, alarm.threshold))
        return times, values

    def _measured(self, meaning: str) -> tuple[MetricAlarm, Series] | None:
        for name, alarm in self._definitions.items():
            seen = self._incident.measured.get(name)
            if seen is not None and seen.series is not None and meaning_of_alarm(alarm) == meaning:
                return alarm, seen.series
        return None

    def _changes(self, name: str) -> Iterator[tuple[Change, Change]]:
        return pairwise(self._states[name].changes if name in self._states else ())

    def _composite(self, name: str) -> bool:
        return "AlarmRule" in self._standing[name].members

    def _state(self, name: str, at: int) -> dict[str, Any]:
        timeline = self._states.get(name)
        if timeline is None:
            status = self._standing[name].status
            return {"StateValue": status.get("StateValue", "OK"), "StateReason": status.get("StateReason", "")}
        change = timeline.change_at(at)
        return {
            "StateValue": change.state,
            "StateReason": self._reason(name, change),
            "StateReasonData": json.dumps(self._reason_data(name, change)),
            "StateUpdatedTimestamp": self._clock.date(change.at),
            "StateTransitionedTimestamp": self._clock.date(change.at),
        }

    def _value(self, name: str, change: Change) -> dict[str, Any]:
        return {
            "stateValue": change.state,
            "stateReason": self._reason(name, change),
            "stateReasonData": self._reason_data(name, change),
        }

    def _event_state(self, name: str, change: Change) -> dict[str, Any]:
        return {
            "value": change.state,
            "reason": self._reason(name, change),
            "reasonData": json.dumps(self._reason_data(name, change)),
            "timestamp": self._clock.date(change.at).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        }

    def _reason(self, name: str, change: Change) -> str:
        if self._composite(name):
            child = self._latest_child(name, change)
            if child is None:
                return f"{self._standing[name].arn} was created"
            when = self._clock.date(change.at).strftime("%A %d %B, %Y %H:%M:%S UTC")
            return f"{self._standing[child].arn} transitioned to {self._child_state(child, change)} at {when}"
        alarm, points = self._points(name, change)
        if alarm is None or alarm.threshold is None or given_as_breach(alarm):
            return "Threshold Crossed" if change.state == "ALARM" else "Unchecked: Initial alarm creation"
        if change.state == "INSUFFICIENT_DATA":
            return "Insufficient Data: no datapoints were received."
        bad = change.state == "ALARM"
        real = [(at, value) for at, value in points if value is not None]
        breaching = codes(alarm, Series(tuple(value for _, value in real)))
        told = [point for point, code in zip(real, breaching, strict=True) if bool(code & BREACHING) is bad]
        silent = len(points) - len(real) if alarm.treat_missing_data in _TREATED else 0
        treated = f"{_several(silent, 'missing datapoint')} treated as [{_TREATED.get(alarm.treat_missing_data)}]"
        if not real and silent:
            periods = f"{silent} period{'' if silent == 1 else 's'}"
            return f"Threshold Crossed: no datapoints were received for {periods} and {treated}."
        if not told:
            return "Threshold Crossed"
        quoted = ", ".join(
            f"{written(value)} ({self._clock.date(at):%d/%m/%y %H:%M:%S})" for at, value in told[:_QUOTED]
        )
        word = _WORDS.get(alarm.comparison, "outside of")
        count = alarm.datapoints_to_alarm
        return (
            f"Threshold Crossed: {len(told)} out of the last {alarm.evaluation_periods} datapoints "
            f"[{quoted}] {'was' if len(told) == 1 else 'were'}{'' if bad else ' not'} {word} the threshold ({written(alarm.threshold)})"
            f"{f' and {treated}' if silent else ''} "
            f"(minimum {count} datapoint{'' if count == 1 else 's'} for {'OK -> ALARM' if bad else 'ALARM -> OK'} transition)."
        )

    def _reason_data(self, name: str, change: Change) -> dict[str, Any]:
        if self._composite(name):
            child = self._latest_child(name, change)
            if child is None:
                return {}
            state = {"value": self._child_state(child, change), "timestamp": self._time(change.at)}
            return {"triggeringAlarms": [{"arn": self._standing[child].arn, "state": state}]}
        alarm, points = self._points(name, change)
        if alarm is None:
            return {}
        evaluated = [
            {"timestamp": self._time(at), **({} if value is None else {"value": value})} for at, value in points
        ]
        return {
            "version": "1.0",
            "queryDate": self._time(change.at),
            "startDate": self._time(points[-1][0]) if points else None,
            "statistic": alarm.metric.statistic if alarm.metric else None,
            "period": alarm.period,
            "recentDatapoints": [value for _, value in reversed(points) if value is not None],
            "threshold": alarm.threshold,
            "evaluatedDatapoints": evaluated,
        }

    def _points(self, name: str, change: Change) -> tuple[MetricAlarm | None, list[tuple[int, float | None]]]:
        """The datapoints that an evaluation at the change looked at, the newest first, each with the second that it begins at."""
        alarm, seen = self._definitions.get(name), self._incident.measured.get(name)
        if alarm is None or seen is None or seen.series is None:
            return alarm, []
        width = max(alarm.period // 60, 1)
        whole = buckets(alarm, seen.series, 60, width)
        when = timing(alarm, self._incident.outside.around.delivery)
        newest = (change.at - min(when.usual, when.delivery)) // 60 - 1
        found: list[tuple[int, float | None]] = []
        for step in range(alarm.evaluation_periods):
            minute = newest - step * width
            index = minute - whole.start
            value = whole.values[index] if 0 <= index < len(whole.values) else None
            kept = None if value is None else measured(value, alarm.threshold)
            found.append(((minute - width + 1) * 60, kept))
        return alarm, found

    def _latest_child(self, name: str, change: Change) -> str | None:
        """The alarm of the rule whose change turned the composite: the last one that changed by then."""
        children = {alarm_name(one) for one in parse(self._standing[name].members["AlarmRule"]).children}
        found = [
            (one.at, child)
            for child, timeline in self._incident.decided.states.items()
            if child in children
            for one in timeline.changes[1:]
            if one.at <= change.at
        ]
        return max(found)[1] if found else None

    def _child_state(self, child: str, change: Change) -> str:
        return self._incident.decided.states[child].state_at(change.at)

    def _time(self, seconds: float) -> str:
        return self._clock.date(seconds).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _several(count: int, what: str) -> str:
    return f"{count} {what} was" if count == 1 else f"{count} {what}s were"
