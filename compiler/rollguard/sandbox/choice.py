"""Which sandbox a command means, and who listens while it works."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click

from rollguard.engine.progress import Lines
from rollguard.failure import Failure
from rollguard.plan.environment import read_environments
from rollguard.plan.words import listed
from rollguard.project import Project, load
from rollguard.sandbox.aws import Limits
from rollguard.sandbox.home import Home, default_base

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def environment(root: Path, stated: str | None, state: Path | None) -> str:
    """The environment that is meant: the one stated, else the only one of the project, else the only one with a sandbox.

    Raises Failure with the list where there is a choice, and for what can be no environment's name.
    """
    if stated is not None:
        if not _NAME.fullmatch(stated):
            raise Failure(f"`{stated}` is no environment's name", help="names are lower-case words joined by `-`")
        return stated
    names = load(root).environment_names or _used(root, state)
    if len(names) == 1:
        return names[0]
    there = f"there are {listed(names)}" if names else "there is none"
    raise Failure(f"which environment? {there}", help="name it with `--environment`")


def home(root: Path, environment: str, state: Path | None) -> Home:
    return Home(base=state.absolute() if state else default_base(root), environment=environment)


def limits(project: Project, environment: str) -> Limits:
    """The account's quotas as the environment states them; AWS's own where it does not."""
    found = read_environments(project.environments)[environment] if project.environments else None
    usual = Limits()
    if found is None:
        return usual
    return Limits(
        codedeploy_alarms=found.limit("codedeployAlarms", usual.codedeploy_alarms),
        deployment_configs=found.limit("deploymentConfigs", usual.deployment_configs),
        event_rules=found.limit("eventRules", usual.event_rules),
    )


def protects(project: Project, environment: str) -> bool:
    """Whether the environment itself protects live services; `environments.yaml` says so, and the default is that it does."""
    found = read_environments(project.environments)[environment] if project.environments else None
    return found is None or found.protect


@contextmanager
def progress(environment: str) -> Iterator[Callable[[str], None]]:
    """Shows one renewing line on a terminal; says nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    lines, begun = Lines(sys.stderr), count(1)
    lines(f"{environment}: starting the engine")

    def tell(text: str) -> None:
        # A line that the terminal breaks in two cannot be renewed.
        lines(f"{environment}: {next(begun)}, {text}"[: shutil.get_terminal_size().columns - 4])

    try:
        yield tell
    finally:
        lines.close()


def warn(text: str) -> None:
    click.echo(text, err=True)


def _used(root: Path, state: Path | None) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (state or default_base(root)).glob("sandbox/*/world.json")))
