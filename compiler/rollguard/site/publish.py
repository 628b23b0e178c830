"""From a project's folder to page files: what the command and the MkDocs plugin share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rollguard.failure import Failure
from rollguard.resources import data
from rollguard.site import templates
from rollguard.site.gather import gather
from rollguard.site.page import OVERVIEW, Page
from rollguard.site.pages import pages
from rollguard.site.text import text
from rollguard.site.writer import write

#: Where the pages of a project lie.
PAGES = Path("build", "pages")
TEMPLATES = Path("site", "templates")


@dataclass(frozen=True, slots=True)
class Written:
    """A page and the file that holds it."""

    page: Page
    path: Path


def publish(root: Path, folder: Path, overview: str = OVERVIEW) -> tuple[Written, ...]:
    """Write the pages of the project below `root` into `folder`, and say which they are.

    A project that cannot be read at all becomes an overview that says why. Raises Failure where `folder` cannot be written.
    """
    try:
        made = tuple(pages(gather(root), templates.environment(template_folders(root)), overview))
    except Failure as failure:
        made = (_unreadable(failure, overview),)
    return tuple(Written(page, path) for page, path in write(made, folder))


def template_folders(root: Path) -> tuple[Path, ...]:
    """A project's own templates stand in front of ours."""
    return root / TEMPLATES, Path(str(data("site", "templates")))


def _unreadable(failure: Failure, overview: str) -> Page:
    said = f"{failure.message}; {failure.help}" if failure.help else failure.message
    banner = f'<div class="rg-banner rg-banner--red" role="alert"><strong>The project cannot be read.</strong> {text(said)}</div>'
    return Page(overview, f"# What rolls a deployment back\n\n{banner}\n", broken=said)
