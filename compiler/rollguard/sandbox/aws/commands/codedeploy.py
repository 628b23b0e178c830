"""CodeDeploy: applications, deployment configurations and deployment groups (aws-facts 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rollguard import predefined_configs
from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.commands.iam import trusts
from rollguard.sandbox.aws.resource import Resource

_NO_BALANCER = (
    "The specification for load balancing in the deployment group is invalid. The deploymentOption value is set to WITH_TRAFFIC_CONTROL, "
    "but either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList."
)


def create_application(call: Call) -> Resource:
    name = call.members["applicationName"]
    if call.get("application", name):
        raise call.refuse("ApplicationAlreadyExistsException", f"Application already exists: {name}", ("name",))
    id = call.new_id()
    status = {"applicationId": id, "linkedToGitHub": False, "createTime": call.now}
    return call.made(name, f"{id}:{name}", call.arn("codedeploy", f"application:{name}"), status)


def update_application(call: Call, old: Resource) -> Resource:
    """Renaming takes the groups along."""
    name = call.members["applicationName"]
    if name == old.name:
        return overwrite(call, old)
    if call.get("application", name):
        raise call.refuse("ApplicationAlreadyExistsException", f"Application already exists: {name}", ("name",))
    for group in _groups(call, old.name):
        call.state.remove(group)
        members = {**group.members, "applicationName": name}
        call.state.put(_placed(call, replace(group, members=members)))
    return replace(overwrite(call, old), name=name, arn=call.arn("codedeploy", f"application:{name}"))


def delete_application(call: Call, old: Resource) -> None:
    """Deletes the application's groups with it."""
    for group in _groups(call, old.name):
        call.state.remove(group)
    call.state.remove(old)


def create_config(call: Call) -> Resource:
    name = call.members["deploymentConfigName"]
    if call.get("deploymentConfig", name):
        words = f"Deployment configuration already exists: {name}"
        raise call.refuse("DeploymentConfigAlreadyExistsException", words, ("deploymentConfigName",))
    if len(call.of("deploymentConfig")) >= call.limits.deployment_configs:
        words = (
            f"The deployment configurations limit was exceeded: {call.limits.deployment_configs} per account and Region"
        )
        raise call.refuse("DeploymentConfigLimitExceededException", words)
    status = {"deploymentConfigId": call.new_id(), "createTime": call.now}
    return call.made(name, name, call.arn("codedeploy", f"deploymentconfig:{name}"), status)


def update_config(call: Call, old: Resource) -> Resource:
    if call.members == old.members:
        return old
    words = f"Deployment configurations cannot be changed, only replaced by one of another name: {old.name}"
    raise call.refuse("InvalidOperationException", words, ("deploymentConfigName",))


def delete_config(call: Call, old: Resource) -> None:
    users = [
        group.name
        for group in call.of("deploymentGroup").values()
        if group.members.get("deploymentConfigName") == old.name
    ]
    if users:
        words = f"The deployment configuration is still in use. {old.name}: {', '.join(sorted(users))}"
        raise call.refuse("DeploymentConfigInUseException", words)
    call.state.remove(old)


def create_group(call: Call) -> Resource:
    application, name = call.members["applicationName"], call.members["deploymentGroupName"]
    platform = _check_group(call, None)
    if call.get("deploymentGroup", f"{application}/{name}"):
        words = f"Deployment group name already exists for application {application}: {name}"
        raise call.refuse("DeploymentGroupAlreadyExistsException", words, ("deploymentGroupName",))
    id = call.new_id()
    return _placed(call, call.made("", id, "", {"deploymentGroupId": id, "computePlatform": platform}))


def update_group(call: Call, old: Resource) -> Resource:
    """UpdateDeploymentGroup looks for the group in the application that it is given: a group cannot move."""
    application, name = call.members["applicationName"], call.members["deploymentGroupName"]
    _check_group(call, old)
    if application != old.members["applicationName"]:
        words = f"No Deployment Group found for name: {old.members['deploymentGroupName']}"
        raise call.refuse("DeploymentGroupDoesNotExistException", words, ("appName",))
    if f"{application}/{name}" != old.name and call.get("deploymentGroup", f"{application}/{name}"):
        words = f"Deployment group name already exists for application {application}: {name}"
        raise call.refuse("DeploymentGroupAlreadyExistsException", words, ("deploymentGroupName",))
    return _placed(call, overwrite(call, old))


def delete_group(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _check_group(call: Call, old: Resource | None) -> str:
    """What a group needs around it. Returns the application's compute platform."""
    application = call.get("application", call.members["applicationName"])
    if application is None:
        words = f"No application found for name: {call.members['applicationName']}"
        raise call.refuse("ApplicationDoesNotExistException", words, ("appName",))
    platform: str = application.members.get("computePlatform", "Server")
    _check_config(call, platform)
    _check_style(call, platform)
    _check_alarms(call)
    role = call.state.by_id(call.account, "", "role", call.members["serviceRoleArn"].rpartition("/")[2])
    if role is not None and not trusts(role, "codedeploy"):
        words = f"AWS CodeDeploy does not have the permissions required to assume the role {role.arn}."
        raise call.refuse("InvalidRoleException", words, ("serviceRoleArn",))
    for service in call.members.get("ecsServices", ()):
        for group in call.of("deploymentGroup").values():
            if group.id != (old.id if old else "") and service in group.members.get("ecsServices", ()):
                words = f"The Amazon ECS service {service.get('serviceName')} is associated with another deployment group: {group.name}"
                raise call.refuse("ECSServiceMappingLimitExceededException", words, ("ecsService",))
    return platform


def _check_config(call: Call, platform: str) -> None:
    name = call.members.get("deploymentConfigName", f"{predefined_configs.PREFIX}OneAtATime")
    found: str | None = predefined_configs.platform_of(name)
    if found is None:
        config = call.get("deploymentConfig", name)
        if config is None:
            words = f"No Deployment Configuration found for name: {name}"
            raise call.refuse("DeploymentConfigDoesNotExistException", words, ("deploymentConfigName",))
        found = config.members.get("computePlatform", "Server")
    if found != platform:
        words = f"The deployment configuration {name} is for the compute platform {found}, the application is for {platform}"
        raise call.refuse("InvalidDeploymentConfigNameException", words, ("deploymentConfigName",))


def _check_style(call: Call, platform: str) -> None:
    style = call.members.get("deploymentStyle", {})
    option = style.get("deploymentOption", "WITHOUT_TRAFFIC_CONTROL")
    if platform != "Server" and (style.get("deploymentType"), option) != ("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"):
        words = f"For the compute platform {platform} the deployment type must be BLUE_GREEN and the option WITH_TRAFFIC_CONTROL"
        raise call.refuse("InvalidDeploymentStyleException", words, ("deploymentStyle",))
    if (platform == "ECS") != bool(call.members.get("ecsServices")):
        words = "needs exactly one Amazon ECS service" if platform == "ECS" else "must not name an Amazon ECS service"
        raise call.refuse(
            "InvalidECSServiceException",
            f"A deployment group of the compute platform {platform} {words}",
            ("ecsService",),
        )
    balancer = call.members.get("loadBalancerInfo", {})
    named = any(balancer.get(kind) for kind in ("elbInfoList", "targetGroupInfoList", "targetGroupPairInfoList"))
    if platform == "Server" and option == "WITH_TRAFFIC_CONTROL" and not named:
        raise call.refuse("InvalidLoadBalancerInfoException", _NO_BALANCER, ("loadBalancerInfo",))


def _check_alarms(call: Call) -> None:
    """A group may only poll alarms that exist (aws-facts 2.1: the alarm must exist first); a disabled list is not looked at."""
    configuration: Mapping[str, Any] = call.members.get("alarmConfiguration", {})
    if configuration.get("enabled") is True:
        missing = [alarm["name"] for alarm in configuration.get("alarms", ()) if alarm["name"] not in call.of("alarm")]
        if missing:
            words = f"The alarms do not exist in {call.region}: {', '.join(missing)}"
            raise call.refuse("InvalidAlarmConfigException", words, ("alarmConfiguration", "alarms"))


def _groups(call: Call, application: str) -> list[Resource]:
    return [group for group in call.of("deploymentGroup").values() if group.members["applicationName"] == application]


def _placed(call: Call, group: Resource) -> Resource:
    name = f"{group.members['applicationName']}/{group.members['deploymentGroupName']}"
    return replace(group, name=name, arn=call.arn("codedeploy", f"deploymentgroup:{name}"))


def _find_application(call: Call) -> Resource | None:
    return call.get("application", call.members["applicationName"])


def _find_config(call: Call) -> Resource | None:
    return call.get("deploymentConfig", call.members["deploymentConfigName"])


def _find_group(call: Call) -> Resource | None:
    return call.get("deploymentGroup", f"{call.members['applicationName']}/{call.members['deploymentGroupName']}")


APPLICATION = Commands(create_application, update_application, delete_application, _find_application)
CONFIG = Commands(create_config, update_config, delete_config, _find_config)
GROUP = Commands(create_group, update_group, delete_group, _find_group)
