"""The Pulumi program of the rollback policies; all of it is in `rollguard.targets.program`."""

from pathlib import Path

from rollguard.targets.program import main

main(default_root=Path(__file__).resolve().parent.parent)
