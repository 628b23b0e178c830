"""Criteria whose parts do not go together: signal, threshold, window, and what silence and low traffic mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rollguard import conventions
from rollguard.language.judgement import Misfit, check_expression, judge
from rollguard.language.layers import merged
from rollguard.source import Note
from rollguard.validation.part import Part
from rollguard.validation.writing import shortened

#: Words of trigger expressions, so no criterion can be called so (corrections 2.18).
RESERVED = frozenset({"any", "all", "not", "and", "or", "atleast", "true", "false"})

_OWN = ("title", "why", "threshold", "window", "missing")
_EXAMPLES = {
    "title": "title: Checkout answers slowly",
    "why": "why: Above 1.5 s clients give up and try again.",
    "threshold": "threshold: {above: 2%}",
    "window": "window: {period: 60s, datapoints: 3, of: 5}",
    "missing": "missing: notBreaching",
    "period": "period: 60s",
    "datapoints": "datapoints: 3",
    "of": "of: 5",
}
#: What an existing alarm decides by itself.
_ALARMS_OWN = ("threshold", "window", "missing", "leastTraffic", "fewSamples")
#: What `judge` looks at.
_JUDGED = ("signal", *_ALARMS_OWN)


def check(spec: Part) -> None:
    """Each criterion, and what environments change of those that bring their own signal."""
    criteria = spec.get("criteria")
    if criteria is None or not isinstance(criteria.value, list):
        return
    unique(criteria, "id", "criterion")
    by_id = {}
    for _, criterion in criteria.entries():
        if isinstance(criterion.value, dict):
            by_id[criterion.text("id")] = criterion
            _criterion(criterion)
    environments = spec.get("environments")
    for _, environment in environments.entries() if environments else ():
        changed = environment.get("criteria")
        for id, override in changed.entries() if changed and isinstance(changed.value, dict) else ():
            if isinstance(override.value, dict):
                _override(override, by_id.get(id))


def unique(items: Part, key: str, word: str) -> None:
    """No two entries of a list share the text under `key`."""
    first: dict[str, Part] = {}
    for _, item in items.entries():
        name = item.get(key) if isinstance(item.value, dict) else None
        if not name or not isinstance(name.value, str):
            continue
        earlier = first.setdefault(name.value, name)
        if earlier is not name:
            message = f"{word} `{shortened(name.value)}` exists already"
            name.error(
                "S106", message, f"give one of them another `{key}`", notes=(Note("first used here", earlier.span),)
            )


def _criterion(criterion: Part) -> None:
    name = criterion.get("id")
    if name and name.value in RESERVED:
        name.error(
            "S105",
            f"no criterion can be called `{name.value}`",
            "it is a word of trigger expressions; add what it measures",
        )
    signal = criterion.get("signal")
    if criterion.has("uses") and not criterion.has("signal"):
        judgement(criterion, None)
    elif signal and not criterion.has("uses") and isinstance(signal.value, dict):
        _with_signal(criterion, signal)


def _with_signal(criterion: Part, signal: Part) -> None:
    if parameters := criterion.get("with"):
        message = f"`with` belongs to a preset, and criterion `{criterion.text('id')}` uses none"
        parameters.error("S104", message, "take it out, or say `uses`", at=parameters.key_span)
    adopted = signal.has("alarm")
    needed = [key for key in _OWN if not (adopted and key in _ALARMS_OWN)]
    lacking(criterion, needed, f"criterion `{criterion.text('id')}`")
    if adopted:
        _adopts(criterion, signal)
        _somebody_elses(signal.get("alarm"))
        return
    window = criterion.get("window")
    if window and isinstance(window.value, dict) and window.even:
        lacking(window, ("period", "datapoints", "of"), "`window`")
    judgement(criterion, signal)


def lacking(part: Part, keys: Iterable[str], name: str) -> None:
    """Each key that is needed and not there."""
    for key in keys:
        if not part.has(key):
            part.error("S003", f"{name} lacks `{key}`", f"for example `{_EXAMPLES[key]}`")


def _adopts(changed: Part, signal: Part) -> None:
    for key in _ALARMS_OWN:
        if inner := changed.get(key):
            message = f"`{key}` has no effect on the existing alarm `{shortened(signal.text('alarm'))}`"
            inner.error("S104", message, "take it out; that alarm keeps its own settings", at=inner.key_span)


def _somebody_elses(alarm: Part | None) -> None:
    if alarm and alarm.value.startswith(f"{conventions.PREFIX}_"):
        message = f"`{shortened(alarm.value)}` is an alarm that Rollguard makes itself"
        alarm.error("R056", message, "state its signal as a criterion here, or read an alarm of somebody else")


def _override(override: Part, criterion: Part | None) -> None:
    """What an environment changes; where the criterion uses a preset, only what stands here can be judged."""
    signal = criterion.get("signal") if criterion and not criterion.has("uses") else None
    if criterion is None or signal is None or not isinstance(signal.value, dict):
        judgement(override, None, criterion)
        return
    if parameters := override.get("with"):
        message = f"`with` belongs to a preset, and criterion `{criterion.text('id')}` uses none"
        parameters.error("S104", message, "take it out", at=parameters.key_span)
    if signal.has("alarm"):
        _adopts(override, signal)
    else:
        judgement(override, signal, criterion)


def judgement(criterion: Part, signal: Part | None, base: Part | None = None) -> None:
    """Threshold, window, silence and low traffic, held against one another and against the signal where it is known.

    With a `base`, `criterion` only overrides that one, and what is wrong without the override was said there.
    """
    known = signal if signal and signal.even else None
    stated = _sound(criterion)
    data = merged(_sound(base), stated) if base else stated
    data["signal"] = {key: known.sound(key) for key in known.value} if known else None
    unit = known.value.get("unit", "") if known and known.whole else None
    for misfit in judge(data, unit):
        paths = [path for path in (misfit.at, *misfit.beside) if not base or _holds(stated, path)]
        if paths:
            _report(criterion, misfit, paths[0])
    if known and not base:
        _expression(known, criterion)


def _sound(criterion: Part) -> dict[str, Any]:
    """What `judge` may look at: None for what the schema holds something against."""
    return {key: criterion.sound(key) for key in _JUDGED if key != "signal" and key in criterion.value}


def _holds(stated: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(stated, Mapping) or key not in stated:
            return False
        stated = stated[key]
    return True


def _expression(signal: Part, criterion: Part) -> None:
    """The expression and its metrics; a signal whose metrics are not sound is not looked at."""
    expression, metrics = signal.get("expression"), signal.get("metrics")
    if expression and metrics and metrics.even and isinstance(metrics.value, dict):
        for misfit in check_expression(expression.value, metrics.value):
            _report(criterion, misfit, misfit.at)


def _report(criterion: Part, misfit: Misfit, path: tuple[str, ...]) -> None:
    """Say it at the value that the author wrote, or at that value's key."""
    part = criterion.get(*path) or criterion
    at = part.key_span if misfit.key and path == misfit.at else part.span
    if misfit.inside:
        at = part.findings.document.inside(part.path, *misfit.inside)
    if misfit.severity == "warning":
        part.warning(misfit.code, misfit.message, misfit.help, at=at)
        return
    notes = [
        Note("the expression", other.span)
        for beside in misfit.beside
        if misfit.code == "S113" and (other := criterion.get(*beside))
    ]
    part.error(misfit.code, misfit.message, misfit.help, at=at, notes=tuple(notes))
