"""What a policy hands to a preset in `with`: whether it fits, and the preset's own values with it filled in.

An alarm on a dimension that no metric has is legal, and never red: a value of the wrong form is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollguard.language.references import UnknownVariable, substitute
from rollguard.plan import words
from rollguard.plan.environment import resolve_at
from rollguard.plan.place import Findings, Layered, Place, Variables
from rollguard.presets import Catalogue, Preset


def unknown_preset(name: str, catalogue: Catalogue, place: Place, findings: Findings) -> None:
    hint = words.nearest(name, catalogue.names()) or words.there_are(catalogue.names())
    findings.error("P001", f"there is no preset `{name}`", place.span, hint)


def filled(
    preset: Preset, handed: Layered, place: Place, variables: Variables, findings: Findings
) -> dict[str, Any] | None:
    """The preset's own values with its parameters filled in; every wrong parameter is reported where it stands."""
    before = len(findings.found)
    misspelt = {words.near(name, preset.parameters) for name in handed.data if name not in preset.parameters}
    for name in handed.data:
        if name not in preset.parameters:
            known = words.nearest(name, preset.parameters) or f"it takes {words.listed(preset.parameters)}"
            at = handed.place(name, otherwise=place)
            findings.error("P002", f"preset `{preset.name}` takes no parameter `{name}`", at.key, known)
    for name, parameter in preset.parameters.items():
        if name not in handed.data:
            if not parameter.get("optional", False) and name not in misspelt:
                example = f"for example `{name}: {parameter['example']}`" if "example" in parameter else ""
                findings.error("P003", f"preset `{preset.name}` needs `{name}` in `with`", place.span, example)
            continue
        at = handed.place(name, otherwise=place)
        if _shaped(preset, name, parameter, handed.data[name], at, findings):
            _valued(_Handed(preset, name, parameter, variables, findings), handed.data[name], at)
    if len(findings.found) > before:
        return None
    try:
        return {
            key: _substituted(value, handed.data) if key in ("signal", "leastTraffic") else value
            for key, value in preset.criterion.items()
        }
    except UnknownVariable as unknown:
        name = unknown.name.removeprefix("with.")
        findings.error("P004", f"preset `{preset.name}` needs `{name}`", place.span, "hand it over in `with`")
        return None


@dataclass(frozen=True, slots=True)
class _Handed:
    """A parameter of a preset that a policy hands over, and what is known where it does."""

    preset: Preset
    name: str
    parameter: Mapping[str, Any]
    variables: Variables
    findings: Findings


def _shaped(
    preset: Preset, name: str, parameter: Mapping[str, Any], value: Any, place: Place, findings: Findings
) -> bool:
    """Whether the policy gives a list where the preset takes one, of its length; otherwise that is reported."""
    listed, example = parameter.get("list", False), parameter["example"]
    size = listed.get("size") if isinstance(listed, dict) else None
    if not listed and isinstance(value, list):
        message = f"`{name}` of preset `{preset.name}` takes one value, not a list"
        help = f"write `{name}: {value[0]}`" if len(value) == 1 else "write a criterion for each value"
    elif listed and not isinstance(value, list):
        message, help = f"`{name}` of preset `{preset.name}` takes a list", f"write `{name}: [{value}]`"
        if size not in (None, 1):
            help = f"it takes {size} values, for example `{name}: [{', '.join(example)}]`"
    elif size is not None and len(value) != size:
        message = f"`{name}` of preset `{preset.name}` takes {size} values, not {len(value)}"
        help = f"for example `{name}: [{', '.join(example)}]`"
    else:
        return True
    findings.error("P005", message, place.span, help)
    return False


def _valued(handed: _Handed, value: Any, place: Place) -> None:
    """Each value is known or left to the deployment, has the form that CloudWatch's own dimension has, and stands once in a list.

    What cannot be resolved is reported where the policy hands it over, not where the preset uses it.
    """
    seen: set[str] = set()
    for text, at in (
        [(one, place / index) for index, one in enumerate(value)] if isinstance(value, list) else [(value, place)]
    ):
        before = len(handed.findings.found)
        known = resolve_at(text, handed.variables, at, handed.findings) if "${" in text else text
        if len(handed.findings.found) > before or not isinstance(known, str):
            continue
        if known in seen:
            message = f"`{handed.name}` of preset `{handed.preset.name}` holds `{known}` twice"
            help = "each value stands once; name the other one"
            handed.findings.error("P013", message, at.span, help, handed.variables.set_at(text))
        elif not _fits(known, handed.parameter):
            message = f"`{handed.name}` of preset `{handed.preset.name}` cannot be `{known}`"
            help = _mended(known, handed.parameter)
            handed.findings.error("P012", message, at.span, help, handed.variables.set_at(text))
        seen.add(known)


def _fits(text: str, parameter: Mapping[str, Any]) -> bool:
    return "pattern" not in parameter or re.fullmatch(parameter["pattern"], text, re.ASCII) is not None


def _mended(text: str, parameter: Mapping[str, Any]) -> str:
    """The part of an ARN or of an address that the parameter takes, or what it takes and how that looks."""
    if part := next((part for part in _parts(text) if _fits(part, parameter)), ""):
        return f"write only the part that CloudWatch knows it by: `{part}`"
    example = parameter["example"]
    return f"{parameter['description'].strip().rstrip('.')}; for example `{example if isinstance(example, str) else example[0]}`"


def _parts(text: str) -> Iterator[str]:
    """An ARN's resource, with and without its type (`arn:partition:service:region:account:type/resource`); the end of an address."""
    if text.startswith("arn:") and text.count(":") >= 5:
        resource = text.split(":", 5)[5]
        yield resource
        yield re.split("[:/]", resource, maxsplit=1)[-1]
    elif text.startswith("https://"):
        yield text.rstrip("/").rpartition("/")[2]


def _substituted(value: Any, handed: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return substitute(value, handed) if "${" in value else value
    if isinstance(value, dict):
        return {key: _substituted(inner, handed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_substituted(inner, handed) for inner in value]
    return value
