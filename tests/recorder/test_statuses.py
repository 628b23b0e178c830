"""What an incident is called: each status from what AWS said, and never more than it said."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.recorder.record import Record
from tests.recorder.aws import instant
from tests.recorder.incident import (
    ALARM,
    BACK,
    BAD,
    CREATED,
    CRITERION,
    DONE,
    EVENTS,
    REASON,
    RED,
    STOPPED,
    SWEEP,
    World,
    alarm_event,
    bad_release,
    deployment_event,
    rollback,
    sheet,
    statuses,
)


def played(world: World, *events: dict[str, Any]) -> Record:
    world.handle(*(events or EVENTS), SWEEP)
    return world.record()


def stay_red(world: World, since: str = RED, first: str = "2026-11-24T10:11:00Z") -> None:
    data = {"evaluatedDatapoints": [{"timestamp": first, "value": 14.2}]}
    world.rim.cloudwatch.history[ALARM] = [(since, "ALARM", "transitioned", None)]
    world.rim.cloudwatch.history[CRITERION] = [(since, "ALARM", REASON, data)]


def test_a_rollback_that_fails_is_failed() -> None:
    world = World()
    world.rim.codedeploy.deployments[BACK] = rollback("Failed")
    stay_red(world)
    record = played(world, *EVENTS[:4], deployment_event(BACK, "FAILURE", DONE))
    assert statuses(record) == ["started", "failed"]
    assert record["reached"][-1]["at"] == DONE
    assert len(world.open()) == 1


def stopped_only(configuration: object, **changes: object) -> World:
    """The bad release as GetDeployment shows it where no rollback follows, and its automatic rollback as it is configured."""
    world = World()
    info = {key: value for key, value in bad_release().items() if key != "rollbackInfo"}
    world.rim.codedeploy.deployments = {BAD: {**info, "autoRollbackConfiguration": configuration, **changes}}
    stay_red(world)
    return world


@pytest.mark.parametrize(
    "configuration",
    [{"enabled": False}, {"enabled": False, "events": []}, {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}],
)
def test_where_automatic_rollback_is_off_nobody_waits_for_one(configuration: object) -> None:
    world = stopped_only(configuration)
    record = played(world, *EVENTS[:3])
    assert (statuses(record), record["rollback"], record["deployment"]["rollsBack"]) == (
        ["nothingToRollBack"],
        None,
        False,
    )
    world.handle(SWEEP)
    assert {status for status, _ in world.told()} == {"nothingToRollBack"}
    message = world.rim.sns.published[0]
    assert message["Subject"].startswith("[prod] Checkout API: STOPPED, AUTOMATIC ROLLBACK IS OFF")
    assert "does NOT ROLL IT BACK, automatic rollback is off" in message["Message"]
    assert "no revision has ever succeeded" not in message["Message"]


@pytest.mark.parametrize(
    "configuration",
    [None, {}, {"enabled": "no"}, {"enabled": True}, {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}],
)
def test_where_automatic_rollback_is_on_or_not_known_it_is_waited_for(configuration: object) -> None:
    record = played(stopped_only(configuration), *EVENTS[:3])
    assert statuses(record) == ["started"]


def test_a_deployment_that_somebody_stopped_is_not_ours_though_automatic_rollback_is_off() -> None:
    world = stopped_only({"enabled": False}, errorInformation={})
    world.handle(EVENTS[2])
    assert world.records() == {}


def test_without_an_earlier_revision_there_is_nothing_to_roll_back() -> None:
    world = World()
    message = "There is no earlier revision that can be deployed."
    world.rim.codedeploy.deployments[BAD] = bad_release(rollbackInfo={"rollbackMessage": message})
    del world.rim.codedeploy.deployments[BACK]
    record = played(world, *EVENTS[:3])
    assert record["reached"][0] == {"status": "nothingToRollBack", "at": STOPPED}
    assert (record["rollback"], record["durations"]["withinPromise"]) == (None, None)
    assert record["deployment"]["rollbackMessage"] == message
    assert (
        f"- back to: nothing, CodeDeploy cannot roll back\n  CodeDeploy: {message}"
        in world.rim.sns.published[0]["Message"]
    )
    assert ("failed", "nothingToRollBack") not in world.told()
    assert {status for status, _ in world.told()} == {"nothingToRollBack", "recovered"}


def test_traffic_that_may_not_have_moved_yet_is_an_upper_bound() -> None:
    """All at once, stopped 20 s after its start: ECS may still have been placing tasks."""
    guard = sheet()
    guard["groups"][0]["steps"] = [[0, 100]]
    world = World(guard)
    world.rim.codedeploy.deployments[BAD] = bad_release(completeTime=instant("2026-11-24T10:04:20Z"))
    world.rim.cloudwatch.history[ALARM][1] = ("2026-11-24T10:04:10Z", "ALARM", "transitioned", None)
    world.handle(deployment_event(BAD, "STOP", "2026-11-24T10:04:20Z"))
    assert "Traffic on the new version: at most 100 % (from: configured steps)" in world.rim.sns.published[0]["Message"]


def test_an_alarm_that_was_red_before_the_deployment_began_refuses_it_with_no_traffic_moved() -> None:
    world = World()
    stay_red(world, "2026-11-24T09:00:00Z", "2026-11-24T08:56:00Z")
    world.now = "2026-11-24T10:19:00Z"
    record = played(world, EVENTS[2], EVENTS[3], EVENTS[4])
    assert statuses(record) == ["refused", "succeeded"]
    assert record["redAtStart"] is True
    assert record["exposure"] == {"percent": 0.0, "basis": "the alarm was red before the deployment began"}
    # The fault was there before; the promise counts from the deployment's begin (10:04:00).
    assert record["durations"]["toRollback"] == 676
    assert (record["times"]["onset"], record["times"]["alarm"]) == ("2026-11-24T08:56:00Z", "2026-11-24T09:00:00Z")


def test_alarms_that_stay_red_after_the_rollback_are_still_red_and_no_recovery() -> None:
    world = World()
    stay_red(world)
    world.now = "2026-11-24T10:19:00Z"
    world.handle(*EVENTS[:5])
    assert statuses(world.record()) == ["started", "succeeded"]
    world.now = "2026-11-24T10:33:15Z"
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started", "succeeded"]
    world.now = "2026-11-24T10:33:16Z"
    world.handle(SWEEP)
    record = world.record()
    assert record["reached"][-1] == {"status": "stillRed", "at": "2026-11-24T10:33:16Z"}
    assert len(world.open()) == 1
    world.rim.cloudwatch.history[ALARM].append(("2026-11-24T10:40:00Z", "OK", "", None))
    world.rim.cloudwatch.history[CRITERION].append(("2026-11-24T10:40:00Z", "OK", "", None))
    world.now = "2026-11-24T10:40:02Z"
    world.handle(alarm_event("OK", "2026-11-24T10:40:00Z", previous="ALARM"))
    assert world.record()["reached"][-1] == {"status": "recovered", "at": "2026-11-24T10:40:00Z"}
    assert world.open() == []


def test_a_red_criterion_behind_a_bypass_is_no_recovery() -> None:
    world = World()
    world.rim.cloudwatch.history[CRITERION] = [(RED, "ALARM", REASON, None)]
    assert statuses(played(world)) == ["started", "succeeded"]


def test_an_alarm_with_nothing_under_way_is_recorded_and_told_to_nobody_by_default() -> None:
    world = World()
    world.rim.codedeploy.deployments = {}
    world.handle(EVENTS[1], EVENTS[1], EVENTS[5])
    record = world.record()
    assert record["incident"] == "outside-20261124T101500Z"
    assert statuses(record) == ["outsideDeployment", "recovered"]
    assert record["because"] == ["target-5xx"]
    assert (record["deployment"], record["rollback"], record["application"]) == (None, None, "checkout")
    assert world.told() == []
    assert world.open() == []


def test_who_asks_for_alarms_outside_of_deployments_hears_of_them_and_of_their_end() -> None:
    world = World(sheet(notify={**sheet()["notify"], "outsideDeployment": ["oncall"]}))
    world.rim.codedeploy.deployments = {}
    world.handle(EVENTS[1], EVENTS[5])
    assert [status for status, _ in world.told()] == ["outsideDeployment", "recovered"]


def test_an_alarm_that_flaps_outside_of_deployments_stays_one_incident() -> None:
    world = World()
    world.rim.codedeploy.deployments = {}
    stay_red(world)
    world.handle(EVENTS[1], alarm_event("OK", "2026-11-24T10:16:00Z"), alarm_event("ALARM", "2026-11-24T10:17:00Z"))
    assert list(world.records()) == ["outside-20261124T101500Z"]


def test_a_deployment_that_an_alarm_did_not_stop_is_no_rollback() -> None:
    world = World()
    world.rim.codedeploy.deployments = {BAD: bad_release("Succeeded", completeTime=instant("2026-11-24T10:15:40Z"))}
    stay_red(world)
    record = played(world, EVENTS[1], deployment_event(BAD, "SUCCESS", "2026-11-24T10:15:40Z"))
    assert (record["incident"], statuses(record)) == (BAD, ["outsideDeployment"])
    assert world.told() == []


def test_a_deployment_under_way_with_a_red_alarm_tells_nobody_before_it_is_stopped() -> None:
    world = World()
    world.rim.codedeploy.deployments = {BAD: bad_release("InProgress")}
    world.now = "2026-11-24T10:15:05Z"
    record = played(world, EVENTS[1])
    assert (record["status"], record["reached"], world.told()) == ("unknown", [], [])


@pytest.mark.parametrize("state", ["FAILURE", "STOP"])
def test_a_failure_without_a_rollback_is_somebody_elses(state: str) -> None:
    world = World()
    status = "Failed" if state == "FAILURE" else "Stopped"
    world.rim.codedeploy.deployments = {
        BAD: bad_release(
            status, completeTime=instant(STOPPED), errorInformation={"code": "HEALTH_CONSTRAINTS"}, rollbackInfo={}
        )
    }
    world.handle(deployment_event(BAD, state, STOPPED))
    assert (world.records(), world.open()) == ({}, [])


def test_a_failure_that_is_rolled_back_is_recorded_with_its_cause() -> None:
    world = World()
    failed = bad_release(
        "Failed", completeTime=instant(STOPPED), errorInformation={"code": "HEALTH_CONSTRAINTS", "message": "x"}
    )
    world.rim.codedeploy.deployments[BAD] = failed
    # The deployment that failed does not name its rollback yet: the rollback names it.
    record = played(world, deployment_event(BAD, "FAILURE", STOPPED), EVENTS[3], EVENTS[4])
    assert (record["cause"], record["because"], record["redAtStart"]) == ("failure", [], False)
    assert statuses(record) == ["started", "succeeded", "recovered"]


def test_events_of_nobodys_groups_and_alarms_are_dropped() -> None:
    world = World()
    other = {**EVENTS[2], "detail": {**EVENTS[2]["detail"], "application": "other"}}
    world.handle(other, alarm_event("ALARM", RED, alarm="somebody-elses"), alarm_event("ALARM", RED, alarm="x" * 2_000))
    assert (world.records(), world.open(), world.told()) == ({}, [], [])


def test_a_failed_start_of_a_second_alarm_is_part_of_the_open_incident() -> None:
    world = World()
    stay_red(world)
    world.handle(*EVENTS[:5], alarm_event("ALARM", "2026-11-24T10:29:00Z"))
    assert list(world.records()) == [BAD]


def test_on_hosts_the_exposure_is_that_of_the_hosts() -> None:
    world = World(sheet(groups=[{**sheet()["groups"][0], "platform": "Server", "steps": []}]))
    for overview in (
        {"Pending": 6, "InProgress": 1, "Succeeded": 2, "Failed": 0, "Skipped": 1, "Ready": 0},
        '{"Pending":"6","InProgress":"1","Succeeded":"2","Failed":"0","Skipped":"1","Ready":"0"}',
    ):
        world.rim.codedeploy.deployments[BAD] = bad_release(deploymentOverview=overview)
        record = played(world)
        assert record["exposure"] == {"percent": 30.0, "basis": "hosts whose installation had begun"}


@pytest.mark.parametrize(("begun", "percent"), [("10:00:16", 10.0), ("10:00:15", 100.0), ("09:59:00", 100.0)])
def test_the_second_step_of_a_canary_counts_from_its_time_on(begun: str, percent: float) -> None:
    """15 min after the begin; it was stopped at 10:15:15."""
    world = World()
    world.rim.codedeploy.deployments[BAD] = bad_release(
        startTime=instant(f"2026-11-24T{begun}Z"), createTime=instant(CREATED)
    )
    assert played(world)["exposure"] == {"percent": percent, "basis": "configured steps"}


def test_an_alarm_that_was_ok_for_a_moment_after_the_deployment_began_refused_nothing() -> None:
    world = World()
    quiet = "2026-11-01T00:00:00Z"
    changes = [(quiet, "ALARM"), ("2026-11-24T10:06:00Z", "OK"), (RED, "ALARM")]
    for alarm in (ALARM, CRITERION):
        world.rim.cloudwatch.history[alarm] = [(at, state, REASON, None) for at, state in changes]
    world.now = "2026-11-24T10:19:00Z"
    record = played(world, EVENTS[2], EVENTS[3], EVENTS[4])
    assert (record["redAtStart"], statuses(record)) == (False, ["started", "succeeded"])
    assert record["exposure"]["percent"] == 10.0


def test_a_promise_that_was_not_kept_is_told() -> None:
    assert played(World(sheet(rollbackWithin=255)))["durations"]["withinPromise"] is False
    assert played(World(sheet(rollbackWithin=256)))["durations"]["withinPromise"] is True
    assert played(World(sheet(rollbackWithin=None)))["durations"]["withinPromise"] is None


def test_silence_that_counts_as_breaching_begins_with_the_first_missing_datapoint() -> None:
    world = World()
    silent = "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as "
    silent += "[Breaching]."
    missing = [{"timestamp": f"2026-11-24T10:{minute}:00.000+0000"} for minute in (14, 13)]
    data = {"threshold": 2.0, "evaluatedDatapoints": missing}
    world.rim.cloudwatch.history[CRITERION][1] = (RED, "ALARM", silent, data)
    record = played(world)
    assert record["times"]["onset"] == "2026-11-24T10:13:00Z"
    assert record["criteria"][0]["value"] is None


def partly_silent(world: World) -> None:
    """One datapoint that breaches and the others missing, with a reason that says nothing of them."""
    missing = [{"timestamp": f"2026-11-24T10:{minute}:00.000+0000"} for minute in (13, 12)]
    real = {"timestamp": "2026-11-24T10:14:00.000+0000", "value": 14.2}
    data = {"threshold": 2.0, "evaluatedDatapoints": [real, *missing]}
    world.rim.cloudwatch.history[CRITERION][1] = (RED, "ALARM", "Threshold Crossed: 1 datapoint [14.2 (…)]", data)


def test_the_sheet_says_that_silence_breaches_where_the_reason_does_not() -> None:
    breaching = [{**one, "missing": "breaching"} for one in sheet()["criteria"]]
    world = World(sheet(criteria=breaching))
    partly_silent(world)
    assert played(world)["times"]["onset"] == "2026-11-24T10:12:00Z"


@pytest.mark.parametrize("missing", ["notBreaching", "ignore", "missing", None])
def test_silence_that_does_not_breach_is_no_onset(missing: str | None) -> None:
    world = World(sheet(criteria=[{**one, "missing": missing} for one in sheet()["criteria"]]))
    partly_silent(world)
    assert played(world)["times"]["onset"] == "2026-11-24T10:14:00Z"


def test_without_reason_data_the_onset_comes_from_the_datapoints() -> None:
    world = World()
    world.rim.cloudwatch.history[CRITERION][1] = (RED, "ALARM", REASON, None)
    assert played(world)["times"]["onset"] == "2026-11-24T10:11:00Z"


def test_a_learned_band_has_no_number_and_the_onset_is_named_as_unknown() -> None:
    world = World(sheet(criteria=[{**one, "threshold": [["above", "band"]]} for one in sheet()["criteria"]]))
    record = played(world)
    assert record["times"]["onset"] is None
    assert [one["what"] for one in record["missing"]] == ["onset of the fault"]


def test_an_adopted_alarm_has_no_datapoints_and_its_own_dimensions() -> None:
    adopted = {**sheet()["criteria"][0], "queries": [], "period": None}
    record = played(World(sheet(criteria=[adopted])))
    assert record["series"] == []
    assert record["criteria"][0]["dimensions"] == {"LoadBalancer": "app/checkout/8d3e"}
    assert record["missing"] == []


def test_a_day_after_its_last_status_an_incident_is_closed() -> None:
    world = World()
    stay_red(world)
    world.handle(*EVENTS[:5])
    # Still red at 10:33:16, a quarter of an hour after the rollback.
    world.now = "2026-11-25T10:33:15Z"
    world.handle(SWEEP)
    assert (statuses(world.record()), world.record()["open"]) == (["started", "succeeded", "stillRed"], True)
    world.pass_time(1)
    world.handle(SWEEP)
    assert (world.record()["open"], world.open()) == (False, [])


def test_a_policy_that_has_gone_leaves_its_record_as_it_is() -> None:
    world = World()
    stay_red(world)
    world.handle(*EVENTS[:5])
    before = world.rim.s3.objects[f"records/checkout-api/{BAD}.json"]
    del world.rim.s3.objects["guards/checkout-api.json"]
    world.handle(SWEEP)
    assert len(world.open()) == 1
    world.pass_time(86_400)
    world.handle(SWEEP)
    assert (world.rim.s3.objects[f"records/checkout-api/{BAD}.json"], world.open()) == (before, [])


def test_an_alarm_that_was_ok_again_when_codedeploy_had_stopped_is_still_the_reason() -> None:
    world = World()
    world.rim.cloudwatch.history[ALARM][2] = ("2026-11-24T10:15:10Z", "OK", "", None)
    world.rim.cloudwatch.history[CRITERION][2] = ("2026-11-24T10:15:10Z", "OK", "", None)
    record = played(world)
    assert (record["times"]["alarm"], record["times"]["onset"]) == (RED, "2026-11-24T10:11:00Z")
    assert (record["because"], record["criteria"][0]["state"], record["criteria"][0]["value"]) == (
        ["target-5xx"],
        "ALARM",
        14.2,
    )


def test_of_a_fault_that_is_days_old_the_datapoints_of_the_incident_are_kept() -> None:
    world = World()
    stay_red(world, "2026-11-20T09:00:00Z", "2026-11-20T08:56:00Z")
    record = played(world, *EVENTS[2:5])
    assert statuses(record) == ["refused", "succeeded"]
    points = [at for at, _ in record["series"][0]["points"]]
    assert (points[0], points[-1]) == ("2026-11-24T03:15:00Z", "2026-11-24T10:29:00Z")
