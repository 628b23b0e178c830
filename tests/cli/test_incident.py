"""`rollguard sandbox incident` as people type it, over a sandbox that already stands."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import jsonschema
import pytest

from rollguard.cli import run
from rollguard.cli.incident import command
from rollguard.plan import plan
from rollguard.project import load
from rollguard.sandbox import inventory
from rollguard.sandbox.home import Home
from rollguard.sandbox.incident.outside import Ending
from rollguard.scenarios.failure_mode_catalogue import packaged
from tests.sandbox.standing import stand

ROOT = Path(__file__).resolve().parents[2]

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


def test_what_an_observing_criterion_caught_is_said_and_reported(
    incident: Rollguard, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = incident("checkout", "--scenario", "declined payments")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert (
        "alarm `rollguard_prod_checkout_declined`, which only observes, is ALARM: 4 of 5 datapoints of 1 min bad"
        in words
    )
    assert re.search(
        "`declined` only observes: 1 red period since [0-9-]{10}, 1 during a deployment: armed, it would have rolled back "
        "`d-[0-9A-Z]{9}` at ",
        words,
    )
    assert "inbox" not in words and " message " not in words
    told = json.loads(incident("checkout", "--scenario", "declined payments", "--format", "json")[1])
    assert [(one["criterion"], one["wouldHave"]) for one in told["observations"]] == [("declined", "rolledBack")]
    assert (told["messages"], told["records"]) == ([], [])
    bucket = state / "sandbox/prod/bucket"
    assert run(["report", "--from", str(bucket), "--policy", "checkout", "--format", "json"]) == 0
    observed = json.loads(capsys.readouterr().out)["observed"]
    assert [(one["criterion"], one["during"] >= 2) for one in observed] == [("declined", True)]


def test_a_hard_outage_is_the_default_and_ends_with_the_revision_that_is_live_again(incident: Rollguard) -> None:
    code, out, err = incident("checkout")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "checkout in prod (eu-west-1): Hard outage"
    words = " ".join(out.split())
    assert re.search(
        "`shop/checkout` was rolled back 6 min 15 s after the first bad datapoint, when 10 % of the traffic was on revision 778. "
        "Revision 777 is live again. The record `d-[0-9A-Z]{9}` ends as recovered. a rollback is wanted: as it should be$",
        words,
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
        "afterFirstBadDatapoint": 375,
        "inTime": True,
        "alarms": ["rollguard_prod_checkout"],
        "trafficPercent": 10.0,
    }
    assert told["story"][0]["at"] == 0
    assert deployment["liveRevision"] == 777


def test_the_promise_is_judged_by_the_clock_of_the_record_and_both_clocks_are_told(incident: Rollguard) -> None:
    """Latency that creeps up is injected long before any datapoint of it is bad."""
    code, out, _ = incident("checkout", "--failure-mode", "latency-creep")
    words = " ".join(out.split())
    assert "rolled back 6 min 15 s after the first bad datapoint, 16 min 15 s after the injected fault began," in words
    assert "longer than" not in words
    assert (code, out.splitlines()[-1]) == (0, "a rollback is wanted: as it should be")


@pytest.mark.parametrize("mode", [mode.id for mode in packaged()])
def test_the_incident_and_its_record_judge_the_promise_alike(incident: Rollguard, state: Path, mode: str) -> None:
    for policy in ("checkout", "refunds", "price-feed", "label-printer"):
        told = json.loads(incident(policy, "--failure-mode", mode, "--format", "json")[1])
        backs = {one["id"]: one["rollback"] for one in told["deployments"] if one["rollback"]}
        for record in told["records"]:
            if record["incident"] in backs:
                (file,) = state.rglob(record["key"])
                durations = json.loads(file.read_text(encoding="utf-8"))["durations"]
                back = backs[record["incident"]]
                assert (back["afterFirstBadDatapoint"], back["inTime"]) == (
                    durations["toRollback"],
                    durations["withinPromise"],
                ), policy


def test_of_silence_both_clocks_are_told_too(incident: Rollguard) -> None:
    """CloudWatch lists as many missing datapoints as the alarm judges, not all that there were."""
    words = " ".join(incident("checkout", "--failure-mode", "metrics-stop")[1].split())
    assert "rolled back 8 min 15 s after the first bad datapoint, 9 min 15 s after the injected fault began," in words


def test_where_nobody_deploys_minutes_count_from_the_begin_of_the_scenario(incident: Rollguard) -> None:
    out = incident("checkout", "--scenario", "nobody deploys")[1]
    assert out.splitlines()[1] == "minutes are counted from the begin of the scenario"
    assert " 8:00  metric      `refused` is 40 %" in out


def test_a_deployment_that_was_only_stopped_leaves_the_traffic_with_both(incident: Rollguard, edit: Rollguard) -> None:
    edit("shop/checkout", "--set", "autoRollbackConfiguration.enabled=false")
    words = " ".join(incident("checkout")[1].split())
    assert "Revision 778 has 10 % of the traffic; 777 has the rest." in words
    assert "is live" not in words


def test_the_recorder_says_recovered_after_the_alarms_are_ok_though_nobody_is_told(incident: Rollguard) -> None:
    for policy in ("search", "refunds"):
        story = json.loads(incident(policy, "--format", "json")[1])["story"]
        said = [one["at"] for one in story if one["who"] == "recorder" and one["text"].endswith("then recovered")]
        green = max((one["at"] for one in story if one["who"] == "alarm" and one["text"].endswith("is OK")), default=0)
        assert said and min(said) > green


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("failed", 1, "and failed: 10 % of the traffic stays on revision 778."),
        (
            "nothingToRollBack",
            1,
            "there is no earlier revision to go back to. Revision 778 has 10 % of the traffic; the rest is where it was.",
        ),
        ("stillRed", 0, "Revision 777 is live again. `rollguard_prod_checkout` is still red."),
        ("unknown", 0, "was rolled back 6 min 15 s after the first bad datapoint"),
    ],
)
def test_every_end_can_be_rehearsed(incident: Rollguard, state: Path, ending: str, code: int, said: str) -> None:
    found, out, err = incident("checkout", "--ending", ending)
    assert (found, err) == (code, "")
    words = " ".join(out.split())
    assert said in words
    assert re.search(f"The record `d-[0-9A-Z]{{9}}` ends as {ending}\\.", words)


def test_the_endings_are_those_that_an_incident_can_have() -> None:
    (option,) = [one for one in command.params if one.name == "ending"]
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == typing.get_args(Ending)


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


@pytest.fixture
def edit(checkout: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Rollguard]:
    """Edits the sandbox of prod; whatever was edited is put back in the end."""
    where = ("--environment", "prod", "--state", str(state))

    def change(*arguments: str) -> tuple[int, str, str]:
        code = run(["--root", str(checkout), "sandbox", "edit", *arguments, *where])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield change
    change("--undo")


def test_an_alarm_taken_out_of_the_group_makes_it_end_otherwise(incident: Rollguard, edit: Rollguard) -> None:
    """As `how-to/rehearse-an-incident.md` tells: the sandbox is there to be broken."""
    code, out, _ = edit("shop/checkout", "--remove", "alarmConfiguration.alarms[0]")
    was = 'was [{"name": "rollguard_prod_checkout"}], is []'
    assert (code, out) == (0, f"deploymentGroup shop/checkout: alarmConfiguration.alarms {was}\n")
    code, out, _ = incident("checkout")
    assert code == 1
    words = " ".join(out.split())
    assert "no alarm is attached to group `shop/checkout`; `rollguard_prod_checkout` turned red unheard." in words
    assert "Revision 778 is live." in words
    assert edit("--undo")[:2] == (0, "deploymentGroup shop/checkout: as it stood before\n")
    assert incident("checkout")[0] == 0


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (
            (),
            [
                "It took 12 min 15 s from the first bad datapoint to the rollback: longer than the 10 min that the policy promises."
            ],
        ),
        (
            ("--scenario", "a broken release is taken back"),
            [
                "It took 12 min 15 s from the first bad datapoint to the rollback: longer than the 10 min that the policy promises.",
                "It took 12 min 15 s from the first bad datapoint to the rollback: longer than the 8 min that the scenario expects.",
            ],
        ),
    ],
)
def test_a_rollback_that_is_later_than_promised_exits_with_1(
    incident: Rollguard, edit: Rollguard, how: tuple[str, ...], says: list[str]
) -> None:
    name = "rollguard_prod_checkout_new-version-fails"
    edit("rollguard_prod_checkout", "--set", f'AlarmRule=ALARM("{name}")')
    edit(name, "--set", "EvaluationPeriods=9", "--set", "DatapointsToAlarm=9")
    code, out, _ = incident("checkout", *how, "--format", "json")
    told = json.loads(out)
    assert (code, told["rolledBack"], told["asWanted"]) == (1, True, False)
    assert told["deployments"][0]["rollback"]["inTime"] is False
    record = f"The record `{told['records'][0]['incident']}` ends as recovered."
    assert told["outcome"][1:] == [*says, record, "a rollback is wanted: NOT as it should be"]


@pytest.mark.parametrize("mode", [mode.id for mode in packaged()])
def test_what_json_says_is_what_the_schema_says(incident: Rollguard, edit: Rollguard, mode: str) -> None:
    schema = json.loads((ROOT / "schema/incident.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for policy in ("checkout", "refunds", "price-feed"):
        jsonschema.validate(json.loads(incident(policy, "--failure-mode", mode, "--format", "json")[1]), schema)
    edit("shop/checkout", "--set", "alarmConfiguration.enabled=false")
    jsonschema.validate(json.loads(incident("checkout", "--failure-mode", mode, "--format", "json")[1]), schema)


def test_what_is_edited_shows_in_the_status(edit: Rollguard, checkout: Path, state: Path) -> None:
    edit("shop/checkout", "--set", "alarmConfiguration.enabled=false")
    home = Home(state, "prod")
    assert {one.name: one.state for one in inventory.status(home).standing}["shop/checkout"] == "edited by hand"
    edit("shop/checkout", "--set", "alarmConfiguration.enabled=true")
    assert "edited by hand" not in {one.state for one in inventory.status(home).standing}


def test_a_resource_can_be_edited_in_an_editor(
    incident: Rollguard, edit: Rollguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "sed -i s/rollguard_prod_checkout/rollguard_prod_refunds/")
    assert edit("shop/checkout")[0] == 0
    assert incident("checkout")[0] == 1
    monkeypatch.setenv("EDITOR", "true")
    assert edit("shop/checkout")[:2] == (0, "deploymentGroup shop/checkout: nothing has changed\n")
    monkeypatch.setenv("EDITOR", "sed -i s/{/[/")
    code, _, err = edit("shop/checkout")
    assert (code, err.splitlines()[0]) == (
        2, "error: what was saved cannot be read: line 2, column 12: Expecting ',' delimiter"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("shop/chekout", "--set", "a=1"), "did you mean `shop/checkout`?"),
        (("shop/checkout", "--set", "alarmConfigurations.alarms=[]"), "did you mean `alarmConfiguration`?"),
        (("shop/checkout", "--set", "alarmConfiguration.alarm=[]"), 'Unknown parameter in input: "alarm"'),
        (("shop/checkout", "--set", "alarmConfiguration"), "`alarmConfiguration` sets nothing"),
        (("shop/checkout", "--set", "=1"), "`` is no path"),
        (("shop/checkout", "--set", "deploymentGroupName=other"), "`deploymentGroupName` is the resource's name"),
        (
            ("shop/checkout", "--set", 'autoRollbackConfiguration.events=["NOPE"]'),
            "AWS would not hold that: Value '[NOPE]'",
        ),
        (
            ("shop/checkout", "--remove", "alarmConfiguration.alarms[7]"),
            "nothing stands at `alarmConfiguration.alarms[7]`",
        ),
        (("shop/checkout", "--remove", "alarmConfig"), "did you mean `alarmConfiguration`?"),
        (
            ("rollguard_prod_checkout_slow", "--set", "EvaluationPeriods=x"),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            ("rollguard_prod_checkout_slow", "--set", "Threshold=NaN"),
            "STRING_VALUE can not be converted to a Double",
        ),
        (("shop/checkout", "--undo", "--set", "a=1"), "`--undo` goes with neither `--set` nor `--remove`"),
        ((), "which resource?"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_and_changes_nothing(
    edit: Rollguard, state: Path, arguments: tuple[str, ...], error: str
) -> None:
    path = state / "sandbox/prod/world.json"
    before = path.read_bytes()
    code, out, err = edit(*arguments)
    assert (code, out) == (2, "")
    assert error in err
    assert path.read_bytes() == before


def test_nothing_is_edited_while_a_run_is_at_work(edit: Rollguard, state: Path) -> None:
    with Home(state, "prod").locked("up", "prod"):
        code, _, err = edit("shop/checkout", "--set", "alarmConfiguration.enabled=false")
    assert code == 2
    assert "is at work on environment `prod`" in err


def test_an_incident_waits_for_no_run_that_is_at_work(incident: Rollguard, state: Path) -> None:
    """Half a stack stands then, and two incidents at once would write into one inbox."""
    with Home(state, "prod").locked("up", "prod"):
        code, out, err = incident("checkout")
    assert (code, out) == (2, "")
    assert "is at work on environment `prod`" in err
