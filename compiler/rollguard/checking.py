"""Everything that is wrong with a project: each file on its own, and all of them together in each environment."""

from __future__ import annotations

from rollguard.plan.across_environments import across_environments
from rollguard.plan.compile import compile_environment
from rollguard.plan.environment import read_environments
from rollguard.plan.place import Findings
from rollguard.processes import spread
from rollguard.project import MANY, Project
from rollguard.source import Diagnostic, in_order


def check_project(project: Project, *, every_core: bool = False) -> tuple[Diagnostic, ...]:
    """All diagnostics of a project, sorted by place, each once; `every_core` as for `load`."""
    environments = read_environments(project.environments) if project.environments else {}

    def compiled(name: str) -> list[Diagnostic]:
        findings = Findings()
        compile_environment(project, environments, name, (), findings)
        return findings.found

    names = list(environments)
    found = (
        spread(compiled, names) if every_core and len(project.policies) > MANY else [compiled(name) for name in names]
    )
    across = Findings()
    if project.environments is not None:
        across_environments(project, environments, across)
    return in_order([*project.diagnostics, *across.found, *(one for each in found for one in each)])
