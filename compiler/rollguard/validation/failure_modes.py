"""Failure modes that could not be played: times that no minute sees, levels that mean nothing for their concern."""

from __future__ import annotations

from rollguard.language import durations
from rollguard.validation import criteria
from rollguard.validation.part import Part

#: Signals have one value a minute, and no incident of interest lasts longer than two days.
LONGEST = 2 * 86_400

#: The forms of a level that each concern takes, besides `usual` and `nothing`.
_FORMS: dict[str, tuple[str, ...]] = {
    "errors": ("%", "x"),
    "throughput": ("%",),
    "latency": ("time", "x"),
    "saturation": ("x",),
    "business": ("x",),
    "any": ("x",),
}
_WORDS = {"%": "a share such as `10%`", "x": "a multiple of the limit such as `5x`", "time": "a time such as `3s`"}


def check(root: Part) -> None:
    """Every failure mode of a file."""
    modes = root.get("failureModes")
    if modes is None or not isinstance(modes.value, list):
        return
    criteria.unique(modes, "id", "failure mode")
    for _, mode in modes.entries():
        if not isinstance(mode.value, dict):
            continue
        starts, cycle = mode.get("starts"), mode.get("comesAndGoes")
        for part, keys, least in (
            (starts, ("after", "before"), 0),
            (mode, ("lasts", "rises"), 60),
            (cycle, ("bad", "good"), 60),
        ):
            for key in keys:
                _time(part.get(key) if part else None, least)
        signs = mode.get("signs")
        for concern, level in signs.entries() if signs else ():
            _level(concern, level)
        untouched = mode.get("untouched")
        for _, concern in untouched.entries() if untouched else ():
            if signs and concern.value in signs.value:
                concern.error("S125", f"`{concern.value}` is in `signs` and in `untouched`", "leave out one of them")


def _time(part: Part | None, least: int) -> None:
    if part is None or not isinstance(part.value, str):
        return
    name = f"`{part.path[-1]}`"
    try:
        seconds = durations.seconds(part.value)
    except ValueError as wrong:
        part.error("S006", f"{name} cannot be `{part.written}`", str(wrong))
        return
    if seconds % 60:
        part.error("S122", f"{name} is `{part.value}`, and criteria have one value a minute", "use whole minutes")
    elif seconds < least:
        part.error("S122", f"{name} cannot be `{part.value}`", f"it is at least `{durations.text(least)}`")
    elif seconds > LONGEST:
        part.error("S122", f"{name} cannot be `{part.value}`", f"it is at most `{durations.text(LONGEST)}`")


def _level(concern: str, part: Part) -> None:
    value = part.value
    if not isinstance(value, str) or value in ("usual", "nothing"):
        return
    form = "%" if value.endswith("%") else "x" if value.endswith("x") else "time"
    allowed = _FORMS.get(concern, ())
    if form not in allowed:
        part.error("S112", f"`{concern}` cannot be `{value}`", f"it is {' or '.join(_WORDS[one] for one in allowed)}")
    elif form == "%" and float(value.rstrip("% ")) > 100:
        part.error("S112", f"`{concern}` cannot be `{value}`", "a share is at most `100%`")
    elif form == "x" and float(value[:-1]) > 1_000_000:
        part.error("S112", f"`{concern}` cannot be `{value}`", "that is more than any metric shows")
