"""`make demo`: check the policies, deploy them to the sandbox twice, publish them as a site, break a release, read what was told."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROLLGUARD = Path(sys.executable).with_name("rollguard")
ENVIRONMENT = "prod"
#: The policy whose service has its incident at the end.
INCIDENT = "checkout"

UP = ("sandbox", "up", "--environment", ENVIRONMENT)
STEPS = 6


def main() -> None:
    began = time.monotonic()
    step(1, "checking the policies", "check")
    step(2, "deploying them to an embedded AWS with the real Pulumi engine", *UP)
    again = json.loads(step(3, "deploying again: nothing may change", *UP, "--format", "json", read=True))
    if again["changes"]:
        print(json.dumps(again["changes"], indent=2), file=sys.stderr)
        sys.exit(
            f"==> the demo stopped: the second `up` made {len(again['changes'])} changes, and should have made none"
        )
    print(f"    0 changes, {again['counts'].get('same', 0)} resources unchanged", flush=True)
    step(4, "publishing the site", "site")
    step(5, "breaking a release of checkout", "sandbox", "incident", INCIDENT, "--environment", ENVIRONMENT)
    told = json.loads(
        step(
            6,
            "reading what on-call was told",
            "sandbox",
            "inbox",
            "--environment",
            ENVIRONMENT,
            "--format",
            "json",
            read=True,
        )
    )
    mail(told)
    incident = latest(told)
    step(6, "and the report for its review", "report", incident)
    summary(time.monotonic() - began, incident)


def mail(told: list[dict[str, Any]]) -> None:
    """The first message of the newest incident, as people get it by e-mail."""
    texts = [one for one in told if one["to"][0]["to"].startswith("email")]
    newest = latest(told)
    first = next(one for one in texts if newest in one["body"])
    print(
        "\n".join(
            f"    | {line}".rstrip() for line in [f"Subject: {first['subject']}", "", *first["body"].splitlines()]
        ),
        flush=True,
    )


def latest(told: list[dict[str, Any]]) -> str:
    """The newest incident that anybody was told of."""
    found = [sent["attributes"]["incident"] for one in told for sent in one["to"] if sent["attributes"]]
    return str(found[-1])


def step(number: int, what: str, *arguments: str, read: bool = False) -> str:
    """Run one command of Rollguard; leaves if it fails. Returns what it printed if that is to be read, else shows it."""
    print(f"\n==> {number}/{STEPS} {what}: rollguard {' '.join(arguments)}", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        [ROLLGUARD, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if read else None,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout or "", end="")
        sys.exit(f"==> the demo stopped at step {number}, {what} (exit {done.returncode})")
    if not read:
        print(f"    done in {time.monotonic() - start:.1f} s", flush=True)
    return done.stdout or ""


def summary(seconds: float, incident: str) -> None:
    policies = [path for path in (ROOT / "policies").glob("*/*.yaml") if path.parent.name != "presets"]
    pages = list((ROOT / "build" / "html").rglob("*.html"))
    print(f"""
==> all of it in {seconds:.0f} s. What was made:
    {len(policies)} policies of policies/ are checked, deployed and published
    .rollguard/             the sandbox: look with `rollguard sandbox status --environment {ENVIRONMENT}`
    build/html/index.html   the site, {len(pages)} pages: open it in a browser, or `make serve`

    `rollguard sandbox inbox` and `rollguard report {incident}` show the messages and the report again.
    Another incident: `rollguard sandbox incident {INCIDENT} --environment {ENVIRONMENT} --failure-mode latency-creep`.
    What a criterion would have done that only observes: `… --scenario "declined payments"`, then `rollguard report`.
    Next: change a threshold in policies/, run `make demo` again, and see one alarm change.
    The commands are in .venv/bin; policies/README.md tells how to add a policy.""")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
