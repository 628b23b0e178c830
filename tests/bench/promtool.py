"""`promtool test rules`, the nearest thing to `rollguard test`: built from Go modules once, given rules and tests like ours."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from rollguard.engine import child
from rollguard.engine.executable import cache_folder
from rollguard.engine.go_build import find_go

#: Prometheus 3.16; its modules count from 0.300.
VERSION = "0.316.0"
#: Seconds that promtool 2.42 took for 100 groups x 100 tests on another machine of 2 cores: for where it cannot be built.
STORED = 56.0

_COMMAND = "github.com/prometheus/prometheus/cmd/promtool"
# `go install module@version` refuses modules with replace directives, as some releases have; a module that requires it takes any.
_GO_MOD = "module rollguard.local/promtool\n\ngo 1.25\n"
_TOOLS_GO = f'//go:build tools\n\npackage promtool\n\nimport _ "{_COMMAND}"\n'

#: The three criteria of a policy of `scenarios.POLICY`, as alerting rules: 3 of 5, 5 of 5 and 3 of 5 minutes.
GROUP = """- name: {name}
  rules:
  - alert: errors
    expr: count_over_time((errors{{service="{name}"}} > 2)[5m:1m]) >= 3
  - alert: slow
    expr: count_over_time((slow{{service="{name}"}} > 2)[5m:1m]) >= 5
  - alert: backlog
    expr: count_over_time((backlog{{service="{name}"}} > 600)[5m:1m]) >= 3
"""
_HEAD = "- interval: 1m\n  name: {name} {index}\n  input_series:\n"
_SERIES = "  - {{series: 'errors{{service=\"{name}\"}}', values: '{errors}'}}\n"
_SLOW = "  - {{series: 'slow{{service=\"{name}\"}}', values: '{slow}'}}\n"
_BACKLOG = "  - {{series: 'backlog{{service=\"{name}\"}}', values: '{backlog}'}}\n"
_FIRES = "  - {{eval_time: 60m, alertname: {alert}, exp_alerts: [{{exp_labels: {{service: {name}}}}}]}}\n"
_QUIET = "  - {{eval_time: 60m, alertname: {alert}}}\n"
#: One test for each of `scenarios.SCENARIOS`, in their order. Only the series that the scenario drives are there.
TESTS = (
    _HEAD + _SERIES + "  alert_rule_test:\n" + _FIRES.replace("{alert}", "errors"),
    _HEAD + _SLOW + "  alert_rule_test:\n" + _FIRES.replace("{alert}", "slow"),
    _HEAD + _SERIES.replace("{errors}", "{blip}") + "  alert_rule_test:\n" + _QUIET.replace("{alert}", "errors"),
    _HEAD
    + _SERIES
    + _BACKLOG
    + "  alert_rule_test:\n"
    + _FIRES.replace("{alert}", "errors")
    + _FIRES.replace("{alert}", "backlog"),
)


def find() -> tuple[Path | None, str]:
    """The promtool of the cache, built first if need be (5 minutes, once); or None and what was tried."""
    place = cache_folder().parent / "promtool" / VERSION / "promtool"
    if place.is_file():
        return place, ""
    go, why = find_go()
    if go is None:
        return None, why
    print(f"building promtool {VERSION} from its Go modules (5 minutes or so, once)", file=sys.stderr, flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="rollguard-promtool-") as folder:
            made = _build(go, Path(folder))
            place.parent.mkdir(parents=True, exist_ok=True)
            # A copy under another name first: what lies in place is whole.
            shutil.move(shutil.copy(made, place.with_suffix(".unfinished")), place)
    except (child.ChildFailed, OSError) as error:
        return None, f"a build of promtool {VERSION} from Go modules failed ({error})"
    return place, ""


def _build(go: Path, folder: Path) -> Path:
    (folder / "go.mod").write_text(_GO_MOD, encoding="utf-8")
    (folder / "tools.go").write_text(_TOOLS_GO, encoding="utf-8")
    environment = {**os.environ, "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -mod=mod".strip(), "GOWORK": "off"}
    child.run([go, "get", f"{_COMMAND}@v{VERSION}"], folder=folder, environment=environment)
    made = folder / "promtool"
    child.run(
        [go, "build", "-trimpath", "-ldflags", "-s -w", "-o", made, _COMMAND], folder=folder, environment=environment
    )
    return made


def write(folder: Path, groups: int, tests: int, files: int = 1) -> list[Path]:
    """So many test files, each with a rule file of `groups` groups and with `tests` tests that hold; returns the test files."""
    folder.mkdir(parents=True)
    written = []
    for number in range(files):
        names = [f"service-{number:03}-{group:03}" for group in range(groups)]
        rules = folder / f"rules-{number:03}.yaml"
        rules.write_text("groups:\n" + "".join(GROUP.format(name=name) for name in names), encoding="utf-8")
        parts = [f"rule_files: [{rules.name}]\nevaluation_interval: 1m\ntests:\n"]
        parts += [_test(names[index % groups], index) for index in range(tests)]
        path = folder / f"tests-{number:03}.yaml"
        path.write_text("".join(parts), encoding="utf-8")
        written.append(path)
    return written


def _test(name: str, index: int) -> str:
    at, height = 6 + index // 4 % 14, 5 + index % 7
    return TESTS[index % len(TESTS)].format(
        name=name,
        index=index,
        errors=f"0.1x{at - 1} {height}x{60 - at}",
        slow=f"0.2x{at - 1} 0.2+3x10 30x{60 - at}",
        blip=f"0.5x{at - 1} {height} 0.5x{60 - at}",
        backlog=f"5x{at - 1} 2000x{60 - at}",
    )
