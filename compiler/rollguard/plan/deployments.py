"""One guarded deployment: the CodeDeploy group, its configuration, its role and the alarms it must poll."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rollguard import conventions
from rollguard.language import durations
from rollguard.plan.deployment_configs import deployment_config
from rollguard.plan.environment import Environment, resolve_at
from rollguard.plan.model import (
    CodeDeployGroup,
    DeploymentConfig,
    LoadBalancer,
    Platform,
    ServiceRole,
    Tags,
    TrafficShift,
    Value,
)
from rollguard.plan.place import Findings, Layered, Place, Variables
from rollguard.plan.plain_names import PlainName, check_plain_name
from rollguard.plan.service_role import Target, statements
from rollguard.plan.signals import known_text

PLATFORMS: dict[str, Platform] = {"ecs": "ECS", "lambda": "Lambda", "server": "Server"}

_NAME = re.compile(rf"[A-Za-z0-9._+=,@-]{{1,{conventions.CODEDEPLOY_LIMIT}}}", re.ASCII)

#: `bake` where neither policy nor environment states one: CodeDeploy then terminates the old tasks at once.
_NO_BAKE = 0


@dataclass(frozen=True, slots=True)
class DeploymentReader:
    """Reads the deployments of one policy in one environment and Region."""

    policy: str
    environment: Environment
    region: str
    include: tuple[str, ...]
    variables: Variables
    tags: Tags
    retired: bool
    findings: Findings

    def codedeploy(self, layers: Layered, place: Place, alarms: tuple[str, ...]) -> CodeDeployGroup:
        """The group with `alarms` attached; with none its alarm configuration is disabled, as AWS refuses an enabled empty one."""
        data = layers.data

        def at(*path: str) -> Place:
            return layers.place(*path, otherwise=place)

        platform = PLATFORMS[data["platform"]]
        blue_green = platform != "Server" or bool((data.get("server") or {}).get("blueGreen", False))
        application = self._name(data["application"], at("application"))
        group = self._name(data["group"], at("group"))
        ecs, function, server = data.get("ecs") or {}, data.get("lambda") or {}, data.get("server") or {}
        cluster = self._plain(ecs.get("cluster"), "cluster", at("ecs", "cluster"))
        service = self._plain(ecs.get("service"), "service", at("ecs", "service"))
        lambda_function = self._plain(function.get("function"), "function", at("lambda", "function"))
        lambda_alias = self._plain(function.get("alias"), "alias", at("lambda", "alias"))
        balancer = self._load_balancer(data.get("loadBalancer"), at("loadBalancer"))
        fleet = self._plains(server.get("autoScalingGroups"), "Auto Scaling group", at("server", "autoScalingGroups"))
        ec2_tags = tuple(sorted((server.get("tags") or {}).items()))
        block = "ecs" if platform == "ECS" else "lambda"
        target = Target(
            platform,
            group,
            cluster=cluster,
            service=service,
            function=lambda_function,
            hooks=self._known_names((ecs or function).get("hooks"), "function", at(block, "hooks")),
            revision_bucket=self._bucket((ecs or function).get("revisionBucket"), at(block, "revisionBucket")),
            load_balancer=balancer,
            auto_scaling_groups=fleet,
            ec2_tags=ec2_tags,
            blue_green=blue_green,
        )
        ours = data["managedBy"] == "rollguard"
        own_role = ours and not self.environment.iam("codedeployRole")
        role = None
        if own_role:
            role = ServiceRole(
                name=conventions.service_role(
                    self.environment.name, self.region, self.policy, f"{application}/{group}"
                ),
                path=self.environment.iam("path") or "/",
                permissions_boundary=self.environment.iam("permissionsBoundary"),
                statements=statements(target, self.region, self.environment.account),
                tags=self.tags,
            )
        return CodeDeployGroup(
            application=application,
            group=group,
            platform=platform,
            managed_by=data["managedBy"],
            config=self._config(data.get("traffic"), platform, at("traffic")),
            alarms=alarms,
            alarms_enabled=bool(alarms),
            ignore_poll_alarm_failure=bool(data.get("ignorePollAlarmFailure", False)),
            bake_minutes=self._bake(data, platform, blue_green),
            blue_green=blue_green,
            protect=self.environment.protect and not self.retired,
            retain_on_delete=self.retired,
            service_role_arn=self._role_arn() if ours and not own_role else None,
            service_role=role,
            ecs_cluster=cluster,
            ecs_service=service,
            load_balancer=balancer,
            auto_scaling_groups=fleet,
            ec2_tags=ec2_tags,
            lambda_function=lambda_function,
            lambda_alias=lambda_alias,
            tags=self.tags,
        )

    def _name(self, text: str, place: Place) -> str:
        name = known_text(text, self.variables, place, self.findings)
        if "${" not in name and not _NAME.fullmatch(name):
            self.findings.error(
                "R023",
                f"`{name}` is no CodeDeploy name",
                place.span,
                f"1 to {conventions.CODEDEPLOY_LIMIT} of the characters A-Z a-z 0-9 . _ + = , @ -",
                self.variables.set_at(text),
            )
        return name

    def _config(self, traffic: Mapping[str, Any] | None, platform: Platform, place: Place) -> DeploymentConfig:
        """Groups of other tools may leave `traffic` out; then nothing is known of how it shifts."""
        if traffic is None:
            return DeploymentConfig("", platform, TrafficShift("named"), predefined=True)
        return deployment_config(traffic, platform, self.environment.name, self.include, place, self.findings)

    def _bake(self, data: Mapping[str, Any], platform: Platform, blue_green: bool) -> int | None:
        """Minutes the old version stays; only where the mechanism has such a time (corrections 2.6)."""
        if platform == "Lambda" or not blue_green:
            return None
        stated = data.get("bake", self.environment.setting("bake", None)[0])
        return int(durations.seconds(stated)) // 60 if stated is not None else _NO_BAKE

    def _role_arn(self) -> Value:
        place = self.environment.place / "iam" / "codedeployRole"
        return resolve_at(self.environment.iam("codedeployRole"), self.variables, place, self.findings)

    def _load_balancer(self, data: Mapping[str, Any] | None, place: Place) -> LoadBalancer | None:
        if data is None:
            return None
        return LoadBalancer(
            listener=self._listener(data.get("listener"), place / "listener"),
            test_listener=self._listener(data.get("testListener"), place / "testListener"),
            target_groups=self._plains(data.get("targetGroups"), "target group", place / "targetGroups"),
        )

    def _listener(self, text: str | None, place: Place) -> Value | None:
        """CodeDeploy shifts traffic in its own account and Region; an ARN of another one is a copy from elsewhere."""
        value = self._value(text, place)
        parts = value.split(":") if isinstance(value, str) else []
        if (
            self.environment.known
            and len(parts) > 4
            and (parts[3], parts[4]) != (self.region, self.environment.account)
        ):
            self.findings.error(
                "R024",
                f"the listener lies in {parts[3]} of account {parts[4]}, `{self.environment.name}` in {self.region} of "
                f"account {self.environment.account}",
                place.span,
                "use a listener of the environment, for example through `vars`",
                self.variables.set_at(text or ""),
            )
        return value

    def _value(self, text: str | None, place: Place) -> Value | None:
        return None if text is None else resolve_at(text, self.variables, place, self.findings)

    def _plain(self, text: str | None, kind: PlainName, place: Place) -> Value | None:
        """A name that becomes part of an IAM permission."""
        value = self._value(text, place)
        if isinstance(value, str):
            check_plain_name(value, kind, place, partial(self.variables.set_at, text or ""), self.findings)
        return value

    def _plains(self, texts: Sequence[str] | None, kind: PlainName, place: Place) -> tuple[Value, ...]:
        made = (self._plain(text, kind, place / index) for index, text in enumerate(texts or ()))
        return tuple(value for value in made if value is not None)

    def _known_names(self, texts: Sequence[str] | None, kind: PlainName, place: Place) -> tuple[str, ...]:
        """Names that permissions are made of, so they must be known when the plan is made."""
        names = []
        for index, text in enumerate(texts or ()):
            names.append(known_text(text, self.variables, place / index, self.findings))
            check_plain_name(names[-1], kind, place / index, partial(self.variables.set_at, text), self.findings)
        return tuple(names)

    def _bucket(self, text: str | None, place: Place) -> str:
        if text is None:
            return ""
        name = known_text(text, self.variables, place, self.findings)
        check_plain_name(name, "bucket", place, partial(self.variables.set_at, text), self.findings)
        return name
