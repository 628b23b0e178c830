"""`make demo`: check the project's policies, deploy them to the sandbox twice, publish them as a site."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROLLGUARD = Path(sys.executable).with_name("rollguard")
ENVIRONMENT = "prod"

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("checking the policies", ("check",)),
    ("deploying them to an embedded AWS with the real Pulumi engine", ("sandbox", "up", "--environment", ENVIRONMENT)),
    (
        "deploying again: nothing may change",
        ("sandbox", "up", "--environment", ENVIRONMENT, "--expect-no-changes"),
    ),
    ("publishing the site", ("site",)),
)


def main() -> None:
    began = time.monotonic()
    for number, (what, arguments) in enumerate(STEPS, 1):
        print(f"\n==> {number}/{len(STEPS)} {what}: rollguard {' '.join(arguments)}", flush=True)
        start = time.monotonic()
        done = subprocess.run([ROLLGUARD, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.exit(f"==> the demo stopped at step {number}, {what} (exit {done.returncode})")
        print(f"    done in {time.monotonic() - start:.1f} s", flush=True)
    summary(time.monotonic() - began)


def summary(seconds: float) -> None:
    policies = [path for path in (ROOT / "policies").glob("*/*.yaml") if path.parent.name != "presets"]
    pages = list((ROOT / "build" / "html").rglob("*.html"))
    print(f"""
==> all of it in {seconds:.0f} s. What was made:
    {len(policies)} policies of policies/ are checked, deployed and published
    .rollguard/             the sandbox: look with `rollguard sandbox status --environment {ENVIRONMENT}`
    build/html/index.html   the site, {len(pages)} pages: open it in a browser, or `make serve`

    Next: change a threshold in policies/, run `make demo` again, and see one alarm change.
    The commands are in .venv/bin; policies/README.md tells how to add a policy.""")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
