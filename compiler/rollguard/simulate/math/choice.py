"""IF of metric math, as the guide's worked examples have it.

The condition is false where it is 0. Where it is true and the branch has no datapoint, the result is 0; where it is false and the other
branch has none, or is left out, there is no datapoint. Where the condition itself has no datapoint, the examples give the third argument
if that is a number and the second has a datapoint there, and else no datapoint.

Where the guide is silent we chose: a condition without a datapoint and two numbers give no datapoint. The rule of 0 stands in the guide
for `IF(series, series, …)`; for a comparison as the condition it says nothing, so such a 0 is marked as approximate.
"""

from __future__ import annotations

from rollguard.simulate.math.columns import Column, Operand


def choose(condition: Operand, yes: Operand, no: Operand | None) -> tuple[Column, bool]:
    """`IF(condition, yes, no)` and whether a true condition met a missing value. `no` is None where it is left out.

    A condition that is a number needs series as its branches.
    """
    if not isinstance(condition, list):
        return _as_column(yes if condition else no, yes), False
    if not isinstance(yes, list):
        if isinstance(no, list):
            return [None if c is None else yes if c else b for c, b in zip(condition, no, strict=True)], False
        return [None if c is None else yes if c else no for c in condition], False
    out: Column
    if isinstance(no, list):
        out = [
            None if c is None else (0.0 if a is None else a) if c else b
            for c, a, b in zip(condition, yes, no, strict=True)
        ]
    elif no is None:
        out = [(0.0 if a is None else a) if c else None for c, a in zip(condition, yes, strict=True)]
    else:
        out = [
            (0.0 if a is None else a) if c else (None if c is None and a is None else no)
            for c, a in zip(condition, yes, strict=True)
        ]
    return out, None in yes and any(c and a is None for c, a in zip(condition, yes, strict=True))


def _as_column(chosen: Operand | None, like: Operand) -> Column:
    if isinstance(chosen, list):
        return chosen
    return [None] * (len(like) if isinstance(like, list) else 0)
