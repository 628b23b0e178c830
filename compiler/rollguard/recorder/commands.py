"""Commands of the AWS CLI to copy out of a message. Nothing enters one that AWS would not take as a name itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

#: What names in CodeDeploy, alarms of ours, Regions and ids are made of (aws-facts 2.4); all of it is plain to a shell.
_NAME = re.compile(r"[A-Za-z0-9_.,+=@:/-]{1,255}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Longer names of the records bucket are shortened with a hash, which is left to the reader to look up.
_BUCKET = 63


def name(value: object, otherwise: str) -> str:
    """The value as it stands in a command; `otherwise`, in capitals, is what the reader fills in where it is not known."""
    text = value if isinstance(value, str) else ""
    return text if _NAME.fullmatch(text) and not text.startswith("-") else otherwise


class Commands:
    """The commands for one record: its Region, application, group, deployments and alarms filled in."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record
        self.region = name(record.get("region"), "REGION")
        self.environment = name(record.get("environment"), "ENVIRONMENT")
        self.policy = name(record.get("policy"), "POLICY")
        self.incident = name(record.get("incident"), "INCIDENT")
        self.application = name(record.get("application"), "APPLICATION")
        self.group = name(record.get("group"), "GROUP")
        self.deployment = name((record.get("deployment") or {}).get("id"), "DEPLOYMENT")
        self.rollback = name((record.get("rollback") or {}).get("id"), "ROLLBACK-DEPLOYMENT")

    def get_deployment(self, deployment: str) -> str:
        query = "deploymentInfo.[status,creator,rollbackInfo,errorInformation,deploymentOverview]"
        return f"aws deploy get-deployment --region {self.region} --deployment-id {deployment} --query '{query}'"

    def alarms_of_group(self) -> str:
        return (
            f"aws deploy get-deployment-group --region {self.region} --application-name {self.application} "
            f"--deployment-group-name {self.group} --query deploymentGroupInfo.alarmConfiguration"
        )

    def targets(self, deployment: str) -> str:
        return f"aws deploy list-deployment-targets --region {self.region} --deployment-id {deployment}"

    def stop(self, deployment: str) -> str:
        """Stop a deployment and roll it back."""
        return f"aws deploy stop-deployment --region {self.region} --deployment-id {deployment} --auto-rollback-enabled"

    def end_bake(self, deployment: str) -> str:
        """End the wait before the old tasks go (aws-facts 13)."""
        return (
            f"aws deploy continue-deployment --region {self.region} --deployment-id {deployment} "
            "--deployment-wait-type TERMINATION_WAIT"
        )

    def deployments(self, *, succeeded: bool) -> str:
        only = " --include-only-statuses Succeeded" if succeeded else ""
        return (
            f"aws deploy list-deployments --region {self.region} --application-name {self.application} "
            f"--deployment-group-name {self.group}{only} --query 'deployments[:5]'"
        )

    def revision(self, deployment: str, of: Mapping[str, Any] | None) -> str:
        """Write what a deployment brought to `revision.json`; `of` is that revision, else one of the same service.

        Of an AppSpec GetDeployment has the hash only, and create-deployment takes no revision without its content.
        """
        stated = of or {}
        bundle = stated.get("kind") in ("s3", "github") if stated else self.record.get("platform") == "Server"
        asked = f"aws deploy get-deployment --region {self.region} --deployment-id {deployment}"
        if bundle:
            return f"{asked} --query deploymentInfo.revision --output json > revision.json"
        hash = stated.get("sha256")
        known = isinstance(hash, str) and _SHA256.fullmatch(hash)
        sha256 = hash if known else f"$({asked} --query deploymentInfo.revision.appSpecContent.sha256 --output text)"
        return (
            f"aws deploy get-application-revision --region {self.region} --application-name {self.application} "
            f'--revision "revisionType=AppSpecContent,appSpecContent={{sha256={sha256}}}" '
            "--query revision --output json > revision.json"
        )

    def deploy(self, revision: str, *, past_alarms: bool) -> str:
        """Deploy a revision; `past_alarms` turns the group's alarms off for this one deployment (aws-facts 2.1)."""
        over = " --override-alarm-configuration enabled=false" if past_alarms else ""
        return (
            f"aws deploy create-deployment --region {self.region} --application-name {self.application} "
            f"--deployment-group-name {self.group} --revision file://{revision}{over}"
        )

    def alarms(self) -> str:
        """The state of the rollback alarm and of the criteria's alarms (the first twenty)."""
        return self._states([one.get("alarm") for one in self.record.get("criteria") or ()][:20])

    def bypasses(self, alarms: Sequence[object]) -> str:
        """The state of the rollback alarm and of bypass alarms: a bypass counts once it is red, and lets through what it turns green."""
        return self._states(alarms)

    def _states(self, alarms: Sequence[object]) -> str:
        known = [name(one, "") for one in alarms]
        names = " ".join([f"rollguard_{self.environment}_{self.policy}", *filter(None, known)])
        return (
            f"aws cloudwatch describe-alarms --region {self.region} --alarm-names {names} "
            "--alarm-types CompositeAlarm MetricAlarm --query "
            "'[CompositeAlarms,MetricAlarms][].[AlarmName,StateValue,StateReason]' --output text"
        )

    def bypass(self, *criteria: str, minutes: int = 30) -> str:
        """Pass over criteria from now on for some minutes, by their bypass metrics (design 3)."""
        names = [name(one, "CRITERION") for one in criteria]
        which = names[0] if len(names) == 1 else "$criterion"
        dimensions = f"Policy={self.policy},Environment={self.environment},Criterion={which}"
        each = (
            f"for minute in $(seq 0 {minutes}); do aws cloudwatch put-metric-data --region {self.region} "
            f"--namespace Rollguard/Bypass --metric-name Bypass --value 1 --dimensions {dimensions} "
            "--timestamp $(( $(date +%s) / 60 * 60 + 60 * minute )); done"
        )
        return each if len(names) == 1 else f"for criterion in {' '.join(names)}; do {each}; done"

    def review(self) -> tuple[str, str]:
        """The command for the report of the review, and the one that keeps a judgement beside the record."""
        account = name(self.record.get("account"), "ACCOUNT")
        bucket = f"rollguard-{self.environment}-{account}-{self.region}"
        records = f"--from s3://{bucket if len(bucket) <= _BUCKET else 'RECORDS-BUCKET'}"
        incident = self.incident if self.incident.startswith("d-") else f"{self.policy}/{self.incident}"
        return (
            f"rollguard report {incident} {records}",
            f"rollguard verdict {incident} {records} --right --cause WHAT-WAS-BEHIND-IT",
        )
