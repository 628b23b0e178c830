"""Find observations on a shelf: the red periods of criteria that only observe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollguard.records import read
from rollguard.records.keys import OBSERVATIONS, Seen, observation_of
from rollguard.records.model import Observation, Unreadable
from rollguard.records.shelf import Shelf


def seen(shelf: Shelf) -> list[Seen]:
    """Every red period that lies on the shelf, in order of time: the keys alone tell it."""
    names = (observation_of(entry.key) for entry in shelf.entries(OBSERVATIONS))
    return sorted(name for name in names if name is not None)


def observations(shelf: Shelf, wanted: Sequence[Seen], unreadable: list[Unreadable]) -> Iterator[Observation]:
    """The wanted ones that can be read; the others are added to `unreadable`."""
    for name, (key, content) in zip(wanted, shelf.read([name.key for name in wanted]), strict=True):
        try:
            if isinstance(content, str):
                raise read.Unfit(content)
            yield read.observation(content, name)
        except read.Unfit as unfit:
            unreadable.append(Unreadable(f"{shelf.name}/{key}", str(unfit)))
