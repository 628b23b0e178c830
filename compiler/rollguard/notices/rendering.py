"""Render one template, and say of whatever goes wrong in which template and line it did."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from rollguard.notices.checks import line_span, syntax_fault
from rollguard.notices.environment import MOST_STEPS, NoticeEnvironment, TooMuch
from rollguard.source import Diagnostic, Span

_NAME = re.compile(r"'([^']+)'(?: is undefined|$)")


class Broken(Exception):
    """A template that cannot be rendered, as a diagnostic."""

    def __init__(self, fault: Diagnostic) -> None:
        super().__init__(fault.message)
        self.fault = fault


def render(environment: NoticeEnvironment, name: str, values: Mapping[str, object]) -> str:
    """The text of a template. Raises Broken for anything that is wrong with it."""
    environment.begin()
    try:
        return environment.get_template(name).render(values)
    except TemplateSyntaxError as wrong:
        path = wrong.filename or name
        raise Broken(syntax_fault(wrong, path, environment.sources.get(path, ""))) from wrong
    except TooMuch as wrong:
        raise Broken(_fault(environment, name, wrong, "N005", f"the template takes {wrong}", _SHORTER)) from wrong
    except (RecursionError, MemoryError) as wrong:
        message = "the template is nested too deeply"
        raise Broken(_fault(environment, name, wrong, "N005", message, _SHORTER)) from wrong
    except TemplateNotFound as wrong:
        message = f"there is no template `{wrong.name}`"
        raise Broken(_fault(environment, name, wrong, "N003", message, _FOUND)) from wrong
    except UndefinedError as wrong:
        message = f"the template cannot be filled in: {wrong.message}"
        raise Broken(_fault(environment, name, wrong, "N003", message, _ASK)) from wrong
    except SecurityError as wrong:
        raise Broken(_fault(environment, name, wrong, "N003", str(wrong), _PLAIN)) from wrong
    except (TemplateError, TypeError, AttributeError, LookupError, ValueError, ArithmeticError) as wrong:
        raise Broken(
            _fault(environment, name, wrong, "N003", f"the template cannot be filled in: {wrong}", _ASK)
        ) from wrong


_SHORTER = f"a template may take {MOST_STEPS:,} rounds; say less, or link to the rest"
_FOUND = "a template names others beside it, in `policies/templates/`, or ours as `rollguard/<status>.txt.j2`"
_ASK = "ask with `{% if … %}` where a value may not be there"
_PLAIN = "a template prints values and loops over lists; it computes nothing"


def _fault(
    environment: NoticeEnvironment, name: str, wrong: BaseException, code: str, message: str, help: str
) -> Diagnostic:
    """The innermost place in a template of the project that the exception went through."""
    frames = [
        frame
        for frame in traceback.extract_tb(wrong.__traceback__, limit=None)
        if frame.filename in environment.sources
    ]
    if not frames:
        return Diagnostic(code, "error", message, Span(name), help)
    path, line = frames[-1].filename, frames[-1].lineno or 1
    named = _NAME.search(message)
    word = named[1].rpartition(" ")[2] if named else ""
    return Diagnostic(code, "error", message, line_span(path, environment.sources[path], line, word), help)
