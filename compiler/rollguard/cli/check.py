"""`rollguard check`: is every policy valid, and does it make sense in each of its environments?"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection
from pathlib import Path

import click

from rollguard.checking import Check, check
from rollguard.diagnostics import summary
from rollguard.document import frames
from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.files import ENVIRONMENTS
from rollguard.project import find_root
from rollguard.reporters import FORMATS, report
from rollguard.source import Severity, at_least


@click.command("check", short_help="Check policies, presets and environments.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.pass_obj
def command(root: Path | None, paths: tuple[Path, ...], format_: str, fail_on: Severity) -> int:
    """Check policies, presets and environments. PATHS narrow what is reported to files or folders."""
    # A run makes millions of small objects, frees next to none and ends: looking for garbage would double its time.
    gc.disable()
    folder = find_root(root, Path.cwd())
    checked = check(folder, every_core=True)
    chosen = frozenset(file for path in paths for file in _chosen(path, folder, checked))
    found = checked.diagnostics
    if paths:
        found = tuple(one for one in found if chosen & {one.span.path, *(note.span.path for note in one.notes)})
    output = report(found, format_, frames(folder), color=_colored())
    if output:
        click.echo(output)
    if format_ == "text":
        click.echo(f"{_checked(checked, chosen if paths else None)}: {summary(found) or 'nothing to mend'}", err=True)
        if paths and not checked.whole and not any(one.span.path == ENVIRONMENTS for one in found):
            click.echo(f"`{ENVIRONMENTS}` has faults, so not everything could be checked", err=True)
    return FINDINGS if any(at_least(diagnostic.severity, fail_on) for diagnostic in found) else FINE


def _colored() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _chosen(path: Path, root: Path, checked: Check) -> list[str]:
    """The project's files that a path on the command line stands for."""
    if not path.exists():
        raise Failure(f"there is no file or folder `{path}`")
    # As it was written first: below a symbolic link files have the names under which they are reached.
    places = [
        place for place in (Path(os.path.normpath(Path.cwd() / path)), path.resolve()) if place.is_relative_to(root)
    ]
    if not places:
        raise Failure(f"`{path}` is not below the project's folder `{root}`")
    for inside in (place.relative_to(root).as_posix() for place in places):
        if files := [
            file for file in checked.files if inside == "." or file == inside or file.startswith(f"{inside}/")
        ]:
            return files
    raise Failure(f"there is nothing to check in `{path}`", "name YAML files below `policies/`, or folders of them")


def _checked(checked: Check, chosen: frozenset[str] | None) -> str:
    """What was checked: `2 policies in 1 environment`, and what else of the files that were asked for is no policy."""
    if chosen is None or len(chosen) == len(checked.files):
        return _policies(len(checked.policies), checked.environments)
    asked = chosen & checked.policies.keys()
    others = sorted(chosen - asked)
    named = {name for path in asked for name in checked.policies[path]} & checked.environments
    words = [_policies(len(asked), named)] if asked else []
    if others:
        words.append(
            f"`{others[0]}`" if len(others) == 1 else f"{len(others)} other files" if asked else f"{len(others)} files"
        )
    return " and ".join(words)


def _policies(policies: int, environments: Collection[str]) -> str:
    where = f"{len(environments)} environment{'' if len(environments) == 1 else 's'}"
    return f"{policies} {'policy' if policies == 1 else 'policies'} in {where}"
