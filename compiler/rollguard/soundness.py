"""What is left of a faulty policy without its faulty parts, so that faults across files are found in the same run."""

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
        key: data for key, data in spec["environments"].items() if _sound(paths, "environments", key)
    }
    if len(left["environments"]) < len(spec["environments"]):
        left.pop("scenarios", None)
    data = {"metadata": {"name": name, "title": "", "owner": ""}, "spec": left}
    return Document(document.source, data)


def _sound(paths: tuple[Path, ...], key: str, entry: str | int) -> bool:
    return not any(path[:3] == ("spec", key, entry) for path in paths)


def _only_id(data: Any) -> dict[str, Any] | None:
    identifier = data.get("id") if isinstance(data, dict) else None
    return {"id": identifier} if isinstance(identifier, str) else None
