"""The programs of the how-to page, run as they stand there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from rollguard.plan import plan
from rollguard.plan.serialize import to_json
from rollguard.project import load
from tests.targets.recording import Run, record
from tests.targets.test_program import LOOKED_UP, SECRETS

PAGE = "site/docs/how-to/use-from-your-own-pulumi-program.md"


@pytest.fixture
def programs(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The page's programs, in a folder beside `rollback-policies`, where they expect to be."""
    policies = tmp_path / "rollback-policies"
    shutil.copytree(checkout / "policies", policies / "policies")
    made = plan(load(policies), "prod").value
    assert made
    (policies / "prod.json").write_text(to_json(made), encoding="utf-8")
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    return re.findall(r"```python\n(.*?)```", (checkout / PAGE).read_text(encoding="utf-8"), re.DOTALL)


def _run(program: str) -> Run:
    return record(lambda: exec(compile(program, PAGE, "exec"), {}), config=SECRETS, looked_up=LOOKED_UP)


def test_one_policy_is_a_component_of_its_own(programs: list[str]) -> None:
    run = _run(programs[0])
    assert run.outputs == {"rollbackAlarm": "rollguard_prod_checkout", "deploymentGroups": ["shop/checkout"]}
    assert run.of("Foundation") == []
    assert {one.urn for one in run.of("CompositeAlarm")} <= set(run.one("DeploymentGroup").depends_on)


def test_several_guards_share_the_callers_provider(programs: list[str]) -> None:
    run = _run(programs[1])
    assert [one.name for one in run.of("aws")] == ["delivery"]
    assert all("::delivery::" in one.provider for one in run.resources if one.type.startswith("aws:"))
    assert sorted(run.outputs) == ["checkout-rollback-alarm", "refunds-rollback-alarm"]


def test_a_plan_from_a_file_gives_what_the_packaged_program_gives(programs: list[str], checkout: Path) -> None:
    from_file = {one.urn: one.inputs for one in _run(programs[2]).resources}
    program = (checkout / "pulumi" / "__main__.py").read_text(encoding="utf-8")
    packaged = record(
        lambda: exec(
            compile(program, "pulumi/__main__.py", "exec"), {"__file__": str(checkout / "pulumi" / "__main__.py")}
        ),
        config=SECRETS,
        looked_up=LOOKED_UP,
    )
    assert {one.urn: one.inputs for one in packaged.resources} == from_file


def test_a_policy_that_is_not_there_is_named_with_the_nearest_one(programs: list[str]) -> None:
    with pytest.raises(Exception, match=r"there is no policy `chekout` under `.*`; did you mean `checkout`\?"):
        _run(programs[0].replace('"checkout"', '"chekout"'))
