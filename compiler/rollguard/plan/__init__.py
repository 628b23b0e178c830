"""Policy -> Plan: what one environment needs in AWS, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollguard.plan.compile import plan

__all__ = ["plan"]


def __getattr__(name: str) -> Any:
    """`plan` is imported when it is asked for: whoever only speaks in the plan's types must not load all that makes one."""
    if name == "plan":
        from rollguard.plan.compile import plan

        return plan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
