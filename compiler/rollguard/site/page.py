"""A page, and where the pages lie."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rollguard.conventions import policy_page

_PART = "[A-Za-z0-9][A-Za-z0-9-]*"
_SAFE = re.compile(rf"{_PART}(?:/{_PART})*\.md|rollbacks/{_PART}/{_PART}\.html")


@dataclass(frozen=True, slots=True)
class Page:
    """One generated page. `path` is `/` separated, below the folder of the pages.

    `edit_uri` is the file to edit, relative to the project's root; `broken` says why the page shows no criteria, or is empty;
    `section` is where the page stands in the navigation, outermost first; `warning` says what was left out of it. A path that ends
    with `.html` is a finished page, which stands in no navigation.
    """

    path: str
    markdown: str
    edit_uri: str = ""
    broken: str = ""
    section: tuple[str, ...] = ()
    warning: str = ""

    def __post_init__(self) -> None:
        if not _SAFE.fullmatch(self.path):
            raise ValueError(f"{self.path!r} is no path of a page")


OVERVIEW = "index.md"
PRESETS = "presets/index.md"
FAILURE_MODES = "reference/failures.md"
PAST_ROLLBACKS = "rollbacks/index.md"
#: What messages link to (`recorder.sections.guide`): a project that has not written it by hand gets ours.
READ_A_MESSAGE = "how-to/read-a-message/index.md"


def policy_path(name: str) -> str:
    """`policies/<name>/index.md`: on a web server the address that alarms carry, whether or not addresses end in `.html`."""
    return f"{policy_page(name)}index.md"


def preset_path(name: str) -> str:
    return f"presets/{name}.md"
