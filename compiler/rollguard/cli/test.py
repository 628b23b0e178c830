"""`rollguard test`: does every policy do what its scenarios say?"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from rollguard.diagnostics import TextOf, render
from rollguard.document import frames
from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.processes import spread
from rollguard.project import find_root, load
from rollguard.reporters import report as diagnostics_as
from rollguard.scenarios.coverage import Coverage, nothing_shown, percent
from rollguard.scenarios.failure_mode_catalogue import FailureModes, failure_modes
from rollguard.scenarios.failure_modes import Outcome
from rollguard.scenarios.matrix import matrix
from rollguard.scenarios.reports.failure_coverage import coverage_report
from rollguard.scenarios.reports.junit import junit
from rollguard.scenarios.reports.record import results
from rollguard.scenarios.suite import Case, Ran, Runnable, Suite, collect, run
from rollguard.scenarios.trace_suite import run_traces
from rollguard.source import Diagnostic, in_order
from rollguard.wording import there_are

FORMATS = ("text", "json", "junit")
#: What `--fail-on` may name: an incident that is missed, a rollback that should not be, and one that is later than agreed.
GATES: dict[str, Callable[[Outcome], bool]] = {
    "missed": lambda outcome: outcome.verdict == "missed",
    "wrong": lambda outcome: outcome.verdict == "firedWrongly",
    "late": lambda outcome: outcome.verdict == "rolledBack" and outcome.in_time is False,
}
#: Where the plots of failing scenarios go, below the project's folder.
PLOTS = ".rollguard/test"
#: Fewer scenarios than this are run before a second process has started.
_MANY = 400
#: Rounds in which a long run is shared out on a terminal, so that its progress can be shown.
_ROUNDS = 10


class _Outcome(NamedTuple):
    cases: list[Case]
    faults: tuple[Diagnostic, ...]
    coverage: Coverage


@click.command("test", short_help="Play the scenarios of policies.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-k", "text", metavar="TEXT", default="", help="Only scenarios with TEXT in their or their policy's name."
)
@click.option("--environment", metavar="ENVIRONMENT", help="Only in this environment [default: in each of a policy's].")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The least criterion coverage: of every criterion a scenario shows that it fires, and one that it stays quiet.",
)
@click.option(
    "--coverage",
    is_flag=True,
    help="Instead of scenarios: which kinds of incident each policy catches, and the least errors that it sees.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="OUTCOME",
    help=f"With --coverage: exit with 1 where there is such an outcome, of {', '.join(GATES)}; may be repeated, or several with commas.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=f"Where to write results.json, junit.xml and the plots of failing scenarios [default: the plots only, to {PLOTS}].",
)
@click.pass_obj
def command(
    root: Path | None,
    paths: tuple[Path, ...],
    text: str,
    environment: str | None,
    format_: str,
    fail_under: float | None,
    coverage: bool,
    fail_on: tuple[str, ...],
    report: Path | None,
) -> int:
    """Play the scenarios of policies as CloudWatch and the mechanism would act. PATHS narrow them to files or folders.

    The traces of the project's own presets are judged too, unless `--environment` is given: they belong to none. A policy with faults is
    not played: its faults are shown, and the exit code is 1 as for an expectation that does not hold.

    The results of `--format json` hold what was played only: faults of files are told on standard error, and by the exit code.
    """
    if coverage and (format_ == "junit" or fail_under is not None or report is not None):
        raise click.UsageError("--coverage goes with --format text or json, and not with --fail-under or --report")
    gates = [name.strip() for one in fail_on for name in one.split(",")]
    if gates and not coverage:
        raise click.UsageError("--fail-on goes with --coverage")
    if wrong := next((name for name in gates if name not in GATES), None):
        raise click.UsageError(f"--fail-on knows {', '.join(GATES)}, not `{wrong}`")
    # A run makes millions of small objects and ends: looking for garbage would take a third of its time.
    gc.disable()
    folder = find_root(root, Path.cwd())
    project = load(folder, every_core=True)
    if environment is not None and environment not in project.environment_names and project.environments is not None:
        raise Failure(
            f"there is no environment `{environment}` in policies/environments.yaml",
            there_are(project.environment_names),
        )
    suite = _within(collect(project, environment=environment, text=text), [_inside(path, folder) for path in paths])
    if coverage:
        return _cover(suite, failure_modes(project.failure_modes), environment, text, format_, frames(folder), gates)
    if not suite.count and not suite.presets and not suite.faults and (text or environment or paths):
        raise Failure("no scenario was chosen", "leave out `-k`, `--environment` or paths")
    outcome = _run(suite, records=format_ == "json" or report is not None, every=not text)
    written = _write(outcome, report, folder)
    if format_ == "text":
        _say(outcome, written, folder)
    else:
        click.echo(_as_json(outcome.cases) if format_ == "json" else junit(outcome.cases, outcome.faults))
        if outcome.faults:
            click.echo(diagnostics_as(outcome.faults, "text", frames(folder)), err=True)
    return _code(outcome, fail_under)


def _cover(
    suite: Suite,
    catalogue: FailureModes,
    environment: str | None,
    text: str,
    format_: str,
    text_of: TextOf,
    gates: Sequence[str],
) -> int:
    """Print the failure-mode matrix of the chosen policies."""
    guards = [
        (name, placed)
        for policy in suite.policies
        if text.lower() in policy.source.name
        for name, each in policy.guards.items()
        if environment in (None, name)
        for placed in each
    ]
    if not guards and not suite.faults:
        raise Failure("no policy was chosen", "leave out `-k`, `--environment` or paths")
    covered = matrix(guards, catalogue)
    click.echo(coverage_report(covered, "json" if format_ == "json" else "text"))
    outcomes = [outcome for row in covered.rows for outcome in row.outcomes]
    stopped = [(name, sum(GATES[name](one) for one in outcomes)) for name in dict.fromkeys(gates)]
    for name, count in stopped:
        if count:
            click.echo(f"error: {count} outcome{'' if count == 1 else 's'} of --fail-on {name}", err=True)
    if suite.faults:
        click.echo(diagnostics_as(suite.faults, "text", text_of), err=True)
    return FINDINGS if suite.faults or any(count for _, count in stopped) else FINE


def _within(suite: Suite, paths: Sequence[str]) -> Suite:
    if not paths:
        return suite

    def wanted(file: str) -> bool:
        return any(path == "." or file == path or file.startswith(f"{path}/") for path in paths)

    # Whatever was asked for, nothing can be run with broken environments.
    faults = tuple(fault for fault in suite.faults if wanted(fault.span.path) or not suite.policies)
    policies = tuple(each for each in suite.policies if wanted(each.source.path))
    presets = tuple(each for each in suite.presets if wanted(each[0].document.source.path))
    return Suite(suite.root, policies, faults, presets)


def _inside(path: Path, root: Path) -> str:
    absolute = path.resolve()
    if not absolute.exists():
        raise Failure(f"there is no file or folder `{path}`")
    if not absolute.is_relative_to(root):
        raise Failure(f"`{path}` is not below the project's folder `{root}`")
    return absolute.relative_to(root).as_posix()


def _run(suite: Suite, *, records: bool, every: bool) -> _Outcome:
    """Play what was chosen; where that is `every` scenario, policies that have none count too."""

    def one(policy: Runnable) -> Ran:
        return run(suite, policy, records=records)

    policies = [policy for policy in suite.policies if policy.wanted]
    on_terminal = sys.stderr.isatty()
    many = suite.count > _MANY
    ran: list[Ran] = []
    with click.progressbar(length=suite.count, label="scenarios", file=sys.stderr, hidden=not on_terminal) as progress:
        size = max(len(policies) // _ROUNDS, 1) if on_terminal else max(len(policies), 1)
        for start in range(0, len(policies), size):
            part = policies[start : start + size]
            ran += spread(one, part) if many and len(part) > 1 else map(one, part)
            progress.update(sum(len(policy.wanted) for policy in part))
    ran.append(run_traces(suite))
    cases = [case for each in ran for case in each.cases]
    faults = in_order([*suite.faults, *(fault for each in ran for fault in each.faults)])
    coverage = {key: one for each in ran for key, one in each.coverage.items()}
    for policy in suite.policies if every else ():
        if policy.source.document is not None and not policy.source.document.data["spec"].get("scenarios"):
            for placed in policy.guards.values():
                for each_region in placed:
                    coverage |= nothing_shown(each_region.guard)
    return _Outcome(cases, faults, coverage)


def _write(outcome: _Outcome, report: Path | None, root: Path) -> dict[str, Path]:
    """Write the plots, and the results where a folder for them was named. Returns the plots' paths by name."""
    folder = report or root / PLOTS
    files = {name: svg for case in outcome.cases for name, svg in case.plots}
    if report is not None:
        files["results.json"] = _as_json(outcome.cases) + "\n"
        files["junit.xml"] = junit(outcome.cases, outcome.faults) + "\n"
    if not files:
        return {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if report is None:
            (root / ".rollguard" / ".gitignore").write_text("*\n", encoding="utf-8")
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise Failure(f"cannot write into `{folder}`: {(error.strerror or '').lower()}") from None
    return {name: folder / name for name in files}


def _as_json(cases: Iterable[Case]) -> str:
    return results(case.record for case in cases)


def _say(outcome: _Outcome, written: dict[str, Path], root: Path) -> None:
    text_of, color = frames(root), sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for fault in outcome.faults:
        click.echo(render(fault, text_of, color=color) + "\n")
    for case in outcome.cases:
        if case.passed and not case.doubts:
            continue
        verdict = "passed, with a doubt" if case.passed else "FAILED"
        click.echo(f"{verdict}: {case.subject}: {case.scenario}\n")
        if case.text:
            click.echo(case.text + "\n")
        for doubt in case.doubts:
            click.echo(f"  doubt: {doubt}")
        for name, _ in case.plots:
            click.echo(f"  plot: {_shown(written[name])}")
        if case.doubts or case.plots:
            click.echo("")
    for line in _uncovered(outcome.coverage):
        click.echo(line)
    faulty = len({fault.span.path for fault in outcome.faults})
    parts = _counted([case for case in outcome.cases if case.environment], "scenario")
    traced = [case for case in outcome.cases if not case.environment]
    parts += _counted(traced, "preset trace") if traced else []
    parts += [f"{faulty} file{'' if faulty == 1 else 's'} with faults"] if faulty else []
    parts += [f"criterion coverage {percent(outcome.coverage):.0f} %"] if outcome.coverage or not faulty else []
    click.echo(", ".join(parts), err=True)


def _counted(cases: Sequence[Case], what: str) -> list[str]:
    total, failed = len(cases), sum(not case.passed for case in cases)
    parts = [f"{total} {what}{'' if total == 1 else 's'}", f"{total - failed} passed"]
    return [*parts, f"{failed} failed"] if failed else parts


def _uncovered(coverage: Coverage) -> Iterable[str]:
    """For each policy, the criteria that no scenario shows to fire or to stay quiet."""
    policies = dict.fromkeys(policy for policy, _ in coverage)
    for policy in policies:
        each = {id: one for (name, id), one in coverage.items() if name == policy}
        never = [id for id, one in each.items() if not one.fires]
        always = [id for id, one in each.items() if not one.quiet]
        parts = [f"{what} {', '.join(ids)}" for what, ids in (("fire", never), ("stay quiet", always)) if ids]
        if parts:
            yield f"not shown: {policy}: to {'; to '.join(parts)}"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _code(outcome: _Outcome, fail_under: float | None) -> int:
    failed = bool(outcome.faults) or any(not case.passed for case in outcome.cases)
    covered = percent(outcome.coverage) if outcome.coverage or not outcome.faults else 0.0
    if fail_under is not None and covered < fail_under:
        click.echo(f"error: criterion coverage is {covered:.1f} %, less than --fail-under {fail_under:g} %", err=True)
        failed = True
    return FINDINGS if failed else FINE
