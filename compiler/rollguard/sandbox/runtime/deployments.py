"""CodeDeploy's answers at a moment of the incident: what GetDeployment and its like say of the deployments (aws-facts 2.1, 2.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollguard import conventions
from rollguard.sandbox.incident.model import Deployed
from rollguard.sandbox.incident.moments import ACTIVATED, TERMINATED, TRIGGERED, Numbers, numbers
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime.clock import Clock

#: What CodeDeploy says where no revision has ever succeeded in the group. Its wording is not published (U).
NO_REVISION = "Automatic rollback cannot be done: the deployment group has no earlier revision that succeeded."

#: An error of the API's list of codes (botocore's ErrorCode) with which a rollback can fail.
FAILED = {"code": "HEALTH_CONSTRAINTS", "message": "The deployment failed because too few targets became healthy."}


@dataclass(frozen=True, slots=True)
class Place:
    """The account and Region that the incident happens in."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        return conventions.partition(self.region)

    def arn(self, service: str, rest: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{rest}"


class Deployments:
    """The deployments of one incident, as CodeDeploy shows them at `clock.now`."""

    def __init__(self, incident: Incident, clock: Clock, place: Place) -> None:
        self._clock = clock
        self._place = place
        self._incident = incident
        #: Whether CodeDeploy answers at all.
        self.answers = incident.outside.ending != "unknown"
        self._deployed = [one for one in incident.decided.deployments if one.deployment is not None]

    def get(self, id: str) -> dict[str, Any] | None:
        """`deploymentInfo` of a deployment; None for one that there is not, or not yet."""
        for one in self._deployed:
            which = numbers(self._incident, one.place)
            if id == which.deployment:
                return self._release(one, which)
            if id == which.rollback:
                return self._rollback(one, which)
        return None

    def of(self, application: str, group: str) -> list[dict[str, Any]]:
        """The deployments of a group, the newest first."""
        found = [
            info
            for one in self._deployed
            if (one.application, one.name) == (application, group)
            for id in (numbers(self._incident, one.place).rollback, numbers(self._incident, one.place).deployment)
            if (info := self.get(id)) is not None
        ]
        return sorted(found, key=lambda info: info["createTime"], reverse=True)

    def revision(self, application: str, sha256: str) -> dict[str, Any] | None:
        """The application's AppSpec of that hash, with its content; None where no deployment brought it."""
        for one in self._deployed:
            assert one.group is not None
            which, platform = numbers(self._incident, one.place), one.group.settings.platform
            for number in (which.old, which.new):
                content = self._app_spec(one, platform, number) if platform != "Server" else ""
                if one.application == application and hashlib.sha256(content.encode()).hexdigest() == sha256:
                    return {
                        "revisionType": "AppSpecContent",
                        "appSpecContent": {"content": content, "sha256": sha256},
                    }
        return None

    def _release(self, one: Deployed, which: Numbers) -> dict[str, Any] | None:
        assert one.deployment is not None
        events = [event for event in one.deployment.events if event.at <= self._clock.now]
        if not events:
            return None
        happened = {event.what: event.at for event in events}
        info = self._info(one, which.deployment, "user", happened["started"], which.new, which.old)
        if "stopped" in happened:
            info |= {"status": "Stopped", "completeTime": self._clock.date(happened["stopped"])}
            info["errorInformation"] = self._error(one)
        elif "succeeded" in happened:
            info |= {"status": "Succeeded", "completeTime": self._clock.date(happened["succeeded"])}
        else:
            info["status"] = "Baking" if "baking" in happened else "InProgress"
        if "rollback started" in happened:
            message = TERMINATED.format(failed=which.deployment, back=which.rollback)
            info["rollbackInfo"] = {"rollbackDeploymentId": which.rollback, "rollbackMessage": message}
        elif "rollback impossible" in happened:
            info["rollbackInfo"] = {"rollbackMessage": NO_REVISION}
        return info

    def _rollback(self, one: Deployed, which: Numbers) -> dict[str, Any] | None:
        assert one.deployment is not None
        back = one.deployment.rollback
        if back is None or back.started_at > self._clock.now:
            return None
        info = self._info(one, which.rollback, "codeDeployRollback", back.started_at, which.old, which.new)
        message = TRIGGERED.format(back=which.rollback, failed=which.deployment)
        info["rollbackInfo"] = {"rollbackTriggeringDeploymentId": which.deployment, "rollbackMessage": message}
        if back.ended_at is not None and back.ended_at <= self._clock.now:
            info |= {"status": "Succeeded", "completeTime": self._clock.date(back.ended_at)}
            if one.deployment.events[-1].what == "rollback failed":
                info |= {"status": "Failed", "errorInformation": FAILED}
        return info

    def _info(self, one: Deployed, id: str, creator: str, created: int, revision: int, previous: int) -> dict[str, Any]:
        assert one.group is not None
        settings = one.group.settings
        before = {} if self._incident.outside.release.first else {"previousRevision": previous}
        return {
            "applicationName": one.application,
            "deploymentGroupName": one.name,
            "deploymentConfigName": settings.config.name,
            "deploymentId": id,
            "computePlatform": settings.platform,
            "status": "InProgress",
            "creator": creator,
            "createTime": self._clock.date(created),
            "startTime": self._clock.date(created),
            "revision": self._revision(one, settings.platform, revision),
            **{key: self._revision(one, settings.platform, number) for key, number in before.items()},
            "autoRollbackConfiguration": {"enabled": one.group.rolls_back},
        }

    def _revision(self, one: Deployed, platform: str, number: int) -> dict[str, Any]:
        if platform == "Server":
            key = f"{one.application}/{number}.zip"
            etag = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
            location = {"bucket": f"{one.application}-releases", "key": key, "bundleType": "zip", "eTag": etag}
            return {"revisionType": "S3", "s3Location": location}
        # "The `content` property of the `appSpecContent` object in the returned revision is always null" (botocore's model).
        sha256 = hashlib.sha256(self._app_spec(one, platform, number).encode()).hexdigest()
        return {"revisionType": "AppSpecContent", "appSpecContent": {"content": None, "sha256": sha256}}

    def _app_spec(self, one: Deployed, platform: str, number: int) -> str:
        if platform == "Lambda":
            return f'{{"Resources":[{{"{one.name}":{{"Properties":{{"TargetVersion":"{number}"}}}}}}]}}'
        definition = self._place.arn("ecs", f"task-definition/{one.name}:{number}")
        return f'{{"Resources":[{{"TargetService":{{"Properties":{{"TaskDefinition":"{definition}"}}}}}}]}}'

    def _error(self, one: Deployed) -> Mapping[str, str]:
        assert one.deployment is not None and one.group is not None
        back = one.deployment.rollback
        if back is not None and back.reason == "alarms unreadable":
            message = "The state of the alarms of the deployment group could not be retrieved."
            return {"code": "ALARM_ACTIVE", "message": message}
        red = back.alarms if back is not None else one.group.settings.alarms
        return {"code": "ALARM_ACTIVE", "message": ACTIVATED.format(alarms="> <".join(red))}


def state_changes(incident: Incident) -> Iterator[tuple[int, str, str, str, str]]:
    """CodeDeploy's state-change notifications: (second, application, group, deployment, state).

    Where the incident ends as `unknown`, none comes after the stop.
    """
    unheard = ("rollback started", "rollback succeeded") if incident.outside.ending == "unknown" else ()
    for one in incident.decided.deployments:
        if one.deployment is None:
            continue
        which = numbers(incident, one.place)
        for event in one.deployment.events:
            told = {
                "started": (which.deployment, "START"),
                "succeeded": (which.deployment, "SUCCESS"),
                "stopped": (which.deployment, "STOP"),
                "rollback started": (which.rollback, "START"),
                "rollback succeeded": (which.rollback, "SUCCESS"),
                "rollback failed": (which.rollback, "FAILURE"),
            }.get(event.what)
            if told is not None and event.what not in unheard:
                yield (event.at, one.application, one.name, *told)
