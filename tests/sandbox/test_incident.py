"""Incidents follow from what stands in the world, equal the plan's simulation, and end otherwise when the wiring is broken."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rollguard.csv_files import CsvFolder
from rollguard.failure import Failure
from rollguard.plan import model as plans
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan, GuardPlan
from rollguard.project import load
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.decide import decide
from rollguard.sandbox.incident.moments import moments
from rollguard.sandbox.incident.outside import of_failure_mode, of_scenario
from rollguard.sandbox.incident.play import Incident, play
from rollguard.sandbox.incident.reasons import why_not
from rollguard.scenarios.failure_mode_catalogue import packaged
from rollguard.scenarios.failure_modes import FailurePlayer
from rollguard.scenarios.model import Played, Scenario
from rollguard.scenarios.read import scenarios
from rollguard.scenarios.run import Player, no_files
from rollguard.simulate.model import Timeline
from tests.sandbox.standing import of_region, stand

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("staging", "loadtest", "prod", "edge")

Edit = typing.Callable[[Resource], Resource]


class Sandbox:
    """Every environment of the example policies, as it stands after an `up`."""

    def __init__(self, folder: Path) -> None:
        project = load(ROOT)
        self.plans: dict[str, EnvironmentPlan] = {}
        self.standing: dict[tuple[str, str], tuple[Resource, ...]] = {}
        for name in ENVIRONMENTS:
            planned = plan(project, name, ()).value
            assert planned is not None
            self.plans[name] = planned
            world = stand(planned, folder / name)
            for region in planned.regions:
                self.standing[name, region.region] = of_region(world, region.region)

    def guards(self) -> Iterator[tuple[str, str, GuardPlan]]:
        for name, planned in self.plans.items():
            for region in planned.regions:
                for guard in region.guards:
                    yield name, region.region, guard

    def guard(self, policy: str, environment: str = "prod") -> GuardPlan:
        return next(guard for name, _, guard in self.guards() if (name, guard.policy) == (environment, policy))

    def play(self, policy: str, mode: str = "hard-outage", edit: Edit = lambda one: one) -> Incident:
        resources = [edit(one) for one in self.standing["prod", "eu-west-1"]]
        return play(resources, of_mode(self.guard(policy), mode))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(tmp_path_factory.mktemp("worlds"))


def of_mode(guard: GuardPlan, mode: str) -> typing.Any:
    found = packaged().get(mode)
    assert found is not None
    return of_failure_mode(guard, packaged(), found)


def simulated(guard: GuardPlan, mode: str) -> Played:
    found = packaged().get(mode)
    assert found is not None
    return FailurePlayer(guard, packaged()).play_mode(found, closed=True).played


def differences(incident: Incident, played: Played) -> list[str]:
    """What the standing resources did otherwise than the plan's simulation, up to the end of the rollback."""
    end = incident.recovers or played.end
    found = []
    for one, wanted in zip(incident.decided.deployments, played.deployments, strict=True):
        if one.deployment != wanted:
            found.append(f"{one.place}: {one.deployment} instead of {wanted}")
    states = incident.decided.states
    wanted_states = {
        one.criterion.alarm_name: one.timeline for one in played.signals.values() if one.criterion.attached
    }
    wanted_states[played.guard.rollback_alarm.name] = played.rollback_alarm
    for name, timeline in wanted_states.items():
        if name not in states and name != played.guard.rollback_alarm.name:
            continue  # no rule reads it: nothing is armed here
        if name not in states or until(states[name], end) != until(timeline, end):
            found.append(f"{name}: {states.get(name)} instead of {timeline}")
    return found


def until(timeline: Timeline, end: int) -> list[tuple[int, str]]:
    return [(change.at, change.state) for change in timeline.changes if change.at <= end]


@pytest.mark.parametrize("mode", [mode.id for mode in packaged()])
def test_the_outcome_equals_that_of_the_plans_simulation(sandbox: Sandbox, mode: str) -> None:
    compared = 0
    for environment, region, guard in sandbox.guards():
        incident = play(sandbox.standing[environment, region], of_mode(guard, mode))
        assert differences(incident, simulated(guard, mode)) == [], f"{guard.policy} in {environment}, {region}"
        compared += 1
    assert compared >= 12


def test_a_scenario_takes_as_long_as_in_the_plans_simulation(sandbox: Sandbox) -> None:
    compared = 0
    for environment, region, guard in sandbox.guards():
        source = next(one for one in load(ROOT).policies if one.name == guard.policy)
        assert source.document is not None
        csv = CsvFolder((ROOT / source.path).parent, ROOT)
        for scenario in scenarios(source.document, environment):
            rollback = Player(guard, csv).play(scenario).rollback
            incident = play(sandbox.standing[environment, region], of_scenario(guard, scenario, csv))
            took = [incident.took(one) for one in incident.decided.deployments if one.rollback is not None]
            assert took[:1] == ([] if rollback is None else [rollback.elapsed]), scenario.name
            compared += rollback is not None
    assert compared >= 5


def test_the_comparison_covers_rollbacks_and_calm(sandbox: Sandbox) -> None:
    outcomes = [
        play(sandbox.standing[environment, region], of_mode(guard, mode.id)).decided.rolled_back
        for environment, region, guard in sandbox.guards()
        for mode in packaged()
    ]
    assert outcomes.count(True) > 20
    assert outcomes.count(False) > 20


def of_group(place: str, **changes: object) -> Edit:
    """Changes members of one deployment group, as a hand in `world.json` would."""

    def edit(one: Resource) -> Resource:
        if (one.kind, one.name) != ("deploymentGroup", place):
            return one
        return replace(one, members={**one.members, **changes})

    return edit


def of_alarm(name: str, **changes: object) -> Edit:
    def edit(one: Resource) -> Resource:
        return replace(one, members={**one.members, **changes}) if (one.kind, one.name) == ("alarm", name) else one

    return edit


def of_config(kind: str, block: str, step: dict[str, int]) -> Edit:
    """Changes the steps of all deployment configurations of a kind."""

    def edit(one: Resource) -> Resource:
        if one.kind != "deploymentConfig" or kind not in one.name:
            return one
        routing = {**one.members["trafficRoutingConfig"], block: step}
        return replace(one, members={**one.members, "trafficRoutingConfig": routing})

    return edit


def polling(*names: str, enabled: bool = True) -> dict[str, object]:
    return {"enabled": enabled, "ignorePollAlarmFailure": False, "alarms": [{"name": name} for name in names]}


CHECKOUT = "rollguard_prod_checkout"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (
            of_group("shop/checkout", alarmConfiguration=polling()),
            "no alarm is attached to group `shop/checkout`; `rollguard_prod_checkout` turned red unheard",
        ),
        (
            of_group("shop/checkout", alarmConfiguration=polling(CHECKOUT, enabled=False)),
            "the alarm configuration of group `shop/checkout` is disabled, though it names `rollguard_prod_checkout`",
        ),
        (
            of_group("shop/checkout", alarmConfiguration=polling("rollguard_prod_refunds")),
            "group `shop/checkout` names only `rollguard_prod_refunds`; `rollguard_prod_checkout` turned red unheard",
        ),
        (
            of_group("shop/checkout", autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}),
            "the deployment was stopped and left there: the group's automatic rollback is not on for DEPLOYMENT_STOP_ON_ALARM",
        ),
        (
            of_alarm(CHECKOUT, AlarmRule="FALSE"),
            "`rollguard_prod_checkout` never turned red: no alarm of the rule did",
        ),
        (
            of_alarm(CHECKOUT, AlarmRule=f'ALARM("{CHECKOUT}_refused") AND ALARM("{CHECKOUT}_refused_bypass")'),
            "`rollguard_prod_checkout_refused` turned red, which the rule of `rollguard_prod_checkout` does not call enough",
        ),
        (
            of_alarm(CHECKOUT, AlarmRule='ALARM("gone")'),
            "`rollguard_prod_checkout` cannot be evaluated: its rule names `gone`, which does not exist",
        ),
    ],
)
def test_broken_wiring_is_caught_by_the_comparison_and_says_why(sandbox: Sandbox, edit: Edit, why: str) -> None:
    broken = sandbox.play("checkout", edit=edit)
    assert not broken.decided.rolled_back
    assert not broken.as_wanted
    assert differences(broken, simulated(sandbox.guard("checkout"), "hard-outage"))
    assert [why_not(broken, one) for one in broken.decided.deployments] == [why]


def test_one_criterion_taken_out_of_the_rule_is_caught_where_it_decides(sandbox: Sandbox) -> None:
    """Only the criterion on the new version alone sees one request in ten fail while it is a canary."""
    rule = f'ALARM("{CHECKOUT}_service-fails") AND NOT ALARM("{CHECKOUT}_service-fails_bypass")'
    found = sandbox.play("checkout", "partial-errors", of_alarm(CHECKOUT, AlarmRule=rule))
    assert differences(found, simulated(sandbox.guard("checkout"), "partial-errors"))


def test_the_alarms_count_as_they_stand(sandbox: Sandbox) -> None:
    """A threshold out of reach, in every alarm of the policy: nothing is seen."""

    def edit(one: Resource) -> Resource:
        if not one.name.startswith(CHECKOUT) or "Threshold" not in one.members:
            return one
        below = str(one.members["ComparisonOperator"]).startswith("LessThan")
        return replace(one, members={**one.members, "Threshold": -1e9 if below else 1e9})

    assert not sandbox.play("checkout", edit=edit).decided.rolled_back


def test_an_alarm_that_looks_at_another_metric_gets_no_datapoint_of_this_one(sandbox: Sandbox) -> None:
    def edit(one: Resource) -> Resource:
        if not one.name.startswith("rollguard_prod_refunds_") or "Metrics" not in one.members:
            return one
        text = json.dumps(one.members).replace('"MetricName": "', '"MetricName": "Other')
        return replace(one, members=json.loads(text))

    assert differences(sandbox.play("refunds", edit=edit), simulated(sandbox.guard("refunds"), "hard-outage"))


def test_a_group_that_cannot_read_its_alarm_stops_and_rolls_back(sandbox: Sandbox) -> None:
    found = sandbox.play("checkout", edit=of_group("shop/checkout", alarmConfiguration=polling("gone")))
    (one,) = found.decided.deployments
    assert one.deployment is not None and one.deployment.rollback is not None
    assert one.deployment.rollback.reason == "alarms unreadable"
    assert any("could not be retrieved" in moment.text for moment in moments(found))


def test_without_the_group_nothing_is_deployed(sandbox: Sandbox) -> None:
    resources = [one for one in sandbox.standing["prod", "eu-west-1"] if one.kind != "deploymentGroup"]
    found = play(resources, of_mode(sandbox.guard("checkout"), "hard-outage"))
    (one,) = found.decided.deployments
    assert why_not(found, one).startswith("no deployment group `shop/checkout` stands in the sandbox")


def test_what_decides_takes_the_worlds_resources_and_no_plan() -> None:
    hints = typing.get_type_hints(decide)
    assert [name for name in hints if name != "return"] == ["resources", "metrics", "release"]
    seen: set[object] = set()

    def reached(hint: object) -> None:
        for part in typing.get_args(hint) or (hint,):
            if part not in seen and part is not Ellipsis:
                seen.add(part)
                reached(part)
                if dataclasses.is_dataclass(part):
                    for inner in typing.get_type_hints(part).values():
                        reached(inner)

    for name in ("resources", "metrics", "release"):
        reached(hints[name])
    decisive = {plans.GuardPlan, plans.EnvironmentPlan, plans.Criterion, plans.MetricAlarm, plans.CompositeAlarm}
    assert Resource in seen
    assert not seen & {*decisive, plans.CodeDeployGroup, plans.Trigger, Scenario}


def test_after_the_recovery_no_alarm_of_the_policy_is_red(sandbox: Sandbox) -> None:
    found = sandbox.play("checkout")
    assert found.recovers is not None
    ends = {name: timeline.state_at(found.outside.release.end) for name, timeline in found.decided.states.items()}
    assert set(ends.values()) == {"OK"}


def test_the_story_is_told_in_codedeploys_words_and_is_always_the_same(sandbox: Sandbox) -> None:
    found = sandbox.play("checkout")
    told = [(one.at - found.outside.release.start, one.text) for one in moments(found)]
    texts = [text for _, text in told]
    assert told == [(one.at - found.outside.release.start, one.text) for one in moments(sandbox.play("checkout"))]
    assert [one.at for one in moments(found)] == sorted(one.at for one in moments(found))
    stopped = next((at, text) for at, text in told if "Stopped" in text)
    assert stopped[0] == 375
    assert stopped[1].endswith(
        "ALARM_ACTIVE: One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, "
        "and the affected deployments have been stopped. Activated alarms: <rollguard_prod_checkout>"
    )
    assert any("terminated. Automatic rollback is triggered with a DeploymentId d-" in text for text in texts)
    assert any(text.endswith("Succeeded: revision 777 has all traffic again") for text in texts)
    assert "`new-version-fails` is 100 % (bad is above 3 %: 97 % beyond it)" in texts


def test_an_alarm_that_was_red_before_the_deployment_is_told_as_one(sandbox: Sandbox) -> None:
    guard = sandbox.guard("checkout")
    series = {guard.criteria[0].id: {"spike": {"to": 99, "at": "2m", "for": "10m"}}}
    early = Scenario("an outage before", (), 3600, {"rollback": "never"}, length=7200, series=series)
    found = play(sandbox.standing["prod", "eu-west-1"], of_scenario(guard, early, no_files))
    assert [why_not(found, one) for one in found.decided.deployments] == [
        f"`{CHECKOUT}` turned red before the deployment, and green again before it began"
    ]


def test_a_scenario_nobody_deploys_in_rolls_nothing_back(sandbox: Sandbox) -> None:
    quiet = Scenario("a quiet night", (), None, {"rollback": "never"}, length=1800)
    found = play(sandbox.standing["prod", "eu-west-1"], of_scenario(sandbox.guard("checkout"), quiet, no_files))
    assert found.decided.deployments == ()
    assert found.as_wanted


def test_an_edited_resource_that_aws_would_never_hold_is_refused_by_name(sandbox: Sandbox) -> None:
    with pytest.raises(
        Failure, match=r"the deploymentGroup `shop/checkout` in `world.json` is none that AWS would hold"
    ):
        sandbox.play("checkout", edit=of_group("shop/checkout", alarmConfiguration={"enabled": True, "alarms": [{}]}))


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (of_group("shop/checkout", deploymentConfigName="gone"), "there is no deployment configuration `gone`"),
        (
            of_config("canary", "timeBasedCanary", {"canaryPercentage": 0, "canaryInterval": 5}),
            "its configuration shifts 0 % every 5 minutes",
        ),
        (
            of_group(
                "shop/checkout",
                blueGreenDeploymentConfiguration={
                    "terminateBlueInstancesOnDeploymentSuccess": {"terminationWaitTimeInMinutes": -5}
                },
            ),
            "it terminates the old tasks after -5 minutes",
        ),
    ],
)
def test_a_deployment_that_nobody_could_run_is_refused(sandbox: Sandbox, edit: Edit, why: str) -> None:
    with pytest.raises(Failure, match=f"the deploymentGroup `shop/checkout` .* AWS would hold: {why}"):
        sandbox.play("checkout", edit=edit)


def test_the_metrics_are_no_secret(sandbox: Sandbox) -> None:
    """Hashes of secrets stand in the world; a story never shows one."""
    assert "secret:" not in json.dumps([one.text for one in moments(sandbox.play("checkout"))])
