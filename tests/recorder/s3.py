"""An S3 bucket in memory with the conditional writes of the real one (Amazon S3 user guide, "Conditional requests")."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError


def error(code: str, status: int, operation: str, message: str = "") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message or code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation
    )


class MemoryS3:
    """boto3's S3 client over one bucket. `page` is how many keys a listing holds."""

    def __init__(self, page: int = 1000) -> None:
        self.objects: dict[str, bytes] = {}
        self.clock: Callable[[], datetime] = lambda: datetime(2026, 11, 24, tzinfo=UTC)
        self.modified: dict[str, datetime] = {}
        self.page = page
        #: Writes in their order, for the tests of what was written when.
        self.written: list[str] = []

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise error("NoSuchKey", 404, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key]), "ETag": self._etag(Key)}

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
    ) -> dict[str, Any]:
        if IfNoneMatch == "*" and Key in self.objects:
            raise error("PreconditionFailed", 412, "PutObject")
        if IfMatch is not None and Key not in self.objects:
            raise error("NoSuchKey", 404, "PutObject")
        if IfMatch is not None and IfMatch != self._etag(Key):
            raise error("PreconditionFailed", 412, "PutObject")
        self.objects[Key] = Body
        self.modified[Key] = self.clock().replace(microsecond=0)
        self.written.append(Key)
        return {"ETag": self._etag(Key)}

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        self.objects.pop(Key, None)
        return {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, ContinuationToken: str | None = None) -> dict[str, Any]:
        keys = sorted(key for key in self.objects if key.startswith(Prefix) and key > (ContinuationToken or ""))
        contents = [
            {"Key": key, "LastModified": self.modified.get(key, datetime(2026, 1, 1, tzinfo=UTC))}
            for key in keys[: self.page]
        ]
        found: dict[str, Any] = {"Contents": contents, "IsTruncated": False}
        if len(keys) > self.page:
            found |= {"IsTruncated": True, "NextContinuationToken": keys[self.page - 1]}
        return found

    def _etag(self, key: str) -> str:
        return f'"{hashlib.sha256(self.objects[key]).hexdigest()}"'
