"""Event patterns pass on what EventBridge would, and are never silently deaf."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.sandbox.runtime.pattern import PatternError, matches

EVENT: dict[str, Any] = {
    "source": "aws.codedeploy",
    "resources": ["arn:one", "arn:two"],
    "detail": {"state": "STOP", "application": "checkout", "count": 1, "none": None},
}


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.codedeploy"]},
        {"source": ["aws.ecs", "aws.codedeploy"]},
        {"resources": ["arn:two"]},
        {"detail": {"state": ["STOP"], "application": [{"prefix": "check"}]}},
        {"detail": {"application": [{"suffix": "out"}]}},
        {"detail": {"application": [{"wildcard": "ch*ou*"}]}},
        {"detail": {"application": [{"equals-ignore-case": "CheckOut"}]}},
        {"detail": {"application": [{"anything-but": ["orders"]}]}},
        {"detail": {"application": [{"anything-but": {"prefix": "ord"}}]}},
        {"detail": {"missing": [{"exists": False}], "state": [{"exists": True}]}},
        {"detail": {"count": [1]}},
        {"detail": {"none": [None]}},
    ],
)
def test_what_matches(pattern: dict[str, Any]) -> None:
    assert matches(pattern, EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.codedeploy"], "detail": {"state": ["START"]}},
        {"detail-type": ["CodeDeploy Deployment State-change Notification"]},
        {"detail": {"application": ["Checkout"]}},
        {"detail": {"count": ["1"]}},
        {"detail": {"application": {"name": ["checkout"]}}},
        {"detail": {"application": [{"anything-but": "checkout"}]}},
        {"detail": {"application": [{"wildcard": "ch[e]*"}]}},
        {"detail": {"missing": [{"anything-but": "x"}]}},
    ],
)
def test_what_does_not(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, EVENT)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ({"source": "aws.codedeploy"}, "`source` must be a list or an object"),
        ({"source": []}, "`source` has an empty list, which matches nothing"),
        ({"source": [{"cidr": "10.0.0.0/8"}]}, "`source` uses the operator `cidr`, which the sandbox does not know"),
        ({"source": [{"prefix": "a", "suffix": "b"}]}, "`source` has a filter with 2 operators; one is allowed"),
    ],
)
def test_a_pattern_that_is_none_is_refused_by_name(pattern: dict[str, Any], why: str) -> None:
    with pytest.raises(PatternError) as refused:
        matches(pattern, {"source": "x"})
    assert str(refused.value) == why
