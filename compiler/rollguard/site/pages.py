"""What is published, as Markdown pages: a pure function from a publication to its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import jinja2

from rollguard.resources import data
from rollguard.site import limits_view, policy_view, preset_view, scenario_view, schema_view, templates
from rollguard.site.failure_view import WANTED, Proof, Proofs
from rollguard.site.model import Policy, Publication
from rollguard.site.page import (
    FAILURE_MODES,
    OVERVIEW,
    PAST_ROLLBACKS,
    PRESETS,
    READ_A_MESSAGE,
    Page,
    policy_path,
    preset_path,
)
from rollguard.site.past_rollbacks import NEWEST, PastRollbacks
from rollguard.site.policy_view import State
from rollguard.site.text import block
from rollguard.site.trigger_view import brief, readable_rule
from rollguard.site.words import mechanism

#: The sections of the navigation that are generated.
POLICIES, CATALOGUE, PAST, REFERENCE = "Policies", "Presets", "Past rollbacks", "Reference"

_ELSEWHERE = re.compile(r"\[([^\]]*)\]\((?!https?:|#)[^)]*\)")
_SCHEMAS = {
    "policy": "How a policy is written",
    "environments": "How environments are written",
    "preset": "How presets are written",
    "failure-modes": "How failure modes are written",
    "rollback-record": "What a rollback record says",
    "observation": "What an observation says",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A policy on the overview."""

    name: str
    title: str
    owner: str
    mechanism: str
    criteria: tuple[str, ...]
    retired: str
    places: tuple[tuple[str, State], ...]
    agreed: object


def pages(publication: Publication, templates_: jinja2.Environment, overview: str = OVERVIEW) -> Iterator[Page]:
    """Every page, the overview (at the path `overview`) first. A page whose template is broken says so instead and is `broken`."""
    maker = _Maker(publication, templates_, overview, Proofs(publication.policies, publication.failure_modes))
    yield maker.overview()
    for broken in publication.broken:
        section = (POLICIES, broken.owner or "without an owner")
        page = maker.page("broken.md.j2", policy_path(broken.name), section, broken.source, broken=broken)
        yield replace(page, broken=page.broken or broken.messages)
    for policy in publication.policies:
        yield maker.policy(policy)
    yield from maker.presets()
    if publication.past is not None:
        yield from maker.past(publication.past)
    yield from maker.reference()
    yield _read_a_message()


def _read_a_message() -> Page:
    """The page that messages link to, without its links to hand-written pages that a project need not have."""
    text = data("site", "docs", *READ_A_MESSAGE.split("/")).read_text(encoding="utf-8")
    return Page(READ_A_MESSAGE, _ELSEWHERE.sub(r"\1", text), section=(REFERENCE,))


@dataclass(frozen=True, slots=True)
class _Maker:
    publication: Publication
    templates: jinja2.Environment
    overview_path: str
    proofs: Proofs

    def page(
        self, template: str, path: str, section: tuple[str, ...] = (), edit_uri: str = "", **values: object
    ) -> Page:
        try:
            return Page(path, templates.render(self.templates, template, values), edit_uri, section=section)
        except templates.BrokenTemplate as wrong:
            shown = f"# A template is broken\n\n<pre><code>{block(wrong)}</code></pre>\n"
            return Page(path, shown, f"site/templates/{template}", str(wrong), section)

    def overview(self) -> Page:
        publication = self.publication
        page = self.page(
            "overview.md.j2",
            self.overview_path,
            top="../" * self.overview_path.count("/"),
            problems=publication.problems,
            broken=publication.broken,
            environments=publication.environments,
            policies=tuple(_entry(policy) for policy in publication.policies),
            matrix=self.proofs.matrix(),
            wanted=WANTED,
            unagreed=sum(policy.guard.agreed is None for policy in publication.policies),
            past=publication.past,
        )
        return replace(page, broken=page.broken or publication.problems, edit_uri=page.edit_uri or "policies")

    def policy(self, policy: Policy) -> Page:
        rows = policy_view.rows(policy)
        proofs: list[Proof | None] = []
        for placement in policy.placements:
            proofs.append(self.proofs.proof(placement, style=not any(proofs)))
        return self.page(
            "policy.md.j2",
            policy_path(policy.name),
            (POLICIES, policy.guard.owner),
            policy.guard.source,
            policy=policy,
            places=policy_view.places(policy),
            proofs=proofs,
            scenarios=_scenarios(policy, styled=any(proofs)),
            tabbed=len(policy.placements) > 1,
            rows=rows,
            differing=not all(row.alike for row in rows),
            other_differences=policy_view.differences(policy),
            explained=policy_view.explained(policy),
            past=self.publication.past.of(policy.name) if self.publication.past is not None else (),
            observed=self.publication.past.observed_of(policy.name) if self.publication.past is not None else (),
        )

    def presets(self) -> Iterator[Page]:
        views = [preset_view.view(preset, self.publication.policies) for preset in self.publication.presets]
        yield self.page("presets.md.j2", PRESETS, (CATALOGUE,), presets=views)
        for shown in views:
            yield self.page(
                "preset.md.j2", preset_path(shown.name), (CATALOGUE, shown.service_title), shown.source, preset=shown
            )

    def past(self, past: PastRollbacks) -> Iterator[Page]:
        """The list of past rollbacks, those of each year, and the report of each."""
        linked = {policy.name for policy in self.publication.policies}
        lists = [(PAST_ROLLBACKS, "", past.entries[:NEWEST])]
        for year in past.years:
            entries = tuple(entry for entry in past.entries if entry.year == year)
            lists.append((PAST_ROLLBACKS.replace("index", f"{year}/index"), year, entries))
        for path, year, entries in lists:
            page = self.page(
                "past-rollbacks.md.j2",
                path,
                (PAST,),
                past=past,
                year=year,
                years=past.years,
                entries=entries,
                count=len(past.entries),
                linked=linked,
            )
            yield page if year else replace(page, warning=past.complaint)
        yield from past.pages(linked)

    def reference(self) -> Iterator[Page]:
        modes = self.publication.failure_modes
        yield self.page(
            "failure-modes.md.j2",
            FAILURE_MODES,
            (REFERENCE,),
            modes=modes,
            traffic=f"{modes.usual_traffic:g}",
            wanted=WANTED,
        )
        for name, schema in self.publication.schemas.items():
            yield self.page(
                "schema.md.j2",
                f"reference/{name}.md",
                (REFERENCE,),
                f"schema/{name}.schema.json",
                name=name,
                title=_SCHEMAS.get(name, name),
                description=str(schema.get("description", "")),
                groups=schema_view.groups(schema_view.sections(name, self.publication.schemas)),
            )
        if self.publication.codes:
            yield self.page("codes.md.j2", "reference/diagnostics.md", (REFERENCE,), codes=self.publication.codes)
        if self.publication.limits:
            services, consumers = limits_view.tables(self.publication.limits)
            yield self.page("limits.md.j2", "reference/limits.md", (REFERENCE,), services=services, consumers=consumers)


def _scenarios(policy: Policy, styled: bool) -> tuple[tuple[scenario_view.Shown, ...], ...]:
    """The scenarios of each place. Unless the page is `styled` already, the first chart brings the style of all."""
    found: list[tuple[scenario_view.Shown, ...]] = []
    for index, placement in enumerate(policy.placements):
        found.append(scenario_view.shown(policy, placement, str(index), style=not styled))
        styled = styled or any(one.pictures for one in found[-1])
    return tuple(found)


def _entry(policy: Policy) -> _Entry:
    guard = policy.guard
    armed = next((place.guard for place in policy.placements if place.armed), None)
    rule = armed and readable_rule(armed.trigger.tree, {criterion.id: criterion for criterion in armed.criteria})
    return _Entry(
        name=policy.name,
        title=guard.title,
        owner=guard.owner,
        mechanism="; ".join(dict.fromkeys(mechanism(group) for group in guard.deployments)),
        criteria=brief(rule) if rule else (),
        retired=guard.retired,
        places=tuple((place.label, policy_view.state(place)) for place in policy.placements),
        agreed=guard.agreed,
    )
