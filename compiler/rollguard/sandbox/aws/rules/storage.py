"""Rules of S3: the names of buckets, their policies' resources, and how long objects live."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rollguard.sandbox.aws.rules import Complaint, Rule, Site

#: What S3 keeps for itself (user guide, "General purpose bucket naming rules").
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def bucket_name(site: Site) -> Iterator[Complaint]:
    name = site.value
    if not isinstance(name, str):
        return
    fits = re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name, re.ASCII) is not None
    address = re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", name, re.ASCII) is not None
    if not fits or address or ".." in name or name.startswith(_PREFIXES) or name.endswith(_SUFFIXES):
        yield Complaint()


def of_this_bucket(site: Site) -> Iterator[Complaint]:
    """A bucket's policy speaks of that bucket and of what lies in it only."""
    bucket = site.get("bucket")
    try:
        document = json.loads(site.value)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        named = [one.get("Resource", []) for one in statements]
    except (AttributeError, KeyError, TypeError, ValueError):
        return
    listed = [name for one in named for name in (one if isinstance(one, list) else [one])]
    for name in listed:
        if isinstance(bucket, str) and re.fullmatch(rf"arn:aws[a-z-]*:s3:::{re.escape(bucket)}(/.*)?", name) is None:
            yield Complaint(f"Policy has invalid resource: {name}")


def lifecycle(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, list):
        return
    ids = [rule.get("id") for rule in site.value if isinstance(rule, dict)]
    for index, rule in enumerate(site.value):
        if not isinstance(rule, dict):
            continue
        place = (*site.path, index)
        if "id" in rule and ids.index(rule["id"]) < index:
            yield Complaint("Rule ID must be unique. Found same ID for more than one rule", (*place, "id"))
        expiration = rule.get("expiration")
        days = expiration.get("days") if isinstance(expiration, dict) else None
        if isinstance(days, int) and days < 1:
            words = "'Days' for Expiration action must be a positive integer"
            yield Complaint(words, (*place, "expiration", "days"))
        if days is not None and isinstance(expiration, dict) and expiration.get("expiredObjectDeleteMarker") is True:
            words = "The XML you provided was not well-formed: Days and ExpiredObjectDeleteMarker exclude one another"
            yield Complaint(words, (*place, "expiration"))


RULES: dict[str, Rule] = {"bucketName": bucket_name, "ofThisBucket": of_this_bucket, "lifecycle": lifecycle}
