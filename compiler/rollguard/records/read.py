"""From the bytes of a file to a record or a verdict that can be relied on, or one sentence about what is wrong with it."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rollguard.clear_text import masked
from rollguard.recorder.derive import VERSION
from rollguard.recorder.record import from_bytes
from rollguard.records.keys import Name, Seen
from rollguard.records.model import Observation, Record, Verdict, moment
from rollguard.resources import data

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

RECORD = "rollback-record.schema.json"
VERDICT = "rollback-verdict.schema.json"
OBSERVATION = "observation.schema.json"

#: Half a character: JSON may spell it, but no file or terminal takes it.
_HALF = re.compile("[\ud800-\udfff]")
_SPELT_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_LONGEST = 160


class Unfit(ValueError):
    """Content that is no record (or verdict): why, as the end of a sentence that begins with its name."""


def record(content: bytes, name: Name) -> Record:
    """The record of `name`, of the newest version. Raises Unfit."""
    stated = _object(content)
    if stated.get("version") != VERSION:
        try:
            stated = from_bytes(content)
        except ValueError as error:
            raise Unfit(f"is {error}") from None
    _check(stated, RECORD)
    if (stated["policy"], stated["incident"]) != (name.policy, name.incident):
        raise Unfit(
            f"is the record of `{_shown(stated['policy'])}/{_shown(stated['incident'])}`, in the place of another"
        )
    return stated


def observation(content: bytes, name: Seen) -> Observation:
    """The observation of `name`. Raises Unfit."""
    stated = _object(content)
    _check(stated, OBSERVATION)
    since = moment(stated["redSince"])
    if (stated["policy"], stated["criterion"]["id"], since) != (name.policy, name.criterion, name.since):
        raise Unfit("is the observation of another criterion or time, in the place of this one")
    return stated


def verdict(content: bytes) -> Verdict:
    """What one person judged. Raises Unfit."""
    stated = _object(content)
    _check(stated, VERDICT)
    return Verdict(stated["verdict"], stated["cause"], stated["ticket"], stated["by"], stated["at"])


def _object(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8")
        stated = json.loads(text, parse_constant=_no_number, parse_int=_whole_number, parse_float=_number)
    except UnicodeDecodeError:
        raise Unfit("is not UTF-8") from None
    except RecursionError:
        raise Unfit("is nested too deeply") from None
    except ValueError as error:
        raise Unfit(
            f"is empty or only half written: {error}" if len(content) < 3 or _cut(error) else f"is not JSON: {error}"
        ) from None
    if not isinstance(stated, dict):
        raise Unfit("is not a JSON object")
    return _whole(stated) if _SPELT_HALF.search(text) else stated


def _cut(error: ValueError) -> bool:
    """Whether JSON ends where it should go on."""
    return isinstance(error, json.JSONDecodeError) and (
        error.msg.startswith("Unterminated") or not error.doc[error.pos :].strip()
    )


def _no_number(constant: str) -> None:
    raise ValueError(f"`{constant}` is no number of JSON")


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError("a number is beyond what can be reckoned with")
    return number


def _whole_number(text: str) -> int:
    _number(text)
    return int(text)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


def _check(stated: dict[str, Any], schema: str) -> None:
    error = next(iter(_validator(schema).iter_errors(stated)), None)
    if error is not None:
        place = ".".join(str(part) for part in error.instance_path)
        said = _shown(error.message)
        raise Unfit(f"does not fit schema/{schema}: {f'`{_shown(place)}`: ' if place else ''}{said}")


def _shown(text: str) -> str:
    shown = masked(" ".join(text.split()))
    # What is wrong stands behind the value that it is wrong with.
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST // 2]}…{shown[-_LONGEST // 2 :]}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(
        json.loads(data("schema", schema).read_text(encoding="utf-8")), validate_formats=True, offline=True
    )
