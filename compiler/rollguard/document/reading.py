"""Files from the disk: looked at before they are read, so that a huge or strange one costs nothing."""

from __future__ import annotations

import codecs
import errno
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from rollguard.document.document import Document
from rollguard.document.limits import FILE_BYTES
from rollguard.document.parse import parse
from rollguard.document.text import displayable, size_fault
from rollguard.failure import Failure
from rollguard.source import Checked


def read(path: Path, shown_as: str) -> Checked[Document]:
    """Read and parse one file; diagnostics call it `shown_as`.

    Raises Failure if the file cannot be read. One that is larger than the limit is refused unread.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Failure(f"cannot read `{shown_as}`: it is {_kind(status.st_mode)}, not a file")
        if status.st_size > FILE_BYTES:
            return Checked(None, (size_fault(shown_as, status.st_size),))
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise Failure(f"cannot read `{shown_as}`: {_reason(error)}") from None
    return parse(shown_as, raw)


def frames(root: Path) -> Callable[[str], str | None]:
    """A function from a path as shown in diagnostics to the text that is on the disk now, or None."""

    @lru_cache(maxsize=16)
    def text_of(path: str) -> str | None:
        file = root / path
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > FILE_BYTES:
                return None
            raw = file.read_bytes()
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return None
        return None if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw else displayable(raw)

    return text_of


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe, socket or device"


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "its symbolic links lead in a circle"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "permission denied"
    if error.errno == errno.ENOENT:
        return "there is no such file"
    return (error.strerror or str(error)).lower()
