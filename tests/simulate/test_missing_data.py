"""AWS's two tables cell by cell, and every short pattern against the second implementation in `guide.py`."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from rollguard.plan.model import TreatMissingData
from rollguard.simulate.missing_data import rules
from rollguard.simulate.model import State
from tests.simulate.alarms import alarm, verdict
from tests.simulate.guide import guide

TREATMENTS: tuple[TreatMissingData, ...] = get_args(TreatMissingData)
STATES: tuple[State, ...] = get_args(State)
COLUMNS: tuple[TreatMissingData, ...] = ("missing", "ignore", "breaching", "notBreaching")

THREE_OF_THREE = """
    0 - X - X | OK                OK   OK    OK
    0 - - - - | OK                OK   OK    OK
    - - - - - | INSUFFICIENT_DATA keep ALARM OK
    0 X X - X | ALARM             ALARM ALARM ALARM
    - - X - - | ALARM             keep ALARM OK
"""
TWO_OF_THREE = """
    0 - X - X | ALARM ALARM ALARM ALARM
    0 0 X 0 X | ALARM ALARM ALARM ALARM
    0 - X - - | OK    OK    ALARM OK
    - - - - 0 | OK    OK    ALARM OK
    - - - X - | ALARM keep  ALARM OK
"""
#: Facts 1.4: where algorithms A and C part.
UNDOCUMENTED = {
    (3, 3): {"XX---", "X--X-", "X---X", "X----", "-X-X-", "-X--X", "-X---"},
    (2, 3): {"X----", "-X---"},
    (1, 3): set[str](),
    (1, 1): set[str](),
}


def cells() -> list[tuple[int, str, TreatMissingData, str]]:
    found: list[tuple[int, str, TreatMissingData, str]] = []
    for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE)):
        for line in table.strip().splitlines():
            picture, _, wanted = line.partition("|")
            found += [(needed, picture.strip(), *cell) for cell in zip(COLUMNS, wanted.split(), strict=True)]
    return found


@pytest.mark.parametrize(("needed", "picture", "treatment", "wanted"), cells())
@pytest.mark.parametrize("before", STATES)
def test_a_cell_of_the_guide(
    needed: int, picture: str, treatment: TreatMissingData, wanted: str, before: State
) -> None:
    decided, ambiguous = verdict(alarm(needed, 3, treatment), picture, before)
    assert (decided, ambiguous) == (before if wanted == "keep" else wanted, False)


def test_the_tables_have_forty_cells() -> None:
    assert len(set(cells())) == 40


@pytest.mark.parametrize(("needed", "of"), UNDOCUMENTED)
def test_every_pattern_is_as_the_guide_says_or_listed_as_undocumented(needed: int, of: int) -> None:
    parted: set[tuple[str, TreatMissingData]] = set()
    for slots, treatment, before in product(product("0X-", repeat=5), TREATMENTS, STATES):
        picture = "".join(slots)
        decided, ambiguous = verdict(alarm(needed, of, treatment), picture, before, evaluation_range=5)
        wanted = guide(picture, needed, of, treatment)
        differs = decided != (before if wanted == "keep" else wanted)
        assert ambiguous is differs, (picture, treatment, before)
        if differs:
            parted.add((picture, treatment))
            assert (decided, wanted) == (before if treatment == "ignore" else "ALARM", "OK")
    assert parted == set(product(UNDOCUMENTED[needed, of], ("missing", "ignore")))


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_one_of_one_looks_three_slots_back(treatment: TreatMissingData) -> None:
    for slots in product("0X-", repeat=5):
        picture = "".join(slots)
        wanted = guide(picture[-3:], 1, 1, treatment)
        assert verdict(alarm(1, 1, treatment), picture, "OK") == ("OK" if wanted == "keep" else wanted, False)


def test_data_that_stays_away_turns_red_once_the_last_good_point_has_left_the_range() -> None:
    assert verdict(alarm(3, 3, "breaching"), "0 - - - -", "OK") == ("OK", False)
    assert verdict(alarm(3, 3, "breaching"), "0 - - - - -", "OK") == ("ALARM", False)


def test_a_range_shorter_than_n_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 3 datapoints cannot be judged in an evaluation range of 2"):
        rules(3, 3, 2, "missing")
