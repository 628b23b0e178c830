"""The whole chain: policies brought up by the real engine, incidents of what stands then, and what the real recorder made of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rollguard.csv_files import CsvFolder
from rollguard.plan import plan
from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.records.find import everything
from rollguard.records.folder import folders
from rollguard.records.model import Observation, Record
from rollguard.reports.incident import incident_report
from rollguard.reports.model import IncidentReport, Overview
from rollguard.reports.overview import overview
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.model import Deployed
from rollguard.sandbox.incident.moments import Numbers, numbers
from rollguard.sandbox.incident.outside import Outside, of_scenario
from rollguard.sandbox.incident.play import Incident, play
from rollguard.sandbox.runtime.bucket import Bucket
from rollguard.sandbox.runtime.deployments import Place
from rollguard.sandbox.runtime.outbox import Sent
from rollguard.sandbox.runtime.play import Player, Told
from rollguard.scenarios.read import scenarios
from tests.real_engine.projects import Project

REGION = "eu-west-1"
BEGINS = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ONCALL, STAKEHOLDERS = "oncall", "stakeholders"

Edit = Callable[[Resource], Resource]


class Services:
    """The services of `services/policies`, guarded by what the engine made of their policies."""

    def __init__(self, project: Project) -> None:
        planned = plan(load(project.root), "prod", ()).value
        assert planned is not None
        self.project = project
        self.account = planned.account
        self._guards = {guard.policy: guard for region in planned.regions for guard in region.guards}

    def standing(self) -> tuple[Resource, ...]:
        """The resources of the Region. Whoever was asked to confirm a subscription has done so."""
        return tuple(_confirmed(one) for one in self.project.world() if one.region in (REGION, ""))

    def guard(self, policy: str) -> GuardPlan:
        return self._guards[policy]

    def outside(self, policy: str, scenario: str) -> Outside:
        """The scenario of that name in the policy's YAML."""
        (source,) = [one for one in load(self.project.root).policies if one.name == policy]
        assert source.document is not None
        (found,) = [one for one in scenarios(source.document, "prod") if one.name == scenario]
        csv = CsvFolder((self.project.root / source.path).parent, self.project.root)
        return of_scenario(self.guard(policy), found, csv)


@dataclass(frozen=True)
class Outcome:
    """What came of one incident. `told` is what the rules, the recorder and the topics did with its events."""

    incident: Incident
    told: Told
    records: dict[str, Record]
    reports: dict[str, IncidentReport]
    observations: tuple[Observation, ...]
    overview: Overview

    @property
    def deployed(self) -> Deployed:
        (one,) = self.incident.decided.deployments
        return one

    @property
    def ids(self) -> Numbers:
        return numbers(self.incident, self.deployed.place)

    @property
    def record(self) -> Record:
        return self.records[self.ids.deployment]

    @property
    def report(self) -> IncidentReport:
        return self.reports[self.ids.deployment]

    @property
    def messages(self) -> list[Sent]:
        return [one for _, one in self.told.sent]

    def counted(self) -> Counter[tuple[str, str]]:
        """How often each channel was told each status."""
        return Counter((channel(one), status(one)) for one in self.messages)

    def texts(self) -> list[str]:
        """Every message as the one who gets it reads it."""
        return [f"{one.subject}\n{text(one)}" for one in self.messages]


class Story:
    """A guarded service in one test, with a bucket of records of its own; `given` steps change what stands, or what the world does."""

    def __init__(self, services: Services, folder: Path, policy: str, scenario: str) -> None:
        self.services = services
        self.policy = policy
        self.resources = services.standing()
        self.outside = services.outside(policy, scenario)
        self.copies = 1
        self._folder = folder
        self.outcome: Outcome | None = None

    @property
    def guard(self) -> GuardPlan:
        return self.services.guard(self.policy)

    @property
    def done(self) -> Outcome:
        assert self.outcome is not None
        return self.outcome

    def resource(self, kind: str, name: str) -> Resource:
        (found,) = [one for one in self.resources if (one.kind, one.name) == (kind, name)]
        return found

    def group(self) -> Resource:
        (one,) = self.guard.deployments
        return self.resource("deploymentGroup", f"{one.application}/{one.group}")

    def change_group(self, **members: object) -> None:
        group = self.group()
        changed = replace(group, members={**group.members, **members})
        self.resources = tuple(changed if one is group else one for one in self.resources)

    def happens(self, outside: Outside | None = None, later: timedelta = timedelta()) -> Outcome:
        """Plays the incident; its records stay for the next one."""
        incident = play(self.resources, outside or self.outside)
        place = Place(self.services.account, REGION)
        told = Player(self.resources, incident, place, BEGINS + later, self._bucket, self.copies).play()
        found = everything(folders(self._folder))
        incidents = found.incidents
        assert found.unreadable == ()
        self.outcome = Outcome(
            incident,
            told,
            {one.name.incident: one.record for one in incidents},
            {one.name.incident: incident_report(one, BEGINS + timedelta(days=3)) for one in incidents},
            found.observations,
            overview(found, (), BEGINS + timedelta(days=3)),
        )
        return self.outcome

    def _bucket(self, name: str) -> Bucket:
        return Bucket(self._folder / name)


def channel(message: Sent) -> str:
    """The channel of the environments file that a message went through: topics and API destinations are named after theirs."""
    return message.via.removeprefix("rollguard_prod_").removesuffix("_pagerduty")


def status(message: Sent) -> str:
    if message.attributes:
        return message.attributes["status"]
    return str(json.loads(message.body)["payload"]["custom_details"]["status"])


def text(message: Sent) -> str:
    """What a person reads: of PagerDuty's JSON the text in it."""
    return message.body if message.attributes else str(json.loads(message.body)["payload"]["custom_details"]["text"])


def _confirmed(one: Resource) -> Resource:
    return replace(one, status={**one.status, "PendingConfirmation": False}) if one.kind == "subscription" else one
