"""Look-ups in AWS, as facts. They never raise: what is throttled, denied, not there, too slow or not as documented is a `missing` fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rollguard.recorder import answers, datapoints, facts, times
from rollguard.recorder.datapoints import Request
from rollguard.recorder.facts import Fact
from rollguard.recorder.snapshots import Entry

#: Alarms of one DescribeAlarms, deployments of one BatchGetDeployments (API references).
ALARMS, DEPLOYMENTS = 100, 25
#: Pages of a list at most: what is looked for is new, and the look-ups' time is bounded.
PAGES = 20
#: Seconds before an alarm in which a deployment under way can have begun: ECS waits at most 48 h twice (aws-facts 2.4).
LONGEST_DEPLOYMENT = 5 * 86_400
#: How the creators begin of deployments that bring the current revision to hosts as they come, or act as they go (aws-facts 2.5).
SCALING = "autoscaling"
#: Seconds of the invocation that are kept for the record and the messages: look-ups that find less are not made.
RESERVE = 25
#: What a malformed answer raises on its way to a fact.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class OutOfTime(Exception):
    """A look-up that was not made, as the rest of the invocation is the messages'."""


class _Cut(Exception):
    """A list that is longer than what is read of it: nothing follows from what is not in it."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """`codedeploy` and `cloudwatch` are boto3 clients with bounded retries and times; `now` gives the record's text of the moment."""

    codedeploy: Any
    cloudwatch: Any
    now: Callable[[], str]
    #: Milliseconds that are left to the invocation.
    remaining: Callable[[], int] = lambda: 900_000

    def _call(self, operation: Callable[..., Any], **parameters: Any) -> Any:
        if self.remaining() < RESERVE * 1000:
            raise OutOfTime("not asked, as no time was left")
        return operation(**parameters)

    @contextmanager
    def _asking(self, what: str, found: list[Fact]) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, OutOfTime, _Cut, *MALFORMED) as error:
            found.append(facts.missing(what, why(error), self.now()))

    def deployment(self, deployment: str) -> Fact:
        """GetDeployment: a `deployment` fact, or what is missing."""
        found: list[Fact] = []
        with self._asking(answers.deployment_question(deployment), found):
            info = self._call(self.codedeploy.get_deployment, deploymentId=deployment)["deploymentInfo"]
            found.append(answers.deployment(info, self.now()))
        return found[0]

    def revision(self, application: str | None, sha256: str) -> Fact:
        """GetApplicationRevision of an AppSpec by its hash: a `revision` fact, or what is missing."""
        found: list[Fact] = []
        with self._asking(answers.revision_question(application, sha256), found):
            wanted = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": sha256}}
            answer = self._call(self.codedeploy.get_application_revision, applicationName=application, revision=wanted)
            found.append(answers.application_revision(answer["revision"], application, sha256, self.now()))
        return found[0]

    def under_way(self, groups: Sequence[Mapping[str, Any]], moment: str, until: str | None = None) -> list[Fact]:
        """Which deployments of the groups were under way at `moment`: their `deployment` facts and an `underWay` fact.

        With `until`, which were between the two. One ListDeployments for each group, and BatchGetDeployments of what it lists.
        What could not be asked is missing. One that was found counts all the same; "none" takes an answer for every group.
        """
        found: list[Fact] = []
        running: list[str] = []
        asked: list[str] = []
        for group in groups:
            question = answers.deployments_question(group["application"], group["group"])
            with self._asking(question, found):
                covering = self._covering(group, moment, until or moment)
                running += [fact["deployment"] for fact in covering]
                found += covering
                asked.append(question)
        if running or len(asked) == len(groups):
            found.append(facts.under_way(running, self.now(), asked))
        return found

    def _covering(self, group: Mapping[str, Any], moment: str, until: str) -> list[Fact]:
        """The releases of a group under way between `moment` and `until`. Raises _Cut where none was found and the list went on."""
        begin, end = times.instant(times.later(moment, -LONGEST_DEPLOYMENT)), times.instant(times.later(until, 1))
        token: dict[str, str] = {}
        for _ in range(PAGES):
            page = self._call(
                self.codedeploy.list_deployments,
                applicationName=group["application"],
                deploymentGroupName=group["group"],
                createTimeRange={"start": begin, "end": end},
                **token,
            )
            # The newest come first, which the API does not promise: so all are asked, until one is found.
            ids = list(page["deployments"])
            for place in range(0, len(ids), DEPLOYMENTS):
                batch = self._call(
                    self.codedeploy.batch_get_deployments, deploymentIds=ids[place : place + DEPLOYMENTS]
                )
                found = [answers.deployment(info, self.now()) for info in batch["deploymentsInfo"]]
                if running := [fact for fact in found if _covers(fact, moment, until)]:
                    return running
            if not page.get("nextToken"):
                return []
            token = {"nextToken": page["nextToken"]}
        raise _Cut(
            f"of more than {PAGES} pages of deployments only the first were asked, and none of them was under way"
        )

    def alarms(self, names: Sequence[str]) -> list[Fact]:
        """DescribeAlarms of `names`: an `alarms` fact, and what is missing: all of them, or those that do not exist."""
        found: list[Fact] = []
        with self._asking(answers.ALARMS, found):
            described: list[Mapping[str, Any]] = []
            for place in range(0, len(names), ALARMS):
                described += self._described(list(names[place : place + ALARMS]))
            snapshot = answers.alarms(described, self.now())
            found += [snapshot, *not_there(names, snapshot)]
        return found

    def _described(self, names: list[str]) -> Iterator[Mapping[str, Any]]:
        token: dict[str, str] = {}
        for _ in range(PAGES):
            page = self._call(
                self.cloudwatch.describe_alarms,
                AlarmNames=names,
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                MaxRecords=ALARMS,
                **token,
            )
            if "MetricAlarms" not in page and "CompositeAlarms" not in page:
                raise KeyError("MetricAlarms")
            yield from page.get("MetricAlarms", ())
            yield from page.get("CompositeAlarms", ())
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def history(self, alarm: str, since: str, until: str) -> list[Fact]:
        """DescribeAlarmHistory: the alarm's changes of state between two moments, as `alarmState` facts."""
        found: list[Fact] = []
        question = answers.history_question(alarm)
        with self._asking(question, found):
            token: dict[str, str] = {}
            changes: list[Fact] = []
            for _ in range(PAGES):
                page = self._call(
                    self.cloudwatch.describe_alarm_history,
                    AlarmName=alarm,
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"],
                    HistoryItemType="StateUpdate",
                    StartDate=times.instant(since),
                    EndDate=times.instant(until),
                    MaxRecords=100,
                    **token,
                )
                changes += answers.history(alarm, page["AlarmHistoryItems"])
                if not page.get("NextToken"):
                    break
                token = {"NextToken": page["NextToken"]}
            found += [*changes, facts.answered(question, self.now())]
        return found

    def series(self, criteria: Sequence[Mapping[str, Any]], onset: str, end: str) -> list[Fact]:
        """GetMetricData of every criterion, from an hour before the onset to `end`: a `series` fact, and what is missing.

        A call that fails costs the criteria in it, and none in another.
        """
        start, until = datapoints.window(onset, end)
        asked = datapoints.requests(criteria, start, until, self.now())
        found: list[Entry] = []
        failed: list[tuple[Request, Fact]] = []
        for request in asked:
            lost: list[Fact] = []
            with self._asking(answers.SERIES, lost):
                found += datapoints.entries(criteria, request, list(self._results(request)), self.now())
            failed += [(request, fact) for fact in lost]
        if asked and len(failed) == len(asked):
            return [failed[0][1]]
        known = {one["criterion"] for one in found}
        reasons = {criteria[index]["id"]: fact["why"] for request, fact in failed for index in request.periods}
        absent = [one["id"] for one in criteria if one["queries"] and one["id"] not in known]
        return [
            answers.series(found, start, until, self.now()),
            *(
                facts.missing(answers.series_question(id), reasons.get(id, "CloudWatch gave none"), self.now())
                for id in absent
            ),
        ]

    def _results(self, request: Request) -> Iterator[Mapping[str, Any]]:
        token: dict[str, str] = {}
        for _ in range(PAGES):
            page = self._call(
                self.cloudwatch.get_metric_data,
                MetricDataQueries=request.queries,
                StartTime=times.instant(request.start),
                EndTime=times.instant(request.end),
                ScanBy="TimestampAscending",
                **token,
            )
            yield from page["MetricDataResults"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


def not_there(names: Sequence[str], snapshot: Fact) -> list[Fact]:
    """Which of `names` an `alarms` fact should hold and does not."""
    return [
        facts.missing(answers.alarm_question(name), "there is no such alarm", snapshot["at"])
        for name in names
        if name not in snapshot["alarms"]
    ]


def why(error: Exception) -> str:
    """The reason for which a look-up gave no answer."""
    if isinstance(error, ClientError):
        stated = error.response.get("Error", {})
        return f"{stated.get('Code', 'error')}: {stated.get('Message', '')}"
    if isinstance(error, BotoCoreError):
        return f"{type(error).__name__}: {error}"
    if isinstance(error, OutOfTime | _Cut):
        return str(error)
    return f"the answer is not as documented ({type(error).__name__}: {error})"


def _covers(fact: Fact, moment: str, until: str) -> bool:
    """Whether it is a release that was under way. What follows a scaled group around is none: it brings no new version."""
    if str(fact["creator"]).startswith(SCALING):
        return False
    begun, over = fact["createdAt"], fact["completedAt"]
    return begun is not None and begun <= until and (over is None or over >= moment)
