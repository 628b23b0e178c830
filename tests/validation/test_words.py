"""A wrong key, and what an author is told about it: what there is instead, or what was meant."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("title: Cart\n", "titel: Cart\n"),
            ["5 S002 «titel» `metadata` has no key `titel` | did you mean `title`?"],
            id="a misspelt key",
        ),
        pytest.param(
            ("  owner: shop\n", "  owner: shop\n  colour: red\n"),
            [
                (
                    "7 S002 «colour» `metadata` has no key `colour` | it takes `name`, `title`, `owner`, "
                    "`description`, `runbook`, `agreed` or `labels`"
                )
            ],
            id="a key that resembles none",
        ),
        pytest.param(
            ("  rollbackWithin: 10m\n", "  bake: 5m\n"),
            ["46 S002 «bake» `spec` has no key `bake` | `bake` belongs in `codedeploy`"],
            id="a key that belongs elsewhere",
        ),
        pytest.param(
            ("  name: cart\n", ""),
            ["3 S003 «metadata» `metadata` lacks `name` | for example `name: checkout-api`"],
            id="a missing key",
        ),
        pytest.param(
            ("    - id: errors\n      uses: lambda/error-ratio", "    - uses: lambda/error-ratio"),
            ["19 S003 «uses: lambda/error-ratio» criterion 1 lacks `id` | for example `id: latency-p99`"],
            id="a missing key of a list's entry",
        ),
        pytest.param(
            ("notify: [shop-oncall]", "notify: [shop-oncall]\n  scenarios2: 1"),
            [
                (
                    "48 S002 «scenarios2» `spec` has no key `scenarios2` | it takes `mode`, `deployments`, "
                    "`criteria`, `trigger`, `rollbackWithin`, `stillRedAfter`, `notify`, `bypass`, `wiring`, `retired`, "
                    "`environments` or `scenarios`"
                )
            ],
            id="a key beside many others",
        ),
        pytest.param(
            ("    - codedeploy:", "    - cloudformation: {stack: a}\n    - codedeploy:"),
            ["11 S012 «cloudformation» `cloudformation` is not built yet | built so far: `codedeploy`"],
            id="a mechanism that is not built",
        ),
        pytest.param(
            (
                "traffic: {canary: {percent: 10, interval: 10m}}",
                "traffic: {canary: {percent: 10, interval: 10m}, allAtOnce: true}",
            ),
            ["17 S010 «allAtOnce» `traffic` has both `canary` and `allAtOnce` | keep one of them"],
            id="two ways to shift traffic",
        ),
        pytest.param(
            ("traffic: {canary: {percent: 10, interval: 10m}}", "traffic: {}"),
            [
                (
                    "17 S010 «{}» `traffic` says nothing | exactly one of `canary`, `linear`, `allAtOnce`, `config` "
                    "or `healthyHosts`"
                )
            ],
            id="no way to shift traffic",
        ),
        pytest.param(
            ("      uses: lambda/error-ratio\n", ""),
            [
                (
                    "19 S010 «id: errors» criterion `errors` has neither `uses` nor `signal` | for example `uses: "
                    "alb/target-5xx-ratio`"
                )
            ],
            id="a criterion without a signal",
        ),
        pytest.param(
            ("      uses: lambda/error-ratio\n", "      uses: lambda/error-ratio\n      signal: {alarm: x}\n"),
            ["21 S010 «signal» criterion `errors` has both `uses` and `signal` | keep one of them"],
            id="a criterion with preset and signal",
        ),
        pytest.param(
            (
                (
                    "        namespace: AWS/Lambda\n"
                    "        metric: Duration\n"
                    "        statistic: p99\n"
                    "        dimensions: {FunctionName: cart}\n"
                ),
                "        datadog: {monitor: 1}\n",
            ),
            [
                (
                    "26 S012 «datadog» `datadog` is not built yet | built so far: `metric`, `expression`, "
                    "`anomaly`, `query` or `alarm`"
                )
            ],
            id="a signal that comes later",
        ),
        pytest.param(
            ("        metric: Duration\n", "        metrc: Duration\n"),
            ["27 S002 «metrc» `signal` has no key `metrc` | did you mean `metric`?"],
            id="a misspelt key is not missing too",
        ),
        pytest.param(
            ("        statistic: p99\n", ""),
            ["25 S003 «signal» `signal` lacks `statistic` | for example `statistic: p99`"],
            id="a metric without a statistic",
        ),
        pytest.param(
            ("statistic: p99", "statistic: average"),
            ["28 S006 «average» `statistic` cannot be `average` | did you mean `Average`?"],
            id="stat2",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {above: 40, below: 10}"),
            [
                (
                    "43 S010 «below» `threshold` has both `above` and `below` | a range that must not be left is "
                    "`outside: {below: 10, above: 40}`"
                )
            ],
            id="a range without its key, or a band without an anomaly",
        ),
        pytest.param(
            (
                "      missing: notBreaching\n    - id: abandoned",
                "      missing: notBreaching\n      severity: sev1\n    - id: abandoned",
            ),
            [
                (
                    "34 S012 «severity» `severity` is not built yet | `mode` says whether a criterion observes or "
                    "rolls back"
                )
            ],
            id="a severity",
        ),
        pytest.param(
            ("    prod: {}", "    Prod Env: {}"),
            [
                (
                    "49 S013 «Prod Env» `Prod Env` cannot be a key in `environments` | a name is lower-case letters "
                    "and digits, in words joined by single hyphens, and begins with a letter: `prod-env`"
                )
            ],
            id="an environment with a space",
        ),
        pytest.param(
            ("errors: {step: {from", "errors: {stp: {from"),
            ["55 S002 «stp» `errors` has no key `stp` | did you mean `step`?"],
            id="a misspelt shape is one fault",
        ),
        pytest.param(
            ("errors: {step: {from: 0, to: 9, at: 8m}}", "errors: {step: {from: 0, to: 9, at: 8m}, hold: 1}"),
            [
                (
                    "55 S121 «hold» the series has both `step` and `hold` | lay them over one another in a list: "
                    "`[{step: …}, {hold: …}]`"
                )
            ],
            id="two shapes at once",
        ),
        pytest.param(
            ("expect: {rollback: {because: [errors], within: 8m}}", "expect: {}"),
            ["56 S008 «{}» `expect` is empty | for example `expect: {rollback: never}`"],
            id="no expectation",
        ),
    ],
)
def test_a_wrong_key_is_told_with_the_cure(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("apiVersion: rollguard/v1", "apiVersion: rollguard/v2"),
            [
                (
                    "1 S001 «rollguard/v2» `apiVersion` cannot be `rollguard/v2` | this version of Rollguard reads "
                    "`rollguard/v1`"
                )
            ],
            id="a newer version",
        ),
        pytest.param(
            ("kind: RollbackPolicy", "kind: RollbackPolcy"),
            ["2 S001 «RollbackPolcy» `kind` cannot be `RollbackPolcy` | did you mean `RollbackPolicy`?"],
            id="a misspelt kind",
        ),
        pytest.param(
            ("kind: RollbackPolicy\n", ""),
            [
                (
                    "1 S003 «apiVersion: rollguard/v1» the file lacks `kind` | begin it with `kind: RollbackPolicy` "
                    "or `kind: Environments` or `kind: Presets` or `kind: FailureModes`"
                )
            ],
            id="no kind",
        ),
        pytest.param(
            ("kind: RollbackPolicy", "kinds: RollbackPolicy"),
            ["2 S002 «kinds» the file has no key `kinds` | did you mean `kind`?"],
            id="a misspelt key for the kind",
        ),
        pytest.param(
            ("kind: RollbackPolicy", "kind:"),
            ["2 S011 «kind» `kind` has no value | write `RollbackPolicy`, `Environments`, `Presets` or `FailureModes`"],
            id="a kind with nothing behind it",
        ),
        pytest.param(
            ("kind: RollbackPolicy", "kind: [a]"),
            [
                (
                    "2 S001 «[a]» `kind` cannot be `[a]` | this version of Rollguard reads `RollbackPolicy`, "
                    "`Environments`, `Presets` or `FailureModes`"
                )
            ],
            id="a list of kinds",
        ),
    ],
)
def test_a_file_that_does_not_say_what_it_is(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
