"""The recorder of an environment: its settings, its names, and who hears that it fails."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.recorder import outbox, telemetry


def environment(workspace: Any, **settings: Any) -> Any:
    workspace.policy()
    workspace.environments(lambda data: data["environments"]["prod"].update(settings))
    return workspace.plan().regions[0].foundation.recorder


def test_what_nobody_states_is_usual(workspace: Any) -> None:
    found = environment(workspace)
    assert (found.memory, found.timeout, found.log_retention, found.record_retention) == (256, 60, 90, 400)
    assert found.reserved_concurrency is None
    assert found.names.bucket == "rollguard-prod-222222222222-eu-west-1"
    assert [rule.name for rule in found.rules] == ["rollguard_prod_alarms", "rollguard_prod_sweep"]
    assert [alarm.name for alarm in found.alarms] == [
        "rollguard-recorder_prod_errors",
        "rollguard-recorder_prod_lost-events",
        "rollguard-recorder_prod_silent",
        "rollguard-recorder_prod_untold",
    ]


def test_an_environments_settings_win_over_the_defaults_one_by_one(workspace: Any) -> None:
    workspace.policy()

    def change(data: Any) -> None:
        data["defaults"] |= {"recorder": {"memory": 512, "logRetention": "30d"}, "records": {"retention": "800d"}}
        data["environments"]["prod"]["recorder"] = {"memory": 1024, "reservedConcurrency": 5}

    workspace.environments(change)
    found = workspace.plan().regions[0].foundation.recorder
    assert (found.memory, found.log_retention, found.record_retention, found.reserved_concurrency) == (1024, 30, 800, 5)


def test_roles_lie_at_the_environments_path(workspace: Any) -> None:
    found = environment(workspace, iam={"path": "/tools/"})
    assert found.names.role_arn == "arn:aws:iam::222222222222:role/tools/rollguard_prod_eu-west-1_recorder"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ("leads", "oncall")),
        ({"notify": ["oncall"]}, ("oncall",)),
        ({"notify": {"started": ["leads"], "failed": ["oncall"]}}, ("oncall",)),
        ({"notify": {"started": ["oncall"]}}, ("leads", "oncall")),
        ({"notify": ["pager"], "channels": {"pager": {"pagerduty": "${secret:p}"}, "mail": {"email": "a@b.example"}}}, ("mail",)),
        ({"channels": {f"c{n}": {"email": "a@b.example"} for n in range(7)}}, ("c0", "c1", "c2", "c3", "c4")),
        ({"notify": ["leads"], "recorder": {"alarms": ["oncall"]}}, ("oncall",)),
    ],
    ids=["all", "list", "failed", "no-failed", "no-pagerduty", "five", "stated"],
)  # fmt: skip
def test_who_hears_that_the_recorder_fails(workspace: Any, settings: dict[str, Any], told: tuple[str, ...]) -> None:
    assert environment(workspace, **settings).alarm_channels == told


def test_an_environment_that_only_pagerduty_hears_of_is_told_that_nobody_hears_when_the_recorder_fails(
    workspace: Any,
) -> None:
    workspace.policy()

    def change(data: Any) -> None:
        prod = data["environments"]["prod"]
        prod["channels"] = {"pager": {"pagerduty": "${secret:p}"}}
        prod["regions"] = {prod.pop("region"): {}, "eu-north-1": {}}

    workspace.environments(change)
    assert workspace.found() == [
        "E009 nobody hears when the recorder of environment `prod` fails: it has only `pager`, told by the recorder itself"
    ]


def test_a_recorder_that_nobody_calls_is_seen_and_so_is_one_whose_messages_are_refused(workspace: Any) -> None:
    _, _, silent, untold = environment(workspace).alarms
    assert (silent.comparison, silent.threshold, silent.treat_missing_data) == ("LessThanThreshold", 1.0, "breaching")
    assert (silent.metric.name, silent.period * silent.evaluation_periods, silent.datapoints_to_alarm) == (
        "Invocations",
        900,
        3,
    )
    assert (untold.metric.namespace, untold.metric.dimensions) == (telemetry.NAMESPACE, (("Environment", "prod"),))
    assert untold.metric.name in telemetry.UNITS
    assert untold.period * untold.evaluation_periods == outbox.LONGEST_WAIT


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["oncal"], "R011 `oncal` is no channel of environment `prod`"),
        (["pager"], "E008 `pager` is told by the recorder, so it cannot be told that the recorder fails"),
        ([f"c{n}" for n in range(6)], "X041 `alarms` names 6 channels; an alarm can tell 5"),
    ],
)
def test_a_channel_that_cannot_hear_it_is_refused_where_it_stands(workspace: Any, names: list[str], found: str) -> None:
    workspace.policy()

    def change(data: Any) -> None:
        channels = {"oncall": {"email": "a@b.example"}, "pager": {"pagerduty": "${secret:p}"}}
        channels |= {f"c{n}": {"email": "a@b.example"} for n in range(6)}
        data["environments"]["prod"] |= {"channels": channels, "recorder": {"alarms": names}}

    workspace.environments(change)
    assert workspace.found() == [found]
