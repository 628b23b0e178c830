"""The policies that must be accepted as they stand: `check` has nothing to say of them."""

from __future__ import annotations

from pathlib import Path

from rollguard.checking import check


def test_the_acceptance_policies_are_accepted_in_silence() -> None:
    assert check(Path(__file__).resolve().parents[1] / "acceptance").diagnostics == ()
