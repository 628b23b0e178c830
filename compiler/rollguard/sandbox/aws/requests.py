"""Pulumi inputs to the calls of AWS's API that the real provider would make, and AWS's paths back to the inputs."""

from __future__ import annotations

#: The resource types that the stand-in knows, as Pulumi's type tokens, sorted.
TYPES: tuple[str, ...] = ()
