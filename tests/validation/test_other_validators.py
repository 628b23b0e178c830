"""The schemas are public: validators other than ours must understand them too. Python's `jsonschema` stands for those."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from rollguard.document import parse

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schema").glob("*.schema.json")}
FILES = {
    "policy.schema.json": [
        *(ROOT / "tests/acceptance/policies").glob("*/*.yaml"),
        *(path for path in (ROOT / "policies").glob("*/*.yaml") if path.parent.name != "presets"),
    ],
    "environments.schema.json": [
        ROOT / "tests/acceptance/policies/environments.yaml",
        ROOT / "policies/environments.yaml",
    ],
    "preset.schema.json": [*(ROOT / "policies/presets").glob("*.yaml")],
}


def _validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(schema)) for file, schema in SCHEMAS.items()
    )
    return Draft202012Validator(SCHEMAS[name], registry=registry)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_json_schema_2020_12(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, paths in FILES.items() for path in sorted(paths)], ids=str
)
def test_another_validator_accepts_what_we_accept(name: str, path: Path) -> None:
    document = parse(path.name, path.read_bytes()).value
    assert document is not None
    assert [error.message for error in _validator(name).iter_errors(document.data)] == []


@pytest.mark.parametrize(
    "change",
    [
        "treshold: {above: 1}",
        "threshold: {above: 1, below: 2}",
        "window: {period: 60, datapoints: 1, of: 1}",
        "missing: never",
        'title: "\\x07"',
    ],
)
def test_another_validator_refuses_what_we_refuse(change: str) -> None:
    path = ROOT / "tests/acceptance/policies/payments/card-webhooks.yaml"
    document = parse(path.name, path.read_bytes()).value
    assert document is not None
    document.data["spec"]["criteria"][1].update(yaml.safe_load(change))
    assert list(_validator("policy.schema.json").iter_errors(document.data))
