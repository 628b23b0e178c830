"""A report as one HTML file that needs no other: no script, no address is loaded, and whatever a record says stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from rollguard.charts import STYLE
from rollguard.reports import tables
from rollguard.reports.model import IncidentReport, Overview
from rollguard.reports.words import Address, when

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#]\S*)?")


def incident_as_html(report: IncidentReport, ways: Sequence[tuple[str, str]] = ()) -> str:
    """The report with its charts. `ways` are where to go from here: labels and addresses of ours, relative to the file."""
    return (
        _templates()
        .get_template("incident.html.j2")
        .render(
            title=f"{report.incident}: {report.headline}".replace("`", ""),
            style=_style(),
            ways=ways,
            report=report,
            timeline=tables.timeline(report),
            criteria=tables.criteria(report),
            times=tables.times(report),
            told=tables.told(report),
            verdicts=tables.verdicts(report),
            agreed=tables.agreed(report),
        )
    )


def overview_as_html(report: Overview) -> str:
    """The overview."""
    return (
        _templates()
        .get_template("overview.html.j2")
        .render(
            title="Rollbacks",
            style=_style(),
            ways=(),
            in_short=tables.in_short(report),
            tables=tables.of_overview(report),
        )
    )


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(coded=_coded, linked=_linked, drawn=Markup, when=when)
    return made


def _file(name: str) -> str:
    return files("rollguard.reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _style() -> Markup:
    return Markup(_file("style.css") + STYLE)


def _coded(text: str) -> Markup:
    """A text of ours: what stands in backticks becomes code, and what is an address a link."""
    if isinstance(text, Address):
        return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(str(text))
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def _linked(address: str, label: str) -> Markup:
    """A link to an `https` address; anything else is only shown."""
    if not _ADDRESS.fullmatch(address):
        return escape(f"{label}: {address}")
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, label)
