"""Faults in the words of an author: one function per keyword, never the validator's own text."""

from __future__ import annotations

from collections.abc import Callable

from rollguard.document import Document
from rollguard.source import Diagnostic, Note, Span
from rollguard.validation import schemas, value_words
from rollguard.validation.faults import Fault, alternatives, excluding, meant
from rollguard.validation.schemas import Kind
from rollguard.validation.writing import entries, flow, label, shortened
from rollguard.wording import listed

#: What is part of the design and not built yet; an author who writes it learns so instead of "unknown".
_LATER = {
    "cloudformation": "codedeploy",
    "codepipeline": "codedeploy",
    "ecs": "codedeploy",
    "appconfig": "codedeploy",
    "datadog": "metric",
    "severity": "mode",
}
_MANY = 12


def worded(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    """The diagnostic for a fault: its place, the author's own value, and the cure."""
    word = _STRUCTURE.get(fault.keyword)
    return word(fault, document, kind) if word else value_words.worded(fault, document)


def _unknown(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    key: str = fault.detail
    place = document.key_at(*fault.path, key)
    known = [*fault.node.get("properties", {})]
    beside = _LATER.get(key)
    if beside in known:
        return Diagnostic("S012", "error", f"`{key}` is not built yet", place, _built(key, fault))
    name = shortened(key)
    if probable := meant(key, fault):
        message = f"{label(document, fault.path)} has no key `{name}`"
        return Diagnostic("S002", "error", message, place, f"did you mean `{probable}`?")
    message = f"{label(document, fault.path)} has no key `{name}`"
    elsewhere = schemas.places_of_keys(kind).get(key, ())
    if elsewhere:
        help = f"`{key}` belongs in {listed(elsewhere[:3])}"
    else:
        left = [word for word in known if word not in fault.value]
        help = f"it takes {listed(known)}" if len(known) <= _MANY else f"it also takes {listed(left[:_MANY])}"
        help = help if known else "remove it"
    return Diagnostic("S002", "error", message, place, help)


def _built(key: str, fault: Fault) -> str:
    if key == "severity":
        return "`mode` says whether a criterion observes or rolls back"
    if key == "datadog":
        return f"built so far: {listed(excluding(fault))}"
    return f"built so far: {listed(fault.node['properties'])}"


def _required(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    key: str = fault.detail
    example = schemas.properties(fault.node).get(key, {}).get("examples", ())
    help = f"for example `{shortened(f'{key}: {flow(example[0])}', 90)}`" if example else ""
    message = f"{label(document, fault.path)} lacks `{key}`"
    return Diagnostic("S003", "error", message, document.at(*fault.path), help)


def _one_of(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    there, possible = alternatives(fault), excluding(fault)
    name = label(document, fault.path)
    if there:
        place, note = _second(fault, document, there)
        pair = f"both `{there[0]}` and `{there[1]}`" if len(there) == 2 else listed(there, "and")
        return Diagnostic("S010", "error", f"{name} has {pair}", place, "keep one of them", note)
    lack = f"neither `{possible[0]}` nor `{possible[1]}`" if len(possible) == 2 else f"none of {listed(possible)}"
    message = f"{name} has {lack}"
    help = _examples_of(fault, possible)
    return Diagnostic("S010", "error", message, document.at(*fault.path), help)


def _min_properties(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    name = label(document, fault.path)
    known = [*fault.node.get("properties", {})]
    if fault.node.get("maxProperties") == 1:
        help = f"exactly one of {listed(known)}" if len(known) > 1 else _examples_of(fault, known)
        return Diagnostic("S010", "error", f"{name} says nothing", document.at(*fault.path), help)
    return Diagnostic("S008", "error", f"{name} is empty", document.at(*fault.path), value_words.example(fault))


def _max_properties(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    name, most, keys = label(document, fault.path), fault.node["maxProperties"], [*fault.value]
    if most > 1:
        message = f"{name} has {entries(len(keys))}; at most {most} are allowed"
        return Diagnostic("S008", "error", message, document.key_at(*fault.path, keys[most]), "")
    place, note = _second(fault, document, keys)
    pair = f"both `{keys[0]}` and `{keys[1]}`" if len(keys) == 2 else listed(keys, "and")
    help = "keep one of them"
    if set(keys) == {"above", "below"}:
        low, high = flow(fault.value["below"]), flow(fault.value["above"])
        help = shortened(f"a range that must not be left is `outside: {{below: {low}, above: {high}}}`", 120)
    return Diagnostic("S010", "error", f"{name} has {pair}", place, help, note)


def _key(fault: Fault, document: Document, kind: Kind) -> Diagnostic:
    key, above = shortened(fault.value), label(document, fault.path[:-1])
    place = document.key_at(*fault.path)
    if fault.detail == "maxLength":
        most = fault.node["maxLength"]
        message = f"the key `{key}` in {above} has {len(fault.value)} characters; at most {most} are allowed"
        return Diagnostic("S014", "error", message, place, "shorten it")
    if fault.detail == "minLength":
        return Diagnostic("S014", "error", f"a key in {above} is empty", place, "give it a name")
    help = value_words.form(fault.value, fault.node)
    return Diagnostic("S013", "error", f"`{key}` cannot be a key in {above}", place, help)


def _second(fault: Fault, document: Document, keys: list[str]) -> tuple[Span, tuple[Note, ...]]:
    """The place of the later of two keys that exclude one another, and a note that shows the earlier one."""
    places = sorted((document.key_at(*fault.path, key), key) for key in keys)
    return places[1][0], (Note(f"`{places[0][1]}` stands here", places[0][0]),)


def _examples_of(fault: Fault, keys: list[str]) -> str:
    known = schemas.properties(fault.node)
    for key in keys:
        examples = known.get(key, {}).get("examples", ())
        if examples:
            return f"for example `{shortened(f'{key}: {flow(examples[0])}', 90)}`"
    return ""


_STRUCTURE: dict[str, Callable[[Fault, Document, Kind], Diagnostic]] = {
    "unknown": _unknown,
    "required": _required,
    "oneOf": _one_of,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
    "key": _key,
}
