"""Nobody is left without the message that they must act on, or with a begin that has no end; the recorder ends PagerDuty's itself."""

from __future__ import annotations

import pytest

from tests.plan.conftest import Workspace

NOBODY = "R070 nobody is told when {}: `notify` names no channel for `{}`"
NEVER = "R071 {} told that a rollback begins, and nobody how it ends"


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        (["oncall"], []),
        ({"started": ["oncall"], "failed": ["oncall"], "stillRed": ["oncall"], "recovered": ["oncall"]}, []),
        ({"started": ["oncall"], "failed": ["oncall"], "stillRed": ["oncall"], "succeeded": ["oncall"]}, []),
        (
            {"started": ["oncall"], "recovered": ["oncall"]},
            [
                NOBODY.format("a rollback fails", "failed"),
                NOBODY.format("the alarms stay red after a rollback", "stillRed"),
            ],
        ),
        (
            {"started": ["oncall", "leads"], "refused": ["leads"], "failed": ["oncall"], "stillRed": ["oncall"]},
            [NEVER.format("`leads` and `oncall` are")],
        ),
        (
            {"started": ["oncall"], "failed": ["oncall"], "stillRed": ["oncall"]},
            [NEVER.format("`oncall` is")],
        ),
        (
            {
                "started": ["oncall", "leads"],
                "failed": ["oncall"],
                "stillRed": ["oncall"],
                "recovered": ["oncall"],
            },
            [],
        ),
        ({"failed": ["oncall"], "stillRed": ["oncall"], "outsideDeployment": ["leads"]}, []),
    ],
)
def test_a_map_that_leaves_somebody_in_the_dark_is_warned_of(
    workspace: Workspace, notify: object, expected: list[str]
) -> None:
    workspace.policy(lambda data: data["spec"].update(notify=notify))
    assert workspace.found() == expected
    assert {one.severity for one in workspace.diagnostics()} <= {"warning"}


def test_a_pagerduty_alert_is_resolved_by_the_recorder_itself(workspace: Workspace) -> None:
    workspace.environments(
        lambda data: data["environments"]["prod"]["channels"].update(oncall={"pagerduty": "${secret:key}"})
    )
    notify = {"started": ["oncall"], "failed": ["oncall"], "stillRed": ["oncall"]}
    workspace.policy(lambda data: data["spec"].update(notify=notify))
    assert workspace.found() == []


def test_what_only_watches_has_no_rollback_to_tell_of(workspace: Workspace) -> None:
    workspace.policy(lambda data: data["spec"].update(notify={"started": ["oncall"]}, mode="observe"))
    assert not [found for found in workspace.found() if found.startswith("R07")]
