"""The bucket that keeps records and guard sheets, and what each policy puts into it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pulumi
from pulumi_aws import s3

from rollguard.diagnostics import render
from rollguard.notices import Templates, left_out, texts
from rollguard.plan import sheet
from rollguard.plan.model import EnvironmentPlan, Foundation, GuardPlan, RegionPlan
from rollguard.targets import documents, names
from rollguard.targets.once import once
from rollguard.targets.scope import Scope

#: Days that an older version of an object stays: enough to see what a record said before, and to undo what should not have been.
OLD_VERSIONS = 90


def bucket(foundation: Foundation, scope: Scope, parent: pulumi.Resource) -> tuple[s3.Bucket, list[pulumi.Resource]]:
    """The bucket, and with it all its settings; they stay with it when the stack goes, so that what was recorded is never less safe.

    Encrypted with S3's own keys: the key of the topics ends with the stack, and the records must outlive it.
    """
    name = names.shared("records", scope.region)
    physical = foundation.recorder.names.bucket
    kept = pulumi.ResourceOptions(parent=parent, retain_on_delete=True)
    made = s3.Bucket(
        name,
        bucket=physical,
        region=scope.region,
        tags=dict(foundation.tags) or None,
        opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(protect=scope.protected(foundation.protect))),
    )
    place: dict[str, Any] = {"bucket": made.id, "region": scope.region, "opts": kept}
    versions = s3.BucketVersioning(
        name,
        versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        **place,
    )
    private = s3.BucketPublicAccessBlock(
        name,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        **place,
    )
    settings: list[pulumi.Resource] = [
        versions,
        private,
        s3.BucketServerSideEncryptionConfiguration(
            name,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="AES256"
                    )
                )
            ],
            **place,
        ),
        s3.BucketPolicy(
            name,
            policy=documents.bucket_policy(physical, scope),
            # S3 lets nobody change two of a bucket's access settings at a time (OperationAborted).
            **{**place, "opts": pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[private]))},
        ),
        s3.BucketLifecycleConfiguration(
            name,
            rules=_lifecycle(foundation.recorder.record_retention),
            **{**place, "opts": pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[versions]))},
        ),
    ]
    return made, settings


def guard_objects(
    guard: GuardPlan,
    region: RegionPlan,
    environment: EnvironmentPlan,
    templates: Templates,
    scope: Scope,
    parent: pulumi.Resource,
    after: list[pulumi.Resource],
) -> list[pulumi.Resource]:
    """The policy's sheet and its entries in the index. `after` are the bucket and its settings, where this program makes them.

    Of a message template that is broken the program warns once, whatever the number of policies that use it.
    """
    for fault in left_out(guard, templates):
        once(("broken template", repr(fault)), partial(pulumi.log.warn, render(fault, templates.sources.get)))
    data = sheet.settled(sheet.sheet(guard, region, environment, texts(guard, templates)), scope.values.text)
    contents = {names.sheet(guard.policy, scope.region): (sheet.sheet_key(guard.policy), _text(data))}
    for key, entry in sheet.index(guard).items():
        contents[names.index(guard.policy, key, scope.region)] = (key, sheet.as_text(entry))
    return [
        s3.BucketObjectv2(
            name,
            bucket=region.recorder.bucket,
            key=key,
            region=scope.region,
            content=content,
            content_type="application/json",
            opts=pulumi.ResourceOptions(parent=parent, depends_on=after),
        )
        for name, (key, content) in contents.items()
    ]


def _text(data: dict[str, Any]) -> pulumi.Input[str]:
    """Plain text where everything is known, so that a preview shows it."""
    try:
        known: str = sheet.as_text(data)
    except TypeError:
        later: pulumi.Output[str] = sheet.as_text(data, pulumi.Output.json_dumps)
        return later
    return known


def _lifecycle(days: int) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """Records, observations and verdicts end after `days`; of everything else only what is old or unfinished goes."""
    old = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=OLD_VERSIONS)
    ends = s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days)
    rules = [
        s3.BucketLifecycleConfigurationRuleArgs(
            id=folder,
            status="Enabled",
            filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=f"{folder}/"),
            expiration=ends,
        )
        for folder in ("observations", "records", "verdicts")
    ]
    # S3 takes a marker's end and days in two rules only (PutBucketLifecycleConfiguration, ExpiredObjectDeleteMarker).
    everything = s3.BucketLifecycleConfigurationRuleArgs(
        id="old-versions",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
        noncurrent_version_expiration=old,
    )
    return [*rules, everything]
