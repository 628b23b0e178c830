"""The navigation: what `mkdocs.yml` says, with the generated pages put in where it names a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rollguard.site.page import Page

#: A navigation as MkDocs reads it: paths, or maps of one title to a path or a navigation.
Nav = list[Any]


def navigation(stated: Nav | None, pages: Sequence[Page], written: Iterable[str]) -> Nav:
    """The navigation of the site. `written` are the paths of the hand-written pages.

    An entry of `stated` that ends with `/` stands for every page below that folder. Without `stated` everything is listed: the
    overview, the generated sections, then the hand-written pages.
    """
    by_hand = sorted(written, key=lambda path: (path.rpartition("/")[0], not path.endswith("index.md"), path))
    if stated is not None:
        return [entry for entry in (_filled(entry, pages, by_hand) for entry in stated) if entry is not None]
    generated = [{title: _section(pages, (title,))} for title in _titles(pages)]
    alone = [page.path for page in pages if not page.section]
    folders = list(dict.fromkeys(path.split("/")[0] for path in by_hand if "/" in path))
    return [
        *({"Overview": path} for path in alone),
        *generated[:-1],
        *(path for path in by_hand if "/" not in path and path not in alone),
        *({_title(folder): [path for path in by_hand if path.startswith(f"{folder}/")]} for folder in folders),
        *generated[-1:],
    ]


def _filled(entry: Any, pages: Sequence[Page], by_hand: Sequence[str]) -> Any:
    """An entry with its folders opened; None for a folder in which there is nothing."""
    if isinstance(entry, list):
        return [inner for inner in (_filled(item, pages, by_hand) for item in entry) if inner is not None]
    if isinstance(entry, dict):
        filled = {title: _filled(value, pages, by_hand) for title, value in entry.items()}
        return {title: value for title, value in filled.items() if value is not None} or None
    if not isinstance(entry, str) or not entry.endswith("/"):
        return entry
    section = next((page.section[:1] for page in pages if page.section and page.path.startswith(entry)), None)
    inside = _section(pages, section) if section else []
    return [*inside, *(path for path in by_hand if path.startswith(entry))] or None


def _section(pages: Sequence[Page], section: tuple[str, ...]) -> Nav:
    """The pages of a section, those of its sub-sections under their titles, in the order of the pages."""
    here = [page for page in pages if page.section[: len(section)] == section]
    inner = dict.fromkeys(page.section[len(section)] for page in here if len(page.section) > len(section))
    return [
        *(page.path for page in here if page.section == section),
        *({title: _section(pages, (*section, title))} for title in sorted(inner)),
    ]


def _titles(pages: Sequence[Page]) -> list[str]:
    return list(dict.fromkeys(page.section[0] for page in pages if page.section))


def _title(folder: str) -> str:
    return folder.replace("-", " ").capitalize()
