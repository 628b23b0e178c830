"""`rollguard sandbox incident` as people type it, over a sandbox that already stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.cli import run
from rollguard.plan import plan
from rollguard.project import load
from tests.sandbox.standing import stand

Rollguard = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("state")
    for environment in ("prod", "edge"):
        planned = plan(load(checkout), environment, ()).value
        assert planned is not None
        stand(planned, folder / "sandbox" / environment)
    return folder


@pytest.fixture
def incident(checkout: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> Rollguard:
    """Plays an incident; answers the exit code and what was printed to both streams."""

    def play(*arguments: str, environment: str = "prod") -> tuple[int, str, str]:
        where = ("--environment", environment, "--state", str(state))
        code = run(["--root", str(checkout), "sandbox", "incident", *arguments, *where])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return play


def test_a_hard_outage_is_the_default_and_ends_with_the_revision_that_is_live_again(incident: Rollguard) -> None:
    code, out, err = incident("checkout")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "checkout in prod (eu-west-1): Hard outage"
    words = " ".join(out.split())
    assert words.endswith(
        "`shop/checkout` was rolled back 6 min 15 s after the fault began, when 10 % of the traffic was on revision 778. "
        "Revision 777 is live again. a rollback is wanted: as it should be"
    )


def test_what_is_missed_exits_with_1_and_says_why(incident: Rollguard) -> None:
    code, out, _ = incident("refunds", "--failure-mode", "metrics-stop")
    assert code == 1
    assert "`refunds/live` was not rolled back: `rollguard_prod_refunds` never turned red" in " ".join(out.split())
    assert out.splitlines()[-1] == "a rollback is wanted: NOT as it should be"


def test_a_blip_that_changes_nothing_is_as_it_should_be(incident: Rollguard) -> None:
    assert incident("checkout", "--failure-mode", "short-blip")[0] == 0


def test_json_says_the_same(incident: Rollguard) -> None:
    code, out, _ = incident("checkout", "--format", "json")
    told = json.loads(out)
    (deployment,) = told["deployments"]
    assert (code, told["rolledBack"], told["asWanted"]) == (0, True, True)
    assert deployment["rollback"] == {
        "id": deployment["rollback"]["id"],
        "at": 375,
        "afterFault": 375,
        "alarms": ["rollguard_prod_checkout"],
        "trafficPercent": 10.0,
    }
    assert told["story"][0]["at"] == 0
    assert deployment["liveRevision"] == 777


def test_every_scenario_of_checkout_can_be_played(incident: Rollguard, checkout: Path) -> None:
    document = next(one.document for one in load(checkout).policies if one.name == "checkout")
    assert document is not None
    names = [one["name"] for one in document.data["spec"]["scenarios"] if one.get("environment") in (None, "prod")]
    assert names
    codes = {name: incident("checkout", "--scenario", name) for name in names}
    assert {name: (code, err) for name, (code, _, err) in codes.items() if (code, err) != (0, "")} == {}


@pytest.mark.parametrize(
    ("arguments", "environment", "error"),
    [
        (("checkout", "--failure-mode", "hard-outag"), "prod", "did you mean `hard-outage`?"),
        (("chekout",), "prod", "did you mean `checkout`?"),
        (("checkout", "--scenario", "xyz"), "prod", "no scenario of `checkout` has `xyz` in their name"),
        (("checkout", "--scenario", "x", "--failure-mode", "y"), "prod", "not both"),
        (("partner-api",), "edge", "which Region? there are `eu-west-1` and `us-east-1`"),
        (("partner-api", "--region", "mars"), "edge", "`partner-api` is not in Region `mars`"),
        (("checkout",), "edge", "policy `checkout` is not for environment `edge`"),
        (("checkout",), "staging", "nothing of `checkout` stands in the sandbox of `staging`"),
    ],
)
def test_wrong_use_is_told_with_what_there_is(
    incident: Rollguard, arguments: tuple[str, ...], environment: str, error: str
) -> None:
    code, out, err = incident(*arguments, environment=environment)
    assert (code, out) == (2, "")
    assert error in err


def test_a_region_of_several_is_played_by_name(incident: Rollguard) -> None:
    assert incident("partner-api", "--region", "us-east-1", environment="edge")[1].startswith(
        "partner-api in edge (us-east-1)"
    )


def test_an_alarm_taken_out_of_the_group_by_hand_makes_it_end_otherwise(incident: Rollguard, state: Path) -> None:
    """As `how-to/rehearse-an-incident.md` tells: world.json is there to be broken."""
    path = state / "sandbox" / "prod" / "world.json"
    whole = path.read_text(encoding="utf-8")
    wired = '"alarms": [{"name": "rollguard_prod_checkout"}]'
    assert whole.count(wired) == 1
    try:
        path.write_text(whole.replace(wired, '"alarms": []'), encoding="utf-8")
        code, out, _ = incident("checkout")
        assert code == 1
        words = " ".join(out.split())
        assert "no alarm is attached to group `shop/checkout`; `rollguard_prod_checkout` turned red unheard." in words
        assert "Revision 778 is live." in words
    finally:
        path.write_text(whole, encoding="utf-8")
    assert incident("checkout")[0] == 0
