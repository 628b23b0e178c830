"""What the standing resources do in an incident. Nothing else has a say: no plan and no policy can be handed in here (design 6b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rollguard.failure import Failure
from rollguard.language.alarm_rule import RuleError, alarm_name, parse
from rollguard.plan.model import Metric, MetricAlarm, MetricDataQuery
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident import read_back
from rollguard.sandbox.incident.model import Composite, Decided, Deployed, Measured, Metrics, Release, Unheard
from rollguard.simulate.alarm import judge
from rollguard.simulate.codedeploy import MODEL
from rollguard.simulate.composite import evaluate_rule
from rollguard.simulate.delivery import timing
from rollguard.simulate.mechanism import Deployment, Event
from rollguard.simulate.model import Change, Series, Timeline

_NO_STATE = Timeline((Change(0, "INSUFFICIENT_DATA"),))


def decide(resources: Sequence[Resource], metrics: Metrics, release: Release) -> Decided:
    """The states of the alarms and the deployments.

    `resources` are those of one account and Region. Everything that decides is read from them: which alarms exist and how they judge,
    what the composites' rules say, which alarms each group polls and what it does then. Raises Failure for a resource
    that cannot be read back.
    """
    alarms = _Alarms(resources, metrics)
    groups = {place: read_back.group(resources, *place) for place in release.groups}
    polled = [name for one in groups.values() if one is not None for name in one.settings.alarms]
    own = [name for name, composite in alarms.composites.items() if composite.policy == release.policy]
    states = {name: found for name in (*own, *polled) if (found := alarms.timeline(name)) is not None}
    deployments = []
    for (application, name), group in groups.items():
        deployment = None
        if group is not None:
            deployment = MODEL.deploy(
                group.settings,
                states,
                start=release.start,
                lasts=release.groups[application, name],
                end=release.end,
                earlier_revision=group.rolls_back and not release.first,
            )
            if not group.rolls_back:  # it is not that there is nothing to go back to: nobody asked for it
                kept = tuple(event for event in deployment.events if event.what != "rollback impossible")
                deployment = replace(deployment, events=kept)
            if release.rollback_fails:
                deployment = _rollback_fails(deployment)
        deployments.append(Deployed(application, name, group, deployment))
    seen = dict(alarms.states)
    rest = [name for name in metrics.measured if name not in seen and name in alarms.names]
    unheard = {
        name: Unheard(found, alarms.metric_alarms.get(name)) for name in rest if (found := alarms.timeline(name))
    }
    return Decided(
        states=seen,
        alarms={name: one for name, one in alarms.metric_alarms.items() if name in seen},
        composites={name: one for name, one in alarms.composites.items() if name in seen},
        deployments=tuple(deployments),
        broken=alarms.broken,
        unheard=unheard,
    )


def _rollback_fails(deployment: Deployment) -> Deployment:
    """The rollback ends as a failure: the new version keeps its share of the traffic."""
    share = deployment.rollback.traffic_percent if deployment.rollback is not None else 0.0
    events = (
        Event(event.at, "rollback failed", share) if event.what == "rollback succeeded" else event
        for event in deployment.events
    )
    return replace(deployment, events=tuple(events))


class _Alarms:
    """The alarms that stand, judged when they are asked for; composites from the states of what their rules name."""

    def __init__(self, resources: Sequence[Resource], metrics: Metrics) -> None:
        self.metrics = metrics
        self.metric_alarms = read_back.metric_alarms(resources)
        self.composites = read_back.composites(resources)
        self.names = {one.name for one in resources if one.kind == "alarm"}
        self.states: dict[str, Timeline] = {}
        self.broken: dict[str, str] = {}
        self._open: list[str] = []

    def timeline(self, name: str) -> Timeline | None:
        """The alarm's states, or None where no alarm of that name stands."""
        if name not in self.names:
            return None
        if name not in self.states:
            composite = self.composites.get(name)
            self.states[name] = self._metric(name) if composite is None else self._composite(composite)
        return self.states[name]

    def _metric(self, name: str) -> Timeline:
        alarm, measured = self.metric_alarms.get(name), self.metrics.measured.get(name)
        if measured is not None and measured.timeline is not None:
            return measured.timeline
        if alarm is None:
            return Timeline((Change(0, self.metrics.before),))
        series = Series(()) if measured is None or not _looks_at(alarm, measured) else measured.series
        try:
            return judge(
                alarm,
                series or Series(()),
                end=self.metrics.minutes,
                timing=timing(alarm, self.metrics.delivery),
                initial=self.metrics.before,
            )
        except (ArithmeticError, KeyError, TypeError, ValueError) as wrong:
            raise Failure(
                f"the alarm `{name}` as it stands in `world.json` cannot be judged: {wrong}",
                help="mend it with `rollguard sandbox edit`, or take the sandbox down and up again",
            ) from wrong

    def _composite(self, composite: Composite) -> Timeline:
        self._open.append(composite.name)
        try:
            references = parse(composite.rule).children
            children = {}
            for name in map(alarm_name, references):
                found = None if name in self._open else self.timeline(name)
                if found is None:
                    around = name in self._open
                    self.broken[composite.name] = f"its rule names `{name}`, which {_wrong(around)}"
                    return _NO_STATE
                children[name] = found
            return evaluate_rule(composite.rule, children)
        except RuleError as wrong:
            self.broken[composite.name] = f"its rule is none: {wrong}"
            return _NO_STATE
        finally:
            self._open.pop()


def _wrong(around: bool) -> str:
    return "depends on it in turn" if around else "does not exist"


def _looks_at(alarm: MetricAlarm, measured: Measured) -> bool:
    """Whether the alarm as it stands measures what the incident has values of. Of anything else it gets no datapoint here."""
    if (alarm.metric is None) != (measured.metric is None):
        return False
    if alarm.metric is not None and measured.metric is not None:
        return _same_metric(measured.metric, alarm.metric)
    standing = {query.id: query for query in alarm.queries}
    return len(standing) == len(measured.queries) and all(
        query.id in standing and _same_query(query, standing[query.id]) for query in measured.queries
    )


def _same_query(one: MetricDataQuery, other: MetricDataQuery) -> bool:
    if one.expression != other.expression or one.return_data != other.return_data:
        return False
    if one.metric is None or other.metric is None:
        return one.metric is other.metric
    return _same_metric(one.metric, other.metric)


def _same_metric(one: Metric, other: Metric) -> bool:
    """Dimensions that were only references before the deployment are whatever they became."""
    there = dict(other.dimensions)
    return (
        (one.namespace, one.name, one.statistic) == (other.namespace, other.name, other.statistic)
        and dict(one.dimensions).keys() == there.keys()
        and all(there[key] == value for key, value in one.dimensions if isinstance(value, str))
    )
