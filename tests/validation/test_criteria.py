"""The parts of a criterion go together."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("    - id: slow", "    - id: any"),
            [
                (
                    "22 S105 «any» no criterion can be called `any` | it is a word of trigger expressions; add what "
                    "it measures"
                )
            ],
            id="a word of triggers as an id",
        ),
        pytest.param(
            ("    - id: slow", "    - id: errors"),
            ["22 S106 «errors» criterion `errors` exists already | give one of them another `id`"],
            id="an id twice",
        ),
        pytest.param(
            ("      title: The cart answers slowly\n      why: Above 2 s people leave.\n", ""),
            [
                ("22 S003 «id: slow» criterion `slow` lacks `title` | for example `title: Checkout answers slowly`"),
                (
                    "22 S003 «id: slow» criterion `slow` lacks `why` | for example `why: Above 1.5 s clients give "
                    "up and try again.`"
                ),
            ],
            id="an inline signal without title and reason",
        ),
        pytest.param(
            (
                ("      window: {period: 60s, datapoints: 3, of: 5}\n      missing: notBreaching\n    - id: abandoned"),
                "    - id: abandoned",
            ),
            [
                "22 S003 «id: slow» criterion `slow` lacks `missing` | for example `missing: notBreaching`",
                (
                    "22 S003 «id: slow» criterion `slow` lacks `window` | for example `window: {period: 60s, "
                    "datapoints: 3, of: 5}`"
                ),
            ],
            id="an inline signal without window and silence",
        ),
        pytest.param(
            ("window: {period: 60s, datapoints: 3, of: 5}", "window: {period: 60s}"),
            [
                "32 S003 «{period: 60s}» `window` lacks `datapoints` | for example `datapoints: 3`",
                "32 S003 «{period: 60s}» `window` lacks `of` | for example `of: 5`",
            ],
            id="an inline signal with a part of a window",
        ),
        pytest.param(
            ("      with: {function: cart, alias: live}", "      window: {period: 5m}"),
            [],
            id="a part of a preset's window is fine",
        ),
        pytest.param(
            ("      why: Above 2 s people leave.", "      why: Above 2 s people leave.\n      with: {a: b}"),
            [
                (
                    "25 S104 «with» `with` belongs to a preset, and criterion `slow` uses none | take it out, or "
                    "say `uses`"
                )
            ],
            id="parameters without a preset",
        ),
        pytest.param(
            (
                (
                    "        namespace: AWS/Lambda\n"
                    "        metric: Duration\n"
                    "        statistic: p99\n"
                    "        dimensions: {FunctionName: cart}\n"
                    "        unit: ms\n"
                ),
                "        alarm: synthetics\n",
            ),
            [
                (
                    "27 S104 «threshold» `threshold` has no effect on the existing alarm `synthetics` | take it "
                    "out; that alarm keeps its own settings"
                ),
                (
                    "28 S104 «window» `window` has no effect on the existing alarm `synthetics` | take it out; that "
                    "alarm keeps its own settings"
                ),
                (
                    "29 S104 «missing» `missing` has no effect on the existing alarm `synthetics` | take it out; "
                    "that alarm keeps its own settings"
                ),
            ],
            id="settings of an existing alarm",
        ),
        pytest.param(
            (
                (
                    "        namespace: AWS/Lambda\n"
                    "        metric: Duration\n"
                    "        statistic: p99\n"
                    "        dimensions: {FunctionName: cart}\n"
                    "        unit: ms\n"
                    "      threshold: {above: 2s}\n"
                    "      window: {period: 60s, datapoints: 3, of: 5}\n"
                    "      missing: notBreaching\n"
                    "    - id: abandoned"
                ),
                "        alarm: synthetics\n    - id: abandoned",
            ),
            [],
            id="an existing alarm alone is fine",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {outside: {below: 60, above: 10}}"),
            [
                (
                    "43 S112 «{below: 60, above: 10}» nothing lies between `60` and `10` | `below` is the lower "
                    "end, `above` the upper end"
                )
            ],
            id="a range upside down",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {above: band}"),
            ["43 R035 «band» only an anomaly has a band | give a number, or use `signal: {anomaly: …}`"],
            id="a range without its key, or a band without an anomaly",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {atMost: band}"),
            [
                (
                    "43 R035 «band» `atMost` cannot be `band` | a band is left by `above: band`, `below: band` or "
                    "`outside: band`"
                )
            ],
            id="a band at most",
        ),
        pytest.param(
            ("    prod: {}", "    prod: {criteria: {slow: {threshold: {outside: band}}}}"),
            ["49 R035 «band» only an anomaly has a band | give a number, or use `signal: {anomaly: …}`"],
            id="an environment's band without an anomaly",
        ),
        pytest.param(
            (
                (
                    "        expression: 100 * left / carts\n"
                    "        metrics:\n"
                    "          left: {namespace: Shop, metric: CartsLeft, statistic: Sum}\n"
                    "          carts: {namespace: Shop, metric: Carts, statistic: Sum}\n"
                    "        unit: percent\n"
                ),
                "        anomaly: {namespace: Shop, metric: Carts, statistic: Sum}\n",
            ),
            [
                "39 R035 «40%» an anomaly is held against its band, not against `40%` | write `above: band`, `below: band` or "
                "`outside: band`"
            ],
            id="an anomaly with a number",
        ),
        pytest.param(
            (
                (
                    "        expression: 100 * left / carts\n"
                    "        metrics:\n"
                    "          left: {namespace: Shop, metric: CartsLeft, statistic: Sum}\n"
                    "          carts: {namespace: Shop, metric: Carts, statistic: Sum}\n"
                    "        unit: percent\n"
                    "      threshold: {above: 40%}\n"
                    "      window: {period: 5m,"
                ),
                (
                    "        query: SELECT MAX(Errors) FROM X\n"
                    "      threshold: {outside: {below: 1, above: 2}}\n"
                    "      window: {period: 10s,"
                ),
            ),
            [
                (
                    "39 R036 «outside» a query can be held against one level only | use two criteria, `above` and "
                    "`below`"
                ),
                ("40 S102 «10s» `period` cannot be `10s` here | this signal has one datapoint a minute at most: `60s`"),
            ],
            id="a query with a range and a short period",
        ),
        pytest.param(
            ("      threshold: {above: 40%}", "      fewSamples: ignore\n      threshold: {above: 40%}"),
            ["43 R037 «fewSamples» `fewSamples: ignore` is for a percentile of a single metric | take it out"],
            id="few samples of an expression",
        ),
        pytest.param(
            (
                "        statistic: p99\n        dimensions: {FunctionName: cart}\n        unit: ms\n",
                "        statistic: Average\n        unit: ms\n      fewSamples: ignore\n",
            ),
            [
                (
                    "30 R037 «fewSamples» `fewSamples: ignore` is for percentiles such as `p99`, not for `Average` | take it out"
                )
            ],
            id="few samples of an average",
        ),
        pytest.param(
            (
                "      threshold: {above: 2s}",
                (
                    "      fewSamples: ignore\n"
                    "      leastTraffic: {metric: {namespace: a, metric: b, statistic: Sum}, perPeriod: 50}\n"
                    "      threshold: {above: 2s}"
                ),
            ),
            [
                (
                    "31 R037 «fewSamples» `fewSamples: ignore` has no effect beside `leastTraffic`, which makes the alarm one "
                    "on metric math | use `fewSamples: evaluate`, or take the other out"
                )
            ],
            id="few samples and least traffic",
        ),
        pytest.param(
            (
                (
                    "      threshold: {above: 40%}\n"
                    "      window: {period: 5m, datapoints: 2, of: 3}\n"
                    "      missing: notBreaching"
                ),
                (
                    "      leastTraffic: {metric: carts, perPeriod: 50}\n"
                    "      threshold: {above: 40%}\n"
                    "      window: {period: 5m, datapoints: 2, of: 3}\n"
                    "      missing: breaching"
                ),
            ),
            [
                (
                    "46 R034 «breaching» below `leastTraffic` there is no datapoint, and `missing: breaching` "
                    "counts that as bad | low traffic would roll back: use `missing: notBreaching`"
                )
            ],
            id="least traffic where silence is bad",
        ),
        pytest.param(
            ("rollbackWithin: 10m", "rollbackWithin: 0s"),
            ["46 S007 «0s» `rollbackWithin` cannot be `0s` | an alarm needs a minute or more to see a fault"],
            id="a promise of nothing",
        ),
        pytest.param(
            ("rollbackWithin: 10m", "stillRedAfter: 4m"),
            [
                "46 S007 «4m» `stillRedAfter` cannot be `4m` | from `5m`, as the recorder looks every five minutes, to "
                "`12h`, before an incident is closed"
            ],
            id="red too soon to be still red",
        ),
        pytest.param(
            (
                "      threshold: {above: 2s}",
                (
                    "      fewSamples: evaluate\n"
                    "      leastTraffic: {metric: {namespace: a, metric: b, statistic: Sum}, perPeriod: 50}\n"
                    "      threshold: {above: 2s}"
                ),
            ),
            [],
            id="what CloudWatch does with few samples anyway is fine beside least traffic",
        ),
        pytest.param(
            (
                "      threshold: {above: 40%}",
                "      leastTraffic: {metric: cart, perPeriod: 50}\n      threshold: {above: 40%}",
            ),
            ["43 R031 «cart» `cart` is none of the expression's metrics | did you mean `carts`?"],
            id="least traffic of a metric that the expression does not have",
        ),
        pytest.param(
            (
                "      threshold: {above: 2s}",
                "      leastTraffic: {metric: value, perPeriod: 50}\n      threshold: {above: 2s}",
            ),
            [
                "31 R031 «value» `value` names a metric of an expression, and the signal is a single metric | "
                "give the traffic's `namespace`, `metric` and `statistic`"
            ],
            id="least traffic of a name where there is no expression",
        ),
        pytest.param(
            (
                "      threshold: {above: 2s}",
                "      leastTraffic: {metric: {namespace: a, metric: b, statistic: Sum}, perPeriod: 50}\n      threshold: {above: 2s}",
                "    prod: {}",
                "    prod: {criteria: {slow: {missing: breaching}}}",
            ),
            [
                "50 R034 «breaching» below `leastTraffic` there is no datapoint, and `missing: breaching` "
                "counts that as bad | low traffic would roll back: use `missing: notBreaching`"
            ],
            id="an environment makes silence bad under least traffic",
        ),
        pytest.param(
            ("    prod: {}", "    prod: {criteria: {slow: {window: {of: 2}}}}"),
            ["49 R033 «2» 3 of 2 periods can never be bad | `datapoints` is at most `of`, 2"],
            id="an environment shortens the window below its datapoints",
        ),
        pytest.param(
            (
                "        namespace: AWS/Lambda\n"
                "        metric: Duration\n"
                "        statistic: p99\n"
                "        dimensions: {FunctionName: cart}\n"
                "        unit: ms\n"
                "      threshold: {above: 2s}\n"
                "      window: {period: 60s, datapoints: 3, of: 5}\n"
                "      missing: notBreaching\n"
                "    - id: abandoned",
                "        alarm: rollguard_prod_cart\n    - id: abandoned",
            ),
            [
                "26 R056 «rollguard_prod_cart» `rollguard_prod_cart` is an alarm that Rollguard makes itself | "
                "state its signal as a criterion here, or read an alarm of somebody else"
            ],
            id="an alarm of our own adopted",
        ),
    ],
)
def test_the_parts_of_a_criterion_go_together(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {above: 2s}"),
            ["43 R030 «2s» `2s` does not fit a signal measured in `percent` | write a percentage such as `2%`"],
            id="a time for a ratio",
        ),
        pytest.param(
            ("    prod: {}", "    prod: {criteria: {slow: {threshold: {above: 2%}}}}"),
            ["49 R030 «2%» `2%` does not fit a signal measured in `ms` | write a time such as `2s`"],
            id="a percentage for a time, in one environment",
        ),
        pytest.param(
            ("threshold: {above: 2s}", "threshold: {outside: {below: 1s, above: 500}}"),
            [
                "31 S112 «{below: 1s, above: 500}» nothing lies between `1s` and `500` | "
                "`below` is the lower end, `above` the upper end"
            ],
            id="a range upside down in two ways of writing",
        ),
    ],
)
def test_a_threshold_fits_the_unit_of_its_signal(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
