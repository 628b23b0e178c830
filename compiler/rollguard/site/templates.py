"""Jinja2 with the one rule that a template cannot forget: whatever it prints is text, unless the template itself wrote it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import jinja2
from jinja2 import nodes
from markupsafe import Markup

from rollguard.site.text import block, coded, https, page_title, plain, prose, quoted, text
from rollguard.site.words import day, listed

#: The filters of Jinja2 that cannot turn text into mark-up.
_HARMLESS = (
    *("batch", "count", "default", "first", "groupby", "indent", "last", "length", "list"),
    *("map", "reject", "rejectattr", "select", "selectattr", "sort", "unique"),
)
#: Operators that would put text and mark-up together behind the back of `text`.
_JOINING = (nodes.Concat, nodes.Add, nodes.Mod, nodes.Mul, nodes.MarkSafe, nodes.MarkSafeIfAutoescape)


class BrokenTemplate(Exception):
    """A template that cannot be read or filled: its name, line and what is wrong, in one sentence."""


def environment(folders: Iterable[Path]) -> jinja2.Environment:
    """Templates of the first folder that holds them. Strict: an unknown name is an error, and everything printed goes through `text`."""
    made = jinja2.Environment(
        loader=_Checked([str(folder) for folder in folders]),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters = {name: made.filters[name] for name in _HARMLESS}
    made.filters.update(
        plain=plain,
        prose=prose,
        block=block,
        coded=coded,
        https=https,
        quoted=quoted,
        page_title=page_title,
        day=day,
        listed=listed,
    )
    return made


def render(made: jinja2.Environment, name: str, values: Mapping[str, object]) -> str:
    """The Markdown of one page.

    Raises BrokenTemplate for anything that is wrong with the template.
    """
    try:
        return made.get_template(name).render(values)
    except jinja2.TemplateSyntaxError as wrong:
        raise BrokenTemplate(f"template `{wrong.name or name}` line {wrong.lineno}: {wrong.message}") from wrong
    except jinja2.TemplateNotFound as missing:
        raise BrokenTemplate(f"template `{missing.name}` is not there") from missing
    except (jinja2.TemplateError, TypeError, AttributeError, LookupError, ValueError) as wrong:
        frames = [frame for frame in traceback.extract_tb(wrong.__traceback__) if frame.filename.endswith(".j2")]
        if not frames:
            raise
        raise BrokenTemplate(
            f"template `{Path(frames[-1].filename).name}` line {frames[-1].lineno}: {wrong}"
        ) from wrong


def _shown(value: object) -> object:
    return value if isinstance(value, Markup | jinja2.Undefined) else text(value)


class _Checked(jinja2.FileSystemLoader):
    """Refuses templates that join text by operators, since the result would count as mark-up."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        for kind in _JOINING:
            found = environment.parse(source, template, path).find(kind)
            if found is not None:
                raise jinja2.TemplateSyntaxError(
                    f"{kind.__name__.lower()} would join text and mark-up unescaped; print the parts one after the other",
                    found.lineno,
                    template,
                    path,
                )
        return source, path, fresh
