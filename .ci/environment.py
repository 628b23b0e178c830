"""Make `.venv` from `requirements.lock` with any Python that is there: whole, or not at all.

A stamp, written last, tells what the environment was made from. No stamp means that an earlier run was cut off, and
the environment is made anew; the same stamp means that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def pip(*arguments: str, log: Path) -> None:
    """Run pip, its output in a log, one short line while it works; shows the log's end and leaves if pip fails."""
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        *arguments,
    ]
    start, said, packages, stage = time.monotonic(), 0.0, 0, "downloading"
    with log.open("w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            kept.write(line)
            packages += line.startswith("Collecting ")
            if line.startswith("Installing collected packages"):
                stage, said = "unpacking", 0.0
            if packages and time.monotonic() - said > 10:
                said = time.monotonic()
                print(f"    {stage}: {packages} of the packages, {said - start:.0f} s", flush=True)
        code = process.wait()
    if code:
        lines = log.read_text(encoding="utf-8").splitlines()
        print("\n".join(lines[-15:]), file=sys.stderr)
        sys.exit(f"error: pip could not install (exit {code}); its whole output is in {log.relative_to(ROOT)}")


def create() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if made.returncode:
        print(made.stdout + made.stderr, file=sys.stderr)
        sys.exit("error: this Python cannot make a virtual environment (on Debian: apt-get install python3-venv)")


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"error: Python {sys.version.split()[0]} is too old, 3.11 or newer is needed (make PYTHON=python3.12 …)"
        )
    # The place is part of the stamp: a virtual environment names its own folder in every script and cannot be moved.
    packages = digest(LOCK.read_bytes(), sys.version.encode(), os.fsencode(VENV))
    project = digest((ROOT / "pyproject.toml").read_bytes(), packages.encode())
    packages_stamp, project_stamp = VENV / "packages.stamp", VENV / "project.stamp"

    if not current(packages_stamp, packages) or not PYTHON.exists():
        start = time.monotonic()
        say(f"making .venv with {LOCK.read_text(encoding='utf-8').count('==')} pinned packages (a minute or so, once)")
        create()
        # Python compiles what is imported; compiling all of pulumi-aws at once would double the time and take 200 MB.
        pip("--require-hashes", "--no-deps", "--no-compile", "-r", LOCK.name, log=VENV / "packages.log")
        packages_stamp.write_text(packages, encoding="utf-8")
        say(f".venv is ready after {time.monotonic() - start:.0f} s")
    if not current(project_stamp, project):
        say("installing rollguard itself, editable")
        pip("--no-deps", "--no-build-isolation", "--editable", ".", log=VENV / "project.log")
        project_stamp.write_text(project, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
