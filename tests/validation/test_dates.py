"""Days must be in the calendar."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("on: 2026-11-02", "on: 2026-13-45"),
            [("7 S101 «2026-13-45» `2026-13-45` is no day of the calendar | months go from 01 to 12, after the year")],
            id="a thirteenth month",
        ),
        pytest.param(
            ("on: 2026-11-02", "on: 2026-02-29"),
            ["7 S101 «2026-02-29» `2026-02-29` is no day of the calendar | February 2026 has 28 days"],
            id="a leap day that is none",
        ),
        pytest.param(
            ("on: 2026-11-02", "on: 02.11.2026"),
            [("7 S006 «02.11.2026» `on` cannot be `02.11.2026` | a date is written year first, such as `2026-11-02`")],
            id="a day in another order",
        ),
    ],
)
def test_a_day_must_exist(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
