"""Guard sheets as this recorder reads them, whichever version of the compiler wrote them.

A policy's stack writes its sheet and the foundation's stack brings this code, and neither waits for the other. An older sheet gets what
came later; of a newer one everything is taken that is as it was, and Rollguard's own text tells of it: nobody is left without a message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rollguard.recorder.statuses import ENDS

#: The version that `plan.sheet` writes.
VERSION = 1
#: By version, the step to the next one. Version 1 is the first that was published.
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

#: Seconds (`stillRedAfter` of the policy schema).
STILL_RED_AFTER = 900

_TEXT, _NUMBER, _LIST, _OBJECT = (str,), (int, float), (list,), (dict,)


def read(stated: Mapping[str, Any], policy: str) -> dict[str, Any]:
    """The sheet of `policy` with every key that this recorder reads; its `newer` is the version of one that is not known here, else None.

    Raises ValueError for a sheet that does not say which environment, account and Region it is of.
    """
    sheet = dict(stated)
    while (step := UPGRADES.get(_version(sheet))) is not None:
        sheet = step(sheet)
    newer = None if _version(sheet) == VERSION else str(stated.get("version"))[:20]
    for key in ("environment", "account", "region"):
        if not isinstance(sheet.get(key), str):
            raise ValueError(f"the guard sheet of `{policy}` has no `{key}`")
    channels = {name: one for name, one in _of(sheet, "channels", _OBJECT, {}).items() if _names(one, "kind")}
    alarm = _of(sheet, "rollbackAlarm", _TEXT, f"rollguard_{sheet['environment']}_{policy}")
    return {
        **sheet,
        "newer": newer,
        "policy": policy,
        "partition": _of(sheet, "partition", _TEXT, "aws"),
        "title": _of(sheet, "title", _TEXT, policy),
        "owner": _of(sheet, "owner", _TEXT, ""),
        "trigger": _of(sheet, "trigger", _TEXT, ""),
        **{key: _of(sheet, key, _TEXT, None) for key in ("runbook", "page")},
        "agreed": _of(sheet, "agreed", _OBJECT, None),
        "rollbackWithin": _of(sheet, "rollbackWithin", _NUMBER, None),
        "stillRedAfter": _of(sheet, "stillRedAfter", _NUMBER, STILL_RED_AFTER),
        "rollbackAlarm": alarm,
        "criteria": [_criterion(one, alarm) for one in _of(sheet, "criteria", _LIST, []) if _names(one, "id")],
        "groups": [_group(one) for one in _of(sheet, "groups", _LIST, []) if _names(one, "application", "group")],
        "notify": _notify(sheet, channels),
        "channels": channels,
        # The fields of a later version's skeletons need not be this one's.
        "texts": _of(sheet, "texts", _OBJECT, {}) if newer is None else {},
    }


def _version(sheet: Mapping[str, Any]) -> int:
    """0, of which there never was any, for what is no version."""
    found = sheet.get("version", VERSION)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def unread(sheet: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a sheet says that nobody here reads, and why; None where everything is read."""
    newer = sheet.get("newer")
    if newer is None:
        return None
    return (
        f"what the guard sheet of {sheet['policy']} says beyond version {VERSION}",
        f"it is of version {newer}, the recorder reads up to {VERSION}: this is Rollguard's own text. "
        "Bring up the stack with the `foundation`",
    )


def _of(of: Mapping[str, Any], key: str, kinds: tuple[type, ...], otherwise: Any) -> Any:
    """A value where it is of one of `kinds`; JSON's true and false are no numbers."""
    value = of.get(key)
    return value if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)) else otherwise


def _names(one: object, *keys: str) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(key), str) for key in keys)


def _criterion(one: Mapping[str, Any], rollback_alarm: str) -> dict[str, Any]:
    id = one["id"]
    return {
        **one,
        "title": _of(one, "title", _TEXT, id),
        **{key: _of(one, key, _TEXT, "") for key in ("condition", "window", "unit")},
        "threshold": [side for side in _of(one, "threshold", _LIST, []) if isinstance(side, list) and len(side) == 2],
        "attached": _of(one, "attached", (bool,), True),
        "alarm": _of(one, "alarm", _TEXT, f"{rollback_alarm}_{id}"),
        "period": _of(one, "period", _NUMBER, None),
        "queries": [query for query in _of(one, "queries", _LIST, []) if _names(query, "Id")],
    }


def _group(one: Mapping[str, Any]) -> dict[str, Any]:
    steps = [step for step in _of(one, "steps", _LIST, []) if isinstance(step, list) and len(step) == 2]
    return {**one, "platform": _of(one, "platform", _TEXT, None), "steps": steps}


def _notify(sheet: Mapping[str, Any], channels: Mapping[str, Any]) -> dict[str, list[str]]:
    """Whom each status is told; where the sheet does not say it in a known way, every channel, as `notify` means a plain list."""
    stated = _of(sheet, "notify", _OBJECT, None)
    if stated is None:
        told = (ENDS | {"started", "refused", "stillRed", "recovered"}) - {"outsideDeployment"}
        return {status: list(channels) for status in sorted(told)}
    lists = {status: names for status, names in stated.items() if isinstance(names, list)}
    return {status: [name for name in names if isinstance(name, str)] for status, names in lists.items()}
