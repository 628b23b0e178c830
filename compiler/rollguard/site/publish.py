"""From a project's folder to page files: what the command and the MkDocs plugin share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rollguard.resources import data
from rollguard.site import templates
from rollguard.site.gather import gather
from rollguard.site.page import OVERVIEW, Page
from rollguard.site.pages import pages
from rollguard.site.past_rollbacks import past_rollbacks
from rollguard.site.writer import write

#: Where the pages of a project lie.
PAGES = Path("build", "pages")
TEMPLATES = Path("site", "templates")


@dataclass(frozen=True, slots=True)
class Written:
    """A page and the file that holds it."""

    page: Page
    path: Path

    @property
    def complaint(self) -> str:
        """What is wrong with the page, as a warning, or nothing."""
        page = self.page
        if page.warning and not page.broken:
            return page.warning
        return f"{page.edit_uri or page.path} does not compile:\n{page.broken}" if page.broken else ""


def publish(root: Path, folder: Path, overview: str = OVERVIEW, records: Path | None = None) -> tuple[Written, ...]:
    """Write the pages of the project below `root` into `folder`, and say which they are.

    `records` is a folder of rollback records, which are listed too. Raises Failure where `folder` cannot be written, or `records` is none.
    """
    publication = gather(root)
    if records is not None:
        publication = replace(publication, past=past_rollbacks(records))
    made = pages(publication, templates.environment(template_folders(root)), overview)
    return tuple(Written(page, path) for page, path in write(made, folder))


def template_folders(root: Path) -> tuple[Path, ...]:
    """A project's own templates stand in front of ours."""
    return root / TEMPLATES, Path(str(data("site", "templates")))
