"""The Pulumi project that the engine works in: copies of the committed files, with our own settings on top."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from rollguard.failure import Failure
from rollguard.sandbox.home import Home

_OWN_PROJECT = {"name": "rollguard", "runtime": "python", "description": "Rollback policies of this project"}


def write_project(root: Path, home: Home, stack: str, settings: Mapping[str, object]) -> str:
    """Writes `Pulumi.yaml` and `Pulumi.<stack>.yaml` into the sandbox's project folder and returns the project's name.

    The project file is a copy of `<root>/pulumi/Pulumi.yaml` where there is one. The stack's configuration is the committed one of the
    environment without secrets (they are encrypted for somebody else) and without the part that it holds, then `settings`.
    Raises Failure for a committed file that is no YAML map.
    """
    project = _load(root / "pulumi" / "Pulumi.yaml") or dict(_OWN_PROJECT)
    _write(home.project / "Pulumi.yaml", project)
    committed = _load(root / "pulumi" / f"Pulumi.{home.environment}.yaml").get("config")
    config = {}
    if isinstance(committed, dict):
        config = {
            key: value for key, value in committed.items() if key != "rollguard:include" and not _is_secret(value)
        }
    own = home.project / f"Pulumi.{stack}.yaml"
    # The salt belongs to the passphrase and to the secrets in the stack's state: it must stay.
    kept = {key: value for key, value in _load(own).items() if key == "encryptionsalt"}
    _write(own, {**kept, "config": {**config, **settings}})
    return str(project["name"])


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Failure(f"`{path}` cannot be read: {str(error).splitlines()[0]}") from error
    if loaded is not None and not isinstance(loaded, dict):
        raise Failure(f"`{path}` must hold a map")
    return loaded or {}


def _write(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True), encoding="utf-8")


def _is_secret(value: object) -> bool:
    if isinstance(value, dict):
        return "secure" in value or any(_is_secret(item) for item in value.values())
    return isinstance(value, list) and any(_is_secret(item) for item in value)
