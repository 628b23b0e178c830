"""The functions behind `prose_limits.yaml`: each looks at one input (or at the whole) and words what AWS would refuse.

A rule never sees an unknown value at its own place, and reads every other through `Site.get`, which answers None for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollguard.sandbox.aws.faults import InputPath
from rollguard.sandbox.aws.paths import lookup, template
from rollguard.sandbox.aws.terms import Limits
from rollguard.sandbox.aws.values import has_unknown, is_unknown


@dataclass(frozen=True, slots=True)
class Site:
    """What a rule looks at: the value at `path`, all `inputs` with the provider's defaults, the row's `with`, the account's limits."""

    path: InputPath
    value: Any
    inputs: Mapping[str, Any]
    arguments: Mapping[str, Any]
    limits: Limits

    def get(self, path: str) -> Any:
        """Another input by its path; None where it is absent or not fully known yet."""
        found = lookup(self.inputs, path)
        return None if has_unknown(found) else found

    def stated(self, path: str) -> bool:
        """Whether another input is there, known or not."""
        return lookup(self.inputs, path) is not None or is_unknown(self.inputs, template(path).tokens)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a rule found. `message`, `path` and `code` replace the row's; `facts` fill the fields of the row's sentence."""

    message: str = ""
    path: InputPath | None = None
    code: str = ""
    facts: Mapping[str, object] | None = None


Rule = Callable[[Site], Iterator[Complaint]]
