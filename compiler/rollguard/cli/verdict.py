"""`rollguard verdict`: put a human judgement beside the record of a rollback."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rollguard.cli.report import PLACES, shelves_of
from rollguard.failure import FINE

if TYPE_CHECKING:
    from rollguard.records.model import Judgement


@click.command("verdict", short_help="Judge a rollback: right, wrong or unclear.")
@click.argument("incident")
@click.option("--right", is_flag=True, help="The service was in trouble; rolling back (or waking somebody) was right.")
@click.option("--wrong", is_flag=True, help="Nothing was wrong with the release (or the service); it was in error.")
@click.option("--unclear", is_flag=True, help="Nobody can tell. It is counted neither way.")
@click.option("--cause", metavar="TEXT", required=True, help="What was found to be behind it.")
@click.option("--ticket", metavar="TEXT", default="", help="Where the work on it is followed: an id or an address.")
@click.option("--by", metavar="NAME", help="Who judges [default: the name of the signed-in user].")
@PLACES
@click.pass_obj
def command(
    root: Path | None,
    incident: str,
    right: bool,
    wrong: bool,
    unclear: bool,
    cause: str,
    ticket: str,
    by: str | None,
    places: tuple[str, ...],
) -> int:
    """Say whether a rollback was right, so that reports can tell how well each criterion judges.

    Of an incident without a rollback, such as an alarm while nobody deployed, it says whether the alarm was right.

    INCIDENT is the deployment's id, or `policy/id`. The record is never changed: a verdict is a file beside it, and the newest of
    several counts.
    """
    from rollguard.records.find import one
    from rollguard.records.judge import judge
    from rollguard.records.model import JUDGEMENTS, Verdict, judged

    stated = {"right": right, "wrong": wrong, "unclear": unclear}
    chosen: list[Judgement] = [judgement for judgement in JUDGEMENTS if stated[judgement]]
    if len(chosen) != 1:
        raise click.UsageError("say one of --right, --wrong and --unclear" + (", not several" if chosen else ""))
    (judgement,) = chosen
    shelf, found = one(shelves_of(root, places), incident)
    name, before = found.incidents[0].name, len(found.incidents[0].verdicts)
    at = datetime.now(UTC)
    verdict = Verdict(judgement, cause.strip(), ticket.strip(), (by or _user()).strip(), f"{at:%Y-%m-%dT%H:%M:%S.%fZ}")
    key = judge(shelf, name, verdict)
    earlier = f"; it counts instead of {before} earlier" if before else ""
    what = judged(found.incidents[0].record)
    click.echo(f"{name.incident} of {name.policy}: {what} judged {judgement}{earlier}: {shelf.name}/{key}")
    return FINE


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this process's user, as in some containers
        return "unknown"
