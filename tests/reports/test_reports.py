"""One incident's report and the overview, in every format, for every way in which an incident can go."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rollguard.charts import with_style
from rollguard.records.find import everything
from rollguard.records.keys import Name
from rollguard.records.model import Found, Incident, Unreadable, Verdict
from rollguard.records.place import shelves
from rollguard.reports.data import as_json
from rollguard.reports.html import incident_as_html, overview_as_html
from rollguard.reports.incident import incident_report
from rollguard.reports.markdown import incident_as_markdown, overview_as_markdown
from rollguard.reports.model import IncidentReport
from rollguard.reports.overview import overview
from rollguard.reports.text import incident_as_text, overview_as_text
from tests.conftest import Golden
from tests.reports import made

CHART = {"target-5xx": "report-target-5xx.svg"}
RIGHT = Verdict("right", "a null pointer in release 778", "OPS-1", "kim", "2026-11-25T08:00:00Z")


def incident(record: made.Json, *verdicts: Verdict) -> Incident:
    return Incident(Name(record["policy"], record["incident"]), record, verdicts)


def report(record: made.Json, *verdicts: Verdict) -> IncidentReport:
    return incident_report(incident(record, *verdicts), made.NOW)


@pytest.mark.parametrize(
    ("record", "headline"),
    [
        (made.recovered(), "Checkout api was rolled back and has recovered"),
        (made.still_red(), "Checkout api was rolled back and is still red"),
        (made.nothing_to_roll_back(), "First release was stopped and not rolled back"),
        (made.refused(), "Checkout api was rolled back; whether the service is well again is not known"),
        (made.outside(), "Checkout api turned red while nobody deployed, and has recovered"),
        (made.unknown(), "Stock sync was in an incident whose end is unknown"),
        (made.failed(), "Card webhooks could not be rolled back"),
    ],
    ids=lambda value: value["incident"] if isinstance(value, dict) else "",
)
def test_the_headline_says_how_it_ended_and_calls_no_service_well_that_is_not(record: made.Json, headline: str) -> None:
    made_ = report(record)
    assert made_.headline == headline
    if record["status"] != "recovered":
        assert not any("recovered" in sentence or "green again" in sentence for sentence in made_.summary)


@pytest.mark.parametrize(
    ("record", "questions"),
    [
        (made.recovered(), ["Was it right?"]),
        (
            made.still_red(),
            ["Why did the rollback not help?", "Did `pd` learn of “still red” in another way?", "Was it right?"],
        ),
        (made.nothing_to_roll_back(), ["Which revision serves now", "Who learnt of it?", "Was the stop right?"]),
        (
            made.refused(),
            [
                "What made the service red before",
                "How does it end?",
                "When was the first bad datapoint?",
                "Was it right?",
            ],
        ),
        (made.outside(), ["What turned the service red", "Who learnt of it?", "Was the alarm right?"]),
        (
            made.failed(),
            [
                "Why did the rollback fail",
                "Why did it take longer than agreed?",
                "Was it right?",
                "Do the criteria still hold?",
            ],
        ),
        (
            made.unknown(),
            [
                "What became of it?",
                "Is `d-PRESUMED` the rollback?",
                "Why was the deployment stopped?",
                "How does it end?",
                "When was the first bad datapoint?",
                "Who learnt of it?",
                "Was it right?",
                "Who agrees on these criteria?",
                "What of `deployment d-UNKNOWN (codedeploy:GetDeployment)`?",
            ],
        ),
    ],
    ids=lambda value: value["incident"] if isinstance(value, dict) else "",
)
def test_whatever_is_not_known_is_asked(record: made.Json, questions: list[str]) -> None:
    asked = report(record).questions
    assert [question.startswith(start) for question, start in zip(asked, questions, strict=True)] == [True] * len(asked)


def test_a_verdict_answers_its_question_and_one_that_differs_asks_again() -> None:
    assert report(made.recovered(), RIGHT).questions == ()
    wrong = Verdict("wrong", "the dashboard lied", "", "ana", "2026-11-26T08:00:00Z")
    assert report(made.recovered(), wrong, RIGHT).questions == (
        "Was it right? The verdicts differ; the newest, “wrong”, counts.",
    )
    assert [each.judgement for each in report(made.recovered(), wrong, RIGHT).verdicts] == ["wrong", "right"]


def test_the_agreed_time_is_held_against_the_real_one() -> None:
    assert report(made.recovered()).promise.sentence == (
        "The rollback began 4 min 16 s after the first bad datapoint; agreed were 10 min, so 5 min 44 s to spare."
    )
    assert report(made.failed()).promise.sentence == (
        "The rollback began 4 min 16 s after the first bad datapoint; agreed were 4 min, so 16 s too late."
    )
    assert (
        report(made.unknown()).promise.sentence
        == "How long it took to begin the rollback is not known; agreed were 10 min."
    )


@pytest.mark.parametrize(
    ("bypasses", "said"),
    [
        (("a_bypass", "b_bypass"), "`target-5xx` (alarm `a_bypass`) and `latency-p99` (alarm `b_bypass`)"),
        (("a_bypass", None), "`target-5xx` (alarm `a_bypass`); `latency-p99` has none"),
        ((None, None), "`target-5xx` and `latency-p99` have none"),
        ((), None),
    ],
)
def test_a_report_names_the_criteria_that_have_a_bypass(bypasses: tuple[str | None, ...], said: str | None) -> None:
    record = made.recovered()
    for one, bypass in zip(record["criteria"], bypasses, strict=False):
        one["bypass"] = bypass
    assert dict(report(record).facts).get("Bypass for a fix") == said


def test_an_incident_as_text(golden: Golden) -> None:
    golden("reports/recovered.txt", incident_as_text(report(made.recovered(), RIGHT)) + "\n")


def test_an_incident_as_markdown(golden: Golden) -> None:
    golden(
        "reports/nothing-to-roll-back.md",
        incident_as_markdown(report(made.nothing_to_roll_back()), CHART),
    )


def test_the_chart_of_an_incident(golden: Golden) -> None:
    drawing = report(made.recovered()).criteria[0].drawing
    assert drawing is not None
    golden("reports/recovered.svg", with_style(drawing.svg) + "\n")


def test_the_chart_tells_the_metric_the_threshold_and_what_happened() -> None:
    first, second = report(made.recovered()).criteria
    assert second.drawing is None
    assert first.drawing is not None
    assert (first.drawing.minute_zero, first.drawing.description) == (
        "10:04",
        "Minutes -14 to 14, in percent; bad is above 2 %. Breaches at minutes 0 to 7. The rollback alarm starts with OK, then ALARM at "
        "4:00, OK at 11:00. Deployed at \N{MINUS SIGN}4:00. Red at 4:00. Rollback at 4:16. Done at 7:16. Green at 11:00.",
    )


@pytest.mark.parametrize(
    ("threshold", "points", "said"),
    [
        (
            [["above", 2]],
            [["2026-11-24T10:04:00Z", "x"], ["nonsense", 1], ["2026-11-24T10:05:00Z", None]],
            "There are no values.",
        ),
        ([["outside", "band"]], [["2026-11-24T10:04:00Z", 5]], "No minute breaches."),
        ([["sideways", 2], [3, 4]], [["2026-11-24T10:04:00Z", 5]], "No minute breaches."),
        ([["below", 10]], [["2026-11-24T10:04:00Z", 5], ["2026-11-24T10:04:30Z", 50]], "Breaches at minute 0."),
        ([["above", 2]], [["2026-11-24T10:04:00Z", 5], ["2036-11-24T10:04:00Z", 5]], None),
    ],
)
def test_a_chart_is_drawn_from_what_can_be_drawn(threshold: list[Any], points: list[Any], said: str | None) -> None:
    record = made.recovered()
    record["criteria"][0]["threshold"] = threshold
    record["series"][0] |= {"points": points, "period": 30}
    drawing = report(record).criteria[0].drawing
    assert (drawing is None) is (said is None)
    assert drawing is None or (said or "") in drawing.description


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"rollsBack": False}, "Automatic rollback is off in the deployment group; what was running stays."),
        (
            {"rollsBack": True, "rollbackMessage": "There is no earlier\nrevision"},
            "CodeDeploy did not roll it back, and says: `There is no earlier revision`; what was running stays.",
        ),
        (
            {},
            "CodeDeploy did not roll it back, most likely as no revision had succeeded in the group before; what was running stays.",
        ),
    ],
    ids=["off", "says why", "says nothing"],
)
def test_why_there_was_no_rollback_is_quoted_and_not_made_up(known: dict[str, Any], said: str) -> None:
    record = made.nothing_to_roll_back()
    record["deployment"] |= known
    assert said in report(record).summary


@pytest.mark.parametrize(
    ("percent", "said"),
    [(100, "At most 100 % of the traffic was on the new version then"), (0, "0 % of the traffic was on the new")],
)
def test_the_share_of_the_traffic_is_an_upper_bound(percent: float, said: str) -> None:
    record = made.recovered()
    record["exposure"]["percent"] = percent
    assert any(sentence.startswith(said) for sentence in report(record).summary)


def found() -> Found:
    records = [make() for make in made.EVERY if make is not made.hostile]
    verdicts = {
        "d-RECOVERED": RIGHT,
        "d-STILLRED": Verdict("wrong", "a bad dashboard", "", "kim", "2026-11-25T09:00:00Z"),
    }
    incidents = (
        incident(record, *(verdict for name, verdict in verdicts.items() if name == record["incident"]))
        for record in records
    )
    return Found(tuple(incidents), (Unreadable("records/x/d-1.json", "is empty or only half written"),))


def test_the_overview_as_text(golden: Golden) -> None:
    golden("reports/overview.txt", overview_as_text(overview(found(), ("records",), made.NOW)) + "\n")


def test_the_overview_counts() -> None:
    made_ = overview(found(), ("records",), made.NOW)
    assert (made_.incidents, made_.rollbacks, made_.succeeded, made_.ended, made_.recovered) == (7, 6, 3, 5, 1)
    assert (made_.kept, made_.promised, made_.judged) == (2, 3, 2)
    (checkout,) = (service for service in made_.services if service.policy == "checkout-api")
    assert (checkout.incidents, checkout.rollbacks, checkout.median, checkout.worst) == (4, 3, 256, 256)
    assert [(each.policy, each.criterion, each.fired, each.precision) for each in made_.criteria] == [
        ("checkout-api", "target-5xx", 3, 0.5),
        ("card-webhooks", "target-5xx", 1, None),
        ("first-release", "target-5xx", 1, None),
    ]
    assert sum(each.fired for each in made_.criteria) == 5, "the alarm outside of a deployment led to no rollback"
    assert [each.incident for each in made_.without_effect] == ["d-STILLRED"]
    assert [each.said for each in made_.undelivered] == [
        "`pd` was not told “still red”: it failed: `InternalError: the bus did not answer`"
    ]
    assert {each.incident: each.said for each in made_.unresolved} == {
        "d-STILLRED": "still red",
        "d-NOTHING": "nothing to roll back to",
        "d-REFUSED": "rolled back",
        "d-UNKNOWN": "unknown",
        "d-FAILED": "rollback failed",
    }


def test_nothing_at_all_is_a_report_too() -> None:
    empty = overview(Found(()), (), made.NOW)
    quiet = "Of criteria that only observe no red period is on record."
    assert overview_as_text(empty) == f"Rollbacks\n\nNo incident to 2026-12-01 09:00:00 UTC.\n{quiet}"
    assert "No incident" in overview_as_markdown(empty)
    assert "No incident" in overview_as_html(empty)


@pytest.mark.parametrize("make", made.EVERY)
def test_json_is_as_its_schema_says(make: Any, checkout: Path) -> None:
    schema = json.loads((checkout / "schema/rollback-report.schema.json").read_text(encoding="utf-8"))
    stated = json.loads(as_json(report(make(), RIGHT)))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(stated)] == []
    every = json.loads(as_json(overview(found(), ("records",), made.NOW, made.BEGAN, "x")))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(every)] == []


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_hostile_text_stays_text_in_html() -> None:
    plain, hostile = _Seen(), _Seen()
    plain.feed(incident_as_html(report(made.recovered())))
    html = incident_as_html(report(made.hostile()))
    hostile.feed(html)
    assert hostile.tags <= plain.tags
    assert hostile.attributes <= plain.attributes
    assert hostile.addresses == [address for address in plain.addresses if "console.aws" in address]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "AKIAIOSFODNN7EXAMPLE" not in html
    assert len(html) < 60_000


def test_hostile_text_stays_text_in_markdown_and_calls_nobody() -> None:
    from markdown import Markdown  # type: ignore[import-untyped]  # ships no types

    written = incident_as_markdown(report(made.hostile()))
    seen = _Seen()
    seen.feed(Markdown(extensions=["tables"]).convert(written))
    assert seen.tags <= {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li", "a"}
    assert [address for address in seen.addresses if "console.aws" not in address] == []
    rows = [line for line in written.splitlines() if line.startswith("|")]
    assert {line.count(" | ") for line in rows} <= {1, 2, 3, 4}
    prose = "".join(piece for line in written.splitlines() for piece in line.split("`")[::2])
    assert "x@evil" not in prose
    assert "www.evil" not in prose
    assert "AKIAIOSFODNN7EXAMPLE" not in written


def test_hostile_text_moves_no_cursor_of_a_terminal() -> None:
    shown = incident_as_text(report(made.hostile()))
    assert {character for character in shown if not character.isprintable()} == {"\n"}
    assert max(map(len, shown.splitlines()[:-4])) <= 100


def test_what_is_read_from_a_folder_is_what_is_reported(tmp_path: Path) -> None:
    made.shelved(tmp_path, *(make() for make in made.EVERY))
    made.judged(tmp_path, made.recovered(), "right")
    read = everything(shelves([str(tmp_path)]))
    assert read.unreadable == ()
    assert len(read.incidents) == len(made.EVERY)
    assert overview(read, (), made.NOW).judged == 1
