"""`rollguard verdict`: put a human judgement beside the record of a rollback."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from rollguard.cli.report import PLACES, shelves_of
from rollguard.failure import FINE


@click.command("verdict", short_help="Judge a rollback: right, wrong or unclear.")
@click.argument("incident")
@click.option("--right", "judgement", flag_value="right", help="The service was in trouble; rolling back was right.")
@click.option(
    "--wrong", "judgement", flag_value="wrong", help="Nothing was wrong with the release; it was rolled back in error."
)
@click.option("--unclear", "judgement", flag_value="unclear", help="Nobody can tell. It is counted neither way.")
@click.option("--cause", metavar="TEXT", required=True, help="What was found to be behind it.")
@click.option("--ticket", metavar="TEXT", default="", help="Where the work on it is followed: an id or an address.")
@click.option("--by", metavar="NAME", help="Who judges [default: the name of the signed-in user].")
@PLACES
@click.pass_obj
def command(
    root: Path | None,
    incident: str,
    judgement: str | None,
    cause: str,
    ticket: str,
    by: str | None,
    places: tuple[str, ...],
) -> int:
    """Say whether a rollback was right, so that reports can tell how well each criterion judges.

    INCIDENT is the deployment's id, or `policy/id`. The record is never changed: a verdict is a file beside it, and the newest of
    several counts.
    """
    from rollguard.records.find import one
    from rollguard.records.judge import judge
    from rollguard.records.model import Verdict

    if judgement not in ("right", "wrong", "unclear"):
        raise click.UsageError("say one of --right, --wrong and --unclear")
    shelf, found = one(shelves_of(root, places), incident)
    name, before = found.incidents[0].name, len(found.incidents[0].verdicts)
    at = datetime.now(UTC)
    verdict = Verdict(judgement, cause.strip(), ticket.strip(), (by or _user()).strip(), f"{at:%Y-%m-%dT%H:%M:%S.%fZ}")  # type: ignore[arg-type]
    key = judge(shelf, name, verdict)
    earlier = f"; it counts instead of {before} earlier" if before else ""
    click.echo(f"{name.incident} of {name.policy} judged {judgement}{earlier}: {shelf.name}/{key}")
    return FINE


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this process's user, as in some containers
        return "unknown"
