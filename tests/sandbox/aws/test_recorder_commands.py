"""AWS's refusals about what stands around the recorder: rules, functions, queues, buckets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rollguard.sandbox.aws import Answer, Limits, Mark, Refusal, Scope, World

Make = Callable[..., Answer]
Legal = Callable[..., dict[str, Any]]
Token = Callable[[str], str]
RULE = "rollguard_prod_deployments"


def refused(command: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        command()
    return (
        str(caught.value).partition(" when calling ")[0].partition("(")[2].replace(")", "")
        + ": "
        + caught.value.message
    )


def trusting(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_bus_takes_as_many_rules_as_its_quota_says(
    world: World, make: Make, legal: Legal, token: Token, scope: Scope
) -> None:
    def rule(number: int) -> Answer:
        inputs = legal("EventRule", name=f"rule-{number}")
        return world.create(token("EventRule"), inputs, scope, Mark("s"), limits=Limits(event_rules=2))

    rule(1), rule(2)
    assert refused(lambda: rule(3)) == (
        "LimitExceededException: The requested resource exceeds the maximum number allowed."
    )
    for number in range(300 - 2):
        make("EventRule", name=f"usual-{number}")
    assert refused(lambda: make("EventRule", name="the-301st")).startswith("LimitExceededException")


def test_a_rule_takes_five_targets_and_none_twice(make: Make) -> None:
    make("EventRule")
    for number in range(5):
        make("EventTarget", targetId=f"target-{number}")
    assert refused(lambda: make("EventTarget", targetId="a-sixth")).startswith(
        "LimitExceededException: The requested resource exceeds the maximum number allowed: 5 targets"
    )
    assert refused(lambda: make("EventTarget", targetId="target-0")).startswith("ResourceAlreadyExistsException")


def test_a_target_needs_its_rule_and_a_rule_stays_while_it_has_one(
    world: World, make: Make, scope: Scope, token: Token
) -> None:
    assert refused(lambda: make("EventTarget")) == (
        f"ResourceNotFoundException: Rule {RULE} does not exist on EventBus default."
    )
    made = make("EventRule")
    target = make("EventTarget")
    assert refused(lambda: world.delete(token("EventRule"), made.id, scope)) == (
        "ValidationException: Rule can't be deleted since it has targets."
    )
    world.delete(token("EventTarget"), target.id, scope)
    world.delete(token("EventRule"), made.id, scope)
    assert world.resources() == ()


def test_a_destination_needs_its_connection(make: Make) -> None:
    assert refused(lambda: make("EventApiDestination")).startswith(
        "ResourceNotFoundException: Connection 'rollguard_prod_pager"
    )
    connection = make("EventConnection")
    made = make("EventApiDestination", connectionArn=connection.outputs["arn"])
    assert made.outputs["arn"].startswith(
        "arn:aws:events:eu-west-1:123456789012:api-destination/rollguard_prod_pager_pagerduty/"
    )


def test_the_role_of_a_function_exists_trusts_lambda_and_may_use_the_queue(make: Make) -> None:
    cannot = "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."
    assert refused(lambda: make("Function")) == cannot
    make("Role", name="other", assumeRolePolicy=trusting("codedeploy.amazonaws.com"))
    assert refused(lambda: make("Function", role="arn:aws:iam::123456789012:role/other")) == cannot
    make("Role")
    assert refused(lambda: make("Function")) == (
        "InvalidParameterValueException: The provided execution role does not have permissions to call SendMessage on SQS"
    )
    make("RolePolicy")
    assert make("Function").outputs["arn"] == "arn:aws:lambda:eu-west-1:123456789012:function:rollguard_prod_recorder"
    assert refused(lambda: make("Function")) == (
        "ResourceConflictException: Function already exist: rollguard_prod_recorder"
    )


def test_a_hundred_executions_stay_unreserved(make: Make) -> None:
    make("Role"), make("RolePolicy")
    make("Function", name="first", reservedConcurrentExecutions=600)
    assert refused(lambda: make("Function", reservedConcurrentExecutions=301)) == (
        "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100]."
    )
    make("Function", reservedConcurrentExecutions=300)


def test_what_is_set_on_a_bucket_needs_the_bucket(make: Make) -> None:
    for kind in ("BucketVersioning", "BucketPolicy", "BucketLifecycleConfiguration", "BucketObjectv2"):
        assert refused(lambda kind=kind: make(kind)) == "NoSuchBucket: The specified bucket does not exist"  # type: ignore[misc]
    assert refused(lambda: make("QueuePolicy")).endswith("The specified queue does not exist.")


def test_a_bucket_is_nobody_elses_and_goes_empty_only(
    world: World, make: Make, scope: Scope, token: Token, legal: Legal
) -> None:
    bucket = make("Bucket")
    assert refused(lambda: make("Bucket")).startswith("BucketAlreadyOwnedByYou: ")
    elsewhere = Scope("999999999999", "us-east-1")
    inputs = legal("Bucket", region="us-east-1")
    assert refused(lambda: world.create(token("Bucket"), inputs, elsewhere, Mark("s"))).startswith(
        "BucketAlreadyExists: "
    )
    make("BucketVersioning")
    held = make("BucketObjectv2")
    assert refused(lambda: world.delete(token("Bucket"), bucket.id, scope)).startswith("BucketNotEmpty: ")
    world.delete(token("BucketObjectv2"), held.id, scope)
    world.delete(token("Bucket"), bucket.id, scope)
    assert world.resources() == ()  # what was set on it went with it


def test_an_object_that_changes_is_another_version(
    world: World, make: Make, scope: Scope, token: Token, legal: Legal
) -> None:
    make("Bucket")
    first = make("BucketObjectv2")
    again = world.update(token("BucketObjectv2"), first.id, legal("BucketObjectv2", content="{}"), scope)
    assert again.outputs["versionId"] != first.outputs["versionId"]
    assert again.outputs["etag"] != first.outputs["etag"]


def test_a_key_in_a_connection_is_stored_as_a_hash(world: World, make: Make, tmp_path: Any) -> None:
    from rollguard.sandbox.aws import Secret

    key = "0123456789abcdef0123456789abcdef"
    make("EventConnection", authParameters={"apiKey": {"key": "X-Routing-Key", "value": Secret(key)}})
    assert key not in (tmp_path / "state" / "world.json").read_text(encoding="utf-8")
