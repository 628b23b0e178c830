"""Look-ups of many incidents in few calls: what is read ahead is answered from here, everything else is asked as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rollguard.recorder import answers, facts
from rollguard.recorder.facts import Fact
from rollguard.recorder.lookups import ALARMS, DEPLOYMENTS, MALFORMED, Lookups, OutOfTime, not_there, why

#: Seconds between two calls of DescribeAlarms. An account has 9 a second for everything (aws-facts 1.9), and CodeDeploy and ECS stop
#: releases by them: ECS "might miss the alarm" where it is throttled.
PACE = 0.25


@dataclass(frozen=True, slots=True)
class _Seen:
    """An alarm as DescribeAlarms had it at `at`; no state: there is none, or nobody answered, and `failed` says why."""

    at: str
    state: Mapping[str, Any] | None = None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class ReadAhead(Lookups):
    """As Lookups. Filled by one thread and then read by many."""

    sleep: Callable[[float], None] = lambda _: None
    deployments: dict[str, Fact] = field(default_factory=dict)
    seen: dict[str, _Seen] = field(default_factory=dict)

    @staticmethod
    def over(lookups: Lookups, sleep: Callable[[float], None]) -> ReadAhead:
        return ReadAhead(lookups.codedeploy, lookups.cloudwatch, lookups.now, lookups.remaining, sleep)

    def ask_deployments(self, wanted: Iterable[str]) -> None:
        """BatchGetDeployments, 25 a call. What it leaves out is asked one by one, which tells the reason."""
        for part in _parts(wanted, DEPLOYMENTS):
            try:
                infos = self._call(self.codedeploy.batch_get_deployments, deploymentIds=part)["deploymentsInfo"]
                for info in infos:
                    answer = answers.deployment(info, self.now())
                    self.deployments[answer["deployment"]] = answer
            except (ClientError, BotoCoreError) as error:
                if _of_all(error):
                    for id in part:
                        missing = facts.missing(answers.deployment_question(id), why(error), self.now())
                        self.deployments.setdefault(id, missing)
            except (*MALFORMED, OutOfTime):
                continue

    def ask_alarms(self, wanted: Iterable[str]) -> None:
        """DescribeAlarms, 100 names a call, a few calls a second."""
        for number, part in enumerate(_parts(wanted, ALARMS)):
            if number:
                self.sleep(PACE)
            try:
                states = answers.alarms(self._described(part), at := self.now())["alarms"]
                self.seen.update({name: _Seen(at, states.get(name)) for name in part})
            except (ClientError, BotoCoreError) as error:
                if _of_all(error):
                    self.seen.update({name: _Seen(self.now(), failed=why(error)) for name in part})
            except (*MALFORMED, OutOfTime):
                continue

    def deployment(self, deployment: str) -> Fact:
        return self.deployments.get(deployment) or Lookups.deployment(self, deployment)

    def alarms(self, names: Sequence[str]) -> list[Fact]:
        known = {name: self.seen[name] for name in names if name in self.seen}
        if len(known) < len(names):
            return Lookups.alarms(self, names)
        if failed := next((one.failed for one in known.values() if one.failed), ""):
            return [facts.missing(answers.ALARMS, failed, self.now())]
        # Nothing was read before the first of them, so whatever was over by then is judged by what came after.
        at = min(one.at for one in known.values())
        states = {name: dict(one.state) for name, one in known.items() if one.state is not None}
        snapshot = answers.snapshot(states, at)
        return [snapshot, *not_there(names, snapshot)]


def _parts(wanted: Iterable[str], size: int) -> Iterator[list[str]]:
    every = list(dict.fromkeys(wanted))
    for place in range(0, len(every), size):
        yield every[place : place + size]


def _of_all(error: Exception) -> bool:
    """Whether asking for each by itself would get the same answer and make it worse: no answer in time, or too many questions."""
    if not isinstance(error, ClientError):
        return True
    code = str(error.response.get("Error", {}).get("Code", ""))
    return "Throttl" in code or code in ("RequestLimitExceeded", "TooManyRequestsException", "SlowDown")
