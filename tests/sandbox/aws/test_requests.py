"""Every input of the SDK has a row, every row leads to a member of AWS's API, and back."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollguard.sandbox.aws import TYPES, Refusal, check
from rollguard.sandbox.aws.constraints import pattern
from rollguard.sandbox.aws.model import input_shape, shapes
from rollguard.sandbox.aws.paths import EACH, template
from rollguard.sandbox.aws.requests import input_path, inputs_of, members, request, with_defaults
from rollguard.sandbox.aws.resource_types import resource_type

LEGAL = yaml.safe_load((Path(__file__).parent / "legal.yaml").read_text(encoding="utf-8"))


def _sdk_inputs(module: Any, arguments: type, prefix: str = "") -> Iterator[str]:
    """The input paths that the installed SDK's argument class knows, nested ones included."""
    for holder in vars(arguments).values():
        name = getattr(getattr(holder, "fget", None), "_pulumi_name", None)
        if name is None:
            continue
        annotation = str(holder.fget.__annotations__["return"])
        nested = re.search(r"(\w+Args)\b", annotation)
        # A policy document may be given as an object; the SDK serialises it to the text that AWS takes.
        if nested and "PolicyDocumentArgs" not in annotation:
            many = "[]" if "Sequence" in annotation else ""
            yield from _sdk_inputs(module, getattr(module, nested[1]), f"{prefix}{name}{many}.")
        else:
            yield prefix + name


def _sdk_class(token: str) -> tuple[Any, str]:
    module = token.split(":")[1].split("/")[0]
    # `lambda` is a word of Python.
    return importlib.import_module(f"pulumi_aws.{'lambda_' if module == 'lambda' else module}"), token.split(":")[2]


def _arguments(module: Any, name: str) -> Any:
    """The resource's own inputs; where a block of another resource has that name, Pulumi puts `Init` into it."""
    return getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")


@pytest.mark.parametrize("token", TYPES)
def test_every_input_of_the_installed_sdk_has_exactly_one_row(token: str) -> None:
    module, name = _sdk_class(token)
    table = resource_type(token)
    expected = {template(path).tokens for path in _sdk_inputs(module, _arguments(module, name))}
    rows = [tuple(row.input) for row in table.rows]
    known = {tokens[:-1] if tokens[-1] == EACH else tokens for tokens in rows}
    assert {tokens for tokens in expected if tokens[0] not in table.unsupported} == known
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("token", TYPES)
def test_every_output_of_the_installed_sdk_is_answered(token: str) -> None:
    module, name = _sdk_class(token)
    outputs = {
        holder.fget._pulumi_name
        for holder in vars(getattr(module, name)).values()
        if hasattr(getattr(holder, "fget", None), "_pulumi_name")
    }
    inputs = {path.partition(".")[0].removesuffix("[]") for path in _sdk_inputs(module, _arguments(module, name))}
    assert outputs - inputs <= set(resource_type(token).outputs)


@pytest.mark.parametrize("token", TYPES)
def test_every_row_names_a_member_that_the_service_model_has(token: str) -> None:
    table = resource_type(token)
    known = shapes(table.service)
    for row in table.rows:
        if not row.member:
            continue
        shape = input_shape(table.service, str(row.member[0]))
        for step in row.member[1:]:
            if step == EACH and row.member.index(step) == 1:
                continue  # the call itself is made once per element
            holder = known[shape]
            shape = (
                holder["member"]["shape"]
                if isinstance(step, int)
                else holder["value"]["shape"]
                if holder["type"] == "map"
                else holder["members"][step]["shape"]
            )
        if row.pair:
            assert set(row.pair) <= set(known[known[shape]["member"]["shape"]]["members"])


def test_every_pattern_of_the_operations_that_we_call_can_be_read() -> None:
    services = {resource_type(token).service for token in TYPES}
    unread = [
        shape["pattern"]
        for service in services
        for shape in shapes(service).values()
        if "pattern" in shape and not pattern(shape["pattern"])
    ]
    assert unread == []


@pytest.mark.parametrize("token", TYPES)
def test_members_lead_back_to_the_inputs_that_made_them(token: str) -> None:
    table = resource_type(token)
    inputs = LEGAL[token]
    back = inputs_of(table, members(table, inputs), inputs)
    assert with_defaults(table, back) == with_defaults(table, inputs)


def test_a_metric_alarm_becomes_the_call_that_the_provider_makes() -> None:
    table = resource_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    inputs = {"name": "a", "dimensions": {"z": "1", "b": "2"}, "threshold": 1.5, "tags": {"k": "v"}}
    assert request(table, with_defaults(table, inputs)) == {
        "PutMetricAlarm": {
            "AlarmName": "a",
            "ActionsEnabled": True,
            "Dimensions": [{"Name": "b", "Value": "2"}, {"Name": "z", "Value": "1"}],
            "Tags": [{"Key": "k", "Value": "v"}],
            "Threshold": 1.5,
            "TreatMissingData": "missing",
        }
    }


def test_an_empty_alarm_list_is_sent_as_it_is() -> None:
    table = resource_type("aws:codedeploy/deploymentGroup:DeploymentGroup")
    sent = request(table, {"alarmConfiguration": {"enabled": False, "alarms": []}})
    assert sent["CreateDeploymentGroup"] == {"alarmConfiguration": {"enabled": False, "alarms": []}}


@pytest.mark.parametrize(
    ("token", "member", "inputs", "expected"),
    [
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            ("PutMetricAlarm", "Metrics", 1, "MetricStat", "Stat"),
            {},
            ("metricQueries", 1, "metric", "stat"),
        ),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", ("PutMetricAlarm", "Metrics"), {}, ("metricQueries",)),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            ("PutMetricAlarm", "Metrics", 0, "MetricStat"),
            {},
            ("metricQueries", 0, "metric"),
        ),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            ("PutMetricAlarm", "Dimensions", 1, "Value"),
            {"dimensions": {"b": "", "a": "x"}},
            ("dimensions", "b"),
        ),
        (
            "aws:codedeploy/deploymentGroup:DeploymentGroup",
            ("CreateDeploymentGroup", "alarmConfiguration", "alarms", 2, "name"),
            {},
            ("alarmConfiguration", "alarms", 2),
        ),
        (
            "aws:codedeploy/deploymentGroup:DeploymentGroup",
            ("CreateDeploymentGroup", "loadBalancerInfo", "targetGroupPairInfoList", 0, "targetGroups", 1, "name"),
            {},
            ("loadBalancerInfo", "targetGroupPairInfo", "targetGroups", 1, "name"),
        ),
        ("aws:iam/role:Role", ("AttachRolePolicy", 0, "PolicyArn"), {}, ("managedPolicyArns", 0)),
        ("aws:kms/key:Key", ("EnableKeyRotation", "RotationPeriodInDays"), {}, ("rotationPeriodInDays",)),
    ],
)
def test_a_members_place_leads_to_its_input(token: str, member: Any, inputs: Any, expected: Any) -> None:
    assert input_path(resource_type(token), member, inputs) == expected


def test_another_type_is_refused_with_the_list_of_those_that_are_known() -> None:
    with pytest.raises(Refusal) as caught:
        check("aws:ec2/instance:Instance", {})
    assert caught.value.code == "UnsupportedResourceType"
    assert caught.value.message.startswith(
        "the stand-in for AWS does not know `aws:ec2/instance:Instance`; it knows `aws:chatbot/"
    )
    assert all(token in caught.value.message for token in TYPES)
