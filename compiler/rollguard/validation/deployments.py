"""Deployments whose parts do not fit the platform or the tool that owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.language import layers
from rollguard.validation import minutes
from rollguard.validation.part import Part
from rollguard.validation.writing import entries
from rollguard.wording import listed

#: The parts of a deployment that only the platform of the same name has.
_OWN = ("ecs", "lambda", "server")
_NEEDS = {
    "ecs": ("ecs", "loadBalancer", "traffic"),
    "lambda": ("lambda", "traffic"),
    "server": ("server", "traffic"),
}
_EXAMPLES = {
    "ecs": "ecs: {cluster: payments, service: checkout-api}",
    "lambda": "lambda: {function: card-webhooks, alias: live}",
    "server": "server: {autoScalingGroups: [dispatch-workers]}",
    "loadBalancer": 'loadBalancer: {listener: "${vars.listener}", targetGroups: [checkout-blue, checkout-green]}',
    "traffic": "traffic: {canary: {percent: 10, interval: 10m}}",
}
_SHIFTS = ("canary", "linear")


def check(spec: Part) -> None:
    """The policy's deployments, and what its environments change of them."""
    bases = _codedeploys(spec.get("deployments"))
    for base in bases:
        _whole(base, base.value)
    environments = spec.get("environments")
    for _, environment in environments.entries() if environments else ():
        changed = environment.get("deployments")
        for codedeploy in _codedeploys(changed):
            _whole(codedeploy, codedeploy.value)
        part = changed.get("codedeploy") if changed and isinstance(changed.value, dict) else None
        for base in bases if part else ():
            assert part is not None
            _changed(part, base.value)


def _codedeploys(deployments: Part | None) -> list[Part]:
    """The deployments of a list whose platform is known."""
    if deployments is None or not isinstance(deployments.value, list):
        return []
    found = [deployment.get("codedeploy") for _, deployment in deployments.entries()]
    return [codedeploy for codedeploy in found if codedeploy and codedeploy.get("platform")]


def _changed(part: Part, base: Mapping[str, Any]) -> None:
    """What an environment changes of a deployment, held against the two laid over one another."""
    platform = part.get("platform")
    if platform and platform.value != base["platform"]:
        help = "give the environment a list of deployments of its own"
        platform.error(
            "S108", f"an environment cannot turn `platform: {base['platform']}` into `{platform.value}`", help
        )
        return
    _whole(part, layers.merged(base, part.value))


def _whole(codedeploy: Part, merged: Mapping[str, Any]) -> None:
    """Report at `codedeploy` what is wrong with `merged`: the same, or the deployment that it changes."""
    platform: str = merged["platform"]
    ours = merged.get("managedBy") == "rollguard"
    misfits = [key for key in _OWN if key != platform and codedeploy.get(key)]
    for key in misfits:
        message = f"`{key}` does not fit `platform: {platform}`"
        block = codedeploy.get(key)
        codedeploy.error(
            "S108", message, f"take it out, or say `platform: {key}`", at=block.key_span if block else None
        )
    for key in _NEEDS[platform] if ours else ():
        if key not in merged and not codedeploy.has(key) and (key == "traffic" or not misfits):
            message = f"`codedeploy` lacks `{key}`, which `platform: {platform}` needs"
            codedeploy.error("S109", message, f"for example `{_example(key, platform)}`")
    _servers(codedeploy, merged, ours)
    _load_balancer(codedeploy.get("loadBalancer"), platform)
    _traffic(codedeploy.get("traffic"), platform)
    _bake(codedeploy.get("bake"), platform, blue_green=_is_blue_green(merged))


def _example(key: str, platform: str) -> str:
    return (
        "traffic: {healthyHosts: {atLeastPercent: 75}}" if (key, platform) == ("traffic", "server") else _EXAMPLES[key]
    )


def _is_blue_green(merged: Mapping[str, Any]) -> bool:
    server = merged.get("server")
    return isinstance(server, dict) and server.get("blueGreen") is True


def _servers(codedeploy: Part, merged: Mapping[str, Any], ours: bool) -> None:
    server = codedeploy.get("server")
    if merged["platform"] != "server" or not server or not isinstance(merged.get("server"), dict):
        return
    if not any(server.has(key) or key in merged["server"] for key in ("autoScalingGroups", "tags")):
        server.error(
            "S109", "`server` has neither `autoScalingGroups` nor `tags`", f"for example `{_EXAMPLES['server']}`"
        )
    if ours and _is_blue_green(merged) and not codedeploy.has("loadBalancer") and "loadBalancer" not in merged:
        message = "`blueGreen` needs a `loadBalancer`, on which CodeDeploy shifts the traffic"
        at = server.get("blueGreen") or server
        at.error("S109", message, "for example `loadBalancer: {targetGroups: [labels]}` under `codedeploy`")


def _load_balancer(balancer: Part | None, platform: str) -> None:
    if balancer is None or not isinstance(balancer.value, dict):
        return
    if platform == "lambda":
        balancer.error(
            "S108",
            "`loadBalancer` does not fit `platform: lambda`",
            "take it out: an alias shifts the traffic",
            at=balancer.key_span,
        )
        return
    groups, wanted = balancer.get("targetGroups"), 2 if platform == "ecs" else 1
    if groups and groups.even and len(groups.value) != wanted:
        many = "two target groups, which change places" if wanted == 2 else "one target group"
        groups.error(
            "S008",
            f"`targetGroups` has {entries(len(groups.value))}",
            f"`platform: {platform}` has {many}",
        )
    if platform == "ecs" and not balancer.has("listener"):
        balancer.error(
            "S109",
            "`loadBalancer` lacks `listener`, which `platform: ecs` needs",
            'for example `listener: "${vars.listener}"`',
        )
    for key in ("listener", "testListener"):
        if platform == "server" and (listener := balancer.get(key)):
            message = f"`{key}` does not fit `platform: server`"
            listener.error("S108", message, "take it out: the target group is enough", at=listener.key_span)


def _traffic(traffic: Part | None, platform: str) -> None:
    if traffic is None or not isinstance(traffic.value, dict) or not traffic.even:
        return
    fitting = ("healthyHosts", "allAtOnce", "config") if platform == "server" else (*_SHIFTS, "allAtOnce", "config")
    for key, shift in traffic.entries():
        if key not in fitting:
            shift.error(
                "S108", f"`{key}` does not fit `platform: {platform}`", f"it takes {listed(fitting)}", at=shift.key_span
            )
        elif key in _SHIFTS:
            minutes.check(shift.get("interval"), least=1, most="shiftMinutes")


def _bake(bake: Part | None, platform: str, *, blue_green: bool) -> None:
    waits = platform == "ecs" or blue_green
    if minutes.check(bake) and bake and not waits:
        where = "a server that is deployed in place" if platform == "server" else "a Lambda function"
        help = "take it out; after the last step a deployment is over, and an alarm then rolls nothing back"
        bake.error("S108", f"CodeDeploy has no bake time for {where}", help, at=bake.key_span)
