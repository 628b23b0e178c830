"""Past rollbacks on the site: a list, a few on the policy's page, and the report of each."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from rollguard.cli import run
from rollguard.failure import Failure
from rollguard.site.past_rollbacks import past_rollbacks
from rollguard.site.publish import publish
from tests.reports import made
from tests.reports.caught import observation, release


def published(project: Path, records: Path | None) -> dict[str, str]:
    """Each page's text by its path, references of HTML read."""
    return {
        each.page.path: unescape(each.page.markdown)
        for each in publish(project, project / "build/pages", records=records)
    }


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return made.shelved(
        tmp_path / "records", *(made.recovered(f"d-{n}", "refunds", made.BEGAN - timedelta(days=n)) for n in range(7))
    )


def test_without_records_nothing_changes(project: Path, records: Path) -> None:
    without = published(project, None)
    assert [path for path in without if "rollbacks" in path] == []
    assert "rollbacks" not in without["policies/refunds/index.md"]
    with_them = published(project, records)
    same = set(without) - {"index.md", "policies/refunds/index.md"}
    assert {path: with_them[path] for path in same} == {path: without[path] for path in same}


def test_every_rollback_is_listed_and_has_its_report(project: Path, records: Path) -> None:
    made.shelved(records, made.still_red(policy="gone"))
    pages = published(project, records)
    listed = pages["rollbacks/index.md"]
    assert listed.count("<tr><td>") == 8
    assert '<a href="../rollbacks/refunds/d-0.html">2026-11-24 10:08</a>' in listed
    assert '<a href="../policies/refunds/index.html">' in listed
    assert "policies/gone" not in listed
    assert "rolled back, recovered" in listed
    assert {path for path in pages if path.endswith(".html")} == {
        "rollbacks/gone/d-STILLRED.html",
        *(f"rollbacks/refunds/d-{n}.html" for n in range(7)),
    }
    report = pages["rollbacks/refunds/d-0.html"]
    assert '<a href="../index.html">All past rollbacks</a>' in report
    assert '<a href="../../policies/refunds/index.html">What rolls Refunds back</a>' in report
    assert '<a href="../../how-to/read-a-message/index.html">When a message wakes you</a>' in report
    assert "../../policies/" not in pages["rollbacks/gone/d-STILLRED.html"]
    assert "(../how-to/read-a-message/index.md)" in listed
    assert "<svg" in pages["rollbacks/refunds/d-0.html"]


def test_the_policys_page_shows_its_newest_five(project: Path, records: Path) -> None:
    page = published(project, records)["policies/refunds/index.md"]
    assert [n for n in range(7) if f"../../rollbacks/refunds/d-{n}.html" in page] == [0, 1, 2, 3, 4]
    assert (
        "2026-11-24 10:08</a> in prod: rolled back, recovered, because of <code>target-5xx</code>; 4 min 16 s from the first bad datapoint"
        in page
    )


def test_many_are_listed_by_year(project: Path, tmp_path: Path) -> None:
    many = (made.recovered(f"d-{n}", "refunds", made.BEGAN - timedelta(days=5 * n)) for n in range(101))
    pages = published(project, made.shelved(tmp_path / "many", *many))
    assert pages["rollbacks/index.md"].count("<tr><td>") == 100
    assert "[2026](2026/index.md), [2025](2025/index.md)" in pages["rollbacks/index.md"]
    counts = [pages[f"rollbacks/{year}/index.md"].count("<tr><td>") for year in (2026, 2025)]
    assert counts == [66, 35]
    assert '<a href="../../rollbacks/refunds/d-0.html">' in pages["rollbacks/2026/index.md"]


def test_hostile_text_stays_text_and_no_secret_is_shown(project: Path, tmp_path: Path) -> None:
    records = made.shelved(tmp_path / "records", made.hostile(policy="refunds"))
    written = publish(project, project / "build/pages", records=records)
    pages = {each.page.path: each.page.markdown for each in written}
    for path in ("rollbacks/index.md", "policies/refunds/index.md", "rollbacks/refunds/d-HOSTILE.html"):
        assert "<script" not in pages[path], path
        assert "<img" not in pages[path], path
        assert "AKIA" not in pages[path], path


def test_two_incidents_of_one_name_keep_pages_of_their_own(tmp_path: Path) -> None:
    made.shelved(tmp_path / "eu", made.outside())
    made.shelved(tmp_path / "us", made.changed(made.outside(), region="us-east-1"))
    first, second = sorted(page.path for page in past_rollbacks(tmp_path).pages(()))
    assert first.startswith("rollbacks/checkout-api/outside-20261124T100800Z-")
    assert second == "rollbacks/checkout-api/outside-20261124T100800Z.html"


def test_the_command_warns_of_what_cannot_be_read_and_strict_fails(
    project: Path, records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = records / "records/refunds/d-3.json"
    broken.write_text("{", encoding="utf-8")
    arguments = ["--root", str(project), "site", "--records", str(records)]
    assert run(arguments) == 0
    told = capsys.readouterr()
    assert f"warning: `{broken}` is empty or only half written" in told.err
    html = project / "build/html"
    assert "1 more could not be read and is left out" in (html / "rollbacks/index.html").read_text(encoding="utf-8")
    assert (html / "rollbacks/refunds/d-0.html").is_file()
    assert 'href="rollbacks/index.html"' in (html / "index.html").read_text(encoding="utf-8")
    assert run([*arguments, "--strict"]) == 1
    capsys.readouterr()
    broken.unlink()
    assert run([*arguments, "--strict"]) == 0, capsys.readouterr().err


def test_a_folder_that_is_not_there_is_a_fault_and_an_empty_one_is_none(project: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="there is no folder"):
        published(project, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "No rollback is recorded yet." in published(project, tmp_path / "empty")["rollbacks/index.md"]


def test_mkdocs_yml_may_name_the_records(project: Path, records: Path) -> None:
    (project / "mkdocs.yml").write_text(
        "site_name: Ours\ntheme: {name: material, font: false}\nsite_dir: build/html\n"
        f"docs_dir: docs\nplugins:\n  - rollguard: {{records: {records}}}\n",
        encoding="utf-8",
    )
    (project / "docs").mkdir()
    (project / "docs" / "about.md").write_text("# About\n", encoding="utf-8")
    assert run(["--root", str(project), "site"]) == 0
    assert (project / "build/html/rollbacks/refunds/d-0.html").is_file()


OBSERVED = observation(would="rolledBack", deployment=release(), policy="refunds", title="Refunds")
SAID = "1 red period since 2026-11-24, 1 during a deployment: armed, it would have rolled back <code>d-RELEASE</code>"


def test_what_observing_criteria_caught_is_on_the_list_and_on_the_policys_page(project: Path, records: Path) -> None:
    made.shelved(records, OBSERVED, observation(policy="gone", title="Gone"))
    pages = published(project, records)
    listed, page = pages["rollbacks/index.md"], pages["policies/refunds/index.md"]
    assert '<a href="../policies/refunds/index.html">Refunds</a>: The bank declines more than usual' in listed
    assert "<li>Gone: The bank declines" in listed
    assert SAID in listed and SAID in page
    assert "Gone" not in page


def test_a_policy_that_only_observes_has_observations_and_no_rollback(project: Path, tmp_path: Path) -> None:
    pages = published(project, made.shelved(tmp_path / "records", OBSERVED))
    assert "No rollback is recorded yet." in pages["rollbacks/index.md"]
    assert SAID in pages["rollbacks/index.md"]
    assert "## Past rollbacks" not in pages["policies/refunds/index.md"]


def test_without_observations_nothing_is_said_of_them(project: Path, records: Path) -> None:
    pages = published(project, records)
    assert not [path for path, text in pages.items() if "observing criteria caught" in text]


def test_hostile_observations_stay_text(project: Path, tmp_path: Path) -> None:
    nasty = observation(would="rolledBack", deployment=release(made.HOSTILE), policy="refunds", title=made.HOSTILE)
    nasty["criterion"] |= {"title": f"AKIAIOSFODNN7EXAMPLE {made.HOSTILE}"}
    written = publish(project, project / "build/pages", records=made.shelved(tmp_path / "records", nasty))
    for each in written:
        if each.page.path in ("rollbacks/index.md", "policies/refunds/index.md"):
            assert "<script" not in each.page.markdown and "<img" not in each.page.markdown
            assert "AKIA" not in each.page.markdown
