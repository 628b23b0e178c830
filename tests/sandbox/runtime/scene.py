"""The three services of the acceptance tests as they stand after an `up`, and incidents of theirs, looked at second by second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rollguard.plan import plan
from rollguard.project import load
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.outside import Ending, of_scenario
from rollguard.sandbox.incident.play import Incident, play
from rollguard.sandbox.runtime.bucket import Bucket
from rollguard.sandbox.runtime.clock import Clock
from rollguard.sandbox.runtime.deployments import Place
from rollguard.sandbox.runtime.play import Player, Told
from rollguard.scenarios.read import scenarios
from rollguard.scenarios.run import no_files
from tests.sandbox.standing import of_region, stand

ROOT = Path(__file__).resolve().parents[2] / "acceptance/services"
BEGINS = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLACE = Place("222222222222", "eu-west-1")
QUEUE = "arn:aws:sqs:eu-west-1:222222222222:rollguard_prod_lost-events"
FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:rollguard_prod_recorder"

Edit = Callable[[Resource], Resource]


class Scene:
    def __init__(self, folder: Path) -> None:
        project = load(ROOT)
        planned = plan(project, "prod", ()).value
        assert planned is not None
        self.resources = of_region(stand(planned, folder), "eu-west-1")
        self._guards = {guard.policy: guard for region in planned.regions for guard in region.guards}
        self._documents = {one.name: one.document for one in project.policies}

    def incident(
        self,
        policy: str = "orders",
        scenario: str = "a bad release",
        edit: Edit = lambda one: one,
        *,
        first: bool = False,
        ending: Ending | None = None,
    ) -> Incident:
        document = self._documents[policy]
        assert document is not None
        (found,) = [one for one in scenarios(document, "prod") if one.name == scenario]
        outside = of_scenario(self._guards[policy], found, no_files)
        outside = replace(outside, release=replace(outside.release, first=first))
        return play([edit(one) for one in self.resources], outside.ending_in(ending) if ending else outside)

    def play(self, folder: Path, incident: Incident, edit: Edit = lambda one: one, copies: int = 1) -> Told:
        resources = [edit(one) for one in self.resources]
        return Player(resources, incident, PLACE, BEGINS, lambda name: Bucket(folder / name), copies).play()


def at(seconds: int) -> Clock:
    return Clock(BEGINS, seconds)
