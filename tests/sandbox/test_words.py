"""Why a run ended, and what it did, in words for people."""

from __future__ import annotations

from pathlib import Path

from pulumi import RunError

from rollguard.failure import Failure
from rollguard.sandbox import inventory, words
from rollguard.sandbox.home import Home
from rollguard.sandbox.results import Change, Remains, Run, Running, StackStatus, Standing, Status
from rollguard.sandbox.story import Story, logical_name
from rollguard.sandbox.telling import run_in_words, status_in_words

METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"


def story(*complaints: tuple[str, str]) -> Story:
    return Story(tell=lambda _: None, complaints=list(complaints))


def urn(name: str, type: str = METRIC) -> str:
    return f"urn:pulumi:prod::rollguard::rollguard:index:RollbackGuard${type}::{name}"


def test_what_the_engine_wraps_around_a_fault_is_taken_off() -> None:
    message = f"{METRIC} resource 'a@eu-west-1': property name value {{nnn}} has a problem: Value 'nnn' is too long (policy `a`)"
    told = words.refused("prod", story((urn("a@eu-west-1"), message), ("", "update failed")), [], "")
    assert isinstance(told, Failure)
    assert told.message == "a@eu-west-1: name: Value 'nnn' is too long (policy `a`)"


def test_what_the_program_says_itself_stands_alone() -> None:
    said = "secrets `a` are not set"
    told = words.refused("prod", story((urn("rollguard-prod", "pulumi:pulumi:Stack"), said)), [RunError(said)], "")
    assert isinstance(told, Failure)
    assert told.message == said


def test_an_engine_without_a_complaint_is_quoted() -> None:
    told = words.refused("prod", story(), [], "code: 255\n stderr: error: no such stack\n")
    assert isinstance(told, Failure)
    assert told.message == "stderr: error: no such stack"


def test_our_own_bug_stays_a_bug() -> None:
    try:
        logical_name(None)  # type: ignore[arg-type]  # the bug
    except AttributeError as bug:
        assert words.refused("prod", story(), [bug], "") is bug


def test_a_protected_thing_that_is_no_group_is_named() -> None:
    refusal = 'resource "urn" cannot be deleted because it is protected'
    told = words.refused("prod", story((urn("key@eu-west-1", "aws:kms/key:Key"), refusal)), [], "")
    assert isinstance(told, Failure)
    assert (told.message, told.help) == (
        "protected, so not deleted: `key@eu-west-1`",
        "put it back, or destroy the sandbox of `prod` with `--unprotect`",
    )


def test_a_run_lists_few_changes_and_counts_many() -> None:
    few = (Change("update", METRIC, "orders/errors@eu-west-1", ("threshold",)),)
    run = Run("up", "prod", "rollguard/prod", {"update": 1, "same": 45}, few, placeholders=("${secret:pager-key}",))
    assert run_in_words(run).splitlines() == [
        "prod: 1 updated, 45 unchanged",
        "  ~ cloudwatch MetricAlarm orders/errors@eu-west-1 (threshold)",
        "  not set, a placeholder stands in: ${secret:pager-key}",
    ]
    many = tuple(Change("create", METRIC, f"orders/c{number}@eu-west-1") for number in range(21))
    run = Run("preview", "prod", "rollguard/prod", {"create": 21}, many, outputs={"pendingConfirmations": ["oncall"]})
    assert run_in_words(run).splitlines() == [
        "prod: 21 to create",
        "  + 21 cloudwatch MetricAlarm",
        "  waits for its confirmation: oncall",
    ]


def test_a_run_that_changes_nothing_says_so() -> None:
    assert run_in_words(Run("up", "prod", "rollguard/prod", {"same": 46}, ())) == "prod: 0 changes, 46 unchanged"


def test_what_a_run_lets_go_of_is_not_said_to_be_deleted() -> None:
    run = Run("preview", "prod", "rollguard/prod", {"delete": 1, "retain": 1, "same": 4}, (
        Change("delete", METRIC, "orders/errors@eu-west-1"),
        Change("retain", "aws:iam/role:Role", "orders/orders/web@eu-west-1"),
    ))  # fmt: skip
    assert run_in_words(run).splitlines() == [
        "prod: 1 to delete, 1 to let go of, 4 unchanged",
        "  - cloudwatch MetricAlarm orders/errors@eu-west-1",
        "  = iam Role orders/orders/web@eu-west-1: let go of, stays in AWS",
    ]
    many = tuple(Change("retain", "aws:iam/role:Role", f"p{number}@eu-west-1") for number in range(21))
    assert run_in_words(Run("up", "prod", "rollguard/prod", {"retain": 21}, many)).splitlines() == [
        "prod: 21 let go of",
        "  = 21 iam Role: let go of, stays in AWS",
    ]


def test_a_preview_after_a_run_that_died_leaves_the_mending_to_the_next_up() -> None:
    run = Run("preview", "prod", "rollguard/prod", {"same": 1}, (), unfinished=True)
    assert run_in_words(run).splitlines() == [
        "the run before this one did not end; the next `up` takes over what it left",
        "prod: 0 changes, 1 unchanged",
    ]


def test_a_destroy_says_what_stays_and_why() -> None:
    stays = (Remains("key", "1234", "eu-west-1", "pending deletion until 2026-12-24"),)
    run = Run("destroy", "prod", "rollguard/prod", {}, (), remains=stays, recovered=True)
    assert run_in_words(run).splitlines() == [
        "the run before this one did not end; what it left was taken over",
        "prod: there was nothing left to delete",
        "  a real account keeps: key 1234 in eu-west-1: pending deletion until 2026-12-24",
        "  the sandbox keeps nothing of it",
    ]


def test_a_destroy_says_what_becomes_of_the_records_of_rehearsals() -> None:
    run = Run("destroy", "prod", "rollguard/prod", {"delete": 3}, (), gone="2 records and 1 verdict")
    assert run_in_words(run).splitlines()[-1] == (
        "  the sandbox keeps nothing of it; gone with it: 2 records and 1 verdict of its rehearsals, and their messages"
    )


def test_what_rehearsals_left_is_counted(tmp_path: Path) -> None:
    home = Home(tmp_path, "prod")
    assert inventory.rehearsed(home) == ""
    for key in (
        "records/a/d-1.json",
        "records/a/d-2.json",
        "verdicts/a/d-1/20261124T100000.000000Z.json",
        "guards/a.json",
    ):
        (home.bucket / "rollguard-prod" / key).parent.mkdir(parents=True, exist_ok=True)
        (home.bucket / "rollguard-prod" / key).write_text("{}")
    assert inventory.rehearsed(home) == "2 records and 1 verdict"


def test_a_status_lists_stacks_and_resources() -> None:
    status = Status(
        "prod",
        "/x/.rollguard/sandbox/prod",
        (StackStatus("prod", 1, "2026-11-24T09:00:00", True),),
        (
            Standing("222222222222", "", "role", "rollguard_prod", ""),
            Standing("222222222222", "eu-west-1", "alarm", "rollguard_prod_orders", "OK"),
        ),
    )
    assert status_in_words(status).splitlines() == [
        "stack prod: 1 resource, written 2026-11-24T09:00:00; its last run did not end, the next `up` mends that",
        "  role   rollguard_prod         global",
        "  alarm  rollguard_prod_orders  eu-west-1  OK",
        "all of it lies in /x/.rollguard/sandbox/prod",
    ]
    assert status_in_words(Status("prod", "/x", (), ())).startswith("prod: nothing yet; ")


def test_a_status_says_what_is_running() -> None:
    assert status_in_words(Status("prod", "/x", (), (), Running("up", "prod", "77"))).splitlines() == [
        "an `up` of stack prod is running (process 77)",
        "all of it lies in /x",
    ]
    everything = status_in_words(Status("prod", "/x", (), (), Running("destroy", "", "77")))
    assert everything.splitlines()[0] == "a `destroy` is running (process 77)"
