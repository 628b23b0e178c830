"""Which criteria the rollback alarm reads, and the rule it reads them with."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

A = '(ALARM("rollguard_prod_shop_a") AND NOT ALARM("rollguard_prod_shop_a_bypass"))'
B = '(ALARM("rollguard_prod_shop_b") AND NOT ALARM("rollguard_prod_shop_b_bypass"))'
C = '(ALARM("rollguard_prod_shop_c") AND NOT ALARM("rollguard_prod_shop_c_bypass"))'


def _third(data: Any) -> None:
    data["spec"]["criteria"].append(deepcopy(data["spec"]["criteria"][0]) | {"id": "c"})


def _set(**values: Any) -> Any:
    return lambda data: data["spec"].update(values)


@pytest.mark.parametrize(
    ("trigger", "rule"),
    [
        ("any", f"{A} OR {B} OR {C}"),
        ("all", f"{A} AND {B} AND {C}"),
        ("a or b and c", f"{A} OR ({B} AND {C})"),
        ("(a or b) and c", f"({A} OR {B}) AND {C}"),
        ("a and not b", f'{A} AND NOT ALARM("rollguard_prod_shop_b")'),
        ("a and not (b or c)", f'{A} AND NOT (ALARM("rollguard_prod_shop_b") OR ALARM("rollguard_prod_shop_c"))'),
        ("not not a", A),
        ({"atLeast": 1}, f"{A} OR {B} OR {C}"),
        ({"atLeast": 2}, f"({A} AND ({B} OR {C})) OR ({B} AND {C})"),
        ({"atLeast": 3}, f"{A} AND {B} AND {C}"),
    ],
)
def test_the_rule_says_what_the_trigger_says(workspace: Any, trigger: Any, rule: str) -> None:
    workspace.policy(_third, _set(trigger=trigger))
    assert workspace.guard().rollback_alarm.rule == rule


def test_without_bypass_at_least_is_the_cloudwatch_function(workspace: Any) -> None:
    workspace.policy(_third, _set(trigger={"atLeast": 2}, bypass=False))
    alarm = workspace.guard().rollback_alarm
    assert (
        alarm.rule == 'AT_LEAST(2, ALARM, ("rollguard_prod_shop_a", "rollguard_prod_shop_b", "rollguard_prod_shop_c"))'
    )
    assert alarm.children == ("rollguard_prod_shop_a", "rollguard_prod_shop_b", "rollguard_prod_shop_c")


def test_a_criterion_that_holds_a_rollback_back_has_no_bypass(workspace: Any) -> None:
    workspace.policy(_set(trigger="a and not b"))
    first, second = workspace.guard().criteria
    assert first.bypass is not None and first.attached
    assert second.bypass is None and second.attached


def test_any_ranges_over_the_criteria_that_may_roll_back(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"]["criteria"][0].update(mode="observe"))
    guard = workspace.guard()
    assert guard.rollback_alarm.rule == B
    assert [criterion.attached for criterion in guard.criteria] == [False, True]


def test_an_observed_criterion_reads_as_false_in_an_expression(workspace: Any) -> None:
    workspace.policy(
        _third,
        _set(trigger="a or (b and c)"),
        lambda data: data["spec"]["environments"].update(staging={"criteria": {"b": {"mode": "observe"}}}),
    )
    assert workspace.guard("staging").rollback_alarm.rule == A.replace("_prod_", "_staging_")
    assert workspace.guard("prod").rollback_alarm.rule == f"{A} OR ({B} AND {C})"


def test_where_nothing_may_roll_back_the_group_polls_nothing(workspace: Any) -> None:
    workspace.policy(_set(mode="observe", trigger="a and b"))
    guard = workspace.guard()
    assert guard.rollback_alarm.rule == "FALSE"
    assert (guard.deployments[0].alarms, guard.deployments[0].alarms_enabled) == ((), False)


def test_direct_wiring_hands_over_the_alarms_themselves(workspace: Any) -> None:
    workspace.policy(_set(wiring="direct"))
    guard = workspace.guard()
    assert guard.deployments[0].alarms == ("rollguard_prod_shop_a", "rollguard_prod_shop_b")
    assert [criterion.bypass for criterion in guard.criteria] == [None, None]


@pytest.mark.parametrize(
    ("trigger", "found"),
    [
        ("a or c", "R042 `c` is none of the policy's criteria"),
        ("a and", "R041 a criterion id expected, but the expression ends here"),
        ("a b", "R041 `and` or `or` expected before `b`"),
        ("(a or b", "R041 this parenthesis is never closed"),
        ("a or b)", "R041 `)` closes nothing"),
        ("a && b", "R041 `&` has no meaning in a trigger"),
        ("a AND b", "R041 `and` or `or` expected before `AND`"),
        ("a or or b", "R041 a criterion id expected, found `or`"),
        ({"atLeast": 3}, "R040 3 criteria can never be red at once: the policy has 2"),
    ],
)
def test_a_wrong_trigger_is_reported_in_words(workspace: Any, trigger: Any, found: str) -> None:
    workspace.policy(_set(trigger=trigger))
    assert workspace.found() == [found]


def test_a_trigger_fault_is_placed_inside_the_expression(workspace: Any) -> None:
    from rollguard.checking import check

    workspace.policy(_set(trigger="a or (b and cc)"))
    (found,) = check(workspace.root).diagnostics
    text = (workspace.root / found.span.path).read_text().splitlines()[found.span.line - 1]
    assert text[found.span.column - 1 : found.span.end_column - 1] == "cc"


def test_a_trigger_that_can_never_fire_in_an_environment_is_an_error(workspace: Any) -> None:
    workspace.policy(
        _set(trigger="a and b"),
        lambda data: data["spec"]["environments"].update(staging={"criteria": {"b": {"mode": "observe"}}}),
    )
    assert workspace.found() == ["R043 the trigger is always false in `staging` while `b` only observes"]


@pytest.mark.parametrize("trigger", ["not a", "a or not b", "not (a and b)", "not a or not b"])
def test_a_trigger_that_is_true_while_all_is_green_is_an_error(workspace: Any, trigger: str) -> None:
    workspace.policy(_set(trigger=trigger))
    assert [found for found in workspace.found() if not found.startswith("R044")] == [
        "R048 the trigger is true in `prod` while every criterion is green"
    ]


@pytest.mark.parametrize(("trigger", "always"), [("a and not a", "false"), ("(a or not a) and (b or not b)", "true")])
def test_a_trigger_that_does_not_depend_on_anything_is_an_error(workspace: Any, trigger: str, always: str) -> None:
    workspace.policy(_set(trigger=trigger))
    assert [found for found in workspace.found() if not found.startswith("R044")] == [
        f"R043 the trigger is always {always} in `prod`"
    ]


@pytest.mark.parametrize(
    ("count", "needed", "found"),
    [
        # C(31, 15) - 1 leaves of the factored formula
        (30, 15, ["X020 the rollback alarm's rule would name criteria 300,540,194 times; AWS takes 500 elements"]),
        (
            8,
            4,
            [
                "X020 the rollback alarm's rule has 10,755 characters; AWS takes 10,240",
                "X020 the rollback alarm's rule has 704 elements; AWS takes 500",
            ],
        ),
    ],
)
def test_a_count_that_has_no_rule_of_a_legal_size_is_reported_without_writing_it(
    workspace: Any, count: int, needed: int, found: list[str]
) -> None:
    def many(data: Any) -> None:
        first = data["spec"]["criteria"][0]
        data["spec"]["criteria"] = [deepcopy(first) | {"id": f"c{number}"} for number in range(count)]

    workspace.policy(many, _set(trigger={"atLeast": needed}))
    assert workspace.found() == found


def test_naming_a_criterion_that_observes_everywhere_is_an_error(workspace: Any) -> None:
    workspace.policy(_set(trigger="a or b"), lambda data: data["spec"]["criteria"][1].update(mode="observe"))
    assert workspace.found() == ["R047 the trigger names `b`, but it only observes in every environment"]


def test_a_criterion_that_the_trigger_leaves_out_is_a_warning(workspace: Any) -> None:
    workspace.policy(_set(trigger="a"))
    assert workspace.found() == ["R044 `b` has mode `rollback` in `prod`, but the trigger never reads it"]


def test_a_rule_that_aws_would_refuse_is_reported_with_the_way_out(workspace: Any) -> None:
    many = [
        {
            "id": f"criterion-with-a-rather-long-name-{number}",
            "title": "T",
            "why": "W",
            "signal": {"namespace": "N", "metric": "M", "statistic": "Sum"},
            "threshold": {"above": 1},
            "window": {"period": "60s", "datapoints": 2, "of": 2},
            "missing": "notBreaching",
        }
        for number in range(20)
    ]
    workspace.policy(_set(criteria=many, trigger={"atLeast": 4}))
    codes = {found.split()[0] for found in workspace.found()}
    assert codes == {"X020"}
    workspace.policy(_set(criteria=many, trigger={"atLeast": 4}, bypass=False))
    assert workspace.found() == []
