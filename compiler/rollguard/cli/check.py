"""`rollguard check`: is every policy valid, and does it make sense in each of its environments?"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import click

from rollguard.checking import check
from rollguard.diagnostics import summary
from rollguard.document import frames
from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.project import find_root
from rollguard.reporters import FORMATS, report
from rollguard.source import Diagnostic, Severity, at_least


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
    wanted = [_inside(path, folder) for path in paths]
    found = tuple(
        diagnostic
        for diagnostic in checked.diagnostics
        if not wanted or any(_below(diagnostic, path) for path in wanted)
    )
    output = report(found, format_, frames(folder), color=_colored())
    if output:
        click.echo(output)
    if format_ == "text":
        click.echo(_summary(len(checked.policies), len(checked.environments), found), err=True)
    return FINDINGS if any(at_least(diagnostic.severity, fail_on) for diagnostic in found) else FINE


def _colored() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _inside(path: Path, root: Path) -> str:
    absolute = path.resolve()
    if not absolute.exists():
        raise Failure(f"there is no file or folder `{path}`")
    if not absolute.is_relative_to(root):
        raise Failure(f"`{path}` is not below the project's folder `{root}`")
    return absolute.relative_to(root).as_posix()


def _below(diagnostic: Diagnostic, path: str) -> bool:
    return path == "." or diagnostic.span.path == path or diagnostic.span.path.startswith(f"{path}/")


def _summary(policies: int, environments: int, found: tuple[Diagnostic, ...]) -> str:
    what = f"{policies} {'policy' if policies == 1 else 'policies'}"
    where = f"{environments} environment{'' if environments == 1 else 's'}"
    return f"{what} in {where}: {summary(found) or 'nothing to mend'}"
