"""Reading from the disk: what cannot be read is said in one sentence, and a huge file is not read at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rollguard.document import frames, read
from rollguard.failure import USED_WRONGLY, Failure


def test_a_file_is_read_under_the_name_that_it_is_shown_as(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: 1\na: 2\n")
    checked = read(file, "policies/a.yaml")
    assert checked.value is not None
    assert checked.value.data == {"a": 1}
    assert [diagnostic.span.path for diagnostic in checked.diagnostics] == ["policies/a.yaml"]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as out:
        out.truncate(50_000_000)
    (diagnostic,) = read(file, "a.yaml").diagnostics
    assert diagnostic.message == "the file has 50,000,000 bytes, the limit is 1,048,576 bytes (1 MiB)"


def _link_circle(path: Path) -> None:
    path.symlink_to(path.with_name("other"))
    path.with_name("other").symlink_to(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "cannot read `p.yaml`: there is no such file"),
        (_link_circle, "cannot read `p.yaml`: its symbolic links lead in a circle"),
        (Path.mkdir, "cannot read `p.yaml`: it is a folder, not a file"),
        (os.mkfifo, "cannot read `p.yaml`: it is a pipe, socket or device, not a file"),
        (lambda path: path.symlink_to("/nowhere/at/all"), "cannot read `p.yaml`: there is no such file"),
    ],
    ids=["missing", "circle", "folder", "pipe", "dangling"],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, make: object, message: str) -> None:
    assert callable(make)
    make(tmp_path / "p.yaml")
    with pytest.raises(Failure) as raised:
        read(tmp_path / "p.yaml", "p.yaml")
    assert (raised.value.message, raised.value.exit_code) == (message, USED_WRONGLY)


def test_a_file_without_permission_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(b"a: 1\n")
    file.chmod(0)
    if os.access(file, os.R_OK):  # root reads everything: let the system's own refusal come from elsewhere
        monkeypatch.setattr(Path, "open", _refuse)
    with pytest.raises(Failure, match=r"^cannot read `p\.yaml`: permission denied$"):
        read(file, "p.yaml")


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_frames_show_the_text_even_of_broken_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yaml").write_bytes(b"\xef\xbb\xbfa: \xff\n")
    assert frames(tmp_path)("a/b.yaml") == "a: \ufffd\n"


@pytest.mark.parametrize("name", ["missing.yaml", ".", "wide.yaml", "binary.yaml", "nul\0"])
def test_frames_show_nothing_of_what_is_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / "wide.yaml").write_bytes("a: 1".encode("utf-16"))
    (tmp_path / "binary.yaml").write_bytes(b"a\0b")
    assert frames(tmp_path)(name) is None
