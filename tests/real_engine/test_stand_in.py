"""The stand-in provider under programs of our own: Regions, look-ups, secrets, and everything that AWS would not accept at once."""

from __future__ import annotations

import os
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from rollguard.failure import Failure
from rollguard.sandbox.aws import World
from rollguard.sandbox.driver import run
from rollguard.sandbox.request import Sandbox
from rollguard.sandbox.trail import read_trail

SECRET = "https://hooks.example.com/5ecret-t0ken"


def alarm(name: str, region: str | None = None, provider: aws.Provider | None = None) -> None:
    aws.cloudwatch.MetricAlarm(
        name,
        name="same-name",
        namespace="Shop",
        metric_name="Errors",
        statistic="Sum",
        comparison_operator="GreaterThanThreshold",
        threshold=1,
        period=60,
        evaluation_periods=1,
        region=region,
        opts=pulumi.ResourceOptions(provider=provider),
    )


def test_each_provider_and_each_resource_has_its_own_region_and_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALACCOUNT")
    seen: dict[str, str] = {}

    def program() -> None:
        seen.update({name: value for name, value in os.environ.items() if name.startswith("AWS_")})
        for region in ("eu-west-1", "us-east-1"):
            provider = aws.Provider(region, region=region, allowed_account_ids=["222222222222"])
            alarm(f"in-{region}", provider=provider)
        alarm("elsewhere", region="ap-south-1", provider=provider)
        pulumi.export(
            "account", aws.get_caller_identity_output(opts=pulumi.InvokeOptions(provider=provider)).account_id
        )
        pulumi.export("parameter", aws.ssm.get_parameter_output(name="/shop/listener-arn", region="eu-west-1").value)

    sandbox = Sandbox(tmp_path, "prod", program=program)
    made = run(sandbox, "up")
    assert {(one.account, one.region, one.name) for one in World(sandbox.home.folder).resources()} == {
        ("222222222222", region, "same-name") for region in ("eu-west-1", "us-east-1", "ap-south-1")
    }
    assert (made.outputs["account"], made.outputs["parameter"]) == (
        "222222222222",
        "arn:aws:sandbox:::ssm//shop/listener-arn",
    )
    assert "AWS_ACCESS_KEY_ID" not in seen  # no real account is within reach of the program
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREALACCOUNT"  # and ours is as it was
    assert run(sandbox, "up").counts == {"same": 3}


def test_a_secret_is_nowhere_in_clear_and_no_second_run_sees_a_change(tmp_path: Path) -> None:
    def program() -> None:
        topic = aws.sns.Topic("topic", name="pager", region="eu-west-1")
        aws.sns.TopicSubscription(
            "pager", topic=topic.arn, protocol="https", endpoint=pulumi.Output.secret(SECRET), region="eu-west-1"
        )
        pulumi.export("endpoint", pulumi.Output.secret(SECRET))

    sandbox = Sandbox(tmp_path, "prod", program=program)
    made = run(sandbox, "up")
    assert made.outputs["endpoint"] == "[secret]"
    assert run(sandbox, "up").counts == {"same": 2}
    assert run(sandbox, "refresh").changed == 0
    assert len(read_trail(sandbox.home.folder / "trail.jsonl")) == 0
    written = [path for path in sandbox.home.base.rglob("*") if path.is_file()]
    assert [path for path in written if b"5ecret" in path.read_bytes()] == []


def test_all_that_aws_would_not_accept_is_told_at_once_with_the_policy(tmp_path: Path) -> None:
    def program() -> None:
        aws.cloudwatch.CompositeAlarm(
            "orders",
            alarm_name="n" * 256,
            alarm_rule="ALARM(rollguard_prod_orders_errors) AND",
            alarm_actions=["arn:aws:sns:eu-west-1:222222222222:topic"] * 6,
            tags={"rollguard:policy": "orders"},
            region="eu-west-1",
        )

    sandbox = Sandbox(tmp_path, "prod", program=program)
    with pytest.raises(Failure) as refused:
        run(sandbox, "up")
    told = refused.value.message.splitlines()
    assert [line.partition(": Value")[0] for line in told[:2]] == ["orders: alarmActions", "orders: alarmName"]
    assert told[2] == "orders: alarmRule: Error in AlarmRule [Unexpected end of rule at char 39] (policy `orders`)"
    assert told[1].endswith("Member must have length less than or equal to 255 (policy `orders`)")
    assert World(sandbox.home.folder).resources() == ()
    assert not sandbox.home.unfinished("prod").exists()


def test_what_aws_refuses_at_the_call_is_told_in_its_words(tmp_path: Path) -> None:
    def program() -> None:
        aws.cloudwatch.CompositeAlarm("lonely", alarm_name="lonely", alarm_rule='ALARM("absent")', region="eu-west-1")

    with pytest.raises(Failure) as refused:
        run(Sandbox(tmp_path, "prod", program=program), "up")
    assert refused.value.message == (
        "lonely: An error occurred (ValidationError) when calling the PutCompositeAlarm operation: "
        "Could not save the composite alarm as alarms [absent] in the alarm rule do not exist"
    )


def test_a_program_that_fails_is_named_with_its_line(tmp_path: Path) -> None:
    def program() -> None:
        raise LookupError("no such policy")

    with pytest.raises(Failure) as failed:
        run(Sandbox(tmp_path, "prod", program=program), "preview")
    assert failed.value.message.startswith("the program failed: LookupError: no such policy (`")
