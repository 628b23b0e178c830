"""`rollguard site` as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rollguard.cli import run


def site(project: Path, *arguments: str) -> int:
    return run(["--root", str(project), "site", *arguments])


def test_a_project_that_has_only_policies_is_built_with_our_pages_and_look(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(project) == 0
    told = capsys.readouterr()
    assert told.out.endswith(f"pages: {project}/build/html/index.html\n")
    assert sorted(path.name for path in project.iterdir()) == ["build", "policies"]
    html = project / "build" / "html"
    assert "is rolled back automatically" in (html / "policies/refunds/index.html").read_text(encoding="utf-8")
    assert (html / "how-it-works.html").is_file()
    assert (html / "search/search_index.js").is_file()
    overview = (html / "index.html").read_text(encoding="utf-8")
    assert "https://fonts" not in overview
    assert "<title>Rollback criteria</title>" in overview
    assert "Rollguard" not in overview.split("<body")[1].split("</header>")[0]


def test_a_project_with_only_policies_carries_no_decisions_or_benchmarks_of_ours(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(project, "--strict") == 0, capsys.readouterr().err
    html = project / "build" / "html"
    assert not (html / "decisions").exists()
    assert not (html / "benchmarks.html").exists()
    assert (html / "how-to/bypass.html").is_file()
    assert "Decisions" not in (html / "index.html").read_text(encoding="utf-8")
    assert "decisions/" not in (html / "search/search_index.json").read_text(encoding="utf-8")


def test_the_page_for_what_is_not_there_needs_no_other_file(project: Path) -> None:
    assert site(project) == 0
    page = (project / "build/html/404.html").read_text(encoding="utf-8")
    assert "This page is not here" in page
    assert "<svg" not in page
    assert "assets/" not in page


def test_a_second_build_replaces_the_first(project: Path, refunds: Path) -> None:
    assert site(project) == 0
    refunds.write_text(refunds.read_text(encoding="utf-8").replace("name: refunds", "name: payouts"), encoding="utf-8")
    assert site(project) == 0
    assert [path.name for path in (project / "build/html/policies").iterdir()] == ["payouts"]


def test_the_site_of_this_checkout_has_no_warning(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(checkout, "--strict", "--out", str(tmp_path / "out")) == 0, capsys.readouterr().err


def test_a_folder_that_holds_files_of_others_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "precious"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work", encoding="utf-8")
    for arguments in (("--out", str(foreign)), ("--out", str(foreign), "--pages-only")):
        assert site(project, *arguments) == 2
        assert f"`{foreign}` holds files that are not ours" in capsys.readouterr().err
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("out", [".", ".."])
def test_the_project_itself_is_never_the_place_to_build(
    project: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(project, "--out", str(project / out)) == 2
    assert "holds the project itself" in capsys.readouterr().err


def test_a_policy_that_does_not_compile_is_a_warning_and_strict_makes_it_fail(
    project: Path, refunds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refunds.write_text(refunds.read_text(encoding="utf-8").replace("above: 3s", "abve: 3s"), encoding="utf-8")
    assert site(project) == 0
    assert "warning: policies/payments/refunds.yaml does not compile" in capsys.readouterr().err
    assert site(project, "--strict") == 1
    assert site(project, "--strict", "--pages-only") == 1


def test_pages_only_writes_markdown_and_needs_no_mkdocs(project: Path, tmp_path: Path) -> None:
    script = "import sys; sys.modules['mkdocs'] = None; from rollguard.cli import main; main()"
    out = tmp_path / "pages"
    done = subprocess.run(
        [sys.executable, "-c", script, "--root", str(project), "site", "--pages-only", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (out / "policies/refunds/index.md").is_file()
    assert not (project / "build").exists()


def test_without_mkdocs_the_command_says_what_to_install(project: Path) -> None:
    script = "import sys; sys.modules['mkdocs'] = None; from rollguard.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "--root", str(project), "site"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "error: the site needs `mkdocs`, which is not installed" in done.stderr
    assert "install `rollguard[site]`" in done.stderr


@pytest.mark.parametrize(
    ("mkdocs", "said"),
    [
        ("site_name: x\n", "`mkdocs.yml` does not list the plugin `rollguard`"),
        ("site_name: [\n", "`mkdocs.yml` cannot be used"),
        ("site_name: x\nplugins: [rollguard, nope]\n", "`mkdocs.yml` cannot be used"),
    ],
)
def test_an_mkdocs_file_that_cannot_be_used_is_a_clear_failure(
    project: Path, mkdocs: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs").mkdir()
    (project / "mkdocs.yml").write_text(mkdocs, encoding="utf-8")
    assert site(project) == 2
    assert said in capsys.readouterr().err


def test_a_project_without_policies_gets_a_friendly_page(project: Path, refunds: Path) -> None:
    refunds.unlink()
    assert site(project, "--strict") == 0
    assert "There is no policy yet." in (project / "build/html/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [("--serve", "--strict"), ("--serve", "--out", "x"), ("--address", "x:1"), ("--serve", "--address", "x")],
)
def test_options_that_do_not_go_together_are_refused(
    project: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert site(project, *arguments) == 2
    assert "--address" in capsys.readouterr().err


def test_a_project_that_cannot_be_read_says_so_on_the_site(
    project: Path, refunds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refunds.with_name("gone.yaml").symlink_to("nowhere")
    assert site(project, "--strict") == 1
    told = capsys.readouterr().err
    assert "warning: policies does not compile:\ncannot read `policies/payments/gone.yaml`" in told
    assert "gone.yaml" in (project / "build/html/index.html").read_text(encoding="utf-8")
