"""`rollguard sandbox inbox`: the last incident's messages, each as its reader sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.cli import run
from rollguard.plan import plan
from rollguard.project import load
from tests.sandbox.standing import stand

Inbox = Callable[..., str]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A sandbox in which two incidents have been played: one of refunds, then one of checkout."""
    folder = tmp_path_factory.mktemp("state")
    planned = plan(load(checkout), "prod", ()).value
    assert planned is not None
    stand(planned, folder / "sandbox" / "prod")
    for policy in ("refunds", "checkout"):
        run(["--root", str(checkout), "sandbox", "incident", policy, "--environment", "prod", "--state", str(folder)])
    return folder


@pytest.fixture
def inbox(checkout: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> Inbox:
    def read(*arguments: str) -> str:
        where = ("--environment", "prod", "--state", str(state))
        assert run(["--root", str(checkout), "sandbox", "inbox", *where, *arguments]) == 0
        return capsys.readouterr().out

    return read


def test_it_holds_the_last_incident_and_all_of_them_on_request(inbox: Inbox) -> None:
    assert "Refunds in prod" not in inbox()
    assert "Refunds in prod" in inbox("--all")
    assert inbox("--last", "1").count("\nSubject: ") == 1


def test_slack_is_shown_as_text_with_its_steps(inbox: Inbox) -> None:
    shown = inbox("--to", "shop-chat")
    assert "\nSlack, in the thread d-" in shown
    assert "\nCheckout in prod: CodeDeploy stopped deployment d-" in shown
    assert "\nNext steps:\n1. " in shown and "\n     aws deploy " in shown
    assert "&gt;" not in shown and "```" not in shown and '{"version"' not in shown
    assert "(`--raw` shows the JSON as it was sent.)" in shown


def test_pagerduty_is_shown_by_what_it_does_and_ends_with_the_alert_resolved(inbox: Inbox) -> None:
    shown = inbox("--to", "pagerduty")
    assert "\nPagerDuty: opens, or adds to, the alert d-" in shown
    assert "(critical): [prod] Checkout: rolling back - new-version-fails" in shown
    assert "\nPagerDuty: resolves the alert d-" in shown
    assert shown.count('"event_action"') == 0


def test_what_programs_get_is_raw_on_request(inbox: Inbox) -> None:
    shown = inbox("--to", "status-page", "--raw")
    body = next(line for line in shown.splitlines() if line.startswith("{"))
    assert json.loads(body)["status"] == "started"
    assert "JSON with the fields version, messageId, repeated, status, subject, incident" in inbox(
        "--to", "status-page"
    )
