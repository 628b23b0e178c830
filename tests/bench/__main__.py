"""`python -m tests.bench [checking|evaluating|program|recorder|scenarios]`: print the tables of `site/docs/benchmarks.md`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import checking, evaluating, program, recorder, scenarios
from tests.bench.timing import machine

REPORTS = {
    "checking": checking.report,
    "evaluating": evaluating.report,
    "program": program.report,
    "recorder": recorder.report,
    "scenarios": scenarios.report,
}


def main() -> None:
    wanted = sys.argv[1:] or list(REPORTS)
    if unknown := [name for name in wanted if name not in REPORTS]:
        sys.exit(f"error: no benchmark `{unknown[0]}`; there are {', '.join(REPORTS)}")
    print(f"Machine: {machine()}\n", flush=True)
    for name in wanted:
        print(f"==> {name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="rollguard-bench-") as folder:
            print(REPORTS[name](Path(folder)), flush=True)


if __name__ == "__main__":
    main()
