"""Faults in environments.yaml hide nothing else, and nothing is reported that only follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plan.conftest import ENVIRONMENTS


def _first(**values: Any) -> Any:
    return lambda data: data["spec"]["criteria"][0].update(values)


def _in(*names: str) -> Any:
    return lambda data: data["spec"].update(environments={name: {} for name in names})


def _spoil(workspace: Any, old: str = 'account: "222222222222"', new: str = 'account: "2"') -> None:
    """Make `prod` faulty, unless told otherwise."""
    assert ENVIRONMENTS.count(old) == 1
    workspace.write("policies/environments.yaml", ENVIRONMENTS.replace(old, new))


_NO_ACCOUNT = 'S006 `account` cannot be `"2"`'


def test_a_fault_in_one_environment_leaves_the_others_planned(workspace: Any) -> None:
    workspace.policy(
        _in("prod", "staging"), _first(signal={"namespace": "N", "metric": "${vars.m}", "statistic": "Sum"})
    )
    _spoil(workspace)
    assert workspace.found() == [_NO_ACCOUNT, "R020 variable `m` is not set in `staging`"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('account: "222222222222"', 'account: "2"'),
        ("environments:\n", "enviroments:\n"),
        ("kind: Environments", "kind: Enviroments"),
        ("environments:\n", "environments: [\n"),
        ("defaults: {mode: rollback}", "defaults: {mode: [rollback]}"),
        ("defaults: {mode: rollback}", "defualts: {mode: rollback}"),
    ],
)
def test_nothing_is_reported_that_only_follows_from_the_first_fault(workspace: Any, old: str, new: str) -> None:
    """Variables, channels, modes, limits, accounts and the bake time may all be what the faulty part says."""

    def everything(data: Any) -> None:
        spec = data["spec"]
        spec["notify"] = ["oncall"]
        spec["trigger"] = "a or b"
        spec["scenarios"] = [
            {"name": "s", "deploy": "never", "length": "10m", "expect": {"rollback": "never", "notified": ["leads"]}}
        ]
        spec["deployments"][0]["codedeploy"] |= {
            "platform": "ecs",
            "ecs": {"cluster": "c", "service": "s"},
            "traffic": {"allAtOnce": True},
            "loadBalancer": {
                "listener": "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/x/1/2",
                "targetGroups": ["blue", "green"],
            },
        }
        del spec["deployments"][0]["codedeploy"]["lambda"]

    # A sound environments.yaml has a word for the bake time; without it the deployment would be over at once.
    sound = ENVIRONMENTS.replace("{mode: rollback}", "{mode: rollback, bake: 30m}")
    workspace.policy(everything)
    workspace.write("policies/environments.yaml", sound)
    assert workspace.found() == []
    workspace.write("policies/environments.yaml", sound.replace(old.replace("rollback}", "rollback, bake: 30m}"), new))
    (found,) = workspace.diagnostics()
    assert found.span.path == "policies/environments.yaml"


def test_without_a_sound_environment_policies_are_still_held_against_presets_and_one_another(workspace: Any) -> None:
    def change(data: Any) -> None:
        data["spec"]["criteria"][0] = {"id": "a", "uses": "alb/latency-p99", "fewSamples": "ignore"}
        data["spec"]["trigger"] = "a or c"

    workspace.policy(change)
    workspace.policy(lambda data: data["metadata"].update(name="one"), path="policies/sales/one.yaml")
    workspace.policy(lambda data: data["metadata"].update(name="two"), path="policies/sales/two.yaml")
    _spoil(workspace)
    assert workspace.found() == [
        _NO_ACCOUNT,
        "P003 preset `alb/latency-p99` needs `loadBalancer` in `with`",
        "R042 `c` is none of the policy's criteria",
        "R050 group `live` of application `shop` is guarded twice",
    ]


def test_two_groups_whose_names_are_variables_are_two_where_the_policies_fill_them_in(workspace: Any) -> None:
    def named(name: str, function: str) -> Any:
        def change(data: Any) -> None:
            data["metadata"]["name"] = name
            data["spec"]["deployments"][0]["codedeploy"]["group"] = "${vars.stage}-${vars.function}"
            data["spec"]["environments"] = {"prod": {"vars": {"function": function}}}

        return change

    workspace.policy(named("one", "f"), path="policies/sales/one.yaml")
    workspace.policy(named("two", "g"), path="policies/sales/two.yaml")
    workspace.policy()
    _spoil(workspace)
    assert workspace.found() == [_NO_ACCOUNT]
    workspace.policy(named("two", "f"), path="policies/sales/two.yaml")
    assert workspace.found() == [
        _NO_ACCOUNT,
        "R050 group `${vars.stage}-f` of application `shop` is guarded twice",
    ]


def test_an_environment_that_stands_nowhere_is_still_reported_beside_a_faulty_one(workspace: Any) -> None:
    workspace.policy(_in("prod", "stagin"))
    _spoil(workspace)
    assert workspace.found() == [_NO_ACCOUNT, "R010 there is no environment `stagin` in environments.yaml"]


def test_without_an_environments_file_policies_are_checked_all_the_same(workspace: Any) -> None:
    (workspace.root / "policies/environments.yaml").unlink()
    workspace.policy(lambda data: data["spec"].update(trigger="a or c"))
    assert workspace.found() == [
        "E001 there is no environments.yaml",
        "R042 `c` is none of the policy's criteria",
    ]


def test_a_faulty_override_hides_nothing_else_of_its_environment(workspace: Any) -> None:
    override = {"criteria": {"a": {"window": {"of": 2}}}, "notify": ["nobody"]}
    workspace.policy(lambda data: data["spec"]["environments"].update(prod=override))
    assert workspace.found() == [
        "R033 3 of 2 periods can never be bad",
        "R011 `nobody` is no channel of environment `prod`",
    ]


def test_a_faulty_preset_file_does_not_make_its_presets_unknown(workspace: Any) -> None:
    workspace.write("policies/presets/own.yaml", "apiVersion: rollguard/v1\nkind: Presets\nservice: own\ntitle: Own\n")

    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {"id": "a", "uses": "own/judged"}

    workspace.policy(use)
    assert workspace.found() == ["S003 the file lacks `owners`", "S003 the file lacks `presets`"]
