"""The guard sheet: what the recorder is told of a policy, and the index that leads to it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rollguard.plan import model
from rollguard.plan.sheet import as_text, index, metric_data_queries, settled, sheet
from rollguard.recorder.derive import derive
from tests.targets import plans


def made(guard: model.GuardPlan, *channels: model.Channel) -> dict[str, Any]:
    region = plans.region(guard, base=plans.foundation(*channels))
    return sheet(guard, region, plans.plan(region), {"started": {"subject": "$subject", "body": "x"}})


def test_a_sheet_says_what_the_contract_asks_for() -> None:
    guard = replace(
        plans.guard(),
        agreed=model.Agreement(("@lead",), "2026-11-01", "2027-04-30"),
        rollback_within=600,
        still_red_after=1200,
    )
    found = made(guard)
    assert {key: found[key] for key in ("version", "environment", "account", "region", "partition", "policy", "mode")} == {
        "version": 1, "environment": "prod", "account": plans.ACCOUNT, "region": "eu-west-1", "partition": "aws",
        "policy": "checkout-api", "mode": "rollback",
    }  # fmt: skip
    assert found["agreed"] == {"by": ["@lead"], "on": "2026-11-01", "reviewDue": "2027-04-30"}
    assert (found["rollbackWithin"], found["stillRedAfter"]) == (600, 1200)
    assert found["rollbackAlarm"] == "rollguard_prod_checkout-api"
    assert found["notify"] == {status: ["on-call"] if status == "started" else [] for status in model.STATUSES}
    assert found["texts"] == {"started": {"subject": "$subject", "body": "x"}}
    assert made(plans.guard())["agreed"] is None


def test_a_criterion_says_whether_it_has_a_bypass() -> None:
    guard = replace(plans.guard(), criteria=(plans.criterion(), plans.criterion("watched", attached=False)))
    bypasses = [one["bypass"] for one in made(guard)["criteria"]]
    assert bypasses == ["rollguard_prod_checkout-api_latency_bypass", None]


def test_the_recorder_makes_a_record_of_a_sheet_as_it_is() -> None:
    red: dict[str, Any] = {
        "id": "e1",
        "kind": "alarmState",
        "at": "2026-11-24T10:00:00Z",
        "alarm": "rollguard_prod_checkout-api",
    }
    red |= {"value": "ALARM", "previous": "OK", "reason": "", "reasonData": None}
    record = derive([red], json.loads(as_text(made(plans.guard()))), "outside-20261124T100000Z")
    assert (record["policy"], record["stillRedAfter"]) == ("checkout-api", 900)
    assert [one["bypass"] for one in record["criteria"]] == ["rollguard_prod_checkout-api_latency_bypass"]


def test_only_the_channels_that_are_told_stand_in_it_and_pagerduty_has_no_topic() -> None:
    guard = replace(plans.guard(), notify=(("failed", ("pager",)), ("started", ("on-call",))))
    found = made(guard, plans.channel(), plans.pagerduty(), plans.channel("other"))
    assert found["channels"] == {
        "on-call": {"kind": "email", "topicArn": plans.topic_arn("on-call")},
        "pager": {"kind": "pagerduty"},
    }


@pytest.mark.parametrize(
    ("group", "bake", "steps"),
    [
        (plans.ecs(), 1800, [[0, 10], [420, 100]]),
        (
            plans.ecs(config=model.DeploymentConfig("x", "ECS", model.TrafficShift("linear", 40, 5), False)),
            1800,
            [[0, 40], [300, 80], [600, 100]],
        ),
        (plans.ecs(config=model.DeploymentConfig("theirs", "ECS", model.TrafficShift("named"), True)), 1800, []),
        (plans.ecs(platform="Server", bake_minutes=None), None, []),
    ],
    ids=["canary", "linear", "unknown", "server"],
)
def test_how_traffic_shifts_is_told_where_it_is_known(
    group: model.CodeDeployGroup, bake: int | None, steps: list[list[int]]
) -> None:
    (found,) = made(plans.guard(group))["groups"]
    assert found == {
        "application": "checkout", "group": "checkout-api", "platform": group.platform, "bake": bake, "steps": steps,
    }  # fmt: skip


LATENCY = {
    "Namespace": "AWS/ApplicationELB",
    "MetricName": "TargetResponseTime",
    "Dimensions": [{"Name": "LoadBalancer", "Value": "app/checkout/8d3e1f"}],
}


def test_a_plain_metric_is_one_query() -> None:
    assert metric_data_queries(plans.alarm("latency")) == [
        {"Id": "m1", "MetricStat": {"Metric": LATENCY, "Period": 60, "Stat": "p99"}, "ReturnData": True}
    ]


def math(*queries: model.MetricDataQuery, **changes: Any) -> list[dict[str, Any]]:
    return metric_data_queries(plans.alarm("latency", metric=None, queries=queries, **changes))


def test_metric_math_keeps_its_inputs_and_returns_what_is_judged() -> None:
    found = math(
        model.MetricDataQuery("m", metric=plans.LATENCY),
        model.MetricDataQuery("judged", expression="m * 2", label="twice", return_data=True),
    )
    assert [(one["Id"], one["ReturnData"]) for one in found] == [("m", False), ("judged", True)]
    assert found[1] == {"Id": "judged", "Expression": "m * 2", "Label": "twice", "ReturnData": True}


def test_a_metrics_insights_query_states_its_period() -> None:
    (found,) = math(
        model.MetricDataQuery("q", expression="SELECT AVG(Latency) FROM Shop", return_data=True), period=300
    )
    assert found == {"Id": "q", "Expression": "SELECT AVG(Latency) FROM Shop", "Period": 300, "ReturnData": True}


def test_of_an_anomaly_alarm_the_value_is_shown_and_not_the_band() -> None:
    found = math(
        model.MetricDataQuery("value", metric=plans.LATENCY, return_data=True),
        model.MetricDataQuery("band", expression="ANOMALY_DETECTION_BAND(value, 2)", return_data=True),
        threshold=None,
        threshold_metric_id="band",
    )
    assert [(one["Id"], one["ReturnData"]) for one in found] == [("value", True)]


def test_of_a_value_that_must_stay_between_two_the_value_is_shown_and_not_one_or_zero(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"]["criteria"][0].update(threshold={"outside": {"below": 1, "above": 9}}))
    (alarm, _) = (one.alarm for one in workspace.guard().criteria)
    found = metric_data_queries(alarm)
    assert [(one["Id"], one["ReturnData"], "MetricStat" in one) for one in found] == [("value", True, True)]


def test_an_adopted_alarm_has_no_query() -> None:
    adopted = replace(plans.criterion(), alarm=None, bypass=None, alarm_name="their-alarm")
    (found,) = made(plans.guard(criteria=(adopted,)))["criteria"]
    assert (found["alarm"], found["period"], found["missing"], found["queries"]) == ("their-alarm", None, None, [])


def test_the_index_names_every_alarm_that_deployments_poll_and_every_group() -> None:
    guard = plans.guard(criteria=(plans.criterion(), plans.criterion("watched", attached=False)))
    policy = {"policy": "checkout-api"}
    watched = {"index/alarms/rollguard_prod_checkout-api_watched.json": {**policy, "observes": "watched"}}
    rest = {"index/groups/checkout/checkout-api.json": policy, **watched}
    assert index(guard) == {"index/alarms/rollguard_prod_checkout-api.json": policy, **rest}
    direct = index(replace(guard, wiring="direct"))
    assert direct == {
        "index/alarms/rollguard_prod_checkout-api.json": policy,
        "index/alarms/rollguard_prod_checkout-api_latency.json": policy,
        **rest,
    }


def test_of_a_retired_policy_and_of_alarms_of_others_nothing_is_observed() -> None:
    theirs = replace(plans.criterion("theirs", attached=False), alarm=None, alarm_name="their-alarm")
    guard = plans.guard(criteria=(plans.criterion("watched", attached=False), theirs))
    alarms = [key for key in index(guard) if key.startswith("index/alarms/")]
    assert alarms == [
        "index/alarms/rollguard_prod_checkout-api.json",
        "index/alarms/rollguard_prod_checkout-api_watched.json",
    ]
    retired = [key for key in index(replace(guard, retired="gone")) if key.startswith("index/alarms/")]
    assert retired == alarms[:1]


def test_in_a_disarmed_environment_every_criterion_is_observed(workspace: Any) -> None:
    workspace.policy()
    workspace.environments(lambda data: data["environments"]["prod"].update(disarmed={"because": "a load test"}))
    guard = workspace.guard()
    observed = {entry["observes"] for entry in index(guard).values() if "observes" in entry}
    assert observed == {one.id for one in guard.criteria}
    assert [one["ifArmed"] for one in made(guard)["criteria"]] == ["alone"] * len(guard.criteria)


def test_a_criterion_that_acts_is_not_asked_what_it_would_do() -> None:
    (found,) = made(plans.guard(criteria=(plans.criterion(),)))["criteria"]
    assert "ifArmed" not in found


def test_an_alarm_that_two_policies_adopt_has_an_entry_of_each() -> None:
    """One key would belong to two stacks, and whichever goes first takes it from the other."""
    adopted = replace(plans.criterion(), alarm=None, bypass=None, alarm_name="database-down")
    first = replace(plans.guard(criteria=(adopted,)), wiring="direct")
    one, other = index(first), index(replace(first, policy="stock", deployments=()))
    assert one["index/adopted/database-down/checkout-api.json"] == {"policy": "checkout-api"}
    assert other["index/adopted/database-down/stock.json"] == {"policy": "stock"}
    assert one.keys() & other.keys() == {"index/alarms/rollguard_prod_checkout-api.json"}, (
        "the rollback alarm, which `replace` kept"
    )
    assert index(replace(first, wiring="composite")).keys() & {"index/adopted/database-down/checkout-api.json"} == set()


def test_what_only_the_deployment_knows_stays_a_reference_until_it_is_settled() -> None:
    reference = model.Interpolated((model.Reference("output", "topic", "acme/network/prod"),))
    audit = model.Channel("on-call", "topic", reference)
    found = made(plans.guard(), audit)
    assert found["channels"]["on-call"]["topicArn"] is reference
    with pytest.raises(TypeError):
        as_text(found)
    whole = settled(found, lambda value: "arn:aws:sns:eu-west-1:222222222222:audit")
    assert json.loads(as_text(whole))["channels"]["on-call"]["topicArn"] == "arn:aws:sns:eu-west-1:222222222222:audit"


def test_the_same_sheet_is_the_same_text() -> None:
    text = as_text(made(plans.guard()))
    assert text == as_text(made(plans.guard()))
    assert list(json.loads(text)) == sorted(json.loads(text))
