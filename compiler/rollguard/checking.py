"""Everything that is wrong with a project: each file on its own, and all of them together in each environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rollguard.plan.across_environments import across_environments
from rollguard.plan.compile import compile_environment
from rollguard.plan.environment import Environment, read_environments, unknown_environment
from rollguard.plan.model import EnvironmentPlan
from rollguard.plan.place import Findings, Place
from rollguard.processes import spread
from rollguard.project import MANY, Project
from rollguard.source import Diagnostic, Note, in_order


class _Owned(NamedTuple):
    """A CodeDeploy application that an environment makes."""

    account: str
    region: str
    application: str
    environment: str
    policy: str


def check_project(project: Project, *, every_core: bool = False) -> tuple[Diagnostic, ...]:
    """All diagnostics of a project, sorted by place, each once; `every_core` as for `load`."""
    listed = read_environments(project.plannable_environments) if project.plannable_environments else {}
    environments = listed | _unlisted(project, listed)

    def compiled(name: str) -> tuple[list[Diagnostic], list[_Owned]]:
        findings = Findings()
        made = compile_environment(project, environments, name, (), findings)
        return findings.found, list(_owned(made)) if environments[name].known else []

    names = list(environments)
    results = (
        spread(compiled, names) if every_core and len(project.policies) > MANY else [compiled(name) for name in names]
    )
    across = Findings()
    if listed:
        across_environments(project, listed, across)
    _one_owner(project, [one for _, owned in results for one in owned], across)
    return in_order([*project.diagnostics, *across.found, *(one for found, _ in results for one in found)])


def _unlisted(project: Project, listed: Mapping[str, Environment]) -> dict[str, Environment]:
    """Environments that policies name and `environments.yaml` does not: their policies are held against one another all the same."""
    sources = [source.plannable for source in project.policies if source.plannable is not None]
    return {
        name: unknown_environment(name, document)
        for document in sources
        for name in document.data["spec"]["environments"]
        if name not in listed
    }


def _owned(made: EnvironmentPlan) -> Iterable[_Owned]:
    for region in made.regions:
        users = {
            group.application: guard.policy
            for guard in reversed(region.guards)
            for group in guard.deployments
            if group.managed_by == "rollguard"
        }
        for application in region.applications:
            yield _Owned(made.account, region.region, application.name, made.environment, users[application.name])


def _one_owner(project: Project, owned: list[_Owned], findings: Findings) -> None:
    """Two environments of one account and Region cannot both make an application of one name."""
    documents = {source.name: source.plannable for source in project.policies}
    first: dict[tuple[str, str, str], _Owned] = {}
    for one in owned:
        earlier = first.setdefault((one.account, one.region, one.application), one)
        document = documents[one.policy]
        if earlier.environment == one.environment or document is None:
            continue
        place = Place(document, ("spec", "environments", one.environment))
        other = Place(document, ("spec", "environments", earlier.environment))
        findings.error(
            "R054",
            f"application `{one.application}` would be made by `{earlier.environment}` and by `{one.environment}`, "
            f"which share account {one.account} and {one.region}",
            place.key,
            "give it another name in one of them, for example through `vars`",
            [Note(f"`{earlier.environment}` makes it as well", other.key)],
        )
