"""The look-ups that our program makes: who am I, an SSM parameter, the outputs of a CloudFormation stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rollguard import conventions
from rollguard.sandbox.aws import Refusal, Scope
from rollguard.sandbox.placeholders import placeholder
from rollguard.sandbox.settings import ProviderSettings


def invoke(token: str, arguments: Mapping[str, object], scope: Scope, settings: ProviderSettings) -> dict[str, object]:
    """The answer to a function call. Parameters and outputs have placeholders for values.

    Raises Refusal for a function that the stand-in does not know, and for a CloudFormation stack that no policy reads.
    """
    function = _FUNCTIONS.get(token)
    if function is None:
        raise Refusal("UnsupportedFunction", token, f"the stand-in answers only {', '.join(sorted(_FUNCTIONS))}")
    region = arguments.get("region")
    return function(arguments, Scope(scope.account, region) if isinstance(region, str) else scope, settings)


def _caller_identity(_: Mapping[str, object], scope: Scope, __: ProviderSettings) -> dict[str, object]:
    user = f"arn:{conventions.partition(scope.region)}:sts::{scope.account}:assumed-role/sandbox/rollguard"
    return {"id": scope.account, "accountId": scope.account, "arn": user, "userId": "AROASANDBOX:rollguard"}


def _ssm_parameter(arguments: Mapping[str, object], scope: Scope, _: ProviderSettings) -> dict[str, object]:
    name = str(arguments.get("name", ""))
    value = placeholder("ssm", name)
    arn = f"arn:{conventions.partition(scope.region)}:ssm:{scope.region}:{scope.account}:parameter/{name.removeprefix('/')}"
    return {
        "id": name,
        "arn": arn,
        "name": name,
        "type": "String",
        "value": value,
        "insecureValue": value,
        "version": 1,
        "region": scope.region,
    }


def _cloudformation_stack(
    arguments: Mapping[str, object], scope: Scope, settings: ProviderSettings
) -> dict[str, object]:
    stack = str(arguments.get("name", ""))
    outputs = {name: placeholder("cfn", f"{stack}.{name}") for of, name in settings.cfn_outputs if of == stack}
    if not outputs:
        raise Refusal("ValidationError", "DescribeStacks", f"Stack with id {stack} does not exist")
    where = f"arn:{conventions.partition(scope.region)}:cloudformation:{scope.region}:{scope.account}"
    arn = f"{where}:stack/{stack}/00000000-0000-4000-8000-000000000000"
    return {
        "id": arn,
        "name": stack,
        "outputs": outputs,
        "parameters": {},
        "tags": {},
        "capabilities": [],
        "notificationArns": [],
        "description": "",
        "disableRollback": False,
        "iamRoleArn": "",
        "templateBody": "",
        "timeoutInMinutes": 0,
        "region": scope.region,
    }


_Function = Callable[[Mapping[str, object], Scope, ProviderSettings], dict[str, object]]

_FUNCTIONS: dict[str, _Function] = {
    "aws:cloudformation/getStack:getStack": _cloudformation_stack,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:ssm/getParameter:getParameter": _ssm_parameter,
}
