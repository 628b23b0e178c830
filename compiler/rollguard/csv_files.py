"""The CSV files that scenarios name: header `minute,value`, every minute from 0, an empty value for no data (corrections 2.15)."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from rollguard.document import Document
from rollguard.source import Diagnostic
from rollguard.source import Path as Place
from rollguard.validation.notation import MOST

#: Seven days of minutes with twenty characters each are a fifth of this.
_LARGEST = 1 << 20
HEADER = ["minute", "value"]


class CsvError(ValueError):
    """What is wrong with a CSV file; `help` says how to mend it."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def check(document: Document, root: Path, known: Container[Place]) -> Iterator[Diagnostic]:
    """What is wrong with the files that the scenarios of a policy name; `root` is the project's folder, `known` are faulty places."""
    if "csv" not in document.source.text:
        return
    folder = CsvFolder((root / document.source.path).parent, root)
    for place, name in _named(document.data, ()):
        if place in known:
            continue
        try:
            folder(name)
        except CsvError as wrong:
            yield Diagnostic("S126", "error", wrong.message, document.at(*place), wrong.help)


#: The way to a series; what stands deeper is its shapes.
_WAY = ("spec", "scenarios", None, "series")


def _named(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    wanted = _WAY[len(place)] if len(place) < len(_WAY) else None
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(data, dict):
        inner = data.items() if wanted is None else [(wanted, data[wanted])] if wanted in data else ()
    elif isinstance(data, list) and wanted is None:
        inner = enumerate(data)
    for key, value in inner:
        if key == "csv" and isinstance(value, str) and len(place) > len(_WAY):
            yield (*place, key), value
        else:
            yield from _named(value, (*place, key))


class CsvFolder:
    """Reads the files beside one policy, each once. `folder` is the policy's, `root` the project's."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self._known: dict[str, list[float | None]] = {}

    def __call__(self, path: str) -> list[float | None]:
        """The values from minute 0 on. Raises CsvError."""
        if path not in self._known:
            self._known[path] = _values(self._read(path), path)
        return self._known[path]

    def _read(self, path: str) -> str:
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.root.resolve()):
            raise CsvError(f"`{path}` leads out of the project", "keep the file below the project's folder")
        try:
            if not file.is_file():
                raise CsvError(f"there is no file `{path}` beside the policy", "the path starts at the policy's folder")
            if file.stat().st_size > _LARGEST:
                raise CsvError(f"`{path}` has more than 1 MiB", f"a scenario has at most {MOST:,} minutes")
            return file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise CsvError(f"`{path}` is not UTF-8") from None
        except OSError as error:
            raise CsvError(f"`{path}` cannot be read: {(error.strerror or '').lower()}") from None


def _values(text: str, path: str) -> list[float | None]:
    rows = _rows(text, path)
    _, head = next(rows, (1, []))
    if [name.strip() for name in head] != HEADER:
        shown = ",".join(head)[:60]
        raise CsvError(f"`{path}` begins with `{shown}`", "its first line is `minute,value`")
    found: list[float | None] = []
    for line, row in rows:
        if len(row) != 2:
            raise CsvError(f"line {line} of `{path}` has {len(row)} columns", "each line is a minute and a value")
        minute, value = (cell.strip() for cell in row)
        if not re.fullmatch("[0-9]{1,6}", minute):
            raise CsvError(
                f"`{minute[:40]}` in line {line} of `{path}` is no minute", "minutes are whole numbers from 0"
            )
        if int(minute) != len(found):
            help = "every minute has its line; a minute without data has an empty value, as in `7,`"
            raise CsvError(f"line {line} of `{path}` is minute {int(minute)}, after minute {len(found) - 1}", help)
        found.append(_number(value, line, path))
        if len(found) > MOST:
            raise CsvError(f"`{path}` has more than {MOST:,} minutes, which are 7 days")
    if not found:
        raise CsvError(
            f"`{path}` has no values", "after `minute,value` there is a line for each minute, such as `0,0.2`"
        )
    return found


def _rows(text: str, path: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise CsvError(f"line {reader.line_num} of `{path}` is no CSV: {error}") from None


def _number(value: str, line: int, path: str) -> float | None:
    if not value:
        return None
    if not re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", value):
        help = "values are numbers in the signal's unit; a minute without data has an empty one"
        raise CsvError(f"`{value[:40]}` in line {line} of `{path}` is no number", help)
    number = float(value)
    if not math.isfinite(number):
        raise CsvError(f"`{value[:40]}` in line {line} of `{path}` is larger than any number")
    return number
