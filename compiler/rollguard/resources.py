"""Find the data that the package ships: schemas, presets, templates."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def data(*parts: str) -> Traversable:
    """A file or folder of ours, such as `data("schema", "policy.schema.json")`.

    A wheel carries it under `_data`. An editable install does not (hatchling's force-include only reaches wheels), so
    there the checkout is asked.
    """
    packaged = files("rollguard").joinpath("_data")
    root: Traversable = packaged if packaged.is_dir() else Path(__file__).parents[2]
    return root.joinpath(*parts)
