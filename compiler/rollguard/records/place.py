"""From what somebody writes after `--from` to the places that hold records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rollguard.failure import Failure
from rollguard.records.folder import folders
from rollguard.records.shelf import Shelf

_LAYOUT = "a folder of records holds `records/<policy>/<incident>.json` or `observations/…`, as the records bucket does"


def shelves(stated: Iterable[str], usual: Iterable[Path] = ()) -> tuple[Shelf, ...]:
    """The places that are named, each a folder or `s3://…`; where none is, those among the `usual` folders that hold records.

    Raises Failure where there are none, for a folder without records, and where boto3 is wanted and not installed.
    """
    named = tuple(stated)
    if not named:
        found: tuple[Shelf, ...] = tuple(folder for path in usual for folder in folders(path))
        if not found:
            raise Failure(
                "there are no records here: no sandbox of this project has had an incident yet",
                "name a folder of records or a bucket with `--from DIR` or `--from s3://bucket`",
            )
        return found
    return tuple(shelf for place in named for shelf in _shelves(place))


def _shelves(place: str) -> tuple[Shelf, ...]:
    if place.startswith("s3://"):
        try:
            from rollguard.records.bucket import bucket
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] not in ("boto3", "botocore"):
                raise
            raise Failure(f"`{place}` needs `boto3`, which is not installed", "install `rollguard[aws]`") from None
        return (bucket(place),)
    path = Path(place).expanduser()
    found = folders(path)
    if not found:
        wrong = "holds no records" if path.is_dir() else "is no folder"
        raise Failure(f"`{place}` {wrong}", _LAYOUT)
    return found
