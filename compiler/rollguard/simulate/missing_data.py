"""What one evaluation of an alarm decides: M out of N, and CloudWatch's rules on missing datapoints (facts 1.3 to 1.5).

A window is one integer with four bits for each slot of the evaluation range, the newest slot lowest. Windows come and go by the minute
but few of them differ, so a verdict is worked out once for each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from rollguard.plan.model import TreatMissingData
from rollguard.simulate.model import State

SLOT_BITS = 4
#: The bits of a slot: it has a datapoint; that breaches; that rests on too few samples for its percentile.
REAL, BREACHING, FEW = 1, 2, 4

#: More windows than this are worked out anew: a year of noise in a window of a day would fill the memory.
_REMEMBERED = 4096

_WITHOUT_DATA: dict[TreatMissingData, State | None] = {
    "missing": "INSUFFICIENT_DATA",
    "ignore": None,
    "breaching": "ALARM",
    "notBreaching": "OK",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an evaluation decides. None keeps the state that the alarm has.

    `other` is what the other reading of AWS's guide decides; `late` says that a slot counted whose datapoint is later than usual.
    """

    state: State | None
    other: State | None
    late: bool


@cache
def _verdict(state: State | None, other: State | None, late: bool) -> Verdict:
    """One object for each verdict, so that the walk over the minutes sees by identity that nothing changed."""
    return Verdict(state, other, late)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one alarm: `needed` of `of` datapoints, looked for in `reach` slots (the evaluation range).

    `late` counts the newest slots whose datapoints are later than usual; `partly` says that the slot after them has come in part only.
    `filler` are the bits of what metric math makes up for a late slot.
    """

    needed: int
    of: int
    reach: int
    treatment: TreatMissingData
    late: int = 0
    partly: bool = False
    filler: int = 0
    known: dict[int, Verdict] = field(default_factory=dict, compare=False, repr=False)

    def verdict(self, window: int) -> Verdict:
        """The verdict on a window; its slots start behind the late ones."""
        found = self.known.get(window)
        if found is None:
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            found = self.known[window] = self._decide(self._entire(window))
        return found

    def _entire(self, window: int) -> int:
        return window << SLOT_BITS * self.late | self.filler * _ones(self.late)

    def _decide(self, window: int) -> Verdict:
        real = window & _ones(self.reach)
        breaching = window // BREACHING & real
        count = real.bit_count()
        late = self.late > 0 or self.partly
        state: State | None
        other: State | None
        if not count:
            state = _WITHOUT_DATA[self.treatment]
            return _verdict(state, state, late)
        deciding = self._deciding(real)
        bad = (breaching & deciding).bit_count()
        state = other = "ALARM" if bad >= self.needed else "OK"
        if count < self.of:
            state, other = self._with_gaps(real, bad, count)
        few = window // FEW & deciding
        if few:
            newest = deciding & -deciding
            # AWS: no change "during periods with too few data points". Whether an older one of the N holds the state too, it does not say.
            state, other = (None if few & newest else state), None
        counts = count < self.of or (self.partly and bool(real >> SLOT_BITS * self.late & REAL))
        return _verdict(state, other, late and counts)

    def _with_gaps(self, real: int, bad: int, count: int) -> tuple[State | None, State | None]:
        """Fewer real datapoints than N: fill, or the rule on premature alarms. Algorithms A and C of facts 1.4."""
        if self.treatment == "breaching":
            bad += self.of - count
        if bad >= self.needed:
            return "ALARM", "ALARM"
        if bad < count or self.treatment in ("breaching", "notBreaching"):
            return "OK", "OK"
        old: State | None = "ALARM" if self.treatment == "missing" else None
        recent = real & _ones(self.of)
        return (
            old if _oldest(real) >= self.needed else "OK",
            old if _oldest(recent) >= self.needed else "OK",
        )

    def _deciding(self, real: int) -> int:
        """The newest N real datapoints, or all if there are fewer."""
        for _ in range(real.bit_count() - self.of):
            real ^= 1 << real.bit_length() - 1
        return real

    def blamed(self, window: int) -> int:
        """The age of the oldest slot that the alarm is due to: breaching, or missing where that counts as breaching. The newest is 1."""
        window = self._entire(window)
        real = window & _ones(self.reach)
        blamed = window // BREACHING & self._deciding(real)
        if self.treatment == "breaching" and real.bit_count() < self.of:
            blamed |= real ^ _ones(self.reach)
        return _oldest(blamed)


def _oldest(slots: int) -> int:
    """The age of the oldest slot that is set; 0 if none is."""
    return (slots.bit_length() + SLOT_BITS - 1) // SLOT_BITS


@cache
def _ones(slots: int) -> int:
    """The lowest bit of so many slots."""
    return int("1" * slots or "0", 1 << SLOT_BITS)


@cache
def rules(
    needed: int, of: int, reach: int, treatment: TreatMissingData, late: int = 0, partly: bool = False, filler: int = 0
) -> Rules:
    """The rules of an alarm, with what they have decided before. Raises ValueError for a range shorter than N."""
    if not 1 <= needed <= of <= reach:
        raise ValueError(f"{needed} of {of} datapoints cannot be judged in an evaluation range of {reach}")
    return Rules(needed, of, reach, treatment, late, partly, filler)
