"""Observations, made valid by their schema: red periods of a criterion that only observes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.reports.made import BEGAN, Json, at


def observation(
    minute: int = 0,
    lasted: int | None = 10,
    *,
    would: str | None = "outsideDeployment",
    deployment: Json | None = None,
    if_armed: str | None = "alone",
    began: datetime = BEGAN,
    **more: Any,
) -> Json:
    """A red period of an observing criterion, from `minute` on for `lasted` minutes (None: no end is known)."""
    since = began + timedelta(minutes=minute)
    return {
        "version": 1,
        "environment": "prod",
        "account": "111122223333",
        "region": "eu-west-1",
        "policy": "checkout-api",
        "title": "Checkout api",
        "criterion": {
            "id": "declined",
            "title": "The bank declines more than usual",
            "condition": "declined payments above 25 %",
            "window": "in 4 of 5 minutes",
            "unit": "percent",
            "threshold": [["above", 25.0]],
            "alarm": "rollguard_prod_checkout-api_declined",
        },
        "redSince": at(0, since),
        "redUntil": at(60 * lasted, since) if lasted is not None else None,
        "before": {"state": "OK", "since": at(-3600, since)},
        "reason": "Threshold Crossed",
        "value": 41.2,
        "points": [[at(-60, since), 41.2]],
        "deployments": [] if deployment is None else [deployment],
        "ifArmed": if_armed,
        "wouldHave": would,
        "missing": [],
        **more,
    }


def release(
    id: str = "d-RELEASE", begun: str = "before", created: str = at(-300), *, is_rollback: bool = False
) -> Json:
    """A deployment as an observation names it."""
    return {
        "id": id,
        "application": "checkout",
        "group": "checkout-api",
        "createdAt": created,
        "begun": begun,
        "isRollback": is_rollback,
        "percent": 10.0,
        "basis": "configured steps",
    }
