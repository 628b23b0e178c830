"""An author's text on a built page: it is read exactly as it was written, and adds no element and no attribute."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown  # type: ignore[import-untyped]  # ships no types

from rollguard.site import templates
from rollguard.site.build import build
from rollguard.site.model import Policy, Publication
from rollguard.site.pages import pages
from rollguard.site.publish import template_folders
from rollguard.site.text import plain

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example> https://evil.example www.evil.example a@evil.example",
    "# heading",
    "a | b | c",
    "{: onclick=alert(1) #top .rg-badge }",
    "text {: .rg-banner }",
    "!!! danger",
    "??? note",
    "/// tab | Evil",
    "```html",
    "~~~",
    ":smile: :material-skull:",
    '--8<-- "/etc/passwd"',
    "[^1] [^1]: note",
    "*[HTML]: Hyper",
    "**bold** _it_ ~~del~~ ^sup^ ==mark== ++ins++ `code`",
    "&lt;b&gt; &amp; &#60;",
    "1. one",
    "- one",
    "> quote",
    "===",
    "---",
    "\\*escaped\\*",
    "{{ config }} {% raw %}",
    "</p></div><div onclick=x>",
    "<!-- comment",
    "]]> <![CDATA[",
    "[TOC]",
    "$x$ \\(y\\)",
)


TEMPLATES = templates.environment(template_folders(Path("/nowhere")))
MARKDOWN = Markdown(
    extensions=[
        *("attr_list", "md_in_html", "tables", "admonition", "footnotes", "abbr", "def_list"),
        *("pymdownx.blocks.tab", "pymdownx.details", "pymdownx.superfences"),
    ],
    extension_configs={"pymdownx.blocks.tab": {"alternate_style": True}},
)


class Shape(HTMLParser):
    """The elements of a page with their attributes, and its texts. Of charts, which cut and wrap a long title, only the kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[tuple[str, str | None], ...]]] = Counter()
        self.texts: list[str] = []
        self.charts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.charts += tag == "svg"
        if self.charts:
            self.elements[tag, tuple(sorted((name, None) for name, _ in attrs))] = 1
        elif tag not in ("p", "br"):
            self.elements[tag, tuple(sorted(attrs))] += 1

    def handle_endtag(self, tag: str) -> None:
        self.charts -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if not self.charts:
            self.texts.append(data)


def shape(markup: str) -> Shape:
    found = Shape()
    found.feed(markup)
    found.close()
    return found


def shown(text: str) -> str:
    return " ".join(plain(text).split())


def rendered(publication: Publication, text: str) -> str:
    """The HTML of the policy's page and the overview with `text` wherever an author may write."""
    (policy,) = publication.policies
    placements = tuple(
        replace(
            placed,
            environment=replace(placed.environment, title=text),
            guard=replace(
                placed.guard,
                title=text,
                description=text,
                criteria=tuple(
                    replace(criterion, title=text, why=text, blind_spots=text) for criterion in placed.guard.criteria
                ),
            ),
        )
        for placed in policy.placements
    )
    changed = replace(
        publication, policies=(Policy(placements, yaml=text),), presets=(), schemas={}, codes=(), limits={}
    )
    made = pages(changed, TEMPLATES)
    converted = []
    for page in made:
        assert page.broken == ""
        converted.append(MARKDOWN.reset().convert(re.sub(r"\A---\n.*?\n---\n", "", page.markdown, flags=re.DOTALL)))
    return "\n".join(converted)


def expect_only_text(publication: Publication, text: str) -> None:
    found, usual = shape(rendered(publication, text)), shape(rendered(publication, "plain words"))
    extra = [element for element in found.elements - usual.elements if element[0] != "code"]
    assert extra == [], text
    if "plain words" not in text:
        everything = " ".join(" ".join(found.texts).split())
        assert everything.count(shown(text)) >= " ".join(" ".join(usual.texts).split()).count("plain words") - 1, text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(publication: Publication, text: str) -> None:
    expect_only_text(publication, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60).filter(lambda text: shown(text) != ""))
def test_any_text_is_only_text(publication: Publication, text: str) -> None:
    expect_only_text(publication, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", " ", "    ", "word"]), min_size=1, max_size=6))
def test_hostile_pieces_put_together_are_only_text(publication: Publication, pieces: list[str]) -> None:
    expect_only_text(publication, "".join(["a", *pieces]))


def test_hostile_texts_in_a_whole_build(project: Path, refunds: Path) -> None:
    policy = refunds.read_text(encoding="utf-8")
    for index, text in enumerate(["plain words", *HOSTILE]):
        written = policy.replace("name: refunds", f"name: p{index}").replace("group: live", f"group: p{index}")
        for was in ("title: Refunds\n", "description: Pays money back.\n", "why: After 3 s the shop gives up.\n"):
            key = was.partition(":")[0]
            written = written.replace(was, f"{key}: {json.dumps(text)}\n")
        refunds.with_name(f"p{index}.yaml").write_text(written, encoding="utf-8")
    refunds.unlink()
    with tempfile.TemporaryDirectory() as out:
        built = build(project, Path(out))
        assert [warning for warning in built.warnings if "policies/" in warning] == []
        plain_page = Path(out, "policies/p0/index.html").read_text(encoding="utf-8")
        for index, text in enumerate(HOSTILE, 1):
            page = Path(out, f"policies/p{index}/index.html").read_text(encoding="utf-8")
            found = article(page)
            # The page differs in the link that leads to it; nothing else may be new.
            added = [
                element for element in found.elements - article(plain_page).elements if element[0] not in ("a", "code")
            ]
            assert added == [], text
            assert " ".join(" ".join(found.texts).split()).count(shown(text)) >= 3, text
            assert scripts(page) == scripts(plain_page), text


def scripts(markup: str) -> int:
    return sum(count for (tag, _), count in shape(markup).elements.items() if tag == "script")


def article(markup: str) -> Shape:
    return shape(markup[markup.index("<article") : markup.index("</article>")])
