"""Every code that the compiler uses is explained, and every explained code is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollguard.codes import CODES

_PACKAGE = Path(__file__).resolve().parents[1] / "compiler" / "rollguard"
_CODE = re.compile(r"[YSREPXNT][0-9]{3}")


def _used() -> Iterator[tuple[str, str]]:
    """Each code that stands as a string in the package, and the module that it stands in."""
    for file in sorted(_PACKAGE.rglob("*.py")):
        if file.name == "codes.py" and file.parent == _PACKAGE:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                yield node.value, file.relative_to(_PACKAGE).as_posix()


def test_every_code_that_is_used_is_explained() -> None:
    assert {code: module for code, module in _used() if code not in CODES} == {}


def test_every_code_that_is_explained_is_used() -> None:
    assert set(CODES) - {code for code, _ in _used()} == set()


@pytest.mark.parametrize("code", CODES)
def test_an_explanation_is_a_title_and_a_few_sentences(code: str) -> None:
    assert _CODE.fullmatch(code)
    title, explanation = CODES[code]
    assert title == title.strip()
    assert len(title) <= 60
    assert not title.endswith(".")
    assert explanation.endswith(".")


def test_codes_are_listed_band_by_band_in_rising_order() -> None:
    bands: dict[str, list[str]] = {}
    for code in CODES:
        bands.setdefault(code[0], []).append(code)
    assert list(CODES) == [code for band in bands.values() for code in band]
    assert all(codes == sorted(codes) for codes in bands.values())


def test_titles_are_unlike() -> None:
    titles = [code.title for code in CODES.values()]
    assert len(titles) == len(set(titles))
