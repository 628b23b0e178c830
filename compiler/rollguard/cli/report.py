"""`rollguard report`: what the records of rollbacks say, over many incidents or of one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rollguard.failure import FINE, Failure
from rollguard.language import durations

if TYPE_CHECKING:
    from rollguard.records.shelf import Shelf
    from rollguard.reports.model import IncidentReport, Overview

FORMATS = ("text", "markdown", "json", "html")

PLACES = click.option(
    "--from",
    "places",
    multiple=True,
    metavar="DIR|s3://BUCKET",
    help="Where the records are: a folder, or a bucket (s3://bucket/prefix); may be given several times "
    "[default: the buckets of the project's sandbox].",
)


@click.command("report", short_help="Report on rollbacks, or on one incident.")
@click.argument("incident", required=False)
@PLACES
@click.option("--since", metavar="TIME", help="Only incidents from then on: `30d`, `12h`, or a day such as 2026-11-01.")
@click.option("--policy", metavar="POLICY", default="", help="Only incidents of this policy.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE; the charts of a Markdown report are put beside it.",
)
@click.pass_obj
def command(
    root: Path | None,
    incident: str | None,
    places: tuple[str, ...],
    since: str | None,
    policy: str,
    format_: str,
    output: Path | None,
) -> int:
    """What rollbacks had in common: how many succeeded, how fast they were, which criteria fired and were right.

    And what criteria that only observe caught: what each would have done, had it been armed.

    With INCIDENT (the deployment's id, or `policy/id`), a report of that incident, ready for its review.
    """
    from rollguard.records.find import everything, one
    from rollguard.reports.incident import incident_report
    from rollguard.reports.overview import overview

    if incident is not None and (since is not None or policy):
        raise click.UsageError("--since and --policy choose among incidents; leave them out with INCIDENT")
    now = datetime.now(UTC)
    begin = _begin(since, now)
    where = shelves_of(root, places)
    if incident is not None:
        _, found = one(where, incident)
        report = incident_report(found.incidents[0], now)
        files = _incident(report, format_, output)
    else:
        found = everything(where, begin, policy)
        files = {"": _overview(overview(found, (shelf.name for shelf in where), now, begin, policy), format_)}
    for unreadable in found.unreadable:
        click.echo(f"warning: `{unreadable.place}` {unreadable.why}; it is left out", err=True)
    _write(files, output)
    return FINE


def shelves_of(root: Path | None, places: tuple[str, ...]) -> tuple[Shelf, ...]:
    """The places that `--from` names, else the buckets of the project's sandbox. Raises Failure where there are no records."""
    from rollguard.project import find_root
    from rollguard.records.place import shelves
    from rollguard.sandbox.home import buckets, default_base

    return shelves(places, () if places else buckets(default_base(find_root(root, Path.cwd()))))


def _begin(since: str | None, now: datetime) -> datetime | None:
    if since is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
            return datetime.fromisoformat(since).replace(tzinfo=UTC)
        return now - timedelta(seconds=durations.seconds(since))
    except (ValueError, OverflowError) as wrong:
        raise click.UsageError(
            f"--since takes a duration such as 30d, or a day such as 2026-11-01; `{since}`: {wrong}"
        ) from None


def _width() -> int:
    return min(shutil.get_terminal_size((100, 24)).columns, 140)


def _overview(report: Overview, format_: str) -> str:
    from rollguard.reports.data import as_json
    from rollguard.reports.html import overview_as_html
    from rollguard.reports.markdown import overview_as_markdown
    from rollguard.reports.text import overview_as_text

    write: dict[str, Callable[[Overview], str]] = {
        "text": lambda report: overview_as_text(report, _width()),
        "markdown": overview_as_markdown,
        "json": as_json,
        "html": overview_as_html,
    }
    return write[format_](report)


def _incident(report: IncidentReport, format_: str, output: Path | None) -> dict[str, str]:
    """The report under an empty name, and the charts that go beside it, each with the end of its name."""
    from rollguard.charts import with_style
    from rollguard.reports.data import as_json
    from rollguard.reports.html import incident_as_html
    from rollguard.reports.markdown import incident_as_markdown
    from rollguard.reports.text import incident_as_text

    if format_ == "markdown" and output is not None:
        charts = {
            each.id: (f"-{re.sub('[^A-Za-z0-9-]', '-', each.id)}.svg", each.drawing.svg)
            for each in report.criteria
            if each.drawing is not None
        }
        addresses = {id: f"{output.stem}{end}".replace(" ", "%20") for id, (end, _) in charts.items()}
        files = {end: with_style(svg) for end, svg in charts.values()}
        return {"": incident_as_markdown(report, addresses), **files}
    write: dict[str, Callable[[IncidentReport], str]] = {
        "text": lambda report: incident_as_text(report, _width()),
        "markdown": incident_as_markdown,
        "json": as_json,
        "html": incident_as_html,
    }
    return {"": write[format_](report)}


def _write(files: dict[str, str], output: Path | None) -> None:
    if output is None:
        click.echo(files[""].rstrip("\n"))
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        for end, content in files.items():
            path = output.with_name(f"{output.stem}{end}") if end else output
            path.write_text(content.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"cannot write `{output}`: {(error.strerror or str(error)).lower()}") from None
    beside = len(files) - 1
    charts = f", and {beside} chart{'' if beside == 1 else 's'} beside it" if beside else ""
    click.echo(f"{output}{charts}", err=True)
