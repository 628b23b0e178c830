"""The plugin in a project's own MkDocs: `mkdocs build --strict` and `mkdocs serve`, as a user types them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MKDOCS = """\
site_name: Our rollbacks
theme: {name: material, font: false}
docs_dir: docs
site_dir: build/html
plugins: [search, rollguard]
validation: {links: {anchors: warn}}
"""

PATIENCE = 60
"""seconds until a server must show a page; a loaded machine is slow"""


@pytest.fixture
def own(project: Path) -> Path:
    """The project with an `mkdocs.yml` of its own and a page written by hand."""
    (project / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    (project / "docs").mkdir()
    (project / "docs" / "about.md").write_text(
        "# About us\n\n[The refunds](policies/refunds/index.md)\n", encoding="utf-8"
    )
    return project


def mkdocs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_sound_project_builds_strictly(own: Path) -> None:
    done = mkdocs(own, "build", "--strict")
    assert done.returncode == 0, done.stderr
    page = (own / "build/html/policies/refunds/index.html").read_text(encoding="utf-8")
    assert "is rolled back automatically" in page
    assert "rollguard.css" in page
    assert (own / "build/html/assets/rollguard.css").is_file()
    assert (own / "build/html/about/index.html").is_file()
    assert (own / "build/pages/policies/refunds/index.md").is_file()


def test_a_policy_that_does_not_compile_fails_a_strict_build_and_becomes_a_page(own: Path, refunds: Path) -> None:
    refunds.write_text(refunds.read_text(encoding="utf-8").replace("above: 3s", "abve: 3s"), encoding="utf-8")
    strict = mkdocs(own, "build", "--strict")
    assert strict.returncode == 1
    assert "policies/payments/refunds.yaml does not compile" in strict.stderr
    assert mkdocs(own, "build").returncode == 0
    page = (own / "build/html/policies/refunds/index.html").read_text(encoding="utf-8")
    assert "This policy does not compile." in page
    assert "&#96;abve&#96;" in page


def test_pages_written_by_hand_win_over_generated_ones(own: Path) -> None:
    (own / "docs" / "index.md").write_text("# Our own start\n", encoding="utf-8")
    assert mkdocs(own, "build", "--strict").returncode == 0
    assert "Our own start" in (own / "build/html/index.html").read_text(encoding="utf-8")
    overview = (own / "build/html/policies/index.html").read_text(encoding="utf-8")
    assert 'href="refunds/"' in overview


def test_the_edit_link_leads_to_the_policy_and_not_to_the_page(own: Path) -> None:
    (own / "mkdocs.yml").write_text(
        MKDOCS.replace("font: false}", "font: false, features: [content.action.edit]}")
        + "edit_uri: https://git.example.com/edit/main/docs/\n",
        encoding="utf-8",
    )
    assert mkdocs(own, "build", "--strict").returncode == 0
    policy = (own / "build/html/policies/refunds/index.html").read_text(encoding="utf-8")
    assert 'href="https://git.example.com/edit/main/docs/../policies/payments/refunds.yaml"' in policy
    assert "git.example.com" not in (own / "build/html/presets/sqs/oldest-message-age/index.html").read_text(
        encoding="utf-8"
    )


@contextmanager
def served(folder: Path, *command: str) -> Iterator[Callable[[str, Callable[[str], bool]], str]]:
    """Runs a server and yields `fetch(path, until)`: the page at `path`, once `until` holds of it. Ends as ^C would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [argument.replace("PORT", str(port)) for argument in command]
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

        def fetch(path: str, until: Callable[[str], bool]) -> str:
            deadline = time.monotonic() + PATIENCE
            page = ""
            while time.monotonic() < deadline:
                assert server.poll() is None, log.read_text(encoding="utf-8")
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
                        page = answer.read().decode()
                except urllib.error.HTTPError as refused:
                    with refused:
                        page = f"status {refused.code}"
                except (urllib.error.URLError, TimeoutError, ConnectionError):
                    page = "no answer"
                if until(page):
                    return page
                time.sleep(0.2)
            raise AssertionError(f"{path} never came to that; last:\n{page[:2000]}\n{log.read_text(encoding='utf-8')}")

        try:
            yield fetch
        finally:
            os.killpg(server.pid, signal.SIGINT)
            try:
                assert server.wait(20) == 0, log.read_text(encoding="utf-8")
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                raise


def edit(file: Path, old: str, new: str) -> None:
    # Dirty builds compare whole time stamps; an edit by a person is never in the same instant as the build.
    time.sleep(1.1)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("dirty", [(), ("--dirty",)], ids=["clean", "dirty"])
def test_mkdocs_serve_shows_an_edited_a_broken_and_a_mended_policy(
    own: Path, refunds: Path, dirty: tuple[str, ...]
) -> None:
    page = "policies/refunds/"
    with served(own, "mkdocs", "serve", "-a", "127.0.0.1:PORT", *dirty) as fetch:
        fetch(page, lambda text: "above 3 s" in text)
        edit(refunds, "above: 3s", "above: 4s")
        fetch(page, lambda text: "above 4 s" in text)
        edit(refunds, "above: 4s", "abve: 4s")
        fetch(page, lambda text: "This policy does not compile." in text)
        edit(refunds, "abve: 4s", "above: 6s")
        fetch(page, lambda text: "above 6 s" in text)


def test_mkdocs_serve_shows_new_and_removed_policies(own: Path, refunds: Path) -> None:
    with served(own, "mkdocs", "serve", "-a", "127.0.0.1:PORT") as fetch:
        fetch("policies/refunds/", lambda text: "above 3 s" in text)
        text = (
            refunds.read_text(encoding="utf-8")
            .replace("name: refunds", "name: payouts")
            .replace("group: live", "group: out")
        )
        refunds.with_name("payouts.yaml").write_text(text, encoding="utf-8")
        fetch("policies/payouts/", lambda page: "above 3 s" in page)
        refunds.with_name("payouts.yaml").unlink()
        fetch("policies/payouts/", lambda page: page == "status 404")
    assert not (own / "build/pages/policies/payouts").exists()


def test_a_broken_template_does_not_stop_the_reload(own: Path) -> None:
    template = own / "site/templates/policy.md.j2"
    template.parent.mkdir(parents=True)
    template.write_text("# {{ policy.name }} ours\n", encoding="utf-8")
    with served(own, "mkdocs", "serve", "-a", "127.0.0.1:PORT") as fetch:
        fetch("policies/refunds/", lambda text: "refunds ours" in text)
        edit(template, "{{ policy.name }}", "{{ polcy.name }}")
        fetch("policies/refunds/", lambda text: "A template is broken" in text and "polcy" in text)
        edit(template, "{{ polcy.name }}", "{{ policy.name }} again")
        fetch("policies/refunds/", lambda text: "refunds again ours" in text)


def test_the_command_serves_a_project_that_has_only_policies(project: Path, refunds: Path) -> None:
    with served(project, "rollguard", "site", "--serve", "--address", "127.0.0.1:PORT") as fetch:
        fetch("policies/refunds/index.html", lambda text: "above 3 s" in text)
        edit(refunds, "above: 3s", "above: 4s")
        fetch("policies/refunds/index.html", lambda text: "above 4 s" in text)
