"""The MkDocs plugin: puts the generated pages beside the hand-written ones. All that it knows of policies is `publish`."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from rollguard.resources import data
from rollguard.site.drawings import put_back, taken_out
from rollguard.site.nav import navigation
from rollguard.site.page import OVERVIEW, READ_A_MESSAGE
from rollguard.site.publish import PAGES, TEMPLATES, publish

#: A folder that holds this file was made by us and may be emptied by the next build.
MARKER = ".rollguard-site"

#: What the generated pages are written with; MkDocs itself brings `toc` and `tables`.
_EXTENSIONS: dict[str, dict[str, Any]] = {
    "attr_list": {},
    "md_in_html": {},
    "tables": {},
    "pymdownx.blocks.tab": {"alternate_style": True},
}
_STYLE, _SCRIPT = "assets/rollguard.css", "assets/rollguard.js"
#: What Material's search needs where pages are read from disk, without a web server.
_WORKER = "assets/iframe-worker.js"
_WATCHED = ("policies", "schema", TEMPLATES)

log = logging.getLogger(f"mkdocs.plugins.{__name__}")


class RollguardConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves __init_subclass__ untyped
    """Options under `plugins: - rollguard:` in `mkdocs.yml`."""

    root = config_options.Type(str, default="")
    """the project's folder, relative to `mkdocs.yml`; the folder of `mkdocs.yml` if it is not set"""

    records = config_options.Type(str, default="")
    """a folder of rollback records, relative to the project's; without it no rollback is listed"""


class RollguardPlugin(BasePlugin[RollguardConfig]):  # type: ignore[no-untyped-call]  # as above
    """Adds the pages of the project's policies, presets and reference to a site."""

    root: Path
    records: Path | None

    def __init__(self) -> None:
        self._drawings: dict[str, tuple[str, ...]] = {}

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.root = (Path(config.config_file_path).parent / self.config.root).resolve()
        config.watch += [str(self.root / folder) for folder in _WATCHED if (self.root / folder).is_dir()]
        self.records = self.root / self.config.records if self.config.records else None
        if self.records is not None and self.records.is_dir():
            config.watch.append(str(self.records))
        for name, options in _EXTENSIONS.items():
            if name not in config.markdown_extensions:
                config.markdown_extensions.append(name)
                config.mdx_configs.setdefault(name, options)
        if _STYLE not in config.extra_css:
            config.extra_css.insert(0, _STYLE)
        if not any(str(script) == _SCRIPT for script in config.extra_javascript):
            config.extra_javascript.append(_SCRIPT)
        if not config.use_directory_urls:
            config.extra.setdefault("polyfills", []).append(_WORKER)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        Path(config.site_dir).mkdir(parents=True, exist_ok=True)
        (Path(config.site_dir) / MARKER).touch()

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        by_hand = [file.src_uri for file in files.documentation_pages()]
        overview = OVERVIEW if OVERVIEW not in by_hand else f"policies/{OVERVIEW}"
        pages = []
        self._drawings.clear()
        for written in publish(self.root, self.root / PAGES, overview, self.records):
            page = written.page
            if page.path == READ_A_MESSAGE and page.path in by_hand:
                continue
            if page.path in by_hand:
                log.warning("`%s` is written by hand, so the generated page is left out", page.path)
                continue
            file = File.generated(config, page.path, abs_src_path=str(written.path))
            file.edit_uri = self._edit_uri(page.edit_uri, config)
            files.append(file)
            if page.path.endswith(".md"):
                pages.append(page)
                self._drawings[page.path] = ()
            if written.complaint:
                log.warning("%s", written.complaint)
        for asset in (_STYLE, _SCRIPT, _WORKER):
            if files.get_file_from_path(asset) is None:
                files.append(File.generated(config, asset, abs_src_path=str(data("site", "docs", *asset.split("/")))))
        config.nav = navigation(config.nav, pages, by_hand)
        return files

    def _edit_uri(self, edit: str, config: MkDocsConfig) -> str | None:
        """Where a page is edited, seen from `docs_dir`, to which `edit_uri` leads; None where the project has no such file."""
        if not edit or not (self.root / edit).is_file():
            return None
        docs = Path(config.docs_dir).resolve()
        return Path(os.path.relpath(self.root / edit, docs)).as_posix() if docs.is_relative_to(self.root) else edit

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        if page.file.src_uri not in self._drawings:
            return markdown
        shorter, self._drawings[page.file.src_uri] = taken_out(markdown)
        return shorter

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        return put_back(output, self._drawings.get(page.file.src_uri, ()))

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        index = Path(config.site_dir, "search", "search_index.json")
        if not config.use_directory_urls and index.is_file():
            index.with_suffix(".js").write_text(f"var __index = {index.read_text(encoding='utf-8')}", encoding="utf-8")
