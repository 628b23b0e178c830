"""What the recorder says of itself: one JSON object per line, and metrics in CloudWatch's embedded metric format.

Neither holds an event or a message: names, ids, numbers and reasons only, each cut.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollguard.recorder import bounded

NAMESPACE = "Rollguard"
#: The metrics and their units (CloudWatch's words).
UNITS = {
    "Rollbacks": "Count",
    "SecondsToRollback": "Seconds",
    "DeliveryFailures": "Count",
    "MissingLookups": "Count",
}


def _print(line: str) -> None:
    # In one piece, as several threads may write at once.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Telemetry:
    """`now` gives milliseconds since 1970. Metrics are kept until `flush`, so that one invocation writes one line of them."""

    environment: str
    now: Callable[[], int]
    write: Callable[[str], None] = _print
    debug: bool = False
    metrics: dict[str, list[float]] = field(default_factory=dict)

    def log(self, level: str, message: str, **fields: object) -> None:
        """One line. Fields are names and numbers; texts are cut at 500 characters."""
        if level == "debug" and not self.debug:
            return
        shown = {name: bounded.cut(value, 500) if isinstance(value, str) else value for name, value in fields.items()}
        self._line(
            {"timestamp": self.now(), "level": level, "message": message, "environment": self.environment, **shown}
        )

    def count(self, metric: str, value: float = 1) -> None:
        self.metrics.setdefault(metric, []).append(value)

    def flush(self) -> None:
        """Write what was counted, by environment, as CloudWatch reads it out of the log (at most 100 values of a metric)."""
        if not self.metrics:
            return
        kept: Mapping[str, list[float]] = {name: values[:100] for name, values in self.metrics.items()}
        self._line(
            {
                "_aws": {
                    "Timestamp": self.now(),
                    "CloudWatchMetrics": [
                        {
                            "Namespace": NAMESPACE,
                            "Dimensions": [["Environment"]],
                            "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in sorted(kept)],
                        }
                    ],
                },
                "Environment": self.environment,
                **{name: values[0] if len(values) == 1 else values for name, values in sorted(kept.items())},
            }
        )
        self.metrics = {}

    def _line(self, fields: Mapping[str, Any]) -> None:
        self.write(json.dumps(fields, default=str, ensure_ascii=True))
