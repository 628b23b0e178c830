"""Read the policies for a Pulumi program: a plan, or the diagnostics as the engine's own messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pulumi

from rollguard.diagnostics import render
from rollguard.document import frames
from rollguard.failure import Failure
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan
from rollguard.project import Project, load
from rollguard.source import Diagnostic, in_order
from rollguard.wording import did_you_mean


def load_plan(root: Path, environment: str, include: Sequence[str] = ()) -> EnvironmentPlan:
    """The plan of an environment of the project at `root`. Raises `pulumi.RunError` after reporting every error."""
    project = _load(root)
    return _plan(project, root, environment, include)


def load_policy(policy: str, environment: str, root: Path) -> EnvironmentPlan:
    """The plan of one policy alone, as the part of an environment that the calling program holds. Raises `pulumi.RunError`."""
    project = _load(root)
    path = next((source.path for source in project.policies if source.name == policy), None)
    if path is None:
        hint = did_you_mean(policy, [source.name for source in project.policies])
        raise pulumi.RunError(f"there is no policy `{policy}` under `{root}`{f'; {hint}' if hint else ''}")
    return _plan(project, root, environment, (path,))


def _load(root: Path) -> Project:
    try:
        return load(root)
    except Failure as failure:
        raise pulumi.RunError(_sentence(failure)) from None


def _plan(project: Project, root: Path, environment: str, include: Sequence[str] = ()) -> EnvironmentPlan:
    try:
        checked = plan(project, environment, tuple(include))
    except Failure as failure:
        raise pulumi.RunError(_sentence(failure)) from None
    errors = report(checked.diagnostics, root)
    if errors or checked.value is None:
        raise pulumi.RunError(
            f"{errors} error{'' if errors == 1 else 's'} in the policies under `{root}`; nothing was changed"
        )
    return checked.value


def report(diagnostics: Iterable[Diagnostic], root: Path) -> int:
    """Tell the engine every error and warning with its place; returns how many are errors."""

    text_of = frames(root)
    errors = 0
    for diagnostic in in_order(diagnostics):
        if diagnostic.severity == "note":
            continue
        rendered = render(diagnostic, text_of)
        if diagnostic.severity == "error":
            errors += 1
            pulumi.log.error(rendered)
        else:
            pulumi.log.warn(rendered)
    return errors


def _sentence(failure: Failure) -> str:
    return f"{failure.message}; {failure.help}" if failure.help else failure.message
