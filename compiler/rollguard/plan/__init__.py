"""Policy -> Plan: what one environment needs in AWS, as data."""

from __future__ import annotations

from rollguard.plan.compile import plan

__all__ = ["plan"]
