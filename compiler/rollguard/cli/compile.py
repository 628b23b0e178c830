"""`rollguard compile`: the plan of one environment, as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from rollguard.document import frames
from rollguard.failure import FINDINGS, FINE
from rollguard.plan import plan
from rollguard.plan.serialize import to_json
from rollguard.project import find_root, load
from rollguard.reporters import report


@click.command("compile", short_help="Print the plan of an environment as sorted JSON.")
@click.option("--environment", required=True, help="The environment to plan.")
@click.option(
    "--include",
    multiple=True,
    help="Plan a part only: `foundation`, or a path pattern below policies/. May be given more than once.",
)
@click.pass_obj
def command(root: Path | None, environment: str, include: tuple[str, ...]) -> int:
    """Print the plan of an environment as sorted JSON: the same for the same policies, on every machine."""
    folder = find_root(root, Path.cwd())
    project = load(folder)
    checked = plan(project, environment, include)
    if checked.value is None:
        errors = [found for found in checked.diagnostics if found.severity == "error"]
        click.echo(report(errors, "text", frames(folder), color=False), err=True)
        return FINDINGS
    click.echo(to_json(checked.value), nl=False)
    return FINE
