"""Shapes give one value a minute, sampled at its start."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.scenarios.shapes import values


def _values(shape: Any, minutes: int = 6, *, healthy: float | None = 1.0, unit: str | None = "") -> list[float | None]:
    def csv(path: str) -> list[float | None]:
        assert path == "file.csv"
        return [0.5, None, 2]

    return values(shape, minutes, healthy, unit, csv)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"hold": 3}, [3, 3, 3, 3, 3, 3]),
        ({"step": {"from": 0, "to": 9, "at": "2m"}}, [0, 0, 9, 9, 9, 9]),
        ({"step": {"from": 0, "to": 9, "at": "90s"}}, [0, 0, 9, 9, 9, 9]),
        ({"step": {"from": 0, "to": 9, "at": "0m"}}, [9] * 6),
        ({"ramp": {"from": 0, "to": 4, "at": "1m", "for": "4m"}}, [0, 0, 1, 2, 3, 4]),
        ({"ramp": {"from": 4, "to": 0, "at": "1m", "for": "1m"}}, [4, 4, 0, 0, 0, 0]),
        ({"values": "1 _ 3x1 5-2x1"}, [1, None, 3, 3, 5, 3]),
        ({"values": "0x9"}, [0] * 6),
        ({"values": "7"}, [7, None, None, None, None, None]),
        ({"csv": "file.csv"}, [0.5, None, 2, None, None, None]),
        ({"spike": {"from": 2, "to": 8, "at": "1m", "for": "2m"}}, [2, 8, 8, 2, 2, 2]),
        ({"spike": {"to": 8, "at": "1m", "for": "2m"}}, [1, 8, 8, 1, 1, 1]),
        ({"gap": {"at": "4m", "for": "2m"}}, [1, 1, 1, 1, None, None]),
    ],
)
def test_a_shape_alone(shape: Any, expected: list[float | None]) -> None:
    assert _values(shape) == expected


def test_patches_lie_over_a_shape_and_the_later_wins() -> None:
    layers = [
        {"step": {"from": 0, "to": 9, "at": "3m"}},
        {"spike": {"from": 99, "to": 5, "at": "1m", "for": "3m"}},
        {"gap": {"at": "2m", "for": "1m"}},
    ]
    assert _values(layers) == [0, 5, None, 5, 9, 9]


def test_patches_without_a_shape_lie_over_a_healthy_signal() -> None:
    layers = [{"spike": {"to": 8, "at": "1m", "for": "1m"}}, {"gap": {"at": "3m", "for": "1m"}}]
    assert _values(layers) == [1, 8, 1, None, 1, 1]


def test_levels_are_converted_into_the_signals_unit() -> None:
    assert _values({"hold": "1500ms"}, 1, unit="s") == [1.5]
    assert _values({"hold": "2s"}, 1, unit="ms") == [2000]
    assert _values({"hold": "2%"}, 1, unit="percent") == [2]


def test_noise_is_the_same_for_the_same_seed_and_stays_within_its_bounds() -> None:
    def noise(seed: int) -> list[float | None]:
        return _values({"noise": {"around": 10, "by": 2, "seed": seed}}, 500)

    assert noise(7) == noise(7)
    assert noise(7) != noise(8)
    found = [value for value in noise(7) if value is not None]
    assert len(set(found)) == 500
    assert 8 <= min(found) < 8.1
    assert 11.9 < max(found) <= 12
