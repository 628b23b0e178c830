"""A bucket without a network: what boto3 would send to S3 is answered from a dict, by the rules that the reader relies on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

WRITTEN = "2026-11-24T10:20:00.000Z"
#: What S3 lists at once.
PAGE = 1000


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class OurS3:
    """Answers ListObjectsV2, GetObject and a conditional PutObject for the bucket `records`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.written: dict[str, str] = {}
        self.denied: set[str] = set()
        self.requests: list[str] = []
        config: Any = Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",  # else the body is sent in chunks, each with its length
        )
        self.client: Any = boto3.client(
            "s3", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x", config=config
        )
        self.client.meta.events.register("before-send.s3", self._answer)

    def _answer(self, request: AWSPreparedRequest, **others: object) -> AWSResponse:
        url = urlsplit(str(request.url))
        bucket, _, key = unquote(url.path).removeprefix("/").partition("/")
        self.requests.append(f"{request.method} {key or '?'}")
        status, body = self._body(request, bucket, key, parse_qs(url.query))
        headers: Any = {"Content-Length": str(len(body)), "Content-Type": "application/xml"}
        return AWSResponse(request.url, status, headers, _Raw(body))

    def _body(
        self, request: AWSPreparedRequest, bucket: str, key: str, query: dict[str, list[str]]
    ) -> tuple[int, bytes]:
        if bucket != "records":
            return 404, _error("NoSuchBucket", "The specified bucket does not exist")
        if key in self.denied:
            return 403, _error("AccessDenied", "Access Denied")
        if request.method == "PUT":
            if key in self.objects and request.headers.get("If-None-Match") == b"*":
                return 412, _error(
                    "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"
                )
            self.objects[key] = request.body.read() if hasattr(request.body, "read") else request.body
            return 200, b""
        if key:
            return (200, self.objects[key]) if key in self.objects else (404, _error("NoSuchKey", "no such key"))
        return 200, self._listed(query)

    def _listed(self, query: dict[str, list[str]]) -> bytes:
        prefix, after = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
        keys = [key for key in sorted(self.objects) if key.startswith(prefix) and key > after]
        page, more = keys[:PAGE], keys[PAGE:]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{self.written.get(key, WRITTEN)}</LastModified></Contents>"
            for key in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        truncated = str(bool(more)).lower()
        return f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{token}{contents}</ListBucketResult>".encode()


def _error(code: str, message: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
