"""Every command that a message gives is one of the AWS CLI: its operation, its options and their values are botocore's."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from hypothesis import given
from hypothesis import strategies as st

from rollguard import conventions
from rollguard.recorder.commands import Commands, name
from rollguard.recorder.next_steps import next_steps
from tests.recorder.sample_records import POLICIES, STATUSES, guards, record

_SERVICES = {"deploy": "codedeploy", "cloudwatch": "cloudwatch"}


def commands() -> list[str]:
    prod = guards()
    found = [
        command
        for platform, (policy, _, _) in POLICIES.items()
        for status in STATUSES
        for step in next_steps(record(prod[policy], platform, status), status)
        for command in step.commands
    ]
    unlinked: dict[str, Any] = record(prod["checkout"], "ECS", "started") | {"rollback": None}
    found += [command for step in next_steps(unlinked, "started") for command in step.commands]
    return sorted(set(found))


def operation(service: str, command: str) -> OperationModel:
    model = ServiceModel(Loader().load_service_model(_SERVICES[service], "service-2"))
    return next(
        model.operation_model(one) for one in model.operation_names if xform_name(one).replace("_", "-") == command
    )


def test_what_goes_into_a_file_is_json_whatever_the_cli_is_set_to() -> None:
    kept = [one for one in commands() if " > " in one]
    assert kept and all(" --output json > " in one for one in kept)


@pytest.mark.parametrize("command", [one for one in commands() if "aws " in one])
def test_the_aws_cli_has_this_command(command: str) -> None:
    inner = re.sub(
        r"^(?:for criterion in [^;]*; do )?for minute in \$\(seq 0 30\); do (.*) --timestamp \$\(\(.*\)\); done(?:; done)?$",
        r"\1 --timestamp 1",
        command,
    )
    words = shlex.split(inner.partition(" > ")[0])
    assert words[0] == "aws"
    model = operation(words[1], words[2])
    members = {
        f"--{xform_name(member).replace('_', '-')}": shape for member, shape in model.input_shape.members.items()
    }
    members |= {f"--no-{option[2:]}": shape for option, shape in members.items() if shape.type_name == "boolean"}
    if words[2] == "put-metric-data":  # the CLI's own short form for one datum
        members |= dict.fromkeys(("--metric-name", "--value", "--dimensions", "--timestamp"))
    options = [word for word in words[3:] if word.startswith("--")]
    assert set(options) <= {*members, "--region", "--query", "--output"}
    required = {f"--{xform_name(member).replace('_', '-')}" for member in model.input_shape.required_members}
    assert required <= {*options, "--metric-data"}
    for option in options:
        shape = members.get(option)
        value = words[words.index(option) + 1] if words.index(option) + 1 < len(words) else ""
        if shape is not None and getattr(shape, "enum", None):
            assert value in shape.enum
        if shape is not None and shape.type_name == "list" and getattr(shape.member, "enum", None):
            assert value in shape.member.enum


@pytest.mark.parametrize("command", commands())
def test_a_shell_can_read_it(command: str) -> None:
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run([bash, "-n", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "`" not in command
    assert "\n" not in command


def test_the_bypass_writes_the_metric_that_the_bypass_alarm_reads() -> None:
    guard = guards()["checkout"]
    bypass = next(one.bypass for one in guard.criteria if one.id == "slow")
    assert bypass is not None
    assert bypass.metric is not None
    command = Commands(record(guard, "ECS", "started")).bypass("slow")
    assert (
        f"--namespace {bypass.metric.namespace} --metric-name {bypass.metric.name} --value {bypass.threshold:g} "
        in command
    )
    found = re.search(r"--dimensions (\S+)", command)
    assert found
    assert sorted(tuple(pair.split("=")) for pair in found[1].split(",")) == list(bypass.metric.dimensions)


def test_several_criteria_are_passed_over_in_one_command() -> None:
    command = Commands(record(guards()["checkout"], "ECS", "started")).bypass("slow", "refused")
    assert command.startswith("for criterion in slow refused; do for minute in $(seq 0 30); do aws cloudwatch ")
    assert ",Criterion=$criterion --timestamp " in command
    assert command.endswith("; done; done")


def test_the_page_about_the_bypass_gives_the_same_command(checkout: Path) -> None:
    page = (checkout / "site/docs/how-to/bypass.md").read_text(encoding="utf-8")
    (shown, *_) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    ours = Commands(record(guards()["checkout"], "ECS", "started")).bypass("slow")
    one_line = shown.replace("\\\n", "").replace("\ndone", "; done").replace("do\n", "do ")
    assert shlex.split(one_line) == shlex.split(ours)


@given(
    st.from_regex(r"[a-z][a-z0-9-]{0,29}", fullmatch=True),
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.sampled_from(["eu-west-1", "ap-northeast-3", "us-gov-east-1"]),
)
def test_the_bucket_of_the_review_is_the_one_that_is_deployed(environment: str, account: str, region: str) -> None:
    made = {"environment": environment, "account": account, "region": region, "incident": "d-1"}
    bucket = conventions.records_bucket(environment, account, region)
    whole = (
        bucket == f"rollguard-{environment}-{account}-{region}"
    )  # else it was shortened, with a hash that no message guesses
    for command in Commands(made).review():
        assert f" --from s3://{bucket if whole else 'RECORDS-BUCKET'}" in command


def test_messages_and_pages_name_the_bucket_of_their_account(checkout: Path) -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (checkout / "site/docs").rglob("*.md"))
    documented = set(re.findall(r"s3://(rollguard-[a-z0-9-]+)", pages))
    assert documented == {conventions.records_bucket("prod", "111122223333", "eu-west-1")}
    account = record(guards()["checkout"], "ECS", "started")["account"]
    sent = {bucket for command in commands() for bucket in re.findall(r"s3://(\S+)", command)}
    assert sent == {conventions.records_bucket("prod", account, "eu-west-1")}


@pytest.mark.parametrize(
    "hostile",
    ["a b", "a;reboot", "$(reboot)", "`reboot`", "a'b", 'a"b', "a\nb", "", None, 7, "x" * 256, "a|b", "--option", "é"],
)
def test_what_is_no_name_of_aws_never_enters_a_command(hostile: object) -> None:
    assert name(hostile, "GROUP") == "GROUP"


@pytest.mark.parametrize(
    ("platform", "known", "asked"),
    [
        ("ECS", {"kind": "taskDefinition", "text": "checkout:42", "sha256": "ab" * 32}, "ab" * 32),
        ("Lambda", {"kind": "appSpec", "text": "sha256:abab", "sha256": "ab" * 32}, "ab" * 32),
        ("ECS", None, "$("),
        ("Lambda", {"kind": "lambdaVersion", "text": "7", "sha256": "$(reboot)"}, "$(aws deploy get-deployment "),
    ],
)
def test_an_appspec_is_fetched_by_its_hash_as_getdeployment_has_no_content(
    platform: str, known: dict[str, Any] | None, asked: str
) -> None:
    command = Commands({**record(guards()["checkout"], "ECS", "failed"), "platform": platform}).revision("d-1", known)
    assert command.startswith("aws deploy get-application-revision --region eu-west-1 --application-name shop ")
    assert f'--revision "revisionType=AppSpecContent,appSpecContent={{sha256={asked}' in command
    assert command.endswith(" --query revision --output json > revision.json")
    assert "reboot" not in command


@pytest.mark.parametrize(
    ("platform", "known"),
    [("Server", None), ("ECS", {"kind": "s3", "text": "s3://b/k"}), ("Server", {"kind": "github"})],
)
def test_a_bundle_is_stated_by_getdeployment_itself(platform: str, known: dict[str, Any] | None) -> None:
    command = Commands({**record(guards()["checkout"], "ECS", "failed"), "platform": platform}).revision("d-1", known)
    assert command == (
        "aws deploy get-deployment --region eu-west-1 --deployment-id d-1 --query deploymentInfo.revision "
        "--output json > revision.json"
    )


def test_what_becomes_a_file_is_json_whatever_the_readers_settings() -> None:
    assert all("--output json" in one for one in commands() if " > " in one)
