"""The options that the commands of `rollguard sandbox` have in common, each worded once."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = {
    "environment": click.option("--environment", help="The environment [default: the only one]."),
    "state": click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where the sandbox keeps its state [default: .rollguard/ in the project's folder].",
    ),
    "protect": click.option("--protect", is_flag=True, help="Protect live services as a real environment does."),
    "include": click.option(
        "--include",
        multiple=True,
        help="A part only, as a stack of its own: `foundation`, or a path pattern below policies/. May be given more than once.",
    ),
    "format": click.option(
        "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
    ),
}


def options(*names: str) -> Callable[[Command], Command]:
    """A decorator that gives a command the options of these names, in this order."""
    return lambda command: reduce(lambda made, name: _OPTIONS[name](made), reversed(names), command)
