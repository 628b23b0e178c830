"""A wrong value, and what an author is told about it, in the words that were written."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("with: {function: cart, alias: live}", "with: {function: 5, alias: live}"),
            ['21 S004 «5» `function` takes text or a list, not the number `5` | put it in quotes: `"5"`'],
            id="a number for a parameter of a preset",
        ),
        pytest.param(
            ("dimensions: {FunctionName: cart}", "dimensions: {Größe: maß}"),
            [
                "29 S013 «Größe» `Größe` cannot be a key in `dimensions` | a dimension's name is of ASCII characters and "
                "does not begin with `:`",
                "29 S006 «maß» `Größe` cannot be `maß` | a dimension's value is of ASCII characters",
            ],
            id="a dimension with letters that CloudWatch refuses, in its name and in its value",
        ),
        pytest.param(
            ("  mode: rollback\n", "  mode: rolback\n"),
            ["9 S005 «rolback» `mode` cannot be `rolback` | did you mean `rollback`?"],
            id="a misspelt word",
        ),
        pytest.param(
            ("  title: Cart\n", "  title:\n"),
            ["5 S011 «title» `title` has no value | for example `title: Checkout API`, or take it out"],
            id="a key with nothing behind it",
        ),
        pytest.param(
            ("  mode: rollback\n", "  mode:\n"),
            ["9 S011 «mode» `mode` has no value | for example `mode: rollback`, or take it out"],
            id="a word with nothing behind it",
        ),
        pytest.param(
            ("interval: 10m", "interval: 10"),
            [
                (
                    "17 S004 «10» `interval` takes a duration, not the number `10` | a duration needs a unit: `10s` "
                    "or `10m`"
                )
            ],
            id="a bare number as a duration",
        ),
        pytest.param(
            ("interval: 10m", "interval: 22:30"),
            [
                (
                    "17 S006 «22:30» `interval` cannot be `22:30` | a duration is written with units, such as "
                    "`22m30s`, not with colons"
                )
            ],
            id="a time with colons",
        ),
        pytest.param(
            ("percent: 10,", "percent: 10%,"),
            [
                (
                    "17 S004 «10%» `percent` takes a whole number, not the text `10%` | write the number alone, it "
                    "is in percent: `10`"
                )
            ],
            id="a percentage where percent are meant",
        ),
        pytest.param(
            ("percent: 10,", "percent: 100,"),
            ["17 S007 «100» `percent` cannot be `100` | it goes from 1 to 99"],
            id="a number that is too large",
        ),
        pytest.param(
            ("datapoints: 2,", "datapoints: 1.5,"),
            [
                (
                    "44 S004 «1.5» `datapoints` takes a whole number, not the number `1.5` | a whole number from 1 "
                    "to 10000"
                )
            ],
            id="a broken number of datapoints",
        ),
        pytest.param(
            ("rollbackWithin: 10m", "bypass: yes"),
            [
                (
                    "46 S004 «yes» `bypass` takes `true` or `false`, not the text `yes` | write `true`; YAML 1.2 "
                    "knows only `true` and `false`"
                )
            ],
            id="yes for true",
        ),
        pytest.param(
            ("rollbackWithin: 10m", "bypass: 1"),
            ["46 S004 «1» `bypass` takes `true` or `false`, not the number `1` | for example `bypass: true`"],
            id="one for true",
        ),
        pytest.param(
            ("notify: [shop-oncall]", "notify: shop-oncall"),
            [
                (
                    "47 S004 «shop-oncall» `notify` takes a list or a mapping, not the text `shop-oncall` | write "
                    "it as a list: `[shop-oncall]`"
                )
            ],
            id="one channel instead of a list",
        ),
        pytest.param(
            ('by: ["@shop-lead"]', 'by: "@shop-lead"'),
            [
                (
                    '7 S004 «"@shop-lead"» `by` takes a list, not the text `"@shop-lead"` | write it as a list: '
                    '`["@shop-lead"]`'
                )
            ],
            id="one name instead of a list",
        ),
        pytest.param(
            ("  deployments:\n    - codedeploy:", "  deployments:\n      codedeploy:"),
            ["10 S004 «deployments» `deployments` takes a list, not a mapping | begin each entry with `- `"],
            id="a mapping instead of a list",
        ),
        pytest.param(
            ("    prod: {}", "    - prod"),
            [
                (
                    "48 S004 «environments» `environments` takes a mapping, not a list | write keys without `- `; "
                    "for example `environments: {staging: {mode: observe}, prod: {}}`"
                )
            ],
            id="a list instead of a mapping",
        ),
        pytest.param(
            ("title: Cart\n", "title: 42\n"),
            ['5 S004 «42» `title` takes text, not the number `42` | put it in quotes: `"42"`'],
            id="a number as a title",
        ),
        pytest.param(
            ("review: 180d", "review: 180"),
            [
                (
                    "7 S004 «180» `review` takes text, not the number `180` | a review is due after a number of "
                    "days, such as `180d`"
                )
            ],
            id="a bare number of days",
        ),
        pytest.param(
            ("threshold: {above: 40%}", 'threshold: {above: "40"}'),
            ['43 S006 «"40"» `above` cannot be `"40"` | a number stands without quotes: `40`'],
            id="a number in quotes",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {above: .nan}"),
            ["43 S004 «.nan» `above` takes a level, not the number `.nan` | a level must be a finite number"],
            id="a threshold that is not a number",
        ),
        pytest.param(
            ("threshold: {above: 40%}", "threshold: {above: high}"),
            [
                (
                    "43 S006 «high» `above` cannot be `high` | a level is a number, a percentage such as `2%` or a "
                    "time such as `1500ms`"
                )
            ],
            id="a threshold in words",
        ),
        pytest.param(
            ("deploy: 5m", "deploy: nevr"),
            ["52 S006 «nevr» `deploy` cannot be `nevr` | did you mean `never`?"],
            id="a misspelt word beside a duration",
        ),
        pytest.param(
            ("deploy: 5m", "deploy: 5"),
            [
                (
                    "52 S004 «5» `deploy` takes text or a mapping, not the number `5` | a duration needs a unit: "
                    "`5s` or `5m`"
                )
            ],
            id="a bare number beside a word",
        ),
        pytest.param(
            ("name: cart", "name: Cart_API"),
            [
                (
                    "4 S006 «Cart_API» `name` cannot be `Cart_API` | a name is lower-case letters and digits, in "
                    "words joined by single hyphens, and begins with a letter: `cart-api`"
                )
            ],
            id="a name in another style",
        ),
        pytest.param(
            ("name: cart", "name: ../../etc"),
            [
                (
                    "4 S006 «../../etc» `name` cannot be `../../etc` | a name is lower-case letters and digits, in "
                    "words joined by single hyphens, and begins with a letter: `etc`"
                )
            ],
            id="a name that climbs folders",
        ),
        pytest.param(
            ("name: cart", "name: cart🚀"),
            [
                (
                    "4 S006 «cart🚀» `name` cannot be `cart🚀` | a name is lower-case letters and digits, in words "
                    "joined by single hyphens, and begins with a letter: `cart`"
                )
            ],
            id="a name with an emoji",
        ),
        pytest.param(
            ("title: Cart\n", 'title: ""\n'),
            ['5 S014 «""» `title` is empty | for example `title: Checkout API`'],
            id="an empty title",
        ),
        pytest.param(
            ("title: Cart\n", 'title: "Ca\\trt"\n'),
            [
                (
                    '5 S006 «"Ca\\trt"» `title` cannot be `"Ca\\trt"` | this is one line of text without control '
                    "characters, and does not begin with a space"
                )
            ],
            id="a control character",
        ),
        pytest.param(
            ('by: ["@shop-lead"]', 'by: ["@a", "@b", "@a"]'),
            ['7 S009 «"@a"» `by` holds `"@a"` twice | take one of them out'],
            id="an entry twice",
        ),
        pytest.param(
            ("managedBy: rollguard", "managedBy: console"),
            [
                (
                    "15 S012 «console» `console` comes later | built so far: `rollguard`, `terraform`, `cdk`, `sam`, "
                    "`cloudformation` or `pulumi`"
                )
            ],
            id="a tool that comes later",
        ),
        pytest.param(
            ("managedBy: rollguard", "managedBy: Terraform"),
            ["15 S005 «Terraform» `managedBy` cannot be `Terraform` | did you mean `terraform`?"],
            id="a word in capitals",
        ),
        pytest.param(
            ("statistic: p99", "statistic: 99th"),
            [
                (
                    "28 S006 «99th» `statistic` cannot be `99th` | a statistic is `Average`, `Sum`, `Minimum`, "
                    "`Maximum`, `SampleCount`, a percentile such as `p99` or `p99.9`, `IQM`, or one of `tm`, `tc`, "
                    "`ts`, `wm`, `PR` as CloudWatch writes them"
                )
            ],
            id="a statistic that is none",
        ),
        pytest.param(
            ("expect: {rollback: {because: [errors], within: 8m}}", "expect: {rollback: always}"),
            [
                (
                    "56 S006 «always» `rollback` cannot be `always` | `rollback` is `never`, or `{because: "
                    "[criteria], within: 10m}`"
                )
            ],
            id="an expectation in other words",
        ),
        pytest.param(
            ("statistic: p99", "statistic: average"),
            ["28 S006 «average» `statistic` cannot be `average` | did you mean `Average`?"],
            id="a statistic in lower case",
        ),
    ],
)
def test_a_wrong_value_is_told_with_the_cure(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected


def test_a_name_of_300_characters_is_not_repeated_in_full() -> None:
    name = "c" * 300
    expected = f"4 S014 «{name}» `name` has 300 characters; at most 63 are allowed | shorten it"
    assert said(changed(POLICY, "name: cart", f"name: {name}")) == [expected]
