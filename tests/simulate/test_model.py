"""Reading a timeline."""

from __future__ import annotations

import pytest

from rollguard.simulate.model import Change, Timeline

RED = Change(840, "ALARM", ambiguous=True, onset=480)
TIMELINE = Timeline((Change(0, "OK"), RED, Change(1200, "OK")))


def test_a_change_counts_from_its_second_on() -> None:
    assert [TIMELINE.state_at(at) for at in (-60, 0, 839, 840, 1199, 1200)] == [
        "OK",
        "OK",
        "OK",
        "ALARM",
        "ALARM",
        "OK",
    ]


def test_the_first_change_to_a_state_may_be_asked_for_from_a_time_on() -> None:
    assert TIMELINE.first("ALARM") == RED
    assert TIMELINE.first("ALARM", after=840) == RED
    assert TIMELINE.first("ALARM", after=841) is None
    assert TIMELINE.first("INSUFFICIENT_DATA") is None


def test_doubt_lasts_to_the_next_change_unless_its_spans_are_known() -> None:
    assert [TIMELINE.ambiguous_at(at) for at in (839, 840, 1199, 1200)] == [False, True, True, False]
    known = Timeline(TIMELINE.changes, doubts=((60, 120), (840, 900)))
    assert [known.ambiguous_at(at) for at in (59, 60, 119, 120, 840, 899, 900)] == [
        *(False, True, True, False),
        *(True, True, False),
    ]


@pytest.mark.parametrize("changes", [(), (RED, RED), (RED, Change(0, "OK"))])
def test_a_timeline_without_a_start_or_out_of_order_is_refused(changes: tuple[Change, ...]) -> None:
    with pytest.raises(ValueError, match="timeline"):
        Timeline(changes)
