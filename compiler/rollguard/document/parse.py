"""Bytes to a Document, or to everything that is wrong with them."""

from __future__ import annotations

import codecs

from yaml import MappingNode, Node, ScalarNode, YAMLError
from yaml.events import DocumentStartEvent

from rollguard.document import scan
from rollguard.document.compose import Builder, Composer, Refused
from rollguard.document.document import Document
from rollguard.document.places import Places, start_of
from rollguard.document.text import decode
from rollguard.document.wording import reworded
from rollguard.source import Checked, Diagnostic, Source, Span, in_order


def parse(path: str, raw: bytes) -> Checked[Document]:
    """Read YAML 1.2 (core schema; no anchors, aliases, merge keys or tags; one document with a mapping at the top).

    There is a value whenever it is clear in spite of what was found what the file means, so that later stages can
    report their part in the same run.
    """
    text = decode(path, raw)
    if text.value is None:
        return Checked(None, text.diagnostics)
    raw = raw.removeprefix(codecs.BOM_UTF8)
    directive = scan.tag_directive(path, raw)
    if directive is not None:
        return Checked(None, (directive,))
    places = Places(path, text.value)
    found: list[Diagnostic] = []
    if scan.may_be_deep(raw) or scan.may_use_properties(raw):
        safe, found = scan.walk(places, raw)
        if not safe:
            return Checked(None, in_order(found))
    root = _compose(places, raw, found)
    if root is None:
        return Checked(None, in_order(found))
    builder = Builder(places)
    try:
        data = builder.build(root)
    except Refused:
        return Checked(None, in_order(found + builder.found))
    return Checked(Document(Source(path, text.value), data), in_order(found + builder.found))


def _compose(places: Places, raw: bytes, found: list[Diagnostic]) -> MappingNode | None:
    """The tree of the file's one document; adds to `found` what is wrong with its outline."""
    try:
        composer = Composer(raw)
        root = composer.get_node() if composer.check_node() else None
        following = composer.peek_event()
    except YAMLError as error:
        if not (found and "alias" in str(error)):
            found.append(reworded(error, places))
        return None
    if isinstance(following, DocumentStartEvent):
        message, help = "a second document begins here", "one file holds one document; split them"
        found.append(Diagnostic("Y006", "error", message, places.at(start_of(following), 3), help))
    if isinstance(root, MappingNode):
        return root
    found.append(_not_a_mapping(places, root))
    return None


def _not_a_mapping(places: Places, root: Node | None) -> Diagnostic:
    if root is None or (isinstance(root, ScalarNode) and not root.style and not root.value):
        kind = "the file is empty" if not places.text.strip() else "the file holds nothing but comments"
        return Diagnostic(
            "Y008",
            "error",
            kind,
            Span(places.path),
            "write `apiVersion: rollguard/v1` and `kind: …` first, or delete the file",
        )
    what = "text" if isinstance(root, ScalarNode) else "a list"
    help = "the top level is a mapping: `apiVersion: rollguard/v1`, `kind: …` and so on, each on its own line"
    return Diagnostic("Y007", "error", f"{what} stands at the top of the file", places.at(root.start_mark), help)
