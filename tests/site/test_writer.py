"""Pages on disk: written when they changed, gone when they are gone, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.failure import Failure
from rollguard.site.page import Page
from rollguard.site.writer import is_ours, write


def test_an_unchanged_page_keeps_its_time_stamp(tmp_path: Path) -> None:
    write([Page("a.md", "one"), Page("b/c.md", "two")], tmp_path)
    before = (tmp_path / "a.md").stat().st_mtime_ns
    write([Page("a.md", "one"), Page("b/c.md", "three")], tmp_path)
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert (tmp_path / "b/c.md").read_text(encoding="utf-8") == "three"


def test_a_page_that_is_gone_is_removed_with_its_empty_folder(tmp_path: Path) -> None:
    write([Page("a.md", "one"), Page("b/c.md", "two")], tmp_path)
    write([Page("a.md", "one")], tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".rollguard-pages.json", "a.md"]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "notes.txt").write_text("mine", encoding="utf-8")
    write([Page("b/c.md", "two")], tmp_path)
    write([], tmp_path)
    assert (tmp_path / "b" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "b" / "c.md").exists()


def test_a_forged_list_of_pages_removes_nothing_outside(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (tmp_path / "precious.md").write_text("mine", encoding="utf-8")
    (folder / ".rollguard-pages.json").write_text('["../precious.md", "/etc/hostname", 7]', encoding="utf-8")
    write([Page("a.md", "one")], folder)
    assert (tmp_path / "precious.md").read_text(encoding="utf-8") == "mine"


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder, outside = tmp_path / "pages", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / "policies").symlink_to(outside)
    with pytest.raises(Failure, match="leads out of"):
        write([Page("policies/a.md", "one")], folder)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../a.md", "/a.md", "a/../b.md", "a//b.md", ".md", "a.html", "a\n.md", "é.md", "-a.md", ""]
)
def test_no_page_has_an_unsafe_path(path: str) -> None:
    with pytest.raises(ValueError, match="no path of a page"):
        Page(path, "")


def test_a_folder_is_ours_if_it_is_new_or_empty_or_holds_our_pages(tmp_path: Path) -> None:
    assert is_ours(tmp_path / "new")
    assert is_ours(tmp_path)
    (tmp_path / "notes.txt").touch()
    assert not is_ours(tmp_path)
    write([], tmp_path)
    assert is_ours(tmp_path)


def test_a_folder_that_cannot_be_written_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="cannot write the pages"):
        write([Page("a.md", "one")], tmp_path / "file")
