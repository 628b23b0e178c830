"""From a project on disk to what is published: everything that compiles, and beside it what does not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rollguard import limits, presets
from rollguard.codes import CODES
from rollguard.csv_files import CsvFolder
from rollguard.document import frames
from rollguard.failure import Failure
from rollguard.files import POLICIES
from rollguard.plan.compile import compile_environment
from rollguard.plan.environment import Environment as PlannedEnvironment
from rollguard.plan.environment import read_environments
from rollguard.plan.model import EnvironmentPlan
from rollguard.plan.place import Findings
from rollguard.presets import Catalogue
from rollguard.project import PolicySource, Project, load
from rollguard.reporters import report
from rollguard.resources import data
from rollguard.scenarios.failure_mode_catalogue import failure_modes
from rollguard.scenarios.traces import Traced, judged
from rollguard.site.model import Broken, Preset, Publication, Tests, regroup
from rollguard.source import Diagnostic, in_order

#: Files below `policies/` that are none.
_NO_POLICIES = ("environments.yaml", "environments.yml", "failure-modes.yaml", "failure-modes.yml")
SCHEMAS = ("policy", "environments", "preset", "failure-modes", "rollback-record", "observation")


def gather(root: Path) -> Publication:
    """What the project below `root` publishes. A project without a policy is an empty publication.

    A project that cannot be read, for no fault of a file's text, publishes the reference and says what is wrong.
    """
    reference = Publication(
        schemas={name: _schema(name) for name in SCHEMAS},
        codes=tuple((code, stated.title, stated.explanation) for code, stated in sorted(CODES.items())),
        limits=limits.table(),
    )
    try:
        return _published(load(root), reference) if _has_policies(root) else reference
    except Failure as failure:
        return replace(reference, problems=f"{failure.message}; {failure.help}" if failure.help else failure.message)


def _has_policies(root: Path) -> bool:
    """Whether there is anything to load; an empty `policies/` is no fault of a site."""
    if not (root / POLICIES).is_dir():
        raise Failure(f"there is no folder `policies` in `{root}`")
    return any(
        path.name not in _NO_POLICIES and "presets" not in path.relative_to(root).parts
        for path in (root / POLICIES).rglob("*.y*ml")
    )


def _published(project: Project, reference: Publication) -> Publication:
    findings = Findings([*project.diagnostics, *project.templates.diagnostics])
    planned: dict[str, PlannedEnvironment] = read_environments(project.environments) if project.environments else {}
    plans = [compile_environment(project, planned, name, (), findings) for name in planned]
    found = in_order(findings.found)
    grave = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
    faulty = {diagnostic.span.path for diagnostic in grave} | {
        source.path for source in project.policies if not source.sound
    }
    paths = {source.path for source in project.policies}
    texts = {source.path: source.document.source.text for source in project.policies if source.document is not None}
    titles = {name: str(environment.data.get("title", "")) for name, environment in planned.items()}
    tests = {
        source.path: Tests(source.document, CsvFolder((project.root / source.path).parent, project.root))
        for source in project.policies
        if source.document is not None and source.path not in faulty
    }
    environments, policies = regroup(_without(plans, faulty), titles, texts, tests)
    return Publication(
        policies=policies,
        broken=_broken(project, faulty, found, texts),
        environments=environments,
        presets=tuple(_presets(project)),
        problems=_worded(project, (diagnostic for diagnostic in grave if diagnostic.span.path not in paths)),
        schemas=reference.schemas,
        codes=reference.codes,
        limits=reference.limits,
        failure_modes=failure_modes(project.failure_modes),
    )


def _presets(project: Project) -> Iterator[Preset]:
    """The catalogue. A project's copy of one of ours, as in our own checkout, is ours and not the project's."""
    packaged = Catalogue()
    for preset in project.catalogue:
        ours = packaged.get(preset.name) if preset.local else None
        local = preset.local and (ours is None or ours.data != preset.data)
        title, source = str(preset.service["title"]), preset.document.source.path
        yield Preset(preset.name, preset.data, title, source, local, local and ours is not None, *_traces(preset))


def _traces(preset: presets.Preset) -> tuple[tuple[Traced, ...], str]:
    """The preset's traces, judged; or why they cannot be."""
    try:
        return judged(preset), ""
    except ValueError as wrong:
        return (), str(wrong)


def _without(plans: Iterable[EnvironmentPlan], faulty: set[str]) -> Iterable[EnvironmentPlan]:
    for plan in plans:
        regions = (
            replace(region, guards=tuple(guard for guard in region.guards if guard.source not in faulty))
            for region in plan.regions
        )
        yield replace(plan, regions=tuple(regions))


def _broken(
    project: Project, faulty: set[str], found: tuple[Diagnostic, ...], texts: Mapping[str, str]
) -> tuple[Broken, ...]:
    taken = {source.name for source in project.policies if source.path not in faulty}
    broken = []
    for source in project.policies:
        if source.path not in faulty:
            continue
        name = page_name(source, taken)
        taken.add(name)
        metadata = _metadata(source)
        own = (diagnostic for diagnostic in found if diagnostic.span.path == source.path)
        broken.append(
            Broken(
                name=name,
                source=source.path,
                messages=_worded(project, own),
                title=metadata.get("title", "")[:120],
                owner=metadata.get("owner", "")[:100],
                yaml=texts.get(source.path, ""),
            )
        )
    return tuple(broken)


def page_name(source: PolicySource, taken: Iterable[str]) -> str:
    """A safe page name for a policy whose own name may be anything, different from those taken."""
    name = re.sub(r"[^a-z0-9]+", "-", source.name.lower()[:63]).strip("-")
    if name and name not in taken:
        return name
    return "-".join(filter(None, (name, hashlib.sha256(source.path.encode("utf-8", "surrogatepass")).hexdigest()[:8])))


def _metadata(source: PolicySource) -> dict[str, str]:
    document: Any = source.document.data if source.document is not None else {}
    metadata = document.get("metadata") if isinstance(document, dict) else None
    stated = metadata if isinstance(metadata, dict) else {}
    return {key: value for key, value in stated.items() if isinstance(key, str) and isinstance(value, str)}


def _worded(project: Project, diagnostics: Iterable[Diagnostic]) -> str:
    return report(in_order(diagnostics), "text", frames(project.root), color=False)


def _schema(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(data("schema", f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded
