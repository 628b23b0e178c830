"""What CodeDeploy does with red alarms, per platform, at times computed by hand."""

from __future__ import annotations

import pytest

from rollguard.plan.model import CodeDeployGroup, DeploymentConfig, Platform, TrafficShift
from rollguard.simulate.codedeploy import MODEL, deploy
from rollguard.simulate.mechanism import Deployment, Spans
from rollguard.simulate.model import Change, State, Timeline
from rollguard.simulate.traffic import shift

MINUTE = 60
RED_NEVER = Timeline((Change(0, "OK"),))


def _group(
    platform: Platform = "ECS",
    traffic: TrafficShift = TrafficShift("canary", 10, 10),  # noqa: B008 - frozen
    *,
    name: str = "own",
    bake: int | None = 30,
    alarms: tuple[str, ...] = ("red",),
    ignore: bool = False,
    blue_green: bool = True,
) -> CodeDeployGroup:
    return CodeDeployGroup(
        application="shop",
        group="shop",
        platform=platform,
        managed_by="rollguard",
        config=DeploymentConfig(name, platform, traffic, predefined=False),
        alarms=alarms,
        alarms_enabled=bool(alarms),
        ignore_poll_alarm_failure=ignore,
        bake_minutes=bake,
        blue_green=blue_green,
        protect=True,
        retain_on_delete=False,
    )


def _states(*changes: tuple[float, State]) -> Timeline:
    return Timeline(tuple(Change(int(minute * MINUTE), state) for minute, state in changes))


def _red_from(minute: float) -> Timeline:
    return _states((0, "OK"), (minute, "ALARM"))


def _run(
    group: CodeDeployGroup,
    timeline: Timeline,
    *,
    at: int = 5,
    lasts: int | None = None,
    end: int = 120,
    earlier_revision: bool = True,
    unreadable: Spans = (),
) -> Deployment:
    return deploy(
        group,
        {"red": timeline},
        start=at * MINUTE,
        lasts=lasts * MINUTE if lasts else None,
        end=end * MINUTE,
        earlier_revision=earlier_revision,
        unreadable=unreadable,
    )


def _told(deployment: Deployment) -> list[tuple[float, str, float]]:
    return [(event.at / MINUTE, event.what, event.traffic) for event in deployment.events]


def test_a_canary_on_ecs_shifts_bakes_and_ends() -> None:
    done = _run(_group(), RED_NEVER)
    assert _told(done) == [(5, "started", 10), (15, "shifted", 100), (15, "baking", 100), (45, "succeeded", 100)]
    assert (done.rollback, done.status, done.ended_at) == (None, "succeeded", 45 * MINUTE)


def test_an_alarm_during_the_canary_rolls_back_15_seconds_later() -> None:
    done = _run(_group(), _red_from(12))
    assert _told(done) == [
        (5, "started", 10),
        (12.25, "stopped", 10),
        (12.25, "rollback started", 10),
        (13.25, "rollback succeeded", 0),
    ]
    assert done.rollback is not None
    assert (done.rollback.started_at, done.rollback.alarms, done.rollback.reason) == (735, ("red",), "alarm")


@pytest.mark.parametrize(
    ("minute", "traffic"), [(14, 10.0), (14.75, 100.0), (15, 100.0), (44, 100.0), (44.75, None), (46, None)]
)
def test_the_share_that_saw_it_is_the_one_at_the_stop_and_the_bake_is_the_last_chance(
    minute: float, traffic: float | None
) -> None:
    rollback = _run(_group(), _red_from(minute)).rollback
    assert (rollback.traffic_percent if rollback else None) == traffic


@pytest.mark.parametrize(
    ("platform", "bake", "lasts"), [("ECS", 30, None), ("Lambda", None, None), ("Server", None, 20)]
)
def test_an_alarm_that_is_red_at_the_start_stops_everything_before_traffic_moves(
    platform: Platform, bake: int | None, lasts: int | None
) -> None:
    done = _run(_group(platform, bake=bake), _red_from(5), lasts=lasts)
    assert _told(done)[:3] == [(5, "started", 0), (5, "stopped", 0), (5, "rollback started", 0)]
    assert done.rollback is not None
    assert (done.rollback.reason, done.rollback.traffic_percent) == ("red before the start", 0)


def test_an_alarm_that_has_recovered_by_the_start_stops_nothing() -> None:
    assert _run(_group(), _states((0, "OK"), (2, "ALARM"), (5, "OK"))).status == "succeeded"


def test_insufficient_data_stops_nothing() -> None:
    assert _run(_group(), _states((0, "INSUFFICIENT_DATA"))).status == "succeeded"


def test_linear_shifts_begin_at_once_and_a_lambda_deployment_ends_with_the_last() -> None:
    group = _group("Lambda", TrafficShift("linear", 10, 5), bake=None)
    done = _run(group, RED_NEVER, at=2)
    shifts = [(minute, traffic) for minute, what, traffic in _told(done) if what != "succeeded"]
    assert shifts == [(2 + 5 * step, 10 * (step + 1)) for step in range(10)]
    assert done.ended_at == 47 * MINUTE
    rollback = _run(group, _red_from(14), at=2).rollback
    assert rollback is not None
    assert (rollback.started_at, rollback.traffic_percent) == (14 * MINUTE + 15, 30)
    assert _run(group, _red_from(47), at=2).rollback is None


def test_a_linear_shift_that_does_not_divide_100_ends_with_a_smaller_step() -> None:
    assert shift(_group(traffic=TrafficShift("linear", 30, 3)), None).steps == (
        (0, 30),
        (180, 60),
        (360, 90),
        (540, 100),
    )


def test_all_at_once_exposes_everything_and_has_only_its_bake() -> None:
    group = _group(traffic=TrafficShift("allAtOnce"), bake=5)
    rollback = _run(group, _red_from(9)).rollback
    assert rollback is not None
    assert (rollback.started_at, rollback.traffic_percent) == (9 * MINUTE + 15, 100)
    assert _run(group, _red_from(10)).rollback is None
    assert _run(_group("Lambda", TrafficShift("allAtOnce"), bake=None), _red_from(6)).rollback is None


@pytest.mark.parametrize(
    ("name", "platform", "steps"),
    [
        ("CodeDeployDefault.LambdaCanary10Percent30Minutes", "Lambda", ((0, 10), (1800, 100))),
        ("CodeDeployDefault.ECSCanary10Percent5Minutes", "ECS", ((0, 10), (300, 100))),
        ("CodeDeployDefault.ECSAllAtOnce", "ECS", ((0, 100),)),
        ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", "ECS", tuple((60 * n, 10 * n + 10) for n in range(10))),
        (
            "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
            "Lambda",
            tuple((60 * n, 10 * n + 10) for n in range(10)),
        ),
        ("CodeDeployDefault.OneAtATime", "Server", ((0, 0), (1200, 100))),
        ("CodeDeployDefault.AllAtOnce", "Server", ((0, 100), (1200, 100))),
    ],
)
def test_predefined_configurations_are_known_by_their_names(
    name: str, platform: Platform, steps: tuple[tuple[int, float], ...]
) -> None:
    found = shift(_group(platform, TrafficShift("named"), name=name), 1200 if platform == "Server" else None)
    assert (found.steps, found.known) == (steps, True)


def test_a_configuration_of_which_nothing_is_known_counts_as_all_at_once() -> None:
    found = shift(_group(traffic=TrafficShift("named"), name="theirs"), None)
    assert (found.steps, found.known) == (((0, 100),), False)


def test_servers_follow_one_another_for_as_long_as_the_scenario_says() -> None:
    hosts = TrafficShift("healthyHosts", healthy_hosts=("FLEET_PERCENT", 75))
    group = _group("Server", hosts, bake=None, blue_green=False)
    done = _run(group, _red_from(15), at=2, lasts=50)
    assert done.rollback is not None
    assert done.rollback.traffic_percent == pytest.approx(100 * 13.25 / 50)
    # 13 min 15 s of hosts are installed again, which takes as long.
    assert done.rollback.ended_at == 15 * MINUTE + 15 + 13 * MINUTE + 15
    assert _run(group, _red_from(52), at=2, lasts=50).rollback is None


def test_blue_green_servers_bake_too() -> None:
    group = _group("Server", TrafficShift("healthyHosts", healthy_hosts=("HOST_COUNT", 2)), bake=15)
    rollback = _run(group, _red_from(30), lasts=20).rollback
    assert rollback is not None
    assert rollback.traffic_percent == 100
    assert MODEL.duration(group, 20 * MINUTE) == 35 * MINUTE


def test_a_red_alarm_during_the_rollback_changes_nothing() -> None:
    flapping = _states((0, "OK"), (10, "ALARM"), (10.3, "OK"), (10.6, "ALARM"))
    assert _told(_run(_group(), flapping))[-2:] == [(10.25, "rollback started", 10), (11.25, "rollback succeeded", 0)]


def test_without_an_earlier_revision_the_deployment_only_stops() -> None:
    done = _run(_group(), _red_from(12), earlier_revision=False)
    assert (done.rollback, done.status) == (None, "stopped")
    assert _told(done)[-1] == (12.25, "rollback impossible", 10)


def test_alarms_that_cannot_be_read_stop_the_deployment_unless_the_group_ignores_that() -> None:
    span = ((8 * MINUTE, 11 * MINUTE),)
    strict = _run(_group(), RED_NEVER, unreadable=span).rollback
    assert strict is not None
    assert (strict.started_at, strict.reason, strict.alarms, strict.ambiguous) == (480, "alarms unreadable", (), True)
    assert _run(_group(ignore=True), RED_NEVER, unreadable=span).status == "succeeded"


def test_an_ignored_blind_spot_delays_what_is_red_and_hides_what_recovers() -> None:
    span = ((8 * MINUTE, 11 * MINUTE),)
    late = _run(_group(ignore=True), _red_from(9), unreadable=span).rollback
    assert late is not None
    assert late.started_at == 11 * MINUTE
    recovered = _states((0, "OK"), (9, "ALARM"), (10, "OK"))
    assert _run(_group(ignore=True), recovered, unreadable=span).rollback is None


def test_an_alarm_that_does_not_exist_counts_as_unreadable() -> None:
    group = _group(alarms=("red", "deleted"))
    rollback = _run(group, RED_NEVER).rollback
    assert rollback is not None
    assert (rollback.started_at, rollback.reason) == (300, "alarms unreadable")
    assert _run(_group(alarms=("red", "deleted"), ignore=True), _red_from(12)).rollback is not None


def test_a_group_without_alarms_rolls_nothing_back() -> None:
    assert _run(_group(alarms=()), _red_from(3)).status == "succeeded"


def test_a_simulation_that_ends_early_leaves_the_deployment_in_progress() -> None:
    done = _run(_group(), RED_NEVER, end=20)
    assert (done.status, done.ended_at) == ("in progress", None)
    assert _run(_group(), _red_from(20), end=20).rollback is None


def test_a_rollback_that_rests_on_an_undocumented_verdict_says_so() -> None:
    timeline = Timeline((Change(0, "OK"), Change(600, "ALARM", ambiguous=True, onset=420)))
    rollback = _run(_group(), timeline).rollback
    assert rollback is not None
    assert rollback.ambiguous
