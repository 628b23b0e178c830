"""What observing criteria caught, in the overview: counted, and in a sentence that helps to decide whether to arm one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rollguard.failure import Failure
from rollguard.records.find import everything
from rollguard.records.keys import Name
from rollguard.records.model import Found, Incident
from rollguard.records.place import shelves
from rollguard.reports.data import as_json
from rollguard.reports.html import overview_as_html
from rollguard.reports.markdown import overview_as_markdown
from rollguard.reports.model import Observed
from rollguard.reports.overview import overview
from rollguard.reports.text import overview_as_text
from tests.conftest import Golden
from tests.reports import made
from tests.reports.caught import observation, release

SINCE = made.NOW - timedelta(days=14)
DAY = 24 * 60
RELEASE = release()
IN_ONE = observation(would="rolledBack", deployment=RELEASE)
OUTSIDE = [observation(DAY * day, lasted=5 * day) for day in (1, 2, 3, 4)]


def caught(
    *observations: made.Json, records: tuple[made.Json, ...] = (), since: datetime | None = SINCE
) -> tuple[Observed, ...]:
    incidents = tuple(Incident(Name(record["policy"], record["incident"]), record) for record in records)
    return overview(Found(incidents, (), observations), (), made.NOW, since).observed


def test_one_in_a_deployment_and_four_outside() -> None:
    (one,) = caught(IN_ONE, *OUTSIDE)
    assert (one.periods, one.during, one.outside, one.unknown) == (5, 1, 4, 0)
    assert (one.ended, one.red, one.longest, one.last, one.red_since) == (
        5,
        60 * 60,
        20 * 60,
        made.at(4 * 86_400),
        None,
    )
    assert one.sentence == (
        "5 red periods in 14 days, 1 during a deployment: armed, it would have rolled back `d-RELEASE` at 2026-11-24 10:00:00 UTC; "
        "4 outside of a deployment, which would have told `outsideDeployment` only."
    )


BACK = observation(would=None, deployment=release("d-BACK", is_rollback=True))
LATER = release("d-LATER", "during", made.at(120))


@pytest.mark.parametrize(
    ("observations", "sentence"),
    [
        (OUTSIDE[:1], "none during a deployment: armed, it would have rolled nothing back and told `outsideDeployment` only."),
        (
            [observation(if_armed="together")],
            "none during a deployment: armed, it would have rolled nothing back.",
        ),
        (
            [observation(would="refused", deployment=LATER)],
            "1 during a deployment: armed, it would have refused `d-LATER` at 2026-11-24 10:02:00 UTC.",
        ),
        (
            [observation(would="dependsOnTrigger", if_armed="together", deployment=RELEASE)],
            "1 during a deployment: whether it would have rolled back `d-RELEASE` at 2026-11-24 10:00:00 UTC depends on the trigger, "
            "which asks for more than this criterion.",
        ),
        (
            [observation(would="nothing", if_armed="never", deployment=RELEASE)],
            "1 during a deployment: the trigger does not read it, so that armed it would have done nothing.",
        ),
        ([BACK], "1 during a deployment: what it would have done in 1 of them nobody can say."),
        (
            [observation(would=None, deployments=None)],
            "1 of which nobody knows whether a deployment was under way.",
        ),
        (
            [observation(lasted=None, would=None)],
            "1 whose end is not known, with no deployment under way at its begin; "
            "red since 2026-11-24 10:00:00 UTC, as far as is known.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_known_and_no_more(observations: list[made.Json], sentence: str) -> None:
    (one,) = caught(*observations)
    assert one.sentence == f"1 red period in 14 days, {sentence}"


def test_many_deployments_are_counted_and_a_few_named_each_once() -> None:
    many = [observation(5 * n, would="rolledBack", deployment=release(f"d-{n % 5}")) for n in range(7)]
    (one,) = caught(*many)
    assert [each.deployment for each in one.would_have] == ["d-0", "d-1", "d-2", "d-3", "d-4"]
    assert "`d-1` at 2026-11-24 10:05:00 UTC, `d-2` at 2026-11-24 10:10:00 UTC and 2 more" in one.sentence


def test_what_was_stopped_anyway_is_said() -> None:
    (one,) = caught(IN_ONE, records=(made.recovered("d-RELEASE"),))
    assert (
        "it would have rolled back `d-RELEASE` at 2026-11-24 10:00:00 UTC (which was stopped anyway)." in one.sentence
    )
    assert one.would_have[0].anyway
    (other,) = caught(IN_ONE, records=(made.recovered("d-RELEASE", "another-policy"), made.outside("d-RELEASE")))
    assert not other.would_have[0].anyway


def test_a_lost_end_counts_into_no_time() -> None:
    (one,) = caught(observation(lasted=None, would=None), observation(60, 7))
    assert (one.ended, one.red, one.longest, one.red_since) == (1, 420, 420, None)
    assert (one.outside, one.unknown) == (1, 1)
    assert "as far as is known" not in one.sentence


def test_without_a_bound_the_sentence_counts_from_the_first() -> None:
    (one,) = caught(IN_ONE, since=None)
    assert one.sentence.startswith("1 red period since 2026-11-24, 1 during")
    assert caught(IN_ONE, since=made.NOW - timedelta(hours=12))[0].sentence.startswith("1 red period in 12 h, ")


def test_criteria_and_environments_are_apart_and_regions_are_not() -> None:
    staging = observation(environment="staging")
    other = observation(30, region="us-east-1")
    third = observation(policy="stock")
    assert [(one.policy, one.environment, one.periods) for one in caught(staging, IN_ONE, other, third)] == [
        ("checkout-api", "prod", 2),
        ("checkout-api", "staging", 1),
        ("stock", "prod", 1),
    ]


def found() -> Found:
    return Found((), (), (IN_ONE, *OUTSIDE))


def test_the_overview_shows_it_where_nothing_was_rolled_back(golden: Golden) -> None:
    golden("reports/observed.txt", overview_as_text(overview(found(), (), made.NOW, SINCE)) + "\n")


def test_one_alone_is_said_as_one() -> None:
    for one, said in ((IN_ONE, "once, during a deployment."), (OUTSIDE[0], "once.")):
        text = overview_as_text(overview(Found((), (), (one,)), (), made.NOW))
        assert f"A criterion that only observes turned red {said}" in text


def test_every_format_has_the_sentence() -> None:
    report = overview(found(), (), made.NOW, SINCE)
    assert "armed, it would have rolled back `d-RELEASE`" in overview_as_markdown(report)
    assert "armed, it would have rolled back <code>d-RELEASE</code>" in overview_as_html(report)
    assert json.loads(as_json(report))["observed"][0]["wouldHave"] == [
        {"deployment": "d-RELEASE", "at": made.at(0), "what": "rolledBack", "anyway": False}
    ]


@pytest.mark.parametrize("observations", [(), (IN_ONE, *OUTSIDE), (BACK, observation(lasted=None))])
def test_json_is_as_its_schema_says(observations: tuple[made.Json, ...], checkout: Path) -> None:
    schema = json.loads((checkout / "schema/rollback-report.schema.json").read_text(encoding="utf-8"))
    stated = json.loads(as_json(overview(Found((), (), observations), (), made.NOW)))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(stated)] == []


def test_hostile_text_stays_text_and_no_secret_is_shown() -> None:
    nasty = observation(would="rolledBack", deployment=release(made.HOSTILE), policy=made.HOSTILE, title=made.HOSTILE)
    nasty["criterion"] |= {"title": f"AKIAIOSFODNN7EXAMPLE {made.HOSTILE}", "condition": made.HOSTILE}
    report = overview(Found((), (), (nasty,)), (), made.NOW)
    assert "<script" not in overview_as_html(report) and "<img" not in overview_as_html(report)
    for written in (overview_as_html(report), overview_as_markdown(report), overview_as_text(report), as_json(report)):
        assert "AKIA" not in written
    assert {character for character in overview_as_text(report) if not character.isprintable()} == {"\n"}


def test_what_is_read_from_a_folder_of_observations_alone(tmp_path: Path) -> None:
    made.shelved(tmp_path, IN_ONE, *OUTSIDE)
    (tmp_path / "observations/checkout-api/declined/20261299T000000Z.json").write_text("{}", encoding="utf-8")
    where = shelves([str(tmp_path)])
    assert everything(where).observations == (IN_ONE, *OUTSIDE)
    late = everything(where, datetime(2026, 11, 26, tzinfo=UTC))
    assert late.observations == tuple(OUTSIDE[1:])
    assert everything(where, policy="checkout-api").observations == (IN_ONE, *OUTSIDE)
    # Known, and nothing in that time: that is no mistake in the name.
    assert everything(where, made.NOW, "checkout-api").observations == ()
    with pytest.raises(Failure, match="there is no record of a policy `checkout`"):
        everything(where, policy="checkout")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "is empty or only half written"),
        (b'{"version": 2}', "does not fit schema/observation.schema.json"),
        (json.dumps(observation(5)).encode(), "is the observation of another criterion or time"),
    ],
)
def test_what_is_no_observation_is_named_and_left_out(tmp_path: Path, content: bytes, why: str) -> None:
    made.shelved(tmp_path, IN_ONE, OUTSIDE[0])
    path = tmp_path / "observations/checkout-api/declined/20261124T100000Z.json"
    path.write_bytes(content)
    read = everything(shelves([str(tmp_path)]))
    assert read.observations == (OUTSIDE[0],)
    assert [one.place for one in read.unreadable] == [str(path)]
    assert read.unreadable[0].why.startswith(why)


def test_what_is_made_up_here_is_as_the_schema_says(checkout: Path) -> None:
    schema: Any = json.loads((checkout / "schema/observation.schema.json").read_text(encoding="utf-8"))
    for one in (IN_ONE, *OUTSIDE, BACK, observation(deployments=None)):
        Draft202012Validator(schema).validate(one)
