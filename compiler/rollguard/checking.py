"""Everything that is wrong with a project: each file on its own, and all of them together in each environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rollguard.document import Document, Written
from rollguard.files import read_file
from rollguard.notices import Templates, own_faults
from rollguard.plan.accounts import check_accounts
from rollguard.plan.across_environments import across_environments
from rollguard.plan.applications import Claim, applications, custom_configs
from rollguard.plan.compile import guard_here, regions_of
from rollguard.plan.environment import Environment, channels, read_environments, unknown_environment
from rollguard.plan.events import check_rules
from rollguard.plan.place import Findings
from rollguard.plan.recorder import recorder
from rollguard.presets import Catalogue
from rollguard.processes import spread
from rollguard.project import Named, PolicySource, batches, named, policy_source, read_shared, same_names
from rollguard.source import Diagnostic, Note, in_order
from rollguard.wording import did_you_mean, there_are


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` found: all diagnostics sorted by place, each once.

    `files` are the paths of all that was read, `policies` those of the policies with the environments that each names. `environments`
    are the sound ones; where `whole` is False, `environments.yaml` has faults, and not everything could be checked.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    policies: Mapping[str, tuple[str, ...]]
    environments: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Examined:
    """One policy, checked with everything but its neighbours. `claims` are by environment and Region.

    It is small, and that matters: reading, checking and planning happen in one process, and only this is handed to another.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...]
    named: Named | None
    environments: tuple[str, ...]
    claims: tuple[tuple[str, str, tuple[Claim, ...]], ...]


def check(root: Path, *, every_core: bool = False) -> Check:
    """Check the project below `root`; `every_core` forks for large ones, which only a process without threads may do.

    Raises Failure as `rollguard.project.load` does.
    """
    shared, paths = read_shared(root)
    environments = read_environments(shared.plannable_environments) if shared.plannable_environments else {}

    def examine(part: Iterable[str]) -> list[_Examined]:
        return [_examine(root, path, environments, shared.catalogue, shared.templates) for path in part]

    examined = [one for part in spread(examine, batches(root, paths, every_core)) for one in part]
    findings = Findings()
    check_accounts([environment for environment in environments.values() if environment.known], findings)
    _together(environments, examined, findings)
    _traffic_of(shared.failure_modes, [one.named for one in examined], findings)
    names = same_names(one.named for one in examined if one.named is not None)
    alone = (fault for one in examined for fault in one.diagnostics)
    return Check(
        diagnostics=in_order([*shared.diagnostics, *shared.templates.diagnostics, *alone, *names, *findings.found]),
        files=tuple(sorted([*shared.files, *paths])),
        policies={one.path: one.environments for one in examined},
        environments=frozenset(name for name, environment in environments.items() if environment.known),
        whole=shared.environments is not None,
    )


def _examine(
    root: Path, path: str, environments: Mapping[str, Environment], catalogue: Catalogue, templates: Templates
) -> _Examined:
    file = read_file(root, path)
    source = policy_source(file)
    findings = Findings()
    if environments:
        across_environments(source, environments, findings)
    claimed: list[tuple[str, str, tuple[Claim, ...]]] = []
    stated = tuple(source.plannable.data["spec"]["environments"]) if source.plannable is not None else ()
    for name in stated:
        environment = _environment(name, environments, source)
        for region, variables in regions_of(environment, findings):
            guard, claims = guard_here(source, environment, region, variables, catalogue, findings)
            findings.found += own_faults(guard, templates) if guard is not None else ()
            claimed.append((name, region, claims))
    return _Examined(path, (*file.faults, *findings.found), named(file), stated, tuple(claimed))


def _environment(name: str, environments: Mapping[str, Environment], source: PolicySource) -> Environment:
    """The environment of that name; where `environments.yaml` lists none, one of which only the name is known."""
    if name in environments:
        return environments[name]
    assert source.plannable is not None
    return unknown_environment(name, source.plannable)


def _together(environments: Mapping[str, Environment], examined: Iterable[_Examined], findings: Findings) -> None:
    """What policies do to one another, and what environments do alone."""
    claims: dict[tuple[str, str], list[Claim]] = {}
    for one in examined:
        for where, region, claimed in one.claims:
            claims.setdefault((where, region), []).extend(claimed)
    owned: list[_Owned] = []
    for environment in environments.values():
        for region, variables in regions_of(environment, findings):
            told = channels(environment, region, variables, findings)
            here = claims.pop((environment.name, region), [])
            custom_configs(environment, here, findings)
            applications(environment.name, here, findings)
            if environment.known:
                check_rules(environment, told, recorder(environment, region, told, findings), here, findings)
                owned += _owned(environment, region, here)
    for (name, _), here in claims.items():  # environments that nothing is known of
        applications(name, here, findings)
    _one_owner(owned, findings)


def _traffic_of(failure_modes: Document | None, policies: Iterable[Named | None], findings: Findings) -> None:
    """`trafficOf` in failure-modes.yaml names policies that there are; while a policy's name cannot be read, nothing is concluded."""
    every = list(policies)
    names = [one.name for one in every if one is not None]
    if failure_modes is None or len(names) < len(every):
        return
    for name in failure_modes.data.get("trafficOf") or {}:
        if name not in names:
            help = did_you_mean(name, names) or there_are(sorted(names)[:10])
            findings.error("R004", f"there is no policy `{name}`", failure_modes.key_at("trafficOf", name), help)


@dataclass(frozen=True, slots=True)
class _Owned:
    """A CodeDeploy application that an environment makes, and the policy that asks for it."""

    account: str
    region: str
    application: str
    environment: str
    written: Written


def _owned(environment: Environment, region: str, claims: Iterable[Claim]) -> Iterator[_Owned]:
    seen: set[str] = set()
    for claim in sorted(claims, key=lambda claim: claim.policy):
        if claim.managed_by == "rollguard" and claim.application not in seen:
            seen.add(claim.application)
            yield _Owned(environment.account, region, claim.application, environment.name, claim.written)


def _one_owner(owned: Iterable[_Owned], findings: Findings) -> None:
    """Two environments of one account and Region cannot both make an application of one name."""
    first: dict[tuple[str, str, str], _Owned] = {}
    for one in owned:
        earlier = first.setdefault((one.account, one.region, one.application), one)
        if earlier.environment != one.environment:
            findings.error(
                "R054",
                f"application `{one.application}` would be made by `{earlier.environment}` and by `{one.environment}`, "
                f"which share account {one.account} and {one.region}",
                one.written.key_at("spec", "environments", one.environment),
                "give it another name in one of them, for example through `vars`",
                [
                    Note(
                        f"`{earlier.environment}` makes it as well",
                        earlier.written.key_at("spec", "environments", earlier.environment),
                    )
                ],
            )
