"""The time of our Pulumi program beside a hand-written one that makes the same resources; no engine takes part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.bench import policies
from tests.bench.timing import IMPORTS, ROOT, Contestant, race, table

POLICIES = (
    100  # of each, ten metric alarms in `prod`: six criteria, a bypass for each of the four that the trigger names
)
ROUNDS = 9


def report(folder: Path) -> str:
    """One table; the title tells what both make."""
    project, rows = folder / "project", folder / "rows.json"
    policies.write(project, POLICIES)
    subprocess.run(
        [sys.executable, "-m", "tests.bench.ours", project, rows], cwd=ROOT, env={**os.environ, **IMPORTS}, check=True
    )
    kinds = Counter(kind.rpartition(":")[2] for kind, *_ in json.loads(rows.read_text(encoding="utf-8")))
    hand = Contestant("hand-written program", [sys.executable, "-m", "tests.bench.rival", rows], ROOT)
    ours = Contestant("rollguard's program", [sys.executable, "-m", "tests.bench.ours", project], ROOT)
    title = (
        f"Pulumi program: {kinds['MetricAlarm']:,} metric alarms among {kinds.total():,} resources, imports included"
    )
    return table(title, race([ours, hand], ROUNDS), against=hand.name)
