"""Modes, channels and overrides: the nearest level wins, and nothing is decided in silence."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.plan.model import STATUSES


def _at(data: Any, *path: Any) -> Any:
    for step in path:
        data = data.setdefault(step, {}) if isinstance(data, dict) else data[step]
    return data


@pytest.mark.parametrize(
    ("levels", "mode"),
    [
        ({}, "rollback"),
        ({"environment": "observe"}, "observe"),
        ({"environment": "observe", "policy": "rollback"}, "rollback"),
        ({"policy": "rollback", "criterion": "observe"}, "observe"),
        ({"criterion": "observe", "override": "rollback"}, "rollback"),
        ({"override": "rollback", "criterion override": "observe"}, "observe"),
    ],
)
def test_the_nearest_stated_mode_wins(workspace: Any, levels: dict[str, str], mode: str) -> None:
    def environments(data: Any) -> None:
        if "environment" in levels:
            data["environments"]["prod"]["mode"] = levels["environment"]

    def policy(data: Any) -> None:
        spec = data["spec"]
        for level, path in {
            "policy": (),
            "criterion": ("criteria", 0),
            "override": ("environments", "prod"),
            "criterion override": ("environments", "prod", "criteria", "a"),
        }.items():
            if level in levels:
                _at(spec, *path)["mode"] = levels[level]

    workspace.environments(environments)
    workspace.policy(policy)
    assert workspace.guard().criteria[0].mode == mode


def test_a_mode_that_nobody_states_is_an_error(workspace: Any) -> None:
    workspace.environments(lambda data: data.pop("defaults"))
    assert workspace.found() == [
        "R001 no `mode` is stated for `a` in `prod`, neither by the policy nor in environments.yaml",
        "R001 no `mode` is stated for `b` in `prod`, neither by the policy nor in environments.yaml",
    ]


def test_hold_is_refused_where_the_mechanism_cannot(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(mode="hold"))
    (found,) = workspace.found()
    assert found.startswith("R002 `hold` cannot be done by codedeploy")


def test_a_disarmed_environment_only_observes(workspace: Any) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(disarmed={"because": "migration"}))
    plan = workspace.plan()
    assert plan.disarmed == "migration"
    assert plan.regions[0].guards[0].rollback_alarm.rule == "FALSE"


def test_a_retired_policy_lets_go_of_its_group(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(retired={"on": "2026-11-01", "reason": "moved"}))
    plan = workspace.plan()
    group = plan.regions[0].guards[0].deployments[0]
    assert (group.alarms, group.alarms_enabled, group.protect, group.retain_on_delete) == ((), False, False, True)
    (application,) = plan.regions[0].applications
    assert (application.protect, application.retain_on_delete) == (False, True)


def test_an_application_stays_protected_while_another_policy_uses_it(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(retired={"on": "2026-11-01", "reason": "moved"}))

    def other(data: Any) -> None:
        data["metadata"]["name"] = "shop-two"
        data["spec"]["deployments"][0]["codedeploy"]["group"] = "second"

    workspace.policy(other, path="policies/sales/two.yaml")
    (application,) = workspace.plan().regions[0].applications
    assert (application.protect, application.retain_on_delete) == (True, False)


def test_a_list_of_channels_is_told_everything_of_a_deployment_and_nothing_outside_one(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(notify=["oncall"]))
    told = dict(workspace.guard().notify)
    assert set(told) == set(STATUSES) - {"outsideDeployment"}
    assert set(told.values()) == {("oncall",)}


def test_who_hears_of_a_failed_rollback_hears_of_what_is_like_it_unless_a_map_says_otherwise(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(notify={"failed": ["oncall"], "unknown": ["leads"]}))
    assert dict(workspace.guard().notify) == {
        "failed": ("oncall",),
        "nothingToRollBack": ("oncall",),
        "notRolledBack": ("oncall",),
        "unknown": ("leads",),
    }
    workspace.policy(lambda data: data["spec"].update(notify={"started": ["oncall"], "unknown": []}))
    assert dict(workspace.guard().notify) == {"started": ("oncall",)}


def test_how_long_alarms_may_stay_red_is_the_environments_or_the_policys_or_a_quarter_of_an_hour(
    workspace: Any,
) -> None:
    workspace.policy()
    assert workspace.guard().still_red_after == 900
    workspace.policy(lambda data: data["spec"].update(stillRedAfter="20m"))
    assert workspace.guard().still_red_after == 1200
    workspace.policy(
        lambda data: data["spec"].update(stillRedAfter="20m", environments={"prod": {"stillRedAfter": "1h"}})
    )
    assert workspace.guard().still_red_after == 3600


@pytest.mark.parametrize(
    ("policy", "override", "started", "failed"),
    [
        (["oncall"], None, ("oncall",), ("oncall",)),
        ({"started": ["oncall"]}, {"failed": ["leads"]}, ("oncall",), ("leads",)),
        ({"started": ["oncall"], "failed": ["oncall"]}, {"failed": ["leads"]}, ("oncall",), ("leads",)),
        ({"started": ["oncall"]}, ["leads"], ("leads",), ("leads",)),
        (["oncall"], {"failed": ["leads"]}, None, ("leads",)),
    ],
)
def test_a_nearer_notify_replaces_unless_both_are_maps(
    workspace: Any, policy: Any, override: Any, started: Any, failed: Any
) -> None:
    def change(data: Any) -> None:
        data["spec"]["notify"] = policy
        if override:
            data["spec"]["environments"]["prod"] = {"notify": override}

    workspace.policy(change)
    told = dict(workspace.guard().notify)
    assert (told.get("started"), told.get("failed")) == (started, failed)


def test_a_threshold_is_replaced_whole_and_a_window_by_key(workspace: Any) -> None:
    override = {"criteria": {"a": {"threshold": {"below": 1}, "window": {"datapoints": 2}}}}
    workspace.policy(lambda data: data["spec"]["environments"].update(prod=override))
    alarm = workspace.guard().criteria[0].alarm
    assert (alarm.comparison, alarm.threshold) == ("LessThanThreshold", 1.0)
    assert (alarm.datapoints_to_alarm, alarm.evaluation_periods) == (2, 5)


def test_a_window_that_only_fits_without_the_override_is_an_error(workspace: Any) -> None:
    override = {"criteria": {"a": {"window": {"of": 2}}}}
    workspace.policy(lambda data: data["spec"]["environments"].update(prod=override))
    assert workspace.found() == ["R033 3 of 2 periods can never be bad"]


def test_an_override_may_change_each_deployment_or_replace_the_list(workspace: Any) -> None:
    merged = {"deployments": {"codedeploy": {"traffic": {"allAtOnce": True}}}}
    workspace.policy(lambda data: data["spec"]["environments"].update(prod=merged))
    assert workspace.guard().deployments[0].config.name == "CodeDeployDefault.LambdaAllAtOnce"

    def replaced(data: Any) -> None:
        other = {
            "platform": "lambda",
            "application": "other",
            "group": "g",
            "managedBy": "terraform",
        }
        data["spec"]["environments"]["prod"] = {"deployments": [{"codedeploy": other}]}

    workspace.policy(replaced)
    (group,) = workspace.guard().deployments
    assert (group.application, group.managed_by, group.service_role) == ("other", "terraform", None)
    assert workspace.plan().regions[0].applications == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda data: data["spec"]["environments"].update(prd={}),
            "R010 there is no environment `prd` in environments.yaml",
        ),
        (lambda data: data["spec"].update(notify=["oncal"]), "R011 `oncal` is no channel of environment `prod`"),
        (
            lambda data: data["spec"]["environments"].update(prod={"criteria": {"bb": {"mode": "observe"}}}),
            "R012 `bb` is none of the policy's criteria",
        ),
        (
            lambda data: data["spec"].update(
                scenarios=[{"name": "s", "environment": "staging", "expect": {"alarm": True}}]
            ),
            "R013 the policy has no environment `staging`",
        ),
        (
            lambda data: data["spec"].update(scenarios=[{"name": "s", "expect": {"notified": ["nobody"]}}]),
            "R011 `nobody` is no channel of environment `prod`",
        ),
    ],
)
def test_names_across_files_are_checked(workspace: Any, change: Any, found: str) -> None:
    workspace.policy(change)
    assert workspace.found() == [found]


def test_the_review_is_due_when_the_agreement_says(workspace: Any) -> None:
    agreed = {"by": ["@lead"], "on": "2026-09-30", "review": "365d"}
    workspace.policy(lambda data: data["metadata"].update(agreed=agreed))
    assert workspace.guard().agreed.review_due == "2027-09-30"


def test_a_review_beyond_the_calendar_is_due_at_its_end(workspace: Any) -> None:
    agreed = {"by": ["@lead"], "on": "9999-12-01", "review": "3000d"}
    workspace.policy(lambda data: data["metadata"].update(agreed=agreed))
    assert workspace.guard().agreed.review_due == "9999-12-31"
