"""What a message template knows of its policy when it is compiled; what only the incident knows are the recorder's `$fields`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rollguard import conventions

if TYPE_CHECKING:
    from rollguard.plan.model import GuardPlan

#: Every name, with what it is; the list that the documentation and the checks read.
VALUES: Mapping[str, str] = {
    "status": "the status that the message is about",
    "environment": "the environment's name",
    "policy": "the policy's name",
    "title": "its title",
    "owner": "its owner",
    "description": "its description, or empty",
    "runbook": "the runbook's address, or empty",
    "page": "the address of its page, or empty",
    "mode": "`rollback` or `observe`",
    "trigger": "the trigger as a sentence",
    "agreed": "`by` (a list), `on`, `reviewDue`; or nothing, so ask with `{% if agreed %}`",
    "labels": "the policy's labels by key",
    "criteria": "a list of `id`, `title`, `why`, `condition`, `window`, `attached`",
    "deployments": "a list of `application`, `group`, `platform`",
    "told": "the channels that are told of this status",
}


def values(guard: GuardPlan, status: str) -> dict[str, object]:
    """The values for one policy and status: texts, numbers, and lists and mappings of them."""
    agreed = guard.agreed
    told: Mapping[str, tuple[str, ...]] = dict(guard.notify)
    return {
        "status": status,
        "environment": conventions.environment_of(guard.rollback_alarm.name),
        "policy": guard.policy,
        "title": guard.title,
        "owner": guard.owner,
        "description": guard.description,
        "runbook": guard.runbook,
        "page": guard.page,
        "mode": guard.mode,
        "trigger": guard.trigger.sentence,
        "agreed": {"by": list(agreed.by), "on": agreed.on, "reviewDue": agreed.review_due} if agreed else None,
        "labels": dict(guard.labels),
        "criteria": [
            {
                "id": one.id,
                "title": one.title,
                "why": one.why,
                "condition": one.readable.condition,
                "window": one.readable.window,
                "attached": one.attached,
            }
            for one in guard.criteria
        ],
        "deployments": [
            {"application": one.application, "group": one.group, "platform": one.platform} for one in guard.deployments
        ],
        "told": list(told.get(status, ())),
    }
