"""The six numbered cases of the guide (facts 1.8), with a wait of 2 and an extension of 3 units, and what lies between them."""

from __future__ import annotations

import pytest

from rollguard.simulate.model import Change, State, Timeline
from rollguard.simulate.suppression import Action, Hold, Suppressed, suppress


def line(*changes: tuple[int, State]) -> Timeline:
    return Timeline(tuple(Change(at, state) for at, state in changes))


GREEN = line((0, "OK"))
RED_FROM_2 = line((0, "OK"), (2, "ALARM"))


def played(composite: Timeline, suppressor: Timeline, wait: int = 2, extension: int = 3) -> Suppressed:
    return suppress(composite, suppressor, wait=wait, extension=extension)


def test_1_actions_follow_the_wait_when_the_suppressor_stays_green() -> None:
    assert played(RED_FROM_2, GREEN) == Suppressed((Action(4, "ALARM"),), (Hold(2, 4, "WaitPeriod"),))


def test_2_a_suppressor_that_turns_red_during_the_wait_suppresses() -> None:
    result = played(RED_FROM_2, line((0, "OK"), (3, "ALARM")))
    assert result == Suppressed((), (Hold(2, 3, "WaitPeriod"), Hold(3, None, "Alarm")))


def test_3_a_change_back_during_the_wait_begins_a_new_wait() -> None:
    result = played(line((0, "OK"), (2, "ALARM"), (3, "OK")), GREEN)
    assert result == Suppressed((Action(5, "OK"),), (Hold(2, 3, "WaitPeriod"), Hold(3, 5, "WaitPeriod")))


def test_4_a_suppressor_that_is_red_already_suppresses_at_once() -> None:
    assert played(RED_FROM_2, line((0, "ALARM"))) == Suppressed((), (Hold(2, None, "Alarm"),))


def test_5_actions_follow_the_extension_when_the_suppressor_turns_green() -> None:
    result = played(RED_FROM_2, line((0, "OK"), (3, "ALARM"), (6, "OK")))
    assert result == Suppressed(
        (Action(9, "ALARM"),), (Hold(2, 3, "WaitPeriod"), Hold(3, 6, "Alarm"), Hold(6, 9, "ExtensionPeriod"))
    )


def test_6_a_change_back_during_the_extension_begins_a_new_wait() -> None:
    result = played(line((0, "OK"), (2, "ALARM"), (7, "OK")), line((0, "OK"), (3, "ALARM"), (6, "OK")))
    assert result == Suppressed(
        (Action(9, "OK"),),
        (Hold(2, 3, "WaitPeriod"), Hold(3, 6, "Alarm"), Hold(6, 7, "ExtensionPeriod"), Hold(7, 9, "WaitPeriod")),
    )


def test_a_suppressor_that_turns_red_again_during_the_extension_suppresses_again() -> None:
    result = played(RED_FROM_2, line((0, "ALARM"), (6, "OK"), (8, "ALARM"), (10, "OK")))
    assert result.actions == (Action(13, "ALARM"),)
    assert [hold.by for hold in result.holds] == ["Alarm", "ExtensionPeriod", "Alarm", "ExtensionPeriod"]


def test_a_change_while_the_suppressor_is_red_is_told_when_it_is_over() -> None:
    result = played(line((0, "OK"), (2, "ALARM"), (4, "OK")), line((0, "ALARM"), (6, "OK")))
    assert result == Suppressed((Action(9, "OK"),), (Hold(2, 6, "Alarm"), Hold(6, 9, "ExtensionPeriod")))


def test_a_suppressor_that_turns_red_as_the_wait_ends_is_in_time() -> None:
    assert played(RED_FROM_2, line((0, "OK"), (4, "ALARM"))).actions == ()


def test_a_suppressor_without_data_suppresses_nothing() -> None:
    assert played(RED_FROM_2, line((0, "OK"), (3, "INSUFFICIENT_DATA"))).actions == (Action(4, "ALARM"),)


def test_a_suppressor_that_comes_and_goes_before_any_change_delays_nothing() -> None:
    assert played(line((0, "OK"), (9, "ALARM")), line((0, "ALARM"), (1, "OK"))).actions == (Action(11, "ALARM"),)


def test_without_periods_actions_are_done_or_suppressed_at_once() -> None:
    changes = line((0, "OK"), (2, "ALARM"), (5, "OK"))
    assert played(changes, GREEN, 0, 0) == Suppressed((Action(2, "ALARM"), Action(5, "OK")), ())
    assert played(changes, line((0, "ALARM"), (6, "OK")), 0, 0).actions == (Action(6, "OK"),)


def test_the_state_at_the_start_has_no_action() -> None:
    assert played(line((0, "ALARM")), GREEN) == Suppressed((), ())


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="0 s or longer"):
        played(GREEN, GREEN, wait=-1)
