"""Our own AWS provider: a plan for one account can never land in another, whatever the stack's `aws:` settings say."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi.runtime.config import is_config_secret

from rollguard.plan.model import EnvironmentPlan
from rollguard.targets.once import once

#: Settings of a stack that our provider takes over as they are: how to get in, how to connect, and what to tag. Text ones, then others.
TEXTS = {
    "accessKey": "access_key",
    "customCaBundle": "custom_ca_bundle",
    "ec2MetadataServiceEndpoint": "ec2_metadata_service_endpoint",
    "ec2MetadataServiceEndpointMode": "ec2_metadata_service_endpoint_mode",
    "httpProxy": "http_proxy",
    "httpsProxy": "https_proxy",
    "noProxy": "no_proxy",
    "profile": "profile",
    "retryMode": "retry_mode",
    "secretKey": "secret_key",
    "stsRegion": "sts_region",
    "tagPolicyCompliance": "tag_policy_compliance",
    "token": "token",
}
OBJECTS = {
    "assumeRoleWithWebIdentity": "assume_role_with_web_identity",
    "assumeRoles": "assume_roles",
    "defaultTags": "default_tags",
    "ignoreTags": "ignore_tags",
    "maxRetries": "max_retries",
    "sharedConfigFiles": "shared_config_files",
    "sharedCredentialsFiles": "shared_credentials_files",
    "skipMetadataApiCheck": "skip_metadata_api_check",
    "tokenBucketRateLimiterCapacity": "token_bucket_rate_limiter_capacity",
    "useDualstackEndpoint": "use_dualstack_endpoint",
    "useFipsEndpoint": "use_fips_endpoint",
    "userAgents": "user_agents",
}
#: Settings that would undo what the provider is for, or that have no meaning for it, each with what to do instead.
REFUSED = {
    "assumeRole": "write `aws:assumeRoles`, a list",
    "endpoints": "to try a policy without AWS use `rollguard sandbox`",
    "forbiddenAccountIds": "the environment's account is the only one that is allowed already",
    "insecure": "name your authority in `aws:customCaBundle`",
    "s3UsEast1RegionalEndpoint": "the bucket of records has S3's regional address already",
    "s3UsePathStyle": "S3 takes it for old buckets only",
    "skipCredentialsValidation": "the account of the credentials must be known",
    "skipRegionValidation": "the environment says the Region",
    "skipRequestingAccountId": "the account of the credentials must be known",
}
#: Settings of which the environment has its own: `region` is compared in `program`, `allowedAccountIds` here.
OURS = ("allowedAccountIds", "region")


def provider(plan: EnvironmentPlan) -> aws.Provider:
    """The provider of a plan, made once. Raises `pulumi.RunError` for a setting that it cannot take over."""
    return once(("provider", plan.account), lambda: _made(plan))


def _made(plan: EnvironmentPlan) -> aws.Provider:
    config = pulumi.Config("aws")
    _refuse(plan, config)
    taken: dict[str, Any] = {}
    for key, argument in TEXTS.items():
        taken[argument] = config.get_secret(key) if is_config_secret(f"aws:{key}") else config.get(key)
    for key, argument in OBJECTS.items():
        taken[argument] = config.get_secret_object(key) if is_config_secret(f"aws:{key}") else config.get_object(key)
    region = plan.regions[0].region if plan.regions else None
    return aws.Provider("rollguard", region=region, allowed_account_ids=[plan.account], **taken)


def _refuse(plan: EnvironmentPlan, config: pulumi.Config) -> None:
    stack = pulumi.get_stack()
    for key, instead in REFUSED.items():
        if config.get(key) is not None:
            raise pulumi.RunError(
                f"Rollguard cannot take `aws:{key}` of stack `{stack}`: {instead}; remove it with `pulumi config rm aws:{key}`"
            )
    allowed = config.get_object("allowedAccountIds")
    if allowed is not None and plan.account not in [str(one) for one in allowed]:
        raise pulumi.RunError(
            f"`aws:allowedAccountIds` of stack `{stack}` does not hold {plan.account}, the account of environment `{plan.environment}`; "
            "remove it with `pulumi config rm aws:allowedAccountIds`"
        )
