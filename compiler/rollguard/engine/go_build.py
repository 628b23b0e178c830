"""Build `pulumi` from its Go modules, for machines that reach a module proxy but not the vendor's download site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from rollguard.engine import child
from rollguard.engine.executable import VERSION, version_of
from rollguard.engine.progress import Progress, spell

OLDEST_GO = (1, 25)

_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

# `go install module@version` refuses modules with replace directives, so a throw-away module takes its place,
# with the one replacement that Pulumi's own go.mod makes.
_GO_MOD = """module rollguard.local/engine

go 1.25

replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e
"""
_TOOLS_GO = f"""//go:build tools

package engine

import _ "{_COMMAND}"
"""
# Without the version `pulumi version` says nothing and the Automation API refuses the command.
_LDFLAGS = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{VERSION}"


def find_go() -> tuple[Path | None, str]:
    """The `go` command, or why there is none to build with."""
    found = shutil.which("go")
    if found is None:
        return None, "no `go` command to build it with"
    answer = subprocess.run(
        [found, "env", "GOVERSION"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    said = re.search(r"go(\d+)\.(\d+)\S*", answer.stdout)
    if said is None:
        return None, "the `go` on PATH does not tell its version"
    if (int(said[1]), int(said[2])) < OLDEST_GO:
        return None, f"{said[0]} is too old to build it, which takes Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer"
    return Path(found), ""


def build(go: Path, folder: Path, progress: Progress) -> Path:
    """Build in `folder` and return the folder that holds `pulumi`. About 4 minutes on 2 cores. Raises ChildFailed."""
    source, made = folder / "source", folder / "made"
    source.mkdir()
    (source / "go.mod").write_text(_GO_MOD, encoding="utf-8")
    (source / "tools.go").write_text(_TOOLS_GO, encoding="utf-8")
    environment = {
        **os.environ,
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -mod=mod".strip(),
        "GOWORK": "off",
    }
    _step(
        [go, "get", f"{_COMMAND}@v{VERSION}"],
        source,
        environment,
        progress,
        step=f"getting the Go modules of pulumi {VERSION}",
        unit="modules",
    )
    _step(
        [go, "build", "-v", "-trimpath", "-ldflags", _LDFLAGS, "-o", str(made / "pulumi"), _COMMAND],
        source,
        environment,
        progress,
        step=f"building pulumi {VERSION} (4 minutes or so, once)",
        unit="packages",
    )
    if version_of(made / "pulumi") != VERSION:
        raise child.ChildFailed("what was built does not run")
    return made


def _step(
    command: list[str | Path],
    folder: Path,
    environment: dict[str, str],
    progress: Progress,
    *,
    step: str,
    unit: str,
) -> None:
    """One `go` command; it writes a line for each module or package that it takes in hand."""
    lines: list[str] = []

    def tick(seconds: float) -> None:
        progress(f"{step}: {len(lines):,} {unit}, {spell(seconds)}")

    progress(f"{step}: begun")
    child.run(command, folder=folder, environment=environment, on_line=lines.append, on_tick=tick)
