"""Build or serve the site with MkDocs: with the project's `mkdocs.yml`, or with ours where it has none."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

from rollguard.failure import Failure
from rollguard.resources import data
from rollguard.site.mkdocs_plugin import MARKER

#: Where the site is built if nobody says otherwise.
HTML = Path("build", "html")
#: What the site of a project is called that does not say so in an `mkdocs.yml`.
_NAME = "Rollback criteria"
#: Hand-written pages of ours that are about making Rollguard and not about using it.
_ABOUT_US = ("benchmarks.md", "decisions/")


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: where it lies, how many pages it has and what was wrong on the way."""

    folder: Path
    pages: int
    warnings: tuple[str, ...] = ()


def build(root: Path, out: Path | None = None, records: Path | None = None) -> Built:
    """Build the site of the project below `root` into `out`, `build/html` by default, with the rollbacks of the folder `records`.

    Raises Failure for a folder that we did not make, for a broken `mkdocs.yml`, and for what MkDocs refuses.
    """
    folder = (out or root / HTML).resolve()
    _only_ours(folder, root)
    with _configured(root, folder) as file, _heard() as heard:
        config = _loaded(file, folder)
        if records is not None:
            config.plugins["rollguard"].config["records"] = str(records.resolve())
        try:
            mkdocs_build.build(config)
        except (MkDocsException, Abort) as wrong:
            raise Failure(f"mkdocs stopped: {_said(wrong, heard.messages)}") from None
        except OSError as error:
            raise Failure(f"cannot write the site to `{folder}`: {(error.strerror or str(error)).lower()}") from None
    return Built(folder, sum(1 for _ in folder.rglob("*.html")), tuple(heard.messages))


def serve(root: Path, address: str | None = None) -> None:
    """Serve the site of the project below `root` until it is interrupted, building it again whenever a file changes.

    `address` is `host:port`. Raises Failure as `build` does, and for an address that is in use.
    """
    logger = logging.getLogger("mkdocs")
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        logger.addHandler(logging.StreamHandler())
    with _configured(root, root / HTML) as file:
        _loaded(file, root / HTML)
        options: dict[str, Any] = {"dev_addr": address} if address else {}
        try:
            mkdocs_serve.serve(str(file), **options)
        except (MkDocsException, Abort) as wrong:
            raise Failure(f"mkdocs stopped: {wrong}") from None
        except OSError as error:
            raise Failure(f"cannot serve the site: {(error.strerror or str(error)).lower()}") from None


def _only_ours(folder: Path, root: Path) -> None:
    """MkDocs empties the folder first, so it must be new, empty, or one that an earlier build made."""
    if folder == root or root.is_relative_to(folder):
        raise Failure(f"`{folder}` holds the project itself", "choose another folder for the site")
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() and not (folder / MARKER).is_file():
        raise Failure(
            f"`{folder}` holds files that are not ours", "choose another folder for the site, or empty that one"
        )


@contextmanager
def _configured(root: Path, folder: Path) -> Iterator[Path]:
    """The project's `mkdocs.yml`, or one that stands on ours and names the project's folders."""
    own = root / "mkdocs.yml"
    if own.is_file():
        yield own
        return
    ours = Path(str(data("mkdocs.yml")))
    docs = root / "site" / "docs"
    stated: dict[str, Any] = {
        "INHERIT": str(ours),
        "site_name": _NAME,
        "docs_dir": str(docs if docs.is_dir() else Path(str(data("site", "docs")))),
        "site_dir": str(folder),
        "theme": {"custom_dir": str(data("site", "overrides"))},
        "plugins": {"rollguard": {"root": str(root)}},
    }
    if docs.is_dir():
        stated["nav"] = None
    else:
        stated |= _without_our_own(ours)
    with tempfile.TemporaryDirectory(prefix="rollguard-site-") as made:
        file = Path(made, "mkdocs.yml")
        file.write_text(yaml.safe_dump(stated), encoding="utf-8")
        yield file


def _without_our_own(ours: Path) -> dict[str, Any]:
    """Settings that leave out, from the files and from the navigation, what another project's readers have no use for."""
    stated = yaml.safe_load(ours.read_text(encoding="utf-8"))
    return {"exclude_docs": "\n".join(f"/{entry}" for entry in _ABOUT_US), "nav": _kept(stated["nav"])}


def _kept(nav: Any) -> Any:
    if isinstance(nav, list):
        return [_kept(entry) for entry in nav if not _about_us(entry)]
    return {title: _kept(entry) for title, entry in nav.items()} if isinstance(nav, dict) else nav


def _about_us(entry: Any) -> bool:
    return any(_about_us(inner) for inner in entry.values()) if isinstance(entry, dict) else entry in _ABOUT_US


def _loaded(file: Path, folder: Path) -> MkDocsConfig:
    try:
        config = load_config(str(file), site_dir=str(folder))
    except (ConfigurationError, Abort) as wrong:
        raise Failure(
            f"`{file.name}` cannot be used: {wrong}",
            "install `rollguard[site]` if the theme is missing; `mkdocs build` says more",
        ) from None
    if not any(name == "rollguard" for name in config.plugins):
        raise Failure(
            f"`{file.name}` does not list the plugin `rollguard`",
            "add `- rollguard` to the list `plugins` in that file",
        )
    return config


@dataclass
class _Heard(logging.Handler):
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    # A handler is told apart by what it is, not by what it has heard.
    __hash__ = object.__hash__


@contextmanager
def _heard() -> Iterator[_Heard]:
    """Collects MkDocs' warnings and errors."""
    handler = _Heard()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


def _said(wrong: BaseException, messages: list[str]) -> str:
    return str(wrong) or (messages[-1] if messages else type(wrong).__name__)
