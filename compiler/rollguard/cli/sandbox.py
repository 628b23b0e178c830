"""`rollguard sandbox`: deploy the policies with the real Pulumi engine to a stand-in for AWS on this machine."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from rollguard.cli import edit, inbox, incident
from rollguard.cli.sandbox_options import options
from rollguard.document import frames
from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.plan import plan
from rollguard.project import find_root, load
from rollguard.reporters import report
from rollguard.source import in_order


@click.group("sandbox", short_help="Deploy the policies to a stand-in for AWS on this machine.")
def command() -> None:
    """Deploy the policies to a stand-in for AWS on this machine, with the real Pulumi engine. No account is needed, none is touched."""
    # Here and in the commands, not above: `rollguard --help` loads this module, and the extra may not be installed.
    try:
        import rollguard.sandbox.driver  # noqa: F401
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "rollguard":
            raise
        raise Failure(
            f"the sandbox needs the Python package `{package}`",
            help="install it with `pip install 'rollguard[pulumi]'`",
        ) from None


command.add_command(incident.command)
command.add_command(edit.command)
command.add_command(inbox.command)


@command.command("up")
@options("environment", "state", "protect", "include", "format")
@click.pass_obj
def up(root: Path | None, /, **options: Any) -> int:
    """Make the sandbox what the policies say."""
    return _deploy("up", root, **options)


@command.command("preview")
@options("environment", "state", "protect", "include", "format")
@click.pass_obj
def preview(root: Path | None, /, **options: Any) -> int:
    """Say what `up` would change."""
    return _deploy("preview", root, **options)


@command.command("status")
@options("environment", "state", "format")
@click.pass_obj
def status(root: Path | None, environment: str | None, state: Path | None, format_: str) -> int:
    """List what exists in the sandbox."""
    from rollguard.sandbox import choice, inventory
    from rollguard.sandbox.telling import status_in_words

    folder = find_root(root, Path.cwd())
    found = inventory.status(choice.home(folder, choice.environment(folder, environment, state), state))
    click.echo(json.dumps(asdict(found), indent=2) if format_ == "json" else status_in_words(found))
    return FINE


@command.command("destroy")
@options("environment", "state", "include", "format")
@click.option("--unprotect", is_flag=True, help="Also destroy what an `up --protect` has protected.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def destroy(
    root: Path | None,
    environment: str | None,
    state: Path | None,
    include: tuple[str, ...],
    format_: str,
    unprotect: bool,
    yes: bool,
) -> int:
    """Take the sandbox down, and say what a real account would keep."""
    from rollguard.sandbox import choice, driver
    from rollguard.sandbox.request import Sandbox
    from rollguard.sandbox.telling import run_in_words

    folder = find_root(root, Path.cwd())
    chosen = choice.environment(folder, environment, state)
    sandbox = Sandbox(folder, chosen, base=state, include=include, unprotect=unprotect, warn=choice.warn)
    if not yes and not _confirmed(chosen, sum(len(one.resources) for one in driver.destroyable(sandbox))):
        click.echo("nothing was destroyed", err=True)
        return FINE
    with choice.progress(chosen) as tell:
        done = driver.destroy(replace(sandbox, tell=tell))
    click.echo(json.dumps(asdict(done), indent=2) if format_ == "json" else run_in_words(done))
    return FINE


def _confirmed(environment: str, resources: int) -> bool:
    """The answer of the person at the terminal. Raises Failure where there is none."""
    if not sys.stdin.isatty():
        raise Failure(
            f"`destroy` would take down the sandbox of `{environment}` with its {resources} resources, and nobody is here to confirm it",
            help="say `--yes`",
        )
    return click.confirm(
        f"destroy the sandbox of environment `{environment}` with its {resources} resources?", err=True
    )


def _deploy(
    verb: Any,
    root: Path | None,
    environment: str | None,
    state: Path | None,
    protect: bool,
    include: tuple[str, ...],
    format_: str,
) -> int:
    from rollguard.sandbox import choice, driver
    from rollguard.sandbox.request import Sandbox
    from rollguard.sandbox.telling import run_in_words

    folder = find_root(root, Path.cwd())
    chosen = choice.environment(folder, environment, state)
    project = load(folder)
    checked = plan(project, chosen, include)
    if checked.value is None:
        errors = [found for found in checked.diagnostics if found.severity == "error"]
        click.echo(report(in_order(errors), "text", frames(folder), color=False), err=True)
        return FINDINGS
    with choice.progress(chosen) as tell:
        sandbox = Sandbox(
            folder,
            chosen,
            plan=checked.value,
            base=state,
            protect=protect,
            environment_protects=choice.protects(project, chosen),
            include=include,
            limits=choice.limits(project, chosen),
            tell=tell,
            warn=choice.warn,
        )
        done = driver.run(sandbox, verb)
    click.echo(json.dumps(asdict(done), indent=2) if format_ == "json" else run_in_words(done))
    return FINE
