"""S3: buckets, what is set on them, and the objects in them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource

#: What is set on a bucket, by kind: it goes with the bucket.
SETTINGS = ("bucketEncryption", "bucketLifecycle", "bucketPolicy", "bucketVersioning", "publicAccessBlock")


def create_bucket(call: Call) -> Resource:
    """Names are unique in all accounts and Regions of a partition."""
    name = call.members["Bucket"]
    held = next((one for one in call.state.all() if one.kind == "bucket" and one.name == name), None)
    if held is not None and held.account != call.account:
        words = "The requested bucket name is not available. The bucket namespace is shared by all users of the system."
        raise call.refuse("BucketAlreadyExists", words, ("bucket",))
    if held is not None:
        words = "Your previous request to create the named bucket succeeded and you already own it."
        raise call.refuse("BucketAlreadyOwnedByYou", words, ("bucket",))
    status = {
        "DomainName": f"{name}.s3.amazonaws.com",
        "Region": call.region,
        "RegionalDomainName": f"{name}.s3.{call.region}.amazonaws.com",
    }
    return call.made(name, name, f"arn:{call.partition}:s3:::{name}", status)


def delete_bucket(call: Call, old: Resource) -> None:
    """Refused while anything lies in it, unless the provider was told to empty it."""
    objects = [one for one in call.of("object").values() if one.members["Bucket"] == old.name]
    if objects and call.kept.get("forceDestroy") is not True:
        raise call.refuse("BucketNotEmpty", "The bucket you tried to delete is not empty")
    settings = [one for kind in SETTINGS for one in call.of(kind).values() if one.name == old.name]
    for one in [*objects, *settings, old]:
        call.state.remove(one)


def put_setting(call: Call) -> Resource:
    _check_bucket(call)
    return call.made(call.members["Bucket"], call.members["Bucket"], "")


def update_setting(call: Call, old: Resource) -> Resource:
    _check_bucket(call)
    return overwrite(call, old)


def put_object(call: Call) -> Resource:
    """Overwrites what lies there, as S3 does; each time it is another version."""
    _check_bucket(call)
    bucket, key = call.members["Bucket"], call.members["Key"]
    name = f"{bucket}/{key}"
    return call.made(name, name, f"arn:{call.partition}:s3:::{name}", _status(call))


def update_object(call: Call, old: Resource) -> Resource:
    _check_bucket(call)
    return replace(overwrite(call, old), status=_status(call))


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _status(call: Call) -> dict[str, Any]:
    etag = hashlib.md5(str(call.members.get("Body", "")).encode(), usedforsecurity=False).hexdigest()
    return {"ETag": etag, "VersionId": call.new_id(), "LastModified": call.now}


def _check_bucket(call: Call) -> None:
    if call.get("bucket", call.members["Bucket"]) is None:
        raise call.refuse("NoSuchBucket", "The specified bucket does not exist", ("bucket",))


BUCKET = Commands(create_bucket, overwrite, delete_bucket, lambda call: call.get("bucket", call.members["Bucket"]))
SETTING = Commands(put_setting, update_setting, remove, lambda call: call.get(call.kind, call.members["Bucket"]))
OBJECT = Commands(
    put_object,
    update_object,
    remove,
    lambda call: call.get("object", f"{call.members['Bucket']}/{call.members['Key']}"),
)
