"""Whatever stands in an input, validation answers with faults and never with an exception."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as some

from rollguard.sandbox.aws import TYPES, UNKNOWN, Secret, changes, check
from rollguard.sandbox.aws.requests import inputs_of, members
from rollguard.sandbox.aws.resource_types import resource_type

LEGAL: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "legal.yaml").read_text(encoding="utf-8"))

scalars = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=20)
    | some.sampled_from(
        [
            UNKNOWN,
            "arn:aws:sns:eu-west-1:123456789012:t",
            "{}",
            "[1]",
            '{"Statement": [1, {"Principal": 5}]}',
            "m1 * 2",
        ]
    )
)
values = some.recursive(
    scalars | scalars.map(Secret),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    steps: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        steps = iter(value.items())
    elif isinstance(value, list):
        steps = iter(enumerate(value))
    for step, inner in steps:
        yield from places(inner, (*path, step))


@given(token=some.sampled_from(TYPES), value=values, data=some.data())
def test_any_value_in_any_place_gets_an_answer(token: str, value: Any, data: some.DataObject) -> None:
    inputs = copy.deepcopy(LEGAL[token])
    *way, last = data.draw(some.sampled_from(sorted(places(inputs), key=str)))
    holder = inputs
    for step in way:
        holder = holder[step]
    holder[last] = value
    check(token, inputs)
    changes(token, LEGAL[token], inputs)


@given(token=some.sampled_from(TYPES), inputs=some.dictionaries(some.text(max_size=12), values, max_size=4))
def test_any_object_at_all_gets_an_answer(token: str, inputs: dict[str, Any]) -> None:
    check(token, inputs)


@given(token=some.sampled_from(TYPES), data=some.data())
def test_any_part_of_a_legal_input_leads_to_members_and_back(token: str, data: some.DataObject) -> None:
    table = resource_type(token)
    kept = data.draw(some.sets(some.sampled_from(sorted(LEGAL[token]))))
    inputs = {key: value for key, value in LEGAL[token].items() if key in kept}
    assert changes(token, inputs, inputs_of(table, members(table, inputs), inputs)) == ()
