"""Deployments hold what their platform has, and all that it needs."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("interval: 10m", "interval: 90s"),
            ["17 S107 «90s» `interval` is `90s`, and CodeDeploy counts whole minutes | for instance `2m`"],
            id="an interval of half minutes",
        ),
        pytest.param(
            ("interval: 10m", "interval: 0m"),
            ["17 S107 «0m» `interval` cannot be `0m` | it is at least `1m`"],
            id="an interval of nothing",
        ),
        pytest.param(
            (
                "traffic: {canary: {percent: 10, interval: 10m}}",
                "traffic: {canary: {percent: 10, interval: 10m}}\n        bake: 10m",
            ),
            [
                (
                    "18 S108 «bake» CodeDeploy has no bake time for a Lambda function | take it out; after the last "
                    "step a deployment is over, and an alarm then rolls nothing back"
                )
            ],
            id="a bake time where there is none",
        ),
        pytest.param(
            (
                "traffic: {canary: {percent: 10, interval: 10m}}",
                "traffic: {canary: {percent: 10, interval: 10m}}\n        bake: 0m",
            ),
            [],
            id="no bake time where there is none is fine",
        ),
        pytest.param(
            ("        lambda: {function: cart, alias: live}\n", "        ecs: {cluster: a, service: b}\n"),
            ["16 S108 «ecs» `ecs` does not fit `platform: lambda` | take it out, or say `platform: ecs`"],
            id="the part of another platform instead of its own",
        ),
        pytest.param(
            (
                "traffic: {canary: {percent: 10, interval: 10m}}",
                "traffic: {canary: {percent: 10, interval: 10m}}\n        loadBalancer: {targetGroups: [a]}",
            ),
            [
                (
                    "18 S108 «loadBalancer» `loadBalancer` does not fit `platform: lambda` | take it out: an alias "
                    "shifts the traffic"
                )
            ],
            id="a load balancer for a function",
        ),
        pytest.param(
            ("traffic: {canary: {percent: 10, interval: 10m}}", "traffic: {healthyHosts: {atLeast: 1}}"),
            [
                (
                    "17 S108 «healthyHosts» `healthyHosts` does not fit `platform: lambda` | it takes `canary`, "
                    "`linear`, `allAtOnce` or `config`"
                )
            ],
            id="healthy hosts of a function",
        ),
        pytest.param(
            ("        traffic: {canary: {percent: 10, interval: 10m}}\n", ""),
            [
                (
                    "11 S109 «codedeploy» `codedeploy` lacks `traffic`, which `platform: lambda` needs | for "
                    "example `traffic: {canary: {percent: 10, interval: 10m}}`"
                )
            ],
            id="no traffic shift in a group of ours",
        ),
        pytest.param(
            (
                (
                    "managedBy: rollguard\n"
                    "        lambda: {function: cart, alias: live}\n"
                    "        traffic: {canary: {percent: 10, interval: 10m}}\n"
                ),
                "managedBy: terraform\n",
            ),
            [],
            id="a group of another tool needs little",
        ),
        pytest.param(
            ("platform: lambda", "platform: ecs"),
            ["16 S108 «lambda» `lambda` does not fit `platform: ecs` | take it out, or say `platform: lambda`"],
            id="another platform than the parts are for",
        ),
        pytest.param(
            (
                (
                    "platform: lambda\n"
                    "        application: cart\n"
                    "        group: live\n"
                    "        managedBy: rollguard\n"
                    "        lambda: {function: cart, alias: live}\n"
                    "        traffic: {canary: {percent: 10, interval: 10m}}"
                ),
                (
                    "platform: server\n"
                    "        application: cart\n"
                    "        group: live\n"
                    "        managedBy: rollguard\n"
                    "        server: {blueGreen: true, expectedDuration: 0m}\n"
                    "        traffic: {allAtOnce: true}\n"
                    "        bake: 5m"
                ),
            ),
            [
                (
                    "16 S109 «{blueGreen: true, expectedDuration: 0m}» `server` has neither `autoScalingGroups` nor `tags` | for example "
                    "`server: {autoScalingGroups: [dispatch-workers]}`"
                ),
                (
                    "16 S109 «true» `blueGreen` needs a `loadBalancer`, on which CodeDeploy shifts the traffic | "
                    "for example `loadBalancer: {targetGroups: [labels]}` under `codedeploy`"
                ),
                "16 S006 «0m» `expectedDuration` cannot be `0m` | a deployment takes `1m` to `1d`",
                (
                    "53 S124 «5m» `deploy: 5m` does not say how long the deployment lasts, which `platform: server` "
                    "needs | for example `deploy: {at: 5m, lasts: 20m}`"
                ),
            ],
            id="servers without machines or a load balancer",
        ),
        pytest.param(
            (
                "    prod: {}",
                "    prod: {deployments: {codedeploy: {bake: 5m, traffic: {healthyHosts: {atLeast: 1}}}}}",
            ),
            [
                (
                    "49 S108 «bake» CodeDeploy has no bake time for a Lambda function | take it out; after the last "
                    "step a deployment is over, and an alarm then rolls nothing back"
                ),
                (
                    "49 S108 «healthyHosts» `healthyHosts` does not fit `platform: lambda` | it takes `canary`, "
                    "`linear`, `allAtOnce` or `config`"
                ),
            ],
            id="what an environment changes must fit",
        ),
        pytest.param(
            ("    prod: {}", "    prod: {deployments: {codedeploy: {platform: ecs}}}"),
            [
                (
                    "49 S108 «ecs» an environment cannot turn `platform: lambda` into `ecs` | give the environment "
                    "a list of deployments of its own"
                )
            ],
            id="an environment cannot change the platform",
        ),
        pytest.param(
            (
                "    prod: {}",
                (
                    "    prod: {deployments: [{codedeploy: {platform: lambda, application: a, group: b, managedBy: "
                    "rollguard}}]}"
                ),
            ),
            [
                (
                    "49 S109 «{platform: lambda, application: a, group: b, managedBy: rollguard}» `codedeploy` "
                    "lacks `lambda`, which `platform: lambda` needs | for example `lambda: {function: "
                    "card-webhooks, alias: live}`"
                ),
                (
                    "49 S109 «{platform: lambda, application: a, group: b, managedBy: rollguard}» `codedeploy` "
                    "lacks `traffic`, which `platform: lambda` needs | for example `traffic: {canary: {percent: 10, "
                    "interval: 10m}}`"
                ),
            ],
            id="an environment's own deployments are complete",
        ),
    ],
)
def test_a_deployment_fits_its_platform(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
