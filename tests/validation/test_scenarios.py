"""Scenarios test what the policy has, inside their own time, and do not contradict themselves."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("  scenarios:\n", "  scenarios:\n    - {name: errors roll back, expect: {alarm: true}}\n"),
            [
                (
                    "52 S106 «errors roll back» scenario `errors roll back` exists already | give one of them "
                    "another `name`"
                )
            ],
            id="a name twice",
        ),
        pytest.param(
            ("deploy: 5m", "deploy: {at: 5m, lasts: 20m}"),
            [
                (
                    "52 S124 «lasts» `lasts` is only for `platform: server`, not for `lambda` | take it out; "
                    "traffic steps and bake time say how long it lasts"
                )
            ],
            id="how long a function's deployment lasts",
        ),
        pytest.param(
            ("length: 45m", "length: 8d"),
            ["53 S122 «8d» `length` cannot be `8d` | a scenario is at most `7d` long"],
            id="a length of more than a week",
        ),
        pytest.param(
            ("length: 45m", "length: 0m"),
            ["53 S122 «0m» `length` cannot be `0m` | a scenario is at least `1m` long"],
            id="a length of nothing",
        ),
        pytest.param(
            ("length: 45m", "length: 99999999d"),
            ["53 S006 «99999999d» `length` cannot be `99999999d` | longer than ten years, `3650d`"],
            id="a length of centuries",
        ),
        pytest.param(
            ("deploy: 5m", "deploy: 45m"),
            [
                (
                    "52 S122 «45m» the deployment at `45m` does not start before the scenario's end at 45m | move "
                    "it forward, or say `deploy: never`"
                )
            ],
            id="a deployment at the end",
        ),
        pytest.param(
            (
                *("      deploy: 5m\n      length: 45m", "      length: 5m"),
                *("{step: {from: 0, to: 9, at: 8m}}", "{hold: 9}"),
                *("within: 8m", "within: 5m"),
            ),
            [
                (
                    "52 S122 «5m» the deployment, at `5m` where nothing is said, does not start before the scenario's end "
                    "at 5m | make it longer, or say when the deployment starts, such as `deploy: 0m` or `never`"
                )
            ],
            id="the usual deployment at the end",
        ),
        pytest.param(
            (
                *("deploy: 5m", "deploy: never"),
                *("series:\n        errors: {step: {from: 0, to: 9, at: 8m}}", "fault: {errors: 9%, at: 8m}"),
                *("{rollback: {because: [errors], within: 8m}}", "{alarm: false}"),
            ),
            [
                (
                    "54 S125 «errors» with `deploy: never` there is no new version whose `errors` these could be | say "
                    "when it is deployed, or give `series`"
                )
            ],
            id="a fault of a version that nobody deploys",
        ),
        pytest.param(
            (
                *("deploy: 5m", "deploy: 20m"),
                *(
                    "series:\n        errors: {step: {from: 0, to: 9, at: 8m}}",
                    "fault: {latency: 3s, at: 8m, for: 12m}",
                ),
            ),
            [
                (
                    "54 S125 «12m» the fault is over before the new version is deployed at 20m | make it longer, or "
                    "move it behind the start of the deployment"
                )
            ],
            id="a fault before the deployment",
        ),
        pytest.param(
            (
                *("deploy: 5m", "deploy: never"),
                *("series:\n        errors: {step: {from: 0, to: 9, at: 8m}}", "fault: {traffic: 0/min, at: 8m}"),
                *("{rollback: {because: [errors], within: 8m}}", "{alarm: false}"),
            ),
            [],
            id="traffic that stops while nobody deploys",
        ),
        pytest.param(
            ("        errors: {step:", "        eror: {step:"),
            ["55 S120 «eror» `eror` is none of the policy's criteria | did you mean `errors`?"],
            id="a misspelt criterion",
        ),
        pytest.param(
            ("because: [errors]", "because: [errors, late]"),
            [("56 S120 «late» `late` is none of the policy's criteria | there are `abandoned`, `errors` or `slow`")],
            id="an unknown criterion as a cause",
        ),
        pytest.param(
            ("within: 8m", "within: 50m"),
            [
                (
                    "56 S122 «50m» `within: 50m` is longer than the scenario, 45m | make it shorter, or give the "
                    "scenario more `length`"
                )
            ],
            id="a rollback later than the end",
        ),
        pytest.param(
            ("within: 8m", "within: 0m"),
            [("56 S122 «0m» `within` cannot be `0m` | no rollback starts in no time; alarms need a minute or more")],
            id="a rollback in no time",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                (
                    "      series:\n"
                    "        errors: {step: {from: 0, to: 9, at: 8m}}\n"
                    "      fault: {errors: 15%, at: 6m}\n"
                ),
            ),
            ["56 S010 «fault» scenario `errors roll back` has both `series` and `fault` | keep one of them"],
            id="a fault beside series",
        ),
        pytest.param(
            ("      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n", "      fault: {at: 6m}\n"),
            [
                (
                    "54 S109 «{at: 6m}» `fault` says nothing that goes wrong | it has at least one of `errors`, "
                    "`latency` and `traffic`"
                )
            ],
            id="a fault that does nothing",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      fault: {errors: 15%, at: 60m}\n",
            ),
            [
                (
                    "54 S122 «60m» `at: 60m` is not before the scenario's end at 45m | move it forward, or give the "
                    "scenario more `length`"
                )
            ],
            id="a fault after the end",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      fault: {errors: 150%, at: 6m}\n",
            ),
            [
                (
                    "54 S006 «150%» `errors` cannot be `150%` | `errors` is a percentage from `0%` to `100%`, such "
                    "as `15%`"
                )
            ],
            id="more than all errors",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      fault: {errors: 15, at: 6m}\n",
            ),
            [
                (
                    "54 S004 «15» `errors` takes text, not the number `15` | `errors` is a percentage from `0%` to "
                    "`100%`, such as `15%`"
                )
            ],
            id="errors without a percent sign",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      fault: {latency: 0s, at: 6m, traffic: 200}\n",
            ),
            [
                "54 S007 «0s» `latency` cannot be `0s` | an answer takes some time, such as `3s`",
                (
                    "54 S004 «200» `traffic` takes text, not the number `200` | `traffic` is a number of requests "
                    "per `s` or `min`, such as `200/min`"
                ),
            ],
            id="latency of nothing and traffic without a unit",
        ),
        pytest.param(
            ("deploy: 5m", "deploy: never"),
            ["56 S125 «rollback» with `deploy: never` there is nothing to roll back | say `rollback: never`"],
            id="a misspelt word beside a duration",
        ),
        pytest.param(
            (
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {rollback: never, stoppedAt: {traffic: 10}}",
            ),
            [("56 S125 «stoppedAt» `stoppedAt` expects a rollback, and `rollback: never` none | take one of them out")],
            id="a stop without a rollback",
        ),
        pytest.param(
            (
                "deploy: 5m",
                "deploy: never",
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {stoppedAt: {traffic: 10}}",
            ),
            ["56 S125 «stoppedAt» with `deploy: never` there is nothing to stop | take `stoppedAt` out"],
            id="a stop without a deployment",
        ),
        pytest.param(
            (
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {rollback: {because: [errors]}, alarm: false}",
            ),
            [
                (
                    "56 S125 «alarm» `alarm: false` expects a green rollback alarm, and only a red one rolls back | "
                    "take one of them out"
                )
            ],
            id="a rollback without a red alarm",
        ),
        pytest.param(
            (
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {alarms: {errors: [{at: 60s, state: OK}, {at: 1m, state: ALARM}, {at: 1m, state: OK}]}}",
            ),
            ["56 S125 «ALARM» at 1m the alarm cannot be both OK and ALARM | take one of them out"],
            id="two states at once",
        ),
        pytest.param(
            (
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {alarms: {errors: [{at: 50m, state: ALARM}], nope: [{at: 1m, state: Ok}]}}",
            ),
            [
                (
                    "56 S122 «50m» `at: 50m` is after the scenario's end at 45m | move it forward, or give the "
                    "scenario more `length`"
                ),
                ("56 S120 «nope» `nope` is none of the policy's criteria | there are `abandoned`, `errors` or `slow`"),
                "56 S005 «Ok» `state` cannot be `Ok` | did you mean `OK`?",
            ],
            id="states after the end, of unknown criteria, in other words",
        ),
        pytest.param(
            ("length: 45m", "length: 45m\n      delivery: 1h"),
            [
                (
                    "54 S122 «1h» with `delivery: 1h` no datapoint arrives before the scenario's end at 45m | make "
                    "it shorter"
                )
            ],
            id="datapoints after the end",
        ),
        pytest.param(
            (
                "expect: {rollback: {because: [errors], within: 8m}}",
                "expect: {rollback: {because: [errors]}, stoppedAt: {traffic: 10%}}",
            ),
            [
                (
                    "56 S004 «10%» `traffic` takes a number, not the text `10%` | write the number alone, it is in "
                    "percent: `10`"
                )
            ],
            id="a percentage for traffic",
        ),
    ],
)
def test_a_scenario_must_make_sense(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
