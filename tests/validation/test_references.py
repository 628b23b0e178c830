"""References stand where they have a meaning, in a form that exists."""

from __future__ import annotations

import pytest

from tests.validation.saying import ENVIRONMENTS, POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("100 * left / carts", '"100 * left / carts + ${ssm:/x}"'),
            [
                (
                    '38 R022 «"100 * left / carts + ${ssm:/x}"» `${ssm:/x}` is only known at deployment, but '
                    "`expression` must be known before | write the value, or a variable that holds it"
                )
            ],
            id="a deployment reference in an expression",
        ),
        pytest.param(
            ("title: Cart\n", 'title: "Cart ${vars.x}"\n'),
            [('5 S117 «"Cart ${vars.x}"» `title` takes no references such as `${vars.x}` | write the text itself')],
            id="a variable in a title",
        ),
        pytest.param(
            ("with: {function: cart, alias: live}", 'with: {function: "${var.x}", alias: "${vars.x"}'),
            [
                (
                    '21 R021 «"${var.x}"» `${var.x}` is no reference; there are `${vars.name}`, '
                    "`${output:stack.name}`, `${ssm:parameter}`, `${cfn:stack.output}`, `${secret:name}` | `$${` "
                    "stands for `${` itself"
                ),
                '21 R021 «"${vars.x"» `${vars.x` has no closing brace | `$${` stands for `${` itself',
            ],
            id="references of no known form",
        ),
        pytest.param(
            ("with: {function: cart, alias: live}", 'with: {function: "${secret:x}", alias: "${with.x}"}'),
            [
                (
                    '21 S117 «"${secret:x}"» `${secret:x}` can only be the endpoint of a channel | put it into a '
                    "channel of `environments.yaml`, under `https` or `pagerduty`"
                ),
                (
                    '21 S117 «"${with.x}"» `${with.x}` only has a meaning inside a preset\'s signal | use '
                    "`${vars.name}`, or write the value"
                ),
            ],
            id="a secret and a parameter in a policy",
        ),
        pytest.param(
            ("application: cart", 'application: "${output:a.b}"'),
            [
                (
                    '13 S006 «"${output:a.b}"» `application` cannot be `"${output:a.b}"` | a name in CodeDeploy is '
                    "letters, digits and `. _ + = , @ -`; it may hold variables such as `${vars.name}`"
                )
            ],
            id="a deployment reference in a name",
        ),
        pytest.param(
            ("    prod: {}", '    prod: {vars: {a: "${vars.b}", b: "${output:x.y}"}}'),
            ['49 S117 «"${vars.b}"» a variable cannot hold another one, `${vars.b}` | write its value'],
            id="a variable in a variable",
        ),
        pytest.param(
            ("namespace: AWS/Lambda", 'namespace: "${ssm:/ns}"'),
            [
                (
                    '26 R022 «"${ssm:/ns}"» `${ssm:/ns}` is only known at deployment, but `namespace` must be known '
                    "before | write the value, or a variable that holds it"
                )
            ],
            id="a deployment reference in a namespace",
        ),
        pytest.param(("title: Cart\n", 'title: "Cart $${x}"\n'), [], id="a literal is fine"),
    ],
)
def test_a_reference_of_a_policy_has_its_place(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("alb: app/cart/1", 'alb: "${vars.x}"'),
            ['8 S117 «"${vars.x}"» a variable cannot hold another one, `${vars.x}` | write its value'],
            id="a variable in a variable",
        ),
        pytest.param(
            ("alb: app/cart/1", 'alb: "${output:net/prod.alb}"'), [], id="a stack's output in a variable is fine"
        ),
        pytest.param(("email: leads@example.com", 'https: "${secret:a}"'), [], id="a secret address is fine"),
        *(
            pytest.param(("email: leads@example.com", f'{kind}: "{text}"'), [], id=f"{kind} takes {text}")
            for kind in ("email", "https", "sqs", "topic")
            for text in ("${vars.alb}", "${output:net/prod.pager}", "${cfn:net.pager}", "${ssm:/pager}")
        ),
        pytest.param(("email: leads@example.com", 'email: "leads@${vars.domain}"'), [], id="a variable in an address"),
        pytest.param(
            ("email: leads@example.com", 'https: "${ssm:/host}/hooks"'),
            [],
            id="an address that begins with a reference",
        ),
        pytest.param(
            ("email: leads@example.com", 'email: "${secret:a}"'),
            [
                (
                    '11 S117 «"${secret:a}"» `${secret:a}` can only be the endpoint of a channel | '
                    "put it into a channel of `environments.yaml`, under `https` or `pagerduty`"
                )
            ],
            id="no secret is an e-mail address",
        ),
        pytest.param(
            ("alb: app/cart/1", 'alb: "${secret:x}"'),
            [
                (
                    '8 S117 «"${secret:x}"» `${secret:x}` can only be the endpoint of a channel | put it into a '
                    "channel of `environments.yaml`, under `https` or `pagerduty`"
                )
            ],
            id="a secret in a variable",
        ),
        pytest.param(
            ("alb: app/cart/1", 'alb: "${outptu:x}"'),
            [
                (
                    '8 R021 «"${outptu:x}"» `${outptu:x}` is no reference; there are `${vars.name}`, '
                    "`${output:stack.name}`, `${ssm:parameter}`, `${cfn:stack.output}`, `${secret:name}` | `$${` "
                    "stands for `${` itself"
                )
            ],
            id="a reference of no known form",
        ),
        pytest.param(
            ("    region: eu-west-1", '    region: eu-west-1\n    site: "https://x/${vars.a}"'),
            [('8 S117 «"https://x/${vars.a}"» `site` takes no references such as `${vars.a}` | write the text itself')],
            id="a variable in the site's address",
        ),
    ],
)
def test_a_reference_of_an_environment_has_its_place(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(ENVIRONMENTS, *edits)) == expected


def test_in_a_key_that_nobody_knows_a_reference_is_no_second_fault() -> None:
    assert said(changed(POLICY, "  rollbackWithin: 10m", '  rollbackWithn: "${vars.promise}"')) == [
        "46 S002 «rollbackWithn» `spec` has no key `rollbackWithn` | did you mean `rollbackWithin`?"
    ]
