"""Work that is spread over processes comes back in order, and what goes wrong in one is told."""

from __future__ import annotations

import os
import signal

import pytest

from rollguard.failure import Failure
from rollguard.processes import spread


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_results_are_in_order_and_made_elsewhere() -> None:
    found = spread(lambda item: (item, os.getpid()), range(20))
    assert [item for item, _ in found] == list(range(20))
    assert os.getpid() not in {process for _, process in found}


def test_an_error_of_the_work_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        spread(lambda item: 1 // item, [1, 0])


def test_a_process_that_was_killed_is_one_sentence() -> None:
    with pytest.raises(Failure, match="a process at work was killed"):
        spread(lambda _: os.kill(os.getpid(), signal.SIGKILL), [1, 2])
