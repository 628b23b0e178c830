"""`${…}` where it has no meaning, or in a form that does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rollguard.language.references import Parameter, ReferenceSyntaxError, Variable, known_too_late, parse
from rollguard.language.references import Part as Piece
from rollguard.source import Path
from rollguard.validation.part import Part
from rollguard.validation.schemas import Kind

#: What a text may hold: `vars` known when the plan is made, `deployment` references that Pulumi resolves, `secret`s, and a preset's `with`.
Forms = frozenset[str]
_NOTHING: Forms = frozenset()
_VARIABLES: Forms = frozenset({"vars"})
_REFERENCES: Forms = frozenset({"deployment"})
_BOTH = _VARIABLES | _REFERENCES
_ENDPOINT = _BOTH | {"secret"}
_PRESET: Forms = frozenset({"with"})
_SIGNAL = ("namespace", "metric", "expression", "query")


def check(root: Part, kind: Kind) -> None:
    """Every reference of a file, at its place."""
    if "${" not in root.findings.document.source.text:
        return
    unknown = root.findings.unknown
    for path in _places(root.value, ()):
        if unknown and any(path[:depth] in unknown for depth in range(1, len(path) + 1)):
            continue  # of a key that is not known nobody can say what may stand in it
        part = root.get(*path)
        key = path[-1]
        if part and isinstance(key, str) and "${" in key:
            part.error(
                "S117", f"the key `{key}` cannot hold a reference", "references stand in values", at=part.key_span
            )
        elif part:
            names = tuple(name for name in path if isinstance(name, str))
            _text(part, _ALLOWED[kind](names), kind)


def _places(value: Any, path: Path) -> Iterator[Path]:
    """Where texts with a reference stand, and keys with one."""
    for key, inner in value.items() if type(value) is dict else enumerate(value):
        if type(inner) is str:
            if "${" in inner:
                yield (*path, key)
        elif type(inner) is dict or type(inner) is list:
            yield from _places(inner, (*path, key))
        if type(key) is str and "${" in key:
            yield (*path, key)


def _text(part: Part, allowed: Forms, kind: Kind) -> None:
    try:
        pieces = parse(part.value)
    except ReferenceSyntaxError as wrong:
        literal = "`$${` stands for `${` itself"
        part.error("R021", str(wrong), literal if allowed else "this place takes no references: write the text itself")
        return
    for piece in pieces:
        form, shown = _form(piece)
        if form and form not in allowed:
            part.error(*_refused(form, shown, part, allowed, kind))
            return


def _form(piece: Piece) -> tuple[str, str]:
    """Which form a reference has, and how it is written."""
    if isinstance(piece, str):
        return "", piece
    if isinstance(piece, Variable):
        return "vars", f"${{vars.{piece.name}}}"
    if isinstance(piece, Parameter):
        return "with", piece.written
    stack = f"{piece.stack}." if piece.stack else ""
    return "secret" if piece.kind == "secret" else "deployment", f"${{{piece.kind}:{stack}{piece.name}}}"


def _refused(form: str, shown: str, part: Part, allowed: Forms, kind: Kind) -> tuple[str, str, str]:
    name = next((f"`{key}`" for key in reversed(part.path) if isinstance(key, str)), "this place")
    if form == "secret":
        help = "put it into a channel of `environments.yaml`, under `https` or `pagerduty`"
        return "S117", f"`{shown}` can only be the endpoint of a channel", help
    if form == "with":
        help = "write the text itself" if kind == "presets" else "use `${vars.name}`, or write the value"
        return "S117", f"`{shown}` only has a meaning inside a preset's signal", help
    if kind == "presets":
        return "S117", f"a preset knows no `{shown}`", "make it a parameter, and write `${with.name}`"
    if form == "vars" and part.path[-2:-1] == ("vars",):
        return "S117", f"a variable cannot hold another one, `{shown}`", "write its value"
    if form == "deployment" and "vars" in allowed:
        return "R022", *known_too_late(shown, name)
    return "S117", f"{name} takes no references such as `{shown}`", "write the text itself"


def _in_policy(names: tuple[str, ...]) -> Forms:
    if names[:2] == ("spec", "environments") and names[3:4] == ("vars",):
        return _REFERENCES
    if "codedeploy" in names:
        inner = names[names.index("codedeploy") + 1 :]
        if inner[:1] in (("application",), ("group",)):
            return _VARIABLES
        known = inner[:1] in (("ecs",), ("lambda",), ("loadBalancer",)) or inner[:2] == ("server", "autoScalingGroups")
        return _BOTH if known else _NOTHING
    return _in_criterion(names) if "criteria" in names else _NOTHING


def _in_criterion(names: tuple[str, ...]) -> Forms:
    if "with" in names or "dimensions" in names:
        return _BOTH
    judged = "signal" in names or "leastTraffic" in names
    return _VARIABLES if judged and names[-1] in _SIGNAL else _NOTHING


def _in_environments(names: tuple[str, ...]) -> Forms:
    if "vars" in names[2:]:
        return _REFERENCES
    if names[2:3] == ("iam",):
        return _BOTH
    if names[2:3] == ("channels",):
        return {
            "https": _ENDPOINT,
            "pagerduty": frozenset({"secret"}),
            "email": _BOTH,
            "sqs": _BOTH,
            "topic": _BOTH,
        }.get(names[-1], _NOTHING)
    return _NOTHING


def _in_presets(names: tuple[str, ...]) -> Forms:
    judged = "signal" in names or "leastTraffic" in names
    return _PRESET if judged and ("dimensions" in names or names[-1] in _SIGNAL) else _NOTHING


_ALLOWED: dict[Kind, Callable[[tuple[str, ...]], Forms]] = {
    "policy": _in_policy,
    "environments": _in_environments,
    "presets": _in_presets,
    "failureModes": lambda names: _NOTHING,
}
