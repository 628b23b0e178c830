"""A wrong value of `environments.yaml`, and what an author is told about it; a secret is never repeated."""

from __future__ import annotations

import pytest

from tests.validation.saying import ENVIRONMENTS, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ('account: "222222222222"', "account: 222222222222"),
            [
                (
                    "6 S004 «222222222222» `account` takes text, not the number `222222222222` | put it in quotes: "
                    '`"222222222222"`'
                )
            ],
            id="an account number without quotes",
        ),
        pytest.param(
            ('account: "222222222222"', "account: 022222222222"),
            [
                (
                    "6 S004 «022222222222» `account` takes text, not the number `022222222222` | put it in quotes: "
                    '`"022222222222"`'
                )
            ],
            id="an account number with a leading zero keeps it",
        ),
        pytest.param(
            ('account: "222222222222"', 'account: "2222"'),
            [
                (
                    '6 S006 «"2222"» `account` cannot be `"2222"` | an account is twelve digits in quotes, such as '
                    '`"222222222222"`'
                )
            ],
            id="an account number that is too short",
        ),
        pytest.param(
            ('pagerduty: "${secret:shop}"', "pagerduty: R0ABCDEFG"),
            [
                (
                    "10 S006 «R0ABCDEFG» `pagerduty` cannot be this value | the integration key never stands in a "
                    "file; write `${secret:name}`"
                )
            ],
            id="an integration key in clear text is not repeated",
        ),
        pytest.param(
            ('pagerduty: "${secret:shop}"', "pagerduty: 12345"),
            [
                (
                    "10 S004 «12345» `pagerduty` takes text | the integration key never stands in a file; write "
                    "`${secret:name}`"
                )
            ],
            id="a number for a secret is not repeated",
        ),
        pytest.param(
            ("email: leads@example.com", "email: [leads@example.com, nobody]"),
            [
                (
                    "11 S006 «nobody» item 2 of `email` cannot be `nobody` | this is no e-mail address; it looks "
                    "like `payments@example.com`, or is a reference"
                )
            ],
            id="one of several e-mail addresses",
        ),
        pytest.param(
            ("region: eu-west-1", "region: eu-west-1\n    regions: {us-east-1: {}}"),
            ["8 S010 «regions» `prod` has both `region` and `regions` | keep one of them"],
            id="region and regions",
        ),
        pytest.param(
            ("    region: eu-west-1\n", ""),
            ["5 S010 «prod» `prod` has neither `region` nor `regions` | for example `region: eu-west-1`"],
            id="no region at all",
        ),
        pytest.param(
            ("region: eu-west-1", "region: Ireland"),
            ["7 S006 «Ireland» `region` cannot be `Ireland` | a Region is written such as `eu-west-1`"],
            id="a region that is none",
        ),
        pytest.param(
            ("bake: 15m", "bake: 90s"),
            ["3 S107 «90s» `bake` is `90s`, and CodeDeploy counts whole minutes | for instance `2m`"],
            id="a bake time of half minutes",
        ),
        pytest.param(
            ("bake: 15m", "bake: 3d"),
            ["3 S107 «3d» `bake` cannot be `3d` | CodeDeploy waits at most `2880m`, 48 hours"],
            id="a bake time of three days",
        ),
        pytest.param(
            ("    region: eu-west-1", "    region: eu-west-1\n    limits: {codedeployAlarms: 0}"),
            ["8 S007 «0» `codedeployAlarms` cannot be `0` | it is at least 1"],
            id="a limit of nothing",
        ),
        pytest.param(
            ("    region: eu-west-1", "    region: eu-west-1\n    records: {retention: 29d}"),
            [
                "8 S007 «29d» records cannot be kept for `29d` | in whole days from `30d`: until then AWS itself "
                "remembers the alarm's history"
            ],
            id="records that end before AWS forgets",
        ),
        pytest.param(
            ("bake: 15m", "recorder: {logRetention: 91d}"),
            [
                "3 S007 «91d» a log cannot be kept for `91d` | CloudWatch takes certain numbers of days only; the next "
                "is `120d`"
            ],
            id="a retention that CloudWatch does not have",
        ),
        pytest.param(
            ("    region: eu-west-1", "    region: eu-west-1\n    recorder: {reservedConcurrency: 0}"),
            ["8 S007 «0» `reservedConcurrency` cannot be `0` | it goes from 1 to 1000"],
            id="a recorder that may never run",
        ),
        pytest.param(
            ("email: leads@example.com", 'slack: {workspace: T01234567, channel: "#general"}'),
            [
                (
                    '11 S006 «"#general"» `channel` cannot be `"#general"` | a channel is its id, such as '
                    "`C0123ABCD`, not its name"
                )
            ],
            id="a Slack channel by name",
        ),
        pytest.param(
            ("    region: eu-west-1", '    region: eu-west-1\n    tags: {"aws:x": y, cost: "a?"}'),
            [
                (
                    '8 S013 «"aws:x"» `aws:x` cannot be a key in `tags` | a tag\'s key is letters, digits, spaces '
                    "and `_ . : / = + - @`, and does not begin with `aws:` or `rollguard:`"
                ),
                (
                    '8 S006 «"a?"» `cost` cannot be `"a?"` | a tag\'s value is letters, digits, spaces and `_ . : / '
                    "= + - @`"
                ),
            ],
            id="tags that AWS refuses",
        ),
        pytest.param(
            ("  prod:\n", "  Prod:\n"),
            [
                (
                    "5 S013 «Prod» `Prod` cannot be a key in `environments` | a name is lower-case letters and "
                    "digits, in words joined by single hyphens, and begins with a letter: `prod`"
                )
            ],
            id="an environment in capitals",
        ),
        pytest.param(
            ("leads: {email: leads@example.com}", "leads: {}"),
            [
                (
                    "11 S010 «{}» `leads` says nothing | exactly one of `email`, `https`, `sqs`, `topic`, "
                    "`pagerduty` or `slack`"
                )
            ],
            id="a channel that says nothing",
        ),
        pytest.param(
            ("leads: {email: leads@example.com}", "leads: {teams: x}"),
            [
                (
                    "11 S002 «teams» `leads` has no key `teams` | it takes `email`, `https`, `sqs`, `topic`, "
                    "`pagerduty` or `slack`"
                )
            ],
            id="a channel of an unknown kind",
        ),
    ],
)
def test_a_wrong_value_of_an_environment_is_told_with_the_cure(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(ENVIRONMENTS, *edits)) == expected
