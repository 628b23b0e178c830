"""The published schemas explain every key to an editor, hold every key of the language, and accept the pinned policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rollguard.document import parse
from rollguard.language import durations, quantities
from rollguard.validation import kind_of, validate

ROOT = Path(__file__).parents[2]
FILES = ("policy", "environments", "preset", "failure-modes", "rollback-record", "observation")
SCHEMAS: dict[str, Any] = {
    f"{name}.schema.json": json.loads((ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in FILES
}
REGISTRY = jsonschema_rs.Registry([(f"json-schema:///{name}", schema) for name, schema in SCHEMAS.items()])

Node = tuple[str, str, Any]


def nodes(file: str) -> Iterator[Node]:
    """Every mapping of a schema that is a schema itself, with its pointer."""

    def walk(pointer: str, value: Any) -> Iterator[Node]:
        yield file, pointer, value
        for holder in ("properties", "$defs"):
            for key, inner in value.get(holder, {}).items():
                yield from walk(f"{pointer}/{holder}/{key}", inner)
        for holder in ("items", "additionalProperties", "propertyNames"):
            if isinstance(value.get(holder), dict):
                yield from walk(f"{pointer}/{holder}", value[holder])

    yield from walk("", SCHEMAS[file])


def followed(file: str, value: Any) -> Any:
    while "$ref" in value:
        target, _, pointer = value["$ref"].partition("#")
        file = target or file
        found: Any = SCHEMAS[file]
        for part in pointer.split("/")[1:]:
            found = found[part]
        value = {**found, **{key: inner for key, inner in value.items() if key != "$ref"}}
    return value


def is_valid(file: str, pointer: str, value: object) -> bool:
    schema = {"$ref": f"json-schema:///{file}#{pointer}"}
    return jsonschema_rs.Draft202012Validator(schema, registry=REGISTRY).is_valid(value)


ALL = [node for file in SCHEMAS for node in nodes(file)]
PROPERTIES = [node for node in ALL if node[1].rsplit("/", 2)[-2:-1] == ["properties"]]


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_schema_is_a_schema_of_the_2020_12_draft(file: str) -> None:
    assert SCHEMAS[file]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(SCHEMAS[file])


def test_every_key_has_a_title_a_description_and_examples_that_are_valid() -> None:
    assert len(PROPERTIES) > 150
    for file, pointer, value in PROPERTIES:
        node = followed(file, value)
        assert node.get("title"), f"{file}{pointer} has no title"
        assert len(node.get("description", "")) > 5, f"{file}{pointer} has no description"
        assert node.get("examples"), f"{file}{pointer} has no examples"
        for example in [*node["examples"], *([node["default"]] if "default" in node else [])]:
            assert is_valid(file, pointer, example), f"{file}{pointer} does not accept its example {example}"


def test_an_annotation_stands_either_at_the_key_or_at_what_it_refers_to() -> None:
    for file, pointer, value in ALL:
        if "$ref" in value:
            target = followed(file, {"$ref": value["$ref"]})
            both = {"title", "description", "examples"} & value.keys() & target.keys()
            assert not both, f"{file}{pointer}: editors disagree on which {both} they show"


def test_no_mapping_takes_keys_that_nobody_explained() -> None:
    for file, pointer, value in ALL:
        if "properties" in value:
            assert "additionalProperties" in value, f"{file}{pointer} takes any key"


def test_every_pattern_says_in_words_what_it_wants() -> None:
    for file, pointer, value in ALL:
        assert ("pattern" in value) == ("patternErrorMessage" in value), f"{file}{pointer}"


def test_there_is_no_choice_between_schemas_but_the_flat_one_between_keys() -> None:
    for file, pointer, value in ALL:
        assert not {"anyOf", "allOf", "not", "if"} & value.keys(), f"{file}{pointer}"
        assert all(
            branch.keys() == {"required"} and len(branch["required"]) == 1 for branch in value.get("oneOf", ())
        ), f"{file}{pointer}"


def test_the_reader_of_durations_and_the_schema_agree_on_their_form() -> None:
    definitions = SCHEMAS["policy.schema.json"]["$defs"]
    assert definitions["duration"]["pattern"] == durations.PATTERN
    assert definitions["quantity"]["pattern"] == quantities.PATTERN


#: The keys of the settled language, by the mapping that holds them.
LANGUAGE = {
    ("policy", ""): "apiVersion kind metadata spec",
    ("policy", "/properties/metadata"): "name title owner description runbook agreed labels",
    ("policy", "/properties/metadata/properties/agreed"): "by on review",
    ("policy", "/properties/spec"): (
        "mode deployments criteria trigger rollbackWithin stillRedAfter notify bypass wiring retired environments scenarios"
    ),
    ("policy", "/properties/spec/properties/retired"): "on reason",
    (
        "policy",
        "/$defs/notify",
    ): "started succeeded failed nothingToRollBack notRolledBack recovered stillRed refused outsideDeployment unknown",
    ("policy", "/$defs/deployment"): "codedeploy",
    ("policy", "/$defs/codedeploy"): (
        "platform application group managedBy traffic bake ecs loadBalancer lambda server ignorePollAlarmFailure"
    ),
    ("policy", "/$defs/codedeploy/properties/traffic"): "canary linear allAtOnce config healthyHosts",
    ("policy", "/$defs/codedeploy/properties/traffic/properties/canary"): "percent interval",
    ("policy", "/$defs/codedeploy/properties/traffic/properties/linear"): "percent interval",
    ("policy", "/$defs/codedeploy/properties/traffic/properties/healthyHosts"): "atLeastPercent atLeast",
    ("policy", "/$defs/codedeploy/properties/ecs"): "cluster service hooks revisionBucket",
    ("policy", "/$defs/codedeploy/properties/lambda"): "function alias hooks revisionBucket",
    ("policy", "/$defs/codedeploy/properties/loadBalancer"): "listener testListener targetGroups",
    ("policy", "/$defs/codedeploy/properties/server"): "autoScalingGroups tags blueGreen expectedDuration",
    ("policy", "/$defs/criterion"): (
        "id uses with title why measures concern judges mode signal threshold window missing leastTraffic fewSamples"
    ),
    ("policy", "/$defs/signal"): ("namespace metric statistic dimensions unit expression metrics anomaly query alarm"),
    ("policy", "/$defs/metric"): "namespace metric statistic dimensions",
    ("policy", "/$defs/signal/properties/anomaly"): "namespace metric statistic dimensions deviations",
    ("policy", "/$defs/threshold"): "above atLeast below atMost outside",
    ("policy", "/$defs/threshold/properties/outside"): "below above",
    ("policy", "/$defs/window"): "period datapoints of",
    ("policy", "/$defs/leastTraffic"): "metric perPeriod",
    ("policy", "/$defs/trigger"): "atLeast",
    ("policy", "/$defs/environment"): "vars mode criteria trigger rollbackWithin stillRedAfter notify deployments",
    ("policy", "/$defs/environment/properties/criteria/additionalProperties"): (
        "threshold window missing fewSamples leastTraffic mode with"
    ),
    ("policy", "/$defs/environment/properties/deployments"): "codedeploy",
    ("policy", "/$defs/scenario"): "name environment deploy length before delivery series fault expect",
    ("policy", "/$defs/scenario/properties/deploy"): "at lasts",
    ("policy", "/$defs/scenario/properties/fault"): "errors latency at for traffic",
    ("policy", "/$defs/scenario/properties/expect"): "rollback alarm alarms notified stoppedAt",
    ("policy", "/$defs/scenario/properties/expect/properties/rollback"): "because within",
    ("policy", "/$defs/scenario/properties/expect/properties/stoppedAt"): "traffic",
    ("policy", "/$defs/shape"): "hold step ramp noise values csv spike gap",
    ("policy", "/$defs/step"): "from to at",
    ("policy", "/$defs/ramp"): "from to at for",
    ("policy", "/$defs/noise"): "around by seed",
    ("policy", "/$defs/spike"): "from to at for",
    ("policy", "/$defs/gap"): "at for",
    ("environments", ""): "apiVersion kind defaults environments",
    ("environments", "/properties/defaults"): "mode notify bake protect records recorder",
    ("environments", "/properties/environments/additionalProperties"): (
        "title account region regions site mode notify bake protect disarmed vars channels records recorder limits iam tags"
    ),
    ("environments", "/properties/environments/additionalProperties/properties/channels/additionalProperties"): (
        "email https sqs topic pagerduty slack"
    ),
    ("environments", "/properties/environments/additionalProperties/properties/limits"): (
        "codedeployAlarms deploymentConfigs eventRules"
    ),
    ("environments", "/properties/environments/additionalProperties/properties/iam"): (
        "path permissionsBoundary codedeployRole"
    ),
    ("environments", "/$defs/records"): "retention",
    ("environments", "/$defs/recorder"): "alarms reservedConcurrency memory logRetention",
    ("preset", ""): "apiVersion kind service title owners presets",
    ("preset", "/properties/presets/items"): (
        "id title measures concern judges parameters signal threshold tuning window missing leastTraffic fewSamples why "
        "blindSpots traces sources since"
    ),
    ("preset", "/properties/presets/items/properties/traces"): "fires quiet",
    ("preset", "/properties/presets/items/properties/traces/properties/fires/items"): (
        "name series within samples length"
    ),
    ("preset", "/properties/presets/items/properties/traces/properties/quiet/items"): "name series samples length",
    ("preset", "/properties/presets/items/properties/parameters/additionalProperties"): (
        "description example pattern list optional"
    ),
    ("preset", "/properties/presets/items/properties/tuning"): "from to when",
    ("preset", "/properties/presets/items/properties/sources/items"): "url seen says",
}


@pytest.mark.parametrize(("file", "pointer"), LANGUAGE)
def test_the_schema_holds_the_keys_of_the_language_and_no_other(file: str, pointer: str) -> None:
    node = SCHEMAS[f"{file}.schema.json"]
    for part in pointer.split("/")[1:]:
        node = node[part]
    assert node["properties"].keys() == set(LANGUAGE[file, pointer].split())


ACCEPTANCE = ROOT.parent / "shared" / "data" / "acceptance" / "policies"
OURS = sorted((ROOT / "policies").rglob("*.yaml"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_own_policies_and_presets_are_accepted(path: Path) -> None:
    document = parse(path.name, path.read_bytes()).value
    assert document is not None
    kind = kind_of(document)
    assert isinstance(kind, str)
    assert validate(document, kind) == ()
