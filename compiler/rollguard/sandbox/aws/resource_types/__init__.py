"""The table of resource types: which call of AWS's API each makes, and which member each Pulumi input becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from rollguard.sandbox.aws.faults import Refusal
from rollguard.sandbox.aws.paths import Tokens, template

_FILES = ("chatbot", "cloudwatch", "codedeploy", "events", "iam", "kms", "lambda", "logs", "s3", "sns", "sqs")
_KEPT = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """One input and its member. `member` begins with the operation; it is empty for what only the provider keeps.

    `pair` names the members of an entry where a map becomes a list of pairs; `text` says that AWS takes the value as text.
    """

    input: Tokens
    member: Tokens
    pair: tuple[str, str] | None
    text: bool


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A row of the table. `create`, `update` and `delete` are names of operations of `service`; `update` is empty for what is immutable."""

    token: str
    kind: str
    service: str
    create: str
    update: str
    delete: str
    name: str
    is_global: bool
    forces_new: frozenset[str]
    sets: frozenset[Tokens]
    defaults: tuple[tuple[Tokens, Any], ...]
    fixed: Mapping[str, Any]
    outputs: Mapping[str, Any]
    unsupported: Mapping[str, str]
    rows: tuple[Row, ...]
    known: Mapping[str, Any]
    """the tree of inputs: input name (or EACH) to the tree below it; an empty tree is a leaf"""


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """All resource types by Pulumi's type token."""
    found: dict[str, ResourceType] = {}
    for name in _FILES:
        text = files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        for token, entry in yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)).items():
            found[token] = _read(token, entry)
    return dict(sorted(found.items()))


def resource_type(token: str) -> ResourceType:
    """The type of a token. Raises Refusal (`UnsupportedResourceType`) with the list of those that the stand-in knows."""
    types = resource_types()
    if token not in types:
        known = ", ".join(f"`{name}`" for name in types)
        raise Refusal(
            "UnsupportedResourceType", "Create", f"the stand-in for AWS does not know `{token}`; it knows {known}"
        )
    return types[token]


def _read(token: str, entry: Mapping[str, Any]) -> ResourceType:
    service, create = entry["create"].split(".")
    rows = tuple(_row(source, target, service, create) for source, target in entry["inputs"].items())
    known: dict[Any, Any] = {}
    for row in rows:
        node = known
        for step in row.input:
            node = node.setdefault(step, {})
    return ResourceType(
        token=token,
        kind=entry["kind"],
        service=service,
        create=create,
        update=entry.get("update", ".").split(".")[1],
        delete=entry["delete"].split(".")[1],
        name=entry.get("name", ""),
        is_global=entry.get("global", False),
        forces_new=frozenset(entry["forcesNew"]),
        sets=frozenset(template(path).tokens for path in entry.get("sets", ())),
        defaults=tuple((template(path).tokens, value) for path, value in entry.get("defaults", {}).items()),
        fixed=entry.get("fixed", {}),
        outputs=entry["outputs"],
        unsupported=entry.get("unsupported", {}),
        rows=rows,
        known=known,
    )


def _row(source: str, target: str, service: str, create: str) -> Row:
    if target == _KEPT:
        return Row(template(source).tokens, (), None, False)
    member = template(target.removeprefix(f"{service}.") if target.startswith(f"{service}.") else f"{create}.{target}")
    text = len(member.tokens) > 1 and member.tokens[-2] == "Attributes"
    return Row(template(source).tokens, member.tokens, member.pair, text)
