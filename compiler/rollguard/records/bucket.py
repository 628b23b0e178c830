"""Records in S3. The only module here that speaks to AWS, and it is imported only for an address that begins with `s3://`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rollguard.failure import Failure
from rollguard.records.shelf import LARGEST, Entry

#: Records are small and far away: reading is waiting.
_AT_ONCE = 16
#: What S3 answers where an object is there already (409: another conditional write is under way).
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and the prefix below which `records/` lies: empty, or ending with `/`."""

    bucket: str
    prefix: str
    client: Any

    @property
    def name(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def entries(self, prefix: str) -> Iterator[Entry]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        try:
            for page in pages:
                for found in page.get("Contents", ()):
                    yield Entry(found["Key"].removeprefix(self.prefix), found["LastModified"])
        except (BotoCoreError, ClientError) as error:
            raise self._failure("list", error) from None

    def read(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes | str]]:
        wanted = list(keys)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from zip(wanted, pool.map(self._content, wanted), strict=True)

    def _content(self, key: str) -> bytes | str:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            if found["ContentLength"] > LARGEST:
                return "is larger than any record"
            content: bytes = found["Body"].read()
        except (BotoCoreError, ClientError) as error:
            return f"cannot be read: {_said(error)}"
        return content

    def add(self, key: str, content: bytes) -> bool:
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=self.prefix + key,
                Body=content,
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                return False
            raise self._failure("write to", error) from None
        except BotoCoreError as error:
            raise self._failure("write to", error) from None
        return True

    def _failure(self, what: str, error: Exception) -> Failure:
        return Failure(
            f"cannot {what} `{self.name}`: {_said(error)}",
            "is it the right bucket, and are you signed in to its account? "
            "Reading takes s3:ListBucket and s3:GetObject; a verdict, s3:PutObject",
        )


def bucket(address: str) -> Bucket:
    """The bucket of `s3://bucket` or `s3://bucket/prefix`. Raises Failure for another address, and without a Region or credentials."""
    name, _, prefix = address.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    if not name:
        raise Failure(f"`{address}` names no bucket", "write `s3://bucket` or `s3://bucket/prefix`")
    try:
        client = boto3.client("s3", config=Config(max_pool_connections=_AT_ONCE))
    except BotoCoreError as error:
        raise Failure(
            f"cannot reach `{address}`: {_said(error)}", "`aws configure` sets what AWS's tools need"
        ) from None
    return Bucket(name, f"{prefix}/" if prefix else "", client)


def _said(error: Exception) -> str:
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        return f"{said.get('Code', 'an error')}: {said.get('Message', '')}".rstrip(": ")
    return str(error)
