"""What the driver tells the provider's process when it starts it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rollguard.sandbox.aws import Limits


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where the world lies, and what holds where a provider instance or an answer says nothing else.

    `adopt`: the run before this one died, so a create may find its resource made already. `cfn_outputs`: the CloudFormation outputs that
    policies read, as pairs of stack and output. `sources`: the files of the policies, by name. `pause`: seconds to wait before each
    change, so that a run can be watched or cut short.
    """

    folder: Path
    account: str
    region: str
    limits: Limits = field(default_factory=Limits)
    adopt: bool = False
    cfn_outputs: tuple[tuple[str, str], ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "folder": str(self.folder)})

    @staticmethod
    def from_json(text: str) -> ProviderSettings:
        stated = json.loads(text)
        return ProviderSettings(
            folder=Path(stated["folder"]),
            account=stated["account"],
            region=stated["region"],
            limits=Limits(**stated["limits"]),
            adopt=stated["adopt"],
            cfn_outputs=tuple((stack, name) for stack, name in stated["cfn_outputs"]),
            sources=stated["sources"],
            pause=stated["pause"],
        )
