"""The texts of one policy's guard sheet: a skeleton with `$fields` for the subject and the body of every status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from string import Template
from typing import TYPE_CHECKING, Any

from rollguard.notices.files import Templates
from rollguard.notices.values import values
from rollguard.plan.model import STATUSES
from rollguard.source import Checked, Diagnostic, Span, in_order
from rollguard.wording import did_you_mean

if TYPE_CHECKING:
    from rollguard.plan.model import GuardPlan

Texts = dict[str, dict[str, str]]

#: Characters of a skeleton; a guard sheet holds nine.
MOST = 20_000
_SUBJECT = re.compile(r"\s*Subject:[ \t]*(.*)\n?")


def texts(guard: GuardPlan, templates: Templates) -> Texts:
    """`{status: {"subject": …, "body": …}}` for every status; where the project's own template is broken, ours, with why as `broken`."""
    made = checked_texts(guard, templates).value
    assert made is not None
    return made


def checked_texts(guard: GuardPlan, templates: Templates) -> Checked[Texts]:
    """As `texts`, with what is wrong with the project's templates for this policy. The value is never None."""
    made: Texts = {}
    found: list[Diagnostic] = []
    for status in STATUSES:
        own = templates.chosen(guard.source, status)
        skeleton = _rendered(templates, own, guard, status) if own else None
        if skeleton is None or isinstance(skeleton, Diagnostic):
            ours = _rendered(templates, f"rollguard/{status}.txt.j2", guard, status)
            assert not isinstance(ours, Diagnostic), ours
            made[status] = ours
            if skeleton is not None:
                found.append(skeleton)
                why = _whys(templates, skeleton)[0]
                made[status]["broken"] = f"{why.span.path}:{why.span.line}: {why.message}"
        else:
            made[status] = skeleton
            found += _shown_otherwise(templates, own or "", skeleton["subject"])
    return Checked(made, _news(templates, found))


def own_faults(guard: GuardPlan, templates: Templates) -> tuple[Diagnostic, ...]:
    """What is wrong with the project's templates for this policy alone, beside what is wrong with the files themselves."""
    found: list[Diagnostic] = []
    for own, made in _made(guard, templates):
        found += [made] if isinstance(made, Diagnostic) else _shown_otherwise(templates, own, made["subject"])
    return _news(templates, found)


def left_out(guard: GuardPlan, templates: Templates) -> tuple[Diagnostic, ...]:
    """Why messages about this policy are in our text where the project has templates for them, as warnings."""
    return in_order(
        replace(one, severity="warning", message=f"{one.message}, so Rollguard's own text is deployed in its place")
        for _, broken in _made(guard, templates)
        if isinstance(broken, Diagnostic)
        for one in _whys(templates, broken)
    )


def _whys(templates: Templates, fault: Diagnostic) -> tuple[Diagnostic, ...]:
    """What is wrong with the file where the rendering failed, whatever the policy; else why it failed."""
    return in_order(one for one in _errors(templates) if one.span.path == fault.span.path) or (fault,)


def _errors(templates: Templates) -> list[Diagnostic]:
    return [one for one in templates.diagnostics if one.severity == "error"]


def _made(guard: GuardPlan, templates: Templates) -> Iterator[tuple[str, dict[str, str] | Diagnostic]]:
    """Each of the project's templates for the policy, rendered; none of ours, so it costs nothing where there are none."""
    if not templates.sources and not templates.unreadable:
        return
    for status in STATUSES:
        own = templates.chosen(guard.source, status)
        if own:
            yield own, _rendered(templates, own, guard, status)


def _shown_otherwise(templates: Templates, name: str, subject: str) -> Iterator[Diagnostic]:
    """What mail does not carry of a subject as it is written; what its fields hold is made to fit when it is sent."""
    from rollguard.notices.checks import line_span
    from rollguard.recorder.clean import ascii_line
    from rollguard.recorder.messages import MOST_SUBJECT

    written = Template.pattern.sub("", subject)
    text = templates.sources[name]
    line = next((number for number, one in enumerate(text.split("\n"), 1) if one.lstrip().startswith("Subject:")), 1)
    if not written.isascii():
        shown = ascii_line(subject, MOST_SUBJECT)
        message = f"the subject is sent as `{shown}`: mail carries ASCII only"
        yield Diagnostic("N006", "warning", message, line_span(name, text, line), "write it without accents and signs")
    if len(written) > MOST_SUBJECT:
        message = (
            f"the subject has {len(written)} characters without its fields; SNS takes {MOST_SUBJECT}, so it is cut"
        )
        yield Diagnostic("N006", "warning", message, line_span(name, text, line), "say what matters first, and less")


def _news(templates: Templates, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without those in files whose own faults are known: most would say the same again."""
    known = {one.span.path for one in _errors(templates)}
    return in_order(one for one in found if one.span.path not in known)


def _rendered(templates: Templates, name: str, guard: GuardPlan, status: str) -> dict[str, str] | Diagnostic:
    if name in templates.unreadable:
        return Diagnostic("N002", "error", templates.unreadable[name], Span(name))
    # Jinja2 takes a tenth of a second to import, which `check` of a project without templates must not wait for.
    from rollguard.notices.rendering import Broken, render

    try:
        whole = render(_environment(_Key(templates)), name, values(guard, status))
    except Broken as broken:
        return broken.fault
    return _split(name, whole)


def _split(name: str, whole: str) -> dict[str, str] | Diagnostic:
    """Subject and body of what was rendered, if every field in it exists: parts printed one after the other can make a new name."""
    from rollguard.recorder.clean import lines
    from rollguard.recorder.fields import FIELDS

    match = _SUBJECT.match(whole)
    subject, body = (match[1].strip(), whole[match.end() :]) if match else ("", whole)
    skeleton = {"subject": subject or "$subject", "body": lines(body)}
    if not skeleton["body"]:
        return Diagnostic(
            "N003", "error", "the template has no text", Span(name), "below `Subject: …` stands the message"
        )
    if len(whole) > MOST:
        return Diagnostic(
            "N005", "error", f"the message has {len(whole):,} characters", Span(name), f"at most {MOST:,}"
        )
    for part in skeleton.values():
        for field in Template.pattern.finditer(part):
            wrong = field["named"] or field["braced"]
            if field["escaped"] is None and wrong not in FIELDS:
                hint = did_you_mean(wrong or "", FIELDS)
                return Diagnostic(
                    "N004", "error", f"what is printed one after the other makes `{field[0]}`, which is no field", Span(name),
                    hint or "write `${field}` where a letter follows, and `$$` for a dollar sign",
                )  # fmt: skip
    return skeleton


class _Key:
    """Templates as a key of a cache: by identity, since their sources are a mapping."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates

    def __hash__(self) -> int:
        return id(self.templates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.templates is self.templates


@lru_cache(maxsize=4)
def _environment(key: _Key) -> Any:
    from rollguard.notices.environment import NoticeEnvironment

    sources: Mapping[str, str] = key.templates.sources
    return NoticeEnvironment(sources)
