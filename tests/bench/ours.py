"""`python -m tests.bench.ours ROOT [ROWS.json]`: our program over the policies of ROOT, without an engine; writes what it made as rows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from pulumi.runtime import mocks

from rollguard.targets.program import main as program
from tests.bench.unplugged import run


def rows_of(root: Path) -> list[Any]:
    """Every resource that the program makes, as rows for the rival."""
    rows: list[Any] = []
    keys: dict[str, str] = {}

    class Monitor(mocks.MockMonitor):
        def RegisterResource(self, request: Any) -> Any:
            answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # pulumi's mocks carry no types
            if request.type != "pulumi:pulumi:Stack":
                keys[answer.urn] = f"{request.type} {request.name}"
                waits = sorted({keys[urn] for urn in request.dependencies})
                inputs = json_format.MessageToDict(request.object)
                rows.append([request.type, request.name, keys.get(request.parent), inputs, waits])
            return answer

    run(lambda: program(root), Monitor)
    return rows


def main() -> None:
    root = Path(sys.argv[1])
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(rows_of(root)), encoding="utf-8")
    else:
        run(lambda: program(root))


if __name__ == "__main__":
    main()
