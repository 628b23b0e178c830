"""The navigation: folders in `mkdocs.yml` open to the pages below them."""

from __future__ import annotations

from rollguard.site.nav import navigation
from rollguard.site.page import Page

PAGES = [
    Page("index.md", ""),
    Page("policies/b/index.md", "", section=("Policies", "payments")),
    Page("policies/a/index.md", "", section=("Policies", "logistics")),
    Page("presets/index.md", "", section=("Presets",)),
    Page("presets/alb/x.md", "", section=("Presets", "Load balancer")),
    Page("reference/limits.md", "", section=("Reference",)),
]
POLICIES = [{"logistics": ["policies/a/index.md"]}, {"payments": ["policies/b/index.md"]}]
PRESETS = ["presets/index.md", {"Load balancer": ["presets/alb/x.md"]}]


def test_an_entry_that_names_a_folder_becomes_the_pages_below_it() -> None:
    stated = [
        "index.md",
        {"Policies": "policies/"},
        {"More": [{"Presets": "presets/"}, {"How to": "how-to/"}, "notes.md"]},
    ]
    assert navigation(stated, PAGES, ["how-to/b.md", "how-to/a.md", "how-to/index.md", "notes.md"]) == [
        "index.md",
        {"Policies": POLICIES},
        {"More": [{"Presets": PRESETS}, {"How to": ["how-to/index.md", "how-to/a.md", "how-to/b.md"]}, "notes.md"]},
    ]


def test_a_folder_without_pages_is_left_out() -> None:
    assert navigation(["index.md", {"Decisions": "decisions/"}], PAGES, []) == ["index.md"]


def test_without_a_navigation_everything_is_listed() -> None:
    assert navigation(None, PAGES, ["about.md", "how-to/a.md"]) == [
        {"Overview": "index.md"},
        {"Policies": POLICIES},
        {"Presets": PRESETS},
        "about.md",
        {"How to": ["how-to/a.md"]},
        {"Reference": ["reference/limits.md"]},
    ]
