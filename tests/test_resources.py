"""The data of the package is found in a checkout; `test_wheel.py` asks the same of an installed wheel."""

from __future__ import annotations

import json

from rollguard.resources import data


def test_a_file_of_the_checkout_is_found() -> None:
    schema = json.loads(data("schema", "policy.schema.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_folder_can_be_listed() -> None:
    assert "policy.schema.json" in {entry.name for entry in data("schema").iterdir()}
