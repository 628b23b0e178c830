"""Lambda functions, and the log groups that they write to."""

from __future__ import annotations

from typing import Any

from rollguard.sandbox.aws.commands import Call, Commands, iam, overwrite
from rollguard.sandbox.aws.resource import Resource

#: What an account has, and what of it must stay for functions that reserve nothing (PutFunctionConcurrency).
_CONCURRENCY, _UNRESERVED = 1000, 100


def create_function(call: Call) -> Resource:
    name = call.members["FunctionName"]
    if call.get("function", name):
        raise call.refuse("ResourceConflictException", f"Function already exist: {name}", ("name",))
    arn = call.arn("lambda", f"function:{name}")
    return call.made(name, name, arn, _status(call, arn))


def update_function(call: Call, old: Resource) -> Resource:
    return overwrite(call, old, _status(call, old.arn))


def create_log_group(call: Call) -> Resource:
    name = call.members["logGroupName"]
    if call.get("logGroup", name):
        raise call.refuse("ResourceAlreadyExistsException", "The specified log group already exists", ("name",))
    return call.made(name, name, call.arn("logs", f"log-group:{name}"))


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _status(call: Call, arn: str) -> dict[str, Any]:
    """Lambda looks at the role, at what it may do with the dead-letter queue, and at the account's concurrency."""
    role = next((one for one in call.everywhere("role") if one.arn == call.members["Role"]), None)
    if role is None or not iam.trusts(role, "lambda"):
        words = "The role defined for the function cannot be assumed by Lambda."
        raise call.refuse("InvalidParameterValueException", words, ("role",))
    queue = (call.members.get("DeadLetterConfig") or {}).get("TargetArn")
    if queue and not iam.allows(call, role, "sqs:SendMessage", queue):
        words = "The provided execution role does not have permissions to call SendMessage on SQS"
        raise call.refuse("InvalidParameterValueException", words, ("deadLetterConfig", "targetArn"))
    reserved = max(call.kept.get("reservedConcurrentExecutions", -1), 0)
    others = (one.status for one in call.of("function").values() if one.name != call.members["FunctionName"])
    if reserved and reserved + sum(one["ReservedConcurrentExecutions"] for one in others) > _CONCURRENCY - _UNRESERVED:
        words = (
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{_UNRESERVED}]."
        )
        raise call.refuse("InvalidParameterValueException", words, ("reservedConcurrentExecutions",))
    invoked = f"arn:{call.partition}:apigateway:{call.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    return {
        "CodeSha256": call.members["Code"]["ZipFile"].get("hash", ""),
        "InvokeArn": invoked,
        "LastModified": call.now,
        "QualifiedArn": f"{arn}:$LATEST",
        "ReservedConcurrentExecutions": reserved,
    }


FUNCTION = Commands(
    create_function, update_function, remove, lambda call: call.get("function", call.members["FunctionName"])
)
LOG_GROUP = Commands(
    create_log_group, overwrite, remove, lambda call: call.get("logGroup", call.members["logGroupName"])
)
