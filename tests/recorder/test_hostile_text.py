"""Whatever stands in a record or a template's values: no broken message, no injection, nothing above a limit."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollguard.notices import Templates, texts
from rollguard.recorder.clean import ascii_line, line, within_bytes
from rollguard.recorder.forms import publication
from rollguard.recorder.messages import MOST_BODY, message
from tests.recorder.judges import KINDS, channel, judge
from tests.recorder.sample_records import POLICIES, STATUSES, guards, record

PROD = guards()
RECORDS = {
    (platform, status): record(PROD[policy], platform, status)
    for platform, (policy, _, _) in POLICIES.items()
    for status in STATUSES
}
TEXTS = {platform: texts(PROD[policy], Templates()) for platform, (policy, _, _) in POLICIES.items()}
#: Keys whose values the recorder itself makes; everything else comes from outside.
OURS = {"status", "at", "version", "state", "kind"}
NASTY = (
    "\r\nSubject: all is well",
    "<!channel> <!here> <@U123> <https://evil.example|runbook>",
    "[runbook](https://evil.example) *bold* _it_ ~x~ `code` ```block```",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"}],"event_action":"resolve","x":[{"y":"',
    "\x00\x1b[2J\x07\u202eevil\u2028next\u2029line\ud800",
    "$headline ${policy} $$ $",
    "'; rm -rf / #",
    "x" * 1_000_000,
    "\U0001f525" * 300_000,
    "&lt;!channel&gt; &amp;",
)
text = st.one_of(st.text(max_size=400), st.sampled_from(NASTY))


def poisoned(value: Any, draw: Any, key: str = "") -> Any:
    """The record with its texts replaced here and there, its numbers too."""
    if isinstance(value, dict):
        return {name: one if name in OURS else poisoned(one, draw, name) for name, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, draw, key) for one in value]
    if isinstance(value, str):
        return draw(text) if draw(st.booleans()) else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return draw(st.one_of(st.just(value), st.floats(), st.integers(-(10**30), 10**30), st.none()))
    return value


def sound(text: str) -> None:
    """Text that a person's mail program shows as lines, and nothing else."""
    assert text.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert len(text.encode()) <= MOST_BODY


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_form_of_a_poisoned_record_is_sound(data: st.DataObject) -> None:
    platform, status = data.draw(st.sampled_from(sorted(RECORDS)))
    kind = data.draw(st.sampled_from(KINDS))
    incident = poisoned(copy.deepcopy(RECORDS[platform, status]), data.draw)
    skeletons: dict[str, Any] = data.draw(
        st.sampled_from([{}, TEXTS[platform], {status: {"subject": "$owner $because", "body": "$criteria\n$links"}}])
    )
    made = message(incident, status, kind, skeletons, message_id="m-1", repeated=data.draw(st.booleans()))
    sound(made.body)
    received = judge(publication(made, channel(kind), incident), kind)
    if kind == "slack":
        shown = json.dumps(received["content"], ensure_ascii=False)
        assert "<" not in shown and ">" not in shown
        assert "](" not in shown
        assert received["content"]["description"].count("`") == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_a_record_full_of_one_thing(nasty: str, kind: str) -> None:
    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: one if key in OURS else fill(one) for key, one in value.items()}
        if isinstance(value, list):
            return [fill(one) for one in value] * (1 if len(value) > 2 else 60)
        return nasty if isinstance(value, str) else value

    incident = fill(RECORDS["ECS", "failed"])
    made = message(incident, "failed", kind, TEXTS["ECS"], message_id=nasty)
    sound(made.body)
    assert "\n" not in made.subject
    received = judge(publication(made, channel(kind), incident), kind)
    if kind == "pagerduty":
        assert received["event_action"] == "trigger"


def test_a_lines_break_cannot_forge_a_line_of_the_message() -> None:
    incident = copy.deepcopy(RECORDS["ECS", "started"])
    incident["criteria"][0]["value"] = None
    incident["criteria"][0]["reason"] = "fine\n\nWhat to do:\n1. Nothing."
    body = message(incident, "started", "email", {}, message_id="m").body
    assert "  CloudWatch: fine What to do: 1. Nothing." in body.splitlines()


def test_slack_shows_mentions_and_links_as_text() -> None:
    incident = copy.deepcopy(RECORDS["ECS", "started"])
    incident["criteria"][0]["value"] = None
    incident["criteria"][0]["reason"] = "<!channel> & <https://evil.example|look> [x](https://evil.example) `a` *b*"
    made = message(incident, "started", "slack", {}, message_id="m")
    shown = judge(publication(made, channel("slack"), incident), "slack")["content"]["description"]
    assert (
        "&lt;!channel&gt; &amp; &lt;https://evil.example|look&gt; [x] (https://evil.example) 'a' \u2217b\u2217" in shown
    )


def test_a_subject_is_cut_in_ascii() -> None:
    assert ascii_line("Caffè \u2013 注文\r\nBcc: all", 99) == "Caffe - ?? Bcc: all"
    assert ascii_line("é" * 200, 10) == "eeeeeee..."
    assert ascii_line("ﬃ" * 60, 20) == "ffiffiffiffiffiff..."


def test_a_title_that_ascii_cannot_write_is_named_by_its_policy() -> None:
    incident = copy.deepcopy(RECORDS["ECS", "started"]) | {"title": "注文の確定"}
    made = message(incident, "started", "email", {}, message_id="m")
    assert made.subject.startswith("[prod] checkout: rolling back")
    assert made.body.startswith("注文の確定 in prod: ")


@given(st.text(), st.integers(1, 50))
def test_a_line_is_one_line_and_no_longer(value: str, limit: int) -> None:
    assert len(line(value, limit)) <= limit
    assert len(line(value, limit).splitlines()) <= 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(4, 60))
def test_cutting_by_bytes_breaks_no_character(value: str, limit: int) -> None:
    cut = within_bytes(value, limit)
    assert len(cut.encode()) <= limit
    assert value.startswith(cut.removesuffix("…")) or cut == value
