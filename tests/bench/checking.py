"""`rollguard check` beside ajv-cli, which validates the same files against the schema alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench import policies
from tests.bench.timing import ROOT, Contestant, race, table

COUNT = 1000
ROUNDS = 5
AJV = ("ajv-cli@5.0.0", "ajv-formats@3.0.1")


def report(folder: Path) -> str:
    """Two tables: a thousand policies, and one file from a cold start."""
    project = folder / "thousand"
    paths = policies.write(project, COUNT)
    ours = Contestant(f"rollguard check, {COUNT:,} policies", [sys.executable, "-m", "rollguard", "check"], project)
    contestants = [ours]
    ajv = install_ajv(folder / "ajv")
    if ajv is not None:
        contestants.append(
            Contestant(
                "ajv-cli, the same files, schema only",
                [
                    ajv, "validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats",
                    "-s", ROOT / "schema" / "policy.schema.json", "-d", "policies/team-*/*.yaml",
                ],
                project,
            )
        )  # fmt: skip
    thousand = race(contestants, ROUNDS)

    single = folder / "one"
    (path,) = policies.write(single, 1)
    cold = race(
        [
            Contestant("rollguard check, one file", [sys.executable, "-m", "rollguard", "check", path], single),
            Contestant("python -c pass", [sys.executable, "-c", "pass"], single),
        ],
        rounds=15,
    )
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    title = f"{COUNT:,} policies of {policies.CRITERIA} criteria, {lines:,} lines of YAML"
    against = contestants[-1].name
    return table(title, thousand, against) + "\n" + table("One file from a cold start", cold)


def install_ajv(folder: Path) -> Path | None:
    """ajv-cli, installed for this run only; None, with a line that says so, where there is no npm or no registry."""
    npm = shutil.which("npm")
    if npm is None:
        print("ajv-cli does not take part: no npm here")
        return None
    folder.mkdir()
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", folder, *AJV],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"ajv-cli does not take part: npm could not install it ({done.stderr.strip().splitlines()[-1]})")
        return None
    return folder / "node_modules" / ".bin" / "ajv"
