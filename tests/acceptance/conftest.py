"""The steps that several features share, and one `up` of the real engine for all of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_bdd import given, when

from tests.acceptance.chain import Services, Story
from tests.real_engine.projects import Project

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("engine")


@pytest.fixture(scope="session")
def services(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Services:
    project = Project(tmp_path_factory.mktemp("services"))
    shutil.copytree(HERE / "services/policies", project.root / "policies", dirs_exist_ok=True)
    project.up()
    return Services(project)


@pytest.fixture
def example(_pytest_bdd_example: Mapping[str, str]) -> Mapping[str, str]:
    """The row of the table: the owner's sentences have no room for its values."""
    return _pytest_bdd_example


@pytest.fixture
def story(services: Services, example: Mapping[str, str], tmp_path: Path) -> Story:
    story = Story(services, tmp_path, example["policy"], example["incident"])
    assert [one.platform for one in story.guard.deployments] == [example["platform"]]
    return story


@given("the guarded service of a policy")
def guarded(story: Story) -> None:
    """Its alarm is in the group's list, and the group rolls back what an alarm stops."""
    members = story.group().members
    assert [one["name"] for one in members["alarmConfiguration"]["alarms"]] == [story.guard.rollback_alarm.name]
    assert members["autoRollbackConfiguration"]["enabled"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in members["autoRollbackConfiguration"]["events"]


@given("its rollback alarm is left out of the deployment group")
def left_out(story: Story) -> None:
    story.change_group(alarmConfiguration={"enabled": True, "ignorePollAlarmFailure": False, "alarms": []})


@given("alarms that stay red whatever is deployed")
def stay_red(story: Story) -> None:
    story.outside = story.outside.ending_in("stillRed")


@given("no earlier revision in the deployment group")
def first(story: Story) -> None:
    story.outside = replace(story.outside, release=replace(story.outside.release, first=True))


@given("automatic rollback is off in the deployment group")
def off(story: Story) -> None:
    story.change_group(autoRollbackConfiguration={"enabled": False, "events": []})


@given("every event and every sweep arrives twice")
def twice(story: Story) -> None:
    story.copies = 2


@when("the incident happens during a deployment")
def happens(story: Story) -> None:
    story.happens()
