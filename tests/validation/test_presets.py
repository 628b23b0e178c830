"""Presets can be used as they stand: parameters, signal, threshold and tuning agree."""

from __future__ import annotations

import pytest

from tests.validation.saying import PRESETS, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("    tuning: {from: 0.5%, to: 5%, when: lower for payments}\n", ""),
            [
                (
                    "7 S003 «id: errors» preset `errors` lacks `tuning` | for example `tuning: {from: 0.5%, to: 5%, "
                    "when: …}`"
                )
            ],
            id="no tuning range",
        ),
        pytest.param(
            ("from: 0.5%, to: 5%", "from: 5%, to: 1%"),
            ["20 S112 «5%» the tuning range from `5%` to `1%` is empty | `from` is the lower end"],
            id="a tuning range upside down",
        ),
        pytest.param(
            ("threshold: {above: 2%}", "threshold: {above: 20%}"),
            [
                (
                    "19 S112 «20%» the preset's own threshold `20%` lies outside its tuning range, 0.5% to 5% | "
                    "move one of them"
                )
            ],
            id="a threshold outside its tuning range",
        ),
        pytest.param(
            ("from: 0.5%, to: 5%", "from: 1s, to: 5s"),
            [
                ("20 R030 «1s» `1s` does not fit a signal measured in `percent` | write a percentage such as `1%`"),
                ("20 R030 «5s» `5s` does not fit a signal measured in `percent` | write a percentage such as `5%`"),
            ],
            id="a level in another unit",
        ),
        pytest.param(
            ('T: "${with.targetGroups[0]}"', 'T: "${with.targetGroup}"'),
            [('16 S118 «"${with.targetGroup}"» `targetGroup` is none of `parameters` | did you mean `targetGroups`?')],
            id="a misspelt parameter",
        ),
        pytest.param(
            ('T: "${with.targetGroups[0]}"', 'T: "${with.targetGroups[2]}"'),
            [
                (
                    '16 S118 «"${with.targetGroups[2]}"» `${with.targetGroups[2]}` reads beyond the list, which has '
                    "2 entries | the first one is `[0]`"
                )
            ],
            id="a parameter beyond its list",
        ),
        pytest.param(
            ('T: "${with.targetGroups[0]}"', 'T: "${with.targetGroups}"'),
            [('16 S118 «"${with.targetGroups}"» `${with.targetGroups}` reads a list as one value | make them agree')],
            id="a list as one value",
        ),
        pytest.param(
            ("example: [blue, green]", "example: blue"),
            ["12 S118 «blue» the example is one value, the parameter a list | make them agree"],
            id="an example of another shape",
        ),
        pytest.param(
            ("example: [blue, green]", "example: [blue]"),
            ["12 S118 «[blue]» the example has 1 entry, the parameter 2 | make them agree"],
            id="an example of another length",
        ),
        pytest.param(
            ("example: [blue, green]", 'example: [blue, green], pattern: "targetgroup/.+|blue"'),
            ["12 S118 «green» the example `green` has not the form of `pattern` | make them agree"],
            id="an example of another form",
        ),
        pytest.param(
            ("example: [blue, green]", 'example: [blue, green], pattern: "(blue"'),
            [
                (
                    '12 S118 «"(blue"» `pattern` is no regular expression: missing ), unterminated subpattern | '
                    "it is written as in Python"
                )
            ],
            id="a form that is no regular expression",
        ),
        pytest.param(
            ("      targetGroups: {", "      extra: {description: x, example: y}\n      targetGroups: {"),
            ["12 S118 «extra» the signal never reads `${with.extra}` | take the parameter out, or read it"],
            id="a parameter that nothing reads",
        ),
        pytest.param(
            ('T: "${with.targetGroups[0]}"', 'T: "${vars.x}${with.targetGroups[0]}"'),
            [
                (
                    '16 S117 «"${vars.x}${with.targetGroups[0]}"» a preset knows no `${vars.x}` | make it a '
                    "parameter, and write `${with.name}`"
                )
            ],
            id="a variable in a preset",
        ),
        pytest.param(
            ('seen: "2026-11-24"', 'seen: "2026-11-31"'),
            ['25 S101 «"2026-11-31"» `2026-11-31` is no day of the calendar | November 2026 has 30 days'],
            id="a source seen on no day",
        ),
        pytest.param(
            ('since: "0.1"', "since: 0.1"),
            ['26 S004 «0.1» `since` takes text, not the number `0.1` | put it in quotes: `"0.1"`'],
            id="a version without quotes",
        ),
        pytest.param(
            ("datapoints: 3, of: 5", "datapoints: 3"),
            ["21 S003 «{period: 60s, datapoints: 3}» `window` lacks `of` | for example `of: 5`"],
            id="a part of a window",
        ),
        pytest.param(
            ("title: Targets answer with 5xx", 'title: "Targets of ${with.loadBalancer}"'),
            [
                (
                    '8 S117 «"Targets of ${with.loadBalancer}"» `${with.loadBalancer}` only has a meaning inside a '
                    "preset's signal | write the text itself"
                )
            ],
            id="a parameter in a title",
        ),
    ],
)
def test_the_parts_of_a_preset_agree(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(PRESETS, *edits)) == expected
