"""Everything that is wrong with a project: each file on its own, and all of them together in each environment."""

from __future__ import annotations

from rollguard.plan.across_environments import across_environments
from rollguard.plan.compile import compile_environment
from rollguard.plan.environment import read_environments
from rollguard.plan.place import Findings
from rollguard.project import Project
from rollguard.source import Diagnostic, in_order


def check_project(project: Project) -> tuple[Diagnostic, ...]:
    """All diagnostics of a project, sorted by place, each once."""
    findings = Findings(list(project.diagnostics))
    environments = read_environments(project.environments) if project.environments else {}
    across_environments(project, environments, findings)
    for name in environments:
        compile_environment(project, environments, name, (), findings)
    return in_order(findings.found)
