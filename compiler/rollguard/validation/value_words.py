"""Faults of single values and lists in the words of an author: wrong type, wrong word, wrong form, out of range."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rollguard.document import Document
from rollguard.language import durations, quantities
from rollguard.source import Diagnostic
from rollguard.validation.faults import Fault
from rollguard.validation.schemas import Node
from rollguard.validation.writing import entries, flow, label, shortened, written
from rollguard.wording import did_you_mean, listed, near

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
}
#: Words that YAML 1.1 took for booleans and that 1.2 reads as text.
_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}
_LATER = {"console": "rollguard"}
_LEVEL = "a level is a number, a percentage such as `2%` or a time such as `1500ms`"


def worded(fault: Fault, document: Document) -> Diagnostic:
    """The diagnostic for a fault of one value."""
    return _KEYWORDS[fault.keyword](fault, document)


def example(fault: Fault) -> str:
    """A help line with the schema's own example of the place, or an empty one."""
    examples = fault.node.get("examples", ())
    name = fault.path[-1] if fault.path and isinstance(fault.path[-1], str) else ""
    if not examples:
        return ""
    text = flow(examples[0])
    return f"for example `{shortened(f'{name}: {text}' if name else text, 90)}`"


def form(text: str, node: Node) -> str:
    """Why a text has not the form that a pattern wants, and how to mend it."""
    if word := near(text, _choices(node)):
        return f"did you mean `{word}`?"
    if _is_time(node):
        return _reason(durations.seconds, text)
    if _is_level(node):
        return _reason(quantities.parse, text)
    help = str(node.get("patternErrorMessage", ""))
    if _is_id(node) and (name := _as_id(text)):
        return f"{help.rsplit(',', 1)[0]}: `{name}`"
    return help


def _choices(node: Node) -> list[str]:
    """The words that a pattern allows beside other forms, such as `never` for a time and `Average` for a statistic."""
    pattern = node.get("pattern", "")
    only = re.fullmatch(r"\^([A-Za-z]+)\$", pattern)
    several = re.match(r"\^\(\?:((?:[A-Za-z]+\|)+)", pattern)
    return [only[1]] if only else several[1].split("|")[:-1] if several else []


def _is_time(node: Node) -> bool:
    """Whether a place takes a duration, alone or beside a word."""
    return durations.PATTERN.strip("^$") in node.get("pattern", "") and not _is_level(node)


def _fits(text: str, node: Node) -> bool:
    from jsonschema_rs import is_valid

    return is_valid({key: node[key] for key in ("pattern", "minLength", "maxLength") if key in node}, text)


def _reason(read: Callable[[Any], object], value: object) -> str:
    try:
        read(value)
    except ValueError as wrong:
        return str(wrong)
    return _LEVEL


def _is_level(node: Node) -> bool:
    return quantities.PATTERN.removeprefix("^(?:") in node.get("pattern", "")


def _is_id(node: Node) -> bool:
    return node.get("maxLength") == 63


def _as_id(text: str) -> str:
    """The nearest legal name: lower-case words with hyphens between them."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-").lstrip("0123456789-")
    return name[:63].rstrip("-")


def _shown(fault: Fault, document: Document) -> str:
    """The author's own value in backticks; never what may be a secret."""
    if fault.node.get("writeOnly") or not isinstance(fault.path[-1], str | int):
        return "this value"
    return f"`{written(document, fault.path, fault.value)}`"


def _type(fault: Fault, document: Document) -> Diagnostic:
    name, place = label(document, fault.path), document.at(*fault.path)
    if fault.value is None:
        help = example(fault)
        return Diagnostic(
            "S011", "error", f"{name} has no value", place, f"{help}, or take it out" if help else "take it out"
        )
    if fault.node.get("writeOnly"):
        return Diagnostic("S004", "error", f"{name} takes text", place, form("", fault.node))
    wanted = _wanted(fault.node)
    return Diagnostic(
        "S004", "error", f"{name} takes {wanted}, not {_got(fault, document)}", place, _cure(fault, document)
    )


def _types(node: Node) -> list[str]:
    types = node.get("type", [])
    return [types] if isinstance(types, str) else [name for name in types if name != "null"]


def _wanted(node: Node) -> str:
    if node.get("pattern") == durations.PATTERN:
        return "a duration"
    if _is_level(node):
        return "a level"
    names = [_TYPES[name] for name in _types(node)]
    return " or ".join(names)


def _got(fault: Fault, document: Document) -> str:
    value = fault.value
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    kind = "" if isinstance(value, bool) else "the text " if isinstance(value, str) else "the number "
    return f"{kind}`{written(document, fault.path, value)}`"


def _cure(fault: Fault, document: Document) -> str:
    value, types = fault.value, _types(fault.node)
    text = written(document, fault.path, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _is_time(fault.node):
            return _reason(durations.seconds, text)
        if _is_level(fault.node):
            return _reason(quantities.parse, value)
        if "integer" in types:
            return _range(fault.node) or example(fault)
        if "string" in types and {*types} <= {"string", "array"}:
            fits = _fits(text, fault.node)
            return f'put it in quotes: `"{text}"`' if fits else form(text, fault.node)
    if isinstance(value, bool) and types == ["string"]:
        return f'put it in quotes: `"{text}"`'
    if isinstance(value, str) and (cure := _from_text(value, text, fault.node, types)):
        return cure
    if isinstance(value, list) and "string" in types and len(value) == 1 and not isinstance(value[0], dict | list):
        return f"take the brackets or the `- ` away: `{shortened(flow(value[0]))}`"
    if isinstance(value, dict) and "array" in types and len(types) == 1:
        return "begin each entry with `- `"
    if isinstance(value, list) and types == ["object"]:
        return "write keys without `- `" + (f"; {shown}" if (shown := example(fault)) else "")
    return example(fault)


def _from_text(value: str, text: str, node: Node, types: list[str]) -> str:
    """How to mend a text where something else is wanted."""
    if "boolean" in types:
        word = _BOOLEANS.get(value.strip().lower(), "")
        return (
            f"write `{word}`; YAML 1.2 knows only `true` and `false`"
            if word
            else "YAML 1.2 knows only `true` and `false`"
        )
    if "integer" in types or "number" in types:
        if percent := re.fullmatch(r"\s*([0-9.]+)\s*%\s*", value):
            return f"write the number alone, it is in percent: `{percent[1]}`"
        if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value):
            return f"write it without quotes: `{value}`"
    if "array" in types and "string" not in types:
        return f"write it as a list: `[{text}]`"
    return ""


def _range(node: Node) -> str:
    if "minimum" in node and "maximum" in node:
        return f"a whole number from {node['minimum']} to {node['maximum']}"
    return ""


def _enum(fault: Fault, document: Document) -> Diagnostic:
    if fault.value is None:
        return _type(fault, document)
    words = [str(word) for word in fault.node["enum"]]
    name, place = label(document, fault.path), document.at(*fault.path)
    if isinstance(fault.value, str) and _LATER.get(fault.value) in words:
        return Diagnostic("S012", "error", f"`{fault.value}` comes later", place, f"built so far: {listed(words)}")
    probable = did_you_mean(fault.value, words) if isinstance(fault.value, str) else ""
    help = probable or f"it is one of {listed(words)}"
    return Diagnostic("S005", "error", f"{name} cannot be {_shown(fault, document)}", place, help)


def _const(fault: Fault, document: Document) -> Diagnostic:
    if fault.value is None:
        return _type(fault, document)
    name, only = label(document, fault.path), flow(fault.node["const"])
    help = f"write `{only}`, or take the key out" if isinstance(fault.node["const"], bool) else f"write `{only}`"
    return Diagnostic("S005", "error", f"{name} cannot be {_shown(fault, document)}", document.at(*fault.path), help)


def _pattern(fault: Fault, document: Document) -> Diagnostic:
    message = f"{label(document, fault.path)} cannot be {_shown(fault, document)}"
    return Diagnostic("S006", "error", message, document.at(*fault.path), form(fault.value, fault.node))


def _min_length(fault: Fault, document: Document) -> Diagnostic:
    if fault.value:
        return _pattern(fault, document)
    return Diagnostic(
        "S014", "error", f"{label(document, fault.path)} is empty", document.at(*fault.path), example(fault)
    )


def _max_length(fault: Fault, document: Document) -> Diagnostic:
    most = fault.node["maxLength"]
    message = f"{label(document, fault.path)} has {len(fault.value)} characters; at most {most} are allowed"
    return Diagnostic("S014", "error", message, document.at(*fault.path), "shorten it")


def _out_of_range(fault: Fault, document: Document) -> Diagnostic:
    node = fault.node
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None and high < 10_000:
        help = f"it goes from {low} to {high}"
    elif "exclusiveMinimum" in node:
        help = f"it must be greater than {node['exclusiveMinimum']}"
        help += f" and at most {high}" if high is not None else ""
    elif fault.keyword == "maximum":
        help = f"it is at most {high}"
    else:
        help = f"it is at least {low}"
    message = f"{label(document, fault.path)} cannot be {_shown(fault, document)}"
    return Diagnostic("S007", "error", message, document.at(*fault.path), help)


def _min_items(fault: Fault, document: Document) -> Diagnostic:
    name, least, place = label(document, fault.path), fault.node["minItems"], document.at(*fault.path)
    if not fault.value:
        return Diagnostic("S008", "error", f"{name} is empty", place, example(fault))
    return Diagnostic("S008", "error", f"{name} has {entries(len(fault.value))}; at least {least} are needed", place)


def _max_items(fault: Fault, document: Document) -> Diagnostic:
    most = fault.node["maxItems"]
    message = f"{label(document, fault.path)} has {entries(len(fault.value))}; at most {most} are allowed"
    return Diagnostic("S008", "error", message, document.at(*fault.path, most), "take the others out")


def _repeated(fault: Fault, document: Document) -> Diagnostic:
    value = written(document, fault.path, fault.value)
    message = f"{label(document, fault.path[:-1])} holds `{value}` twice"
    return Diagnostic("S009", "error", message, document.at(*fault.path), "take one of them out")


_KEYWORDS: dict[str, Callable[[Fault, Document], Diagnostic]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minimum": _out_of_range,
    "exclusiveMinimum": _out_of_range,
    "maximum": _out_of_range,
    "exclusiveMaximum": _out_of_range,
    "minItems": _min_items,
    "maxItems": _max_items,
    "repeated": _repeated,
}
