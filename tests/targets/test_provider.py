"""Our own provider: what it takes over of a stack's `aws:` settings, and what it refuses."""

from __future__ import annotations

import inspect
import json

import pulumi
import pulumi_aws as aws
import pytest

from rollguard.targets import provider
from tests.targets import plans
from tests.targets.deployed import deployed
from tests.targets.recording import SECRET

ROLES = [{"roleArn": "arn:aws:iam::222222222222:role/deploy", "sessionName": "ci"}]


def test_how_to_get_in_and_what_to_tag_is_taken_over() -> None:
    settings = {
        "aws:profile": "ci",
        "aws:assumeRoles": json.dumps(ROLES),
        "aws:defaultTags": '{"tags": {"team": "payments"}}',
        "aws:maxRetries": "7",
    }
    inputs = deployed(plans.region(), config=settings).one("aws").inputs
    assert inputs["profile"] == "ci"
    assert json.loads(inputs["assumeRoles"]) == ROLES
    assert json.loads(inputs["defaultTags"]) == {"tags": {"team": "payments"}}
    assert inputs["maxRetries"] == "7"
    assert json.loads(inputs["allowedAccountIds"]) == ["222222222222"]


def test_keys_of_an_account_stay_secret() -> None:
    run = deployed(plans.region(), config={"aws:accessKey": "AK", "aws:secretKey": "s3cret-of-the-account"})
    assert run.one("aws").inputs["secretKey"] == SECRET
    assert "s3cret-of-the-account" not in repr(run)


def test_every_setting_of_the_provider_is_taken_over_or_refused() -> None:
    """A new setting of pulumi-aws must be put on one of the lists; it would be dropped in silence otherwise."""
    ours = {*provider.TEXTS.values(), *provider.OBJECTS.values(), *map(_snake, (*provider.REFUSED, *provider.OURS))}
    known = set(inspect.signature(aws.ProviderArgs.__init__).parameters) - {"__self__"}
    assert known - ours == set()
    assert ours - known == {"assume_role"}, "only the setting of an earlier pulumi-aws is refused although it is gone"


@pytest.mark.parametrize("key", provider.REFUSED)
def test_what_cannot_be_taken_over_is_refused_by_name(key: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        deployed(plans.region(), config={f"aws:{key}": "true"})
    assert str(refused.value) == (
        f"Rollguard cannot take `aws:{key}` of stack `prod`: {provider.REFUSED[key]}; remove it with `pulumi config rm aws:{key}`"
    )


def test_a_stack_that_allows_other_accounts_is_refused() -> None:
    deployed(plans.region(), config={"aws:allowedAccountIds": '["222222222222", "111111111111"]'})
    with pytest.raises(pulumi.RunError, match="does not hold 222222222222, the account of environment `prod`"):
        deployed(plans.region(), config={"aws:allowedAccountIds": '["111111111111"]'})


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
