"""Plans written as JSON and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollguard.failure import Failure
from rollguard.plan import model
from rollguard.plan.serialize import from_json, to_json
from tests.targets import plans

TEXT = st.text(max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)


def _pairs(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    """Pairs as the planner makes them: each key once, sorted."""
    return st.dictionaries(TEXT, values, max_size=3).map(
        lambda found: tuple(sorted(found.items(), key=lambda item: item[0]))
    )


THRESHOLDS = st.one_of(
    st.just(()),
    st.tuples(st.tuples(st.sampled_from(["above", "atLeast", "outside"]), NUMBER | TEXT)),
    st.tuples(st.tuples(st.just("below"), NUMBER), st.tuples(st.just("above"), NUMBER)),
)
NOTIFY = st.dictionaries(st.sampled_from(model.STATUSES), st.lists(TEXT, max_size=2).map(tuple)).map(
    lambda found: tuple((status, found[status]) for status in model.STATUSES if status in found)
)
TREES = st.recursive(
    TEXT | st.booleans(),
    lambda inner: st.fixed_dictionaries({"any": st.lists(inner, max_size=2)}) | st.fixed_dictionaries({"not": inner}),
    max_leaves=4,
)
REFERENCES = st.one_of(
    st.builds(
        model.Reference,
        st.sampled_from(["output", "cfn"]),
        st.text(min_size=1, max_size=8),
        st.text(min_size=1, max_size=8),
    ),
    st.builds(model.Reference, st.sampled_from(["ssm", "secret"]), st.text(min_size=1, max_size=8)),
)
INTERPOLATED = st.builds(model.Interpolated, st.lists(TEXT | REFERENCES, max_size=3).map(tuple))
VALUES = TEXT | INTERPOLATED
METRICS = st.builds(model.Metric, dimensions=_pairs(VALUES))
QUERIES = st.builds(model.MetricDataQuery, metric=st.none() | METRICS)
ALARMS = st.builds(
    model.MetricAlarm,
    threshold=st.none() | NUMBER,
    metric=st.none() | METRICS,
    queries=st.lists(QUERIES, max_size=2).map(tuple),
    tags=_pairs(TEXT),
)
CRITERIA = st.builds(model.Criterion, threshold=THRESHOLDS, alarm=st.none() | ALARMS, bypass=st.none() | ALARMS)
ROLES = st.builds(
    model.ServiceRole,
    statements=st.lists(
        st.fixed_dictionaries({"Action": st.lists(TEXT, max_size=2), "Resource": TEXT}), max_size=2
    ).map(tuple),
    tags=_pairs(TEXT),
)
DEPLOYMENTS = st.builds(
    model.CodeDeployGroup,
    service_role_arn=st.none() | VALUES,
    service_role=st.none() | ROLES,
    load_balancer=st.none() | st.builds(model.LoadBalancer, target_groups=st.lists(VALUES, max_size=2).map(tuple)),
    ec2_tags=_pairs(TEXT),
    tags=_pairs(TEXT),
)
GUARDS = st.builds(
    model.GuardPlan,
    labels=_pairs(TEXT),
    criteria=st.lists(CRITERIA, max_size=2).map(tuple),
    trigger=st.builds(model.Trigger, tree=TREES),
    rollback_alarm=st.builds(model.CompositeAlarm, tags=_pairs(TEXT)),
    deployments=st.lists(DEPLOYMENTS, max_size=1).map(tuple),
    notify=NOTIFY,
)
CHANNELS = st.builds(
    model.Channel,
    subscriptions=st.lists(st.builds(model.Subscription, endpoint=VALUES), max_size=2).map(tuple),
    tags=_pairs(TEXT),
)
RECORDERS = st.builds(
    model.Recorder,
    rules=st.lists(st.builds(model.EventRule), max_size=2).map(tuple),
    alarms=st.lists(ALARMS, max_size=1).map(tuple),
)
FOUNDATIONS = st.builds(
    model.Foundation, channels=st.lists(CHANNELS, max_size=2).map(tuple), recorder=RECORDERS, tags=_pairs(TEXT)
)
REGIONS = st.builds(
    model.RegionPlan,
    foundation=st.none() | FOUNDATIONS,
    channels=st.just(()),
    applications=st.lists(st.builds(model.Application, tags=_pairs(TEXT)), max_size=1).map(tuple),
    guards=st.lists(GUARDS, max_size=1).map(tuple),
    tags=_pairs(TEXT),
)
PLANS = st.builds(
    model.EnvironmentPlan,
    regions=st.lists(REGIONS, max_size=2).map(tuple),
    version=st.just(1),
    templates=_pairs(TEXT),
    unreadable_templates=_pairs(TEXT),
)

EMPTY = model.EnvironmentPlan("prod", "222222222222", site="", disarmed="", include=(), regions=())


@settings(max_examples=40, deadline=None)
@given(PLANS)
def test_a_plan_that_was_written_reads_back_as_the_same_plan(plan: model.EnvironmentPlan) -> None:
    text = to_json(plan)
    again = from_json(text)
    assert again == plan
    assert to_json(again) == text


def test_what_is_not_set_is_left_out_and_numbers_have_one_spelling() -> None:
    alarm = model.MetricAlarm(
        "a",
        "",
        60,
        3,
        2,
        "GreaterThanThreshold",
        "missing",
        threshold=0.0,
        metric=model.Metric("AWS/SQS", "Age", "Maximum"),
    )
    whole = replace(alarm, threshold=2)
    assert '"threshold": 0,' in _alarm_text(alarm)
    assert _alarm_text(whole) == _alarm_text(replace(alarm, threshold=2.0))
    assert "description" not in _alarm_text(alarm) and "queries" not in _alarm_text(alarm)


def _alarm_text(alarm: model.MetricAlarm) -> str:
    readable = model.Readable("c", "w", "m")
    criterion = model.Criterion("x", "t", "w", "rollback", True, "service", "a", readable, alarm=alarm)
    guard = model.GuardPlan(
        "p", "t", "o", "s", "", "", "", "rollback", "", None, (), (criterion,),
        model.Trigger("any", "", "x"), model.CompositeAlarm("r", "", "FALSE"), "composite", (), (),
    )  # fmt: skip
    region = model.RegionPlan("eu-west-1", None, (), (), (), (guard,), plans.recorder_names())
    written = json.loads(to_json(replace(EMPTY, regions=(region,))))
    return json.dumps(written["regions"][0]["guards"][0]["criteria"][0]["alarm"])


def test_a_reference_is_an_object_between_the_texts_around_it() -> None:
    endpoint = model.Interpolated(("https://", model.Reference("secret", "pager"), "/x"))
    channel = model.Channel("c", "https", "arn", "t", (model.Subscription("k", "https", endpoint),))
    foundation = model.Foundation("alias/k", (channel,), plans.recorder())
    region = model.RegionPlan("eu-west-1", foundation, (channel,), (), (), (), plans.recorder_names())
    written = json.loads(to_json(replace(EMPTY, regions=(region,))))
    assert written["regions"][0]["foundation"]["channels"][0]["subscriptions"][0]["endpoint"] == [
        "https://",
        {"secret": "pager"},
        "/x",
    ]


def test_keys_are_sorted_and_text_stays_readable() -> None:
    text = to_json(replace(EMPTY, disarmed="während der Umstellung"))
    assert "während der Umstellung" in text
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a plan"),
        ("[]", "not a plan of version 1"),
        ('{"version": 2}', "not a plan of version 1"),
        ('{"version": 1, "environment": 5}', "5 is not a str"),
        ('{"version": 1, "account": "1", "colour": "red"}', "unknown key `colour`"),
        (
            '{"version": 1, "regions": [{"guards": [{"mode": "sometimes"}]}]}',
            "`sometimes` is none of observe, hold, rollback",
        ),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(Failure, match=words):
        from_json(text)


def test_a_number_that_json_cannot_hold_is_refused() -> None:
    band = model.Criterion(
        "x", "", "", "observe", False, "service", "a", model.Readable("", "", ""), threshold=(("above", float("inf")),)
    )
    with pytest.raises(ValueError, match="JSON"):
        _write_criterion(band)


def _write_criterion(criterion: model.Criterion) -> str:
    guard = model.GuardPlan(
        "p", "t", "o", "s", "", "", "", "rollback", "", None, (), (criterion,),
        model.Trigger("any", "", "x"), model.CompositeAlarm("r", "", "FALSE"), "composite", (), (),
    )  # fmt: skip
    return to_json(
        replace(EMPTY, regions=(model.RegionPlan("eu-west-1", None, (), (), (), (guard,), plans.recorder_names()),))
    )
