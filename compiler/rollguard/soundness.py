"""What is left of a faulty file without its faulty parts, so that faults across files are found in the same run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rollguard.document import Document
from rollguard.source import Path

#: Keys of `spec` without which nothing can be planned.
_NEEDED = {"criteria": list, "deployments": list, "environments": dict}


def sound_part(document: Document, faulty: Iterable[Path]) -> Document | None:
    """The document with each faulty criterion reduced to its id, and other faulty parts left out; itself where nothing is faulty.

    Entries of lists keep their index (None stands for one that is left out), so that paths still lead to places in the file.
    """
    paths = tuple(faulty)
    if not paths:
        return document
    metadata, spec = document.data.get("metadata"), document.data.get("spec")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(spec, dict) or not isinstance(name, str) or ("metadata", "name") in paths:
        return None
    if any(not isinstance(spec.get(key), kind) or ("spec", key) in paths for key, kind in _NEEDED.items()):
        return None
    left = dict(spec)
    for _, key, *rest in (path for path in paths if len(path) > 1 and path[0] == "spec"):
        if key not in _NEEDED and not (key == "scenarios" and rest):
            left.pop(str(key), None)
    left["criteria"] = [
        data if _sound(paths, "criteria", index) else _only_id(data) for index, data in enumerate(spec["criteria"])
    ]
    for key in ("deployments", "scenarios"):
        if isinstance(left.get(key), list):
            left[key] = [data if _sound(paths, key, index) else None for index, data in enumerate(left[key])]
    left["environments"] = {
        key: _environment(paths, key, data)
        for key, data in spec["environments"].items()
        if all(
            path[3:4] == ("criteria",) and len(path) > 4 for path in paths if path[:3] == ("spec", "environments", key)
        )
    }
    if len(left["environments"]) < len(spec["environments"]):
        left.pop("scenarios", None)
    data = {"metadata": {"name": name, "title": "", "owner": ""}, "spec": left}
    return Document(document.source, data)


def sound_environments(document: Document, faulty: Iterable[Path]) -> Document | None:
    """`environments.yaml` with None for each faulty environment, and for `defaults` where these are not known.

    Itself where nothing is faulty; None where it cannot be told which environments there are.
    """
    paths = frozenset(faulty)
    if not paths:
        return document
    stated, defaults = document.data.get("environments"), document.data.get("defaults", {})
    if not isinstance(stated, dict) or not stated:
        return None
    unsure = any(path == () or path[0] == "defaults" for path in paths)
    spoilt = {path[1] for path in paths if len(path) > 1 and path[0] == "environments"}
    data = {
        "defaults": None if unsure else defaults,
        "environments": {name: None if name in spoilt else data for name, data in stated.items()},
    }
    return Document(document.source, data)


def _sound(paths: tuple[Path, ...], key: str, entry: str | int) -> bool:
    return not any(path[:3] == ("spec", key, entry) for path in paths)


def _environment(paths: tuple[Path, ...], name: str, data: Any) -> Any:
    """A policy's environment with None for each override of a criterion that is faulty."""
    spoilt = {path[4] for path in paths if path[:4] == ("spec", "environments", name, "criteria")}
    if not spoilt:
        return data
    return data | {"criteria": {id: None if id in spoilt else change for id, change in data["criteria"].items()}}


def _only_id(data: Any) -> dict[str, Any] | None:
    identifier = data.get("id") if isinstance(data, dict) else None
    return {"id": identifier} if isinstance(identifier, str) else None
