"""Find the `pulumi` command, or get it."""

from __future__ import annotations

from rollguard.engine.executable import Engine
from rollguard.engine.search import find_engine, obtain_engine

__all__ = ["Engine", "find_engine", "obtain_engine"]
