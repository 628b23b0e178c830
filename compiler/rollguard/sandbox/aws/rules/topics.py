"""Rules of SNS: topic names, and endpoints that fit their protocol (aws-facts 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.rules.plain import arn_service

#: What an endpoint must look like, and what SNS says where it does not.
_ENDPOINTS: dict[str, tuple[str, str]] = {
    "http": (r"http://\S+", "Invalid parameter: Endpoint must match the specified protocol"),
    "https": (r"https://\S+", "Invalid parameter: Endpoint must match the specified protocol"),
    "email": (r"[^@\s]+@[^@\s]+", "Invalid parameter: Email address"),
    "email-json": (r"[^@\s]+@[^@\s]+", "Invalid parameter: Email address"),
    "sms": (r"\+?[0-9]{4,20}", "Invalid parameter: Invalid SMS endpoint"),
    "sqs": (r"arn:.+", "Invalid parameter: SQS endpoint ARN"),
    "lambda": (r"arn:.+", "Invalid parameter: Lambda endpoint ARN"),
    "firehose": (r"arn:.+", "Invalid parameter: Firehose endpoint ARN"),
    "application": (r"arn:.+", "Invalid parameter: Application endpoint arn invalid"),
}
_SERVICES = {"sqs": "sqs", "lambda": "lambda", "firehose": "firehose", "application": "sns"}
_RAW = ("http", "https", "sqs", "firehose")


def topic_name(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, str):
        return
    stem = site.value.removesuffix(".fifo") if site.get("fifoTopic") is True else site.value
    if re.fullmatch(r"[A-Za-z0-9_-]+", stem, re.ASCII) is None or len(site.value) > 256:
        yield Complaint()
    elif site.get("fifoTopic") is True and not site.value.endswith(".fifo"):
        yield Complaint("Invalid parameter: Fifo Topic names must end with .fifo")


def endpoint(site: Site) -> Iterator[Complaint]:
    protocol, address = site.get("protocol"), site.get("endpoint")
    if not isinstance(protocol, str):
        return
    if protocol not in _ENDPOINTS:
        yield Complaint(
            f"Invalid parameter: Amazon SNS does not support this protocol string: {protocol}", ("protocol",)
        )
        return
    if isinstance(address, str):
        form, words = _ENDPOINTS[protocol]
        service = _SERVICES.get(protocol)
        if re.fullmatch(form, address) is None or (service is not None and arn_service(address) != service):
            yield Complaint(words, ("endpoint",))
    if site.get("rawMessageDelivery") is True and protocol not in _RAW:
        words = f"Invalid parameter: Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery."
        yield Complaint(words, ("rawMessageDelivery",))
    if site.stated("redrivePolicy") and protocol in ("email", "email-json", "sms"):
        yield Complaint(
            f"Invalid parameter: Attributes Reason: Delivery protocol [{protocol}] does not support redrive policies.",
            ("redrivePolicy",),
        )


RULES: dict[str, Rule] = {"topicName": topic_name, "endpoint": endpoint}
