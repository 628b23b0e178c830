"""Jinja2, narrowed to what a message needs: no calls, no arithmetic, a bounded number of steps, and fields told apart from values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro, Undefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from rollguard.notices.files import FOLDER

OURS = "rollguard/"
#: Rounds of loops and macros of one rendering. Ours take none; a loop over every criterion of a large policy takes a hundred.
MOST_STEPS = 5_000
#: Macros within one another, and parts that one rendering includes. Who includes himself is stopped early: Python needs seconds to say
#: where a thousand nested templates failed.
MOST_DEPTH, MOST_PARTS = 30, 60
#: Characters that one rendering may print; a message is cut at 48,000 bytes.
MOST_PRINTED = 50_000

#: None of them makes much out of little.
FILTERS = (
    *("count", "default", "first", "join", "last", "length", "lower", "map", "reject"),
    *("rejectattr", "select", "selectattr", "trim", "upper"),
)
_OPERATORS = frozenset({"+", "-", "*", "/", "//", "**", "%"})


class TooMuch(Exception):
    """A template that does not come to an end, or prints more than a message holds."""


class NoticeEnvironment(SandboxedEnvironment):
    """Renders templates to skeletons. In what they print, a `$` of a value is doubled; a `$field` of the template's own text stays."""

    intercepted_binops = _OPERATORS

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=_Loader(sources),
            # Not for HTML: Jinja2 then tells its own output (Markup) from values, which is what tells `$field` from a `$` in a title.
            autoescape=True,
            finalize=self._shown,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.sources = sources
        self.filters = {**{name: self.filters[name] for name in FILTERS}, "join": self._join}
        self.globals = {}
        self.begin()

    def begin(self) -> None:
        """Count from nothing again."""
        self.steps = self.printed = self.depth = self.parts = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch(f"more than {MOST_STEPS:,} rounds of loops and macros")

    def join_path(self, template: str, parent: str) -> str:
        """`name.txt.j2` beside the template that names it, else in the project's folder; `rollguard/…` is ours."""
        if template.startswith(OURS) or "/" in template:
            return template
        beside, shared = f"{PurePosixPath(parent).parent}/{template}", f"policies/{FOLDER}/{template}"
        # Where there is neither, the one beside is what its author most likely meant.
        return shared if shared in self.sources and beside not in self.sources else beside

    def get_template(self, *args: Any, **options: Any) -> Template:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise TooMuch(f"more than {MOST_PARTS} parts; does it include itself?")
        return super().get_template(*args, **options)

    def call(self, context: Any, obj: Any, *args: Any, **options: Any) -> Any:
        if obj != self.step and not isinstance(obj, Macro | BlockReference | LoopContext):
            raise SecurityError("only macros can be called here")
        self.step()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise TooMuch(f"more than {MOST_DEPTH} macros within one another; does one call itself?")
        made = super().call(context, obj, *args, **options)
        self.depth -= 1
        return made

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"`{operator}` is not for message templates; print the parts one after the other")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = super()._parse(source, name, filename)
        for concat in tree.find_all(nodes.Concat):
            wrong = "`~` is not for message templates; print the parts one after the other"
            raise TemplateSyntaxError(wrong, concat.lineno, name, filename)
        for repeated in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock)):
            assert isinstance(repeated, nodes.For | nodes.Macro | nodes.CallBlock)
            counting = nodes.ExprStmt(nodes.Call(nodes.EnvironmentAttribute("step"), [], [], None, None))
            counting.set_environment(self)
            repeated.body.insert(0, counting.set_lineno(repeated.lineno))
        return tree

    @pass_context  # what takes the context is not folded when a template is compiled, where constants count as Jinja2's own output
    def _shown(self, _: object, value: object) -> object:
        if isinstance(value, Undefined):
            return value
        text = value if isinstance(value, Markup) else Markup(_text(value).replace("$", "$$"))
        self.printed += len(text)
        if self.printed > MOST_PRINTED:
            raise TooMuch(f"more than {MOST_PRINTED:,} characters")
        return text

    def _join(self, values: Iterable[object], between: str = "") -> str:
        joined = str(between).join(map(_text, values))
        if len(joined) > MOST_PRINTED:
            raise TooMuch(f"more than {MOST_PRINTED:,} characters")
        return joined


def _text(value: object) -> str:
    """Texts and numbers as they are; anything else is a mistake of the template."""
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"{_KINDS.get(type(value), 'this')} cannot be printed; print the values in it")
    return str(value)


_KINDS: Mapping[type, str] = {list: "a list", dict: "a mapping", bool: "yes or no", type(None): "nothing"}


class _Loader(BaseLoader):
    """The project's templates by path, ours below `rollguard/`."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        if template in self.sources:
            return self.sources[template], template, lambda: True
        name = template.removeprefix(OURS)
        if template.startswith(OURS) and "/" not in name:
            ours = files("rollguard.notices").joinpath("templates", name)
            if ours.is_file():
                return ours.read_text(encoding="utf-8"), template, lambda: True
        raise TemplateNotFound(template)
