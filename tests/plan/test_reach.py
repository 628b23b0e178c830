"""Whether a rollback can come in time at all."""

from __future__ import annotations

from typing import Any

import pytest

ECS = {
    "platform": "ecs",
    "lambda": None,
    "ecs": {"cluster": "c", "service": "s"},
    "loadBalancer": {
        "listener": "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/a/1/2",
        "targetGroups": ["blue", "green"],
    },
}

SERVER = {
    "platform": "server",
    "lambda": None,
    "server": {"autoScalingGroups": ["web"]},
    "traffic": {"healthyHosts": {"atLeastPercent": 75}},
}


def _codedeploy(**values: Any) -> Any:
    def change(data: Any) -> None:
        settings = data["spec"]["deployments"][0]["codedeploy"]
        settings.update(values)
        for key in [key for key, value in settings.items() if value is None]:
            del settings[key]

    return change


def _late(workspace: Any, *changes: Any) -> list[str]:
    workspace.policy(*changes)
    return [found for found in workspace.found() if found.startswith(("R060", "R061"))]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        # `b` is the faster one: 2 minutes of bad data, 1 minute of delivery, 15 s until CodeDeploy has looked.
        ({"traffic": {"canary": {"percent": 10, "interval": "4m"}}}, []),
        ({"traffic": {"canary": {"percent": 10, "interval": "3m"}}}, ["3m15s at best", "over after 3m"]),
        ({"traffic": {"linear": {"percent": 50, "interval": "3m"}}}, ["3m15s at best", "over after 3m"]),
        ({"traffic": {"linear": {"percent": 25, "interval": "2m"}}}, []),
        ({"traffic": {"allAtOnce": True}}, ["over after 0s"]),
        (ECS | {"traffic": {"allAtOnce": True}, "bake": "4m"}, []),
        (ECS | {"traffic": {"config": "CodeDeployDefault.ECSCanary10Percent5Minutes"}}, []),
        ({"traffic": {"config": "Somebodys"}}, []),
        (SERVER, []),
        (SERVER | {"server": {"autoScalingGroups": ["web"], "expectedDuration": "4m"}}, []),
        (SERVER | {"server": {"autoScalingGroups": ["web"], "expectedDuration": "3m"}}, ["over after 3m"]),
    ],
)
def test_a_deployment_that_is_over_before_an_alarm_is_a_warning(
    workspace: Any, changes: dict[str, Any], found: list[str]
) -> None:
    messages = _late(workspace, _codedeploy(**changes))
    assert len(messages) == bool(found)
    for part in found:
        assert part in messages[0]


def test_what_counts_is_the_trigger_and_not_the_fastest_criterion(workspace: Any) -> None:
    messages = _late(
        workspace,
        _codedeploy(traffic={"canary": {"percent": 10, "interval": "4m"}}),
        lambda data: data["spec"].update(trigger="all"),
    )
    assert len(messages) == 1 and "4m15s at best" in messages[0]


def test_a_promise_that_cannot_be_kept_is_a_warning(workspace: Any) -> None:
    assert _late(workspace, lambda data: data["spec"].update(rollbackWithin="3m")) == [
        "R061 `rollbackWithin: 3m` cannot be kept: a rollback takes 3m15s at best"
    ]


def test_where_nothing_may_roll_back_nothing_comes_too_late(workspace: Any) -> None:
    observing = lambda data: data["spec"].update(mode="observe", rollbackWithin="1m")  # noqa: E731
    assert _late(workspace, observing, _codedeploy(traffic={"allAtOnce": True})) == []


def test_a_listener_of_another_account_or_region_is_an_error(workspace: Any) -> None:
    elsewhere = ECS["loadBalancer"] | {  # type: ignore[operator]  # the mapping above
        "listener": "arn:aws:elasticloadbalancing:eu-west-2:333333333333:listener/app/a/1/2"
    }
    workspace.policy(_codedeploy(**(ECS | {"loadBalancer": elsewhere, "bake": "30m"})))
    assert workspace.found() == [
        "R024 the listener lies in eu-west-2 of account 333333333333, `prod` in eu-west-1 of account 222222222222"
    ]


def test_a_variable_handed_to_a_preset_is_reported_where_it_stands(workspace: Any) -> None:
    from rollguard.checking import check

    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {
            "id": "a",
            "uses": "lambda/error-ratio",
            "with": {"function": "${vars.fn}", "alias": "live"},
        }

    workspace.policy(use)
    (found,) = check(workspace.root).diagnostics
    line = (workspace.root / found.span.path).read_text().splitlines()[found.span.line - 1]
    assert (found.message, line.strip()) == ("variable `fn` is not set in `prod`", "function: ${vars.fn}")


def test_a_share_written_as_a_fraction_is_told_what_it_means(workspace: Any) -> None:
    from rollguard.checking import check

    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {
            "id": "a",
            "uses": "lambda/error-ratio",
            "with": {"function": "shop", "alias": "live"},
            "threshold": {"above": 0.03},
        }

    workspace.policy(use)
    (found,) = [one for one in check(workspace.root).diagnostics if one.code == "P010"]
    assert found.help == "0.03 is read as 0.03 %; did you mean `3%`?"


def _slow_a(data: Any) -> None:
    data["spec"]["criteria"][0]["window"] = {"period": "60s", "datapoints": 5, "of": 5}


def test_a_criterion_that_is_slower_than_the_deployment_is_a_warning_at_its_window(workspace: Any) -> None:
    workspace.policy(_slow_a, lambda data: data["spec"].update(rollbackWithin="4m"))
    (found,) = workspace.diagnostics()
    assert (found.code, found.severity) == ("R062", "warning")
    assert found.message == (
        "`a` needs 6m15s to a rollback at best, and the deployment is over after 5m: "
        "it never stops one that is bad from its start"
    )
    lines = (workspace.root / found.span.path).read_text().splitlines()
    assert lines[found.span.line - 1].strip() in ("window:", "period: 60s")


def test_a_criterion_that_is_slower_than_the_promise_is_a_warning(workspace: Any) -> None:
    promising = lambda data: data["spec"].update(rollbackWithin="4m")  # noqa: E731
    workspace.policy(promising, _codedeploy(traffic={"canary": {"percent": 10, "interval": "30m"}}))
    assert workspace.found() == ["R062 `a` needs 4m15s to a rollback at best, later than `rollbackWithin: 4m`"]


@pytest.mark.parametrize(
    "change",
    [
        _codedeploy(traffic={"canary": {"percent": 10, "interval": "2m"}}),
        lambda data: data["spec"].update(trigger="all"),
    ],
)
def test_where_the_fastest_way_is_too_slow_no_criterion_is_named_for_the_same(workspace: Any, change: Any) -> None:
    workspace.policy(_slow_a, change)
    assert [found.code for found in workspace.diagnostics()] == ["R060"]


@pytest.mark.parametrize("change", [{"mode": "observe"}, {"trigger": "b and not a"}])
def test_a_criterion_that_never_speaks_for_a_rollback_is_not_late(workspace: Any, change: dict[str, str]) -> None:
    trigger = lambda data: data["spec"].update({key: one for key, one in change.items() if key == "trigger"})  # noqa: E731
    mode = lambda data: data["spec"]["criteria"][0].update({key: one for key, one in change.items() if key == "mode"})  # noqa: E731
    workspace.policy(_slow_a, trigger, mode)
    assert not [found for found in workspace.found() if found.startswith("R06")]
