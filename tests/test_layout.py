"""The promises of the tree: its traps stay shut, its rooms light, its files free of anybody's machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from rollguard.document import parse
from rollguard.engine.executable import VERSION

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"policies", "schema", "compiler", "pulumi", "site", "tests"}
MADE = {"build", "dist"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}

# In two parts, so that this file does not name what no file may name.
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "yarn" + "pkg.com",
    "golang" + ".org",
    "deb.debian" + ".org",
    "crates" + ".io",
]
MACHINE_PATH = re.compile(r"(?<![\w./~-])/" + r"(?:root|work|Users|home/[a-z]+|tmp/(?:pre|spec))/")


def files() -> list[Path]:
    """Every file that is in git or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def run(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "compiler")}
    return subprocess.run(
        arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_the_top_level_holds_the_owners_folders_only() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in files() if len(path.relative_to(ROOT).parts) > 1}
    assert {name for name in found if not name.startswith(".")} == FOLDERS


def test_the_sdk_is_imported_from_the_checkout_though_a_folder_has_its_name() -> None:
    assert (ROOT / "pulumi").is_dir()
    assert not (ROOT / "pulumi" / "__init__.py").exists()
    assert not (ROOT / "compiler" / "__init__.py").exists()
    done = run(sys.executable, "-c", "import pulumi; print(pulumi.Output.__name__)")
    assert (done.stdout, done.returncode) == ("Output\n", 0), done.stderr


def test_mkdocs_reads_and_writes_where_it_destroys_nothing() -> None:
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert re.search(r"^docs_dir: site/docs\s", configuration, re.MULTILINE)
    assert re.search(r"^site_dir: build/html\s", configuration, re.MULTILINE)


def test_no_script_silences_the_warnings_that_strict_counts() -> None:
    """`mkdocs build -q --strict` ends with 0 whatever it finds."""
    scripts = [ROOT / "Makefile", *(ROOT / ".ci").iterdir(), *(ROOT / ".github" / "workflows").iterdir(), *modules()]
    for script in scripts:
        if script == Path(__file__) or not script.is_file():
            continue
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"mkdocs build[^\n]*(?:\s-q\b|--quiet)", text), script
        assert not re.search(r"""["']mkdocs["'][^\n]*["'](?:-q|--quiet)["']""", text), script


def test_yaml_is_1_2_so_times_and_dates_and_on_stay_words() -> None:
    document = parse("policy.yaml", b"{freeze: 22:30, on: on, off: no, since: 2026-11-24, port: 0o17}").value
    assert document is not None
    assert document.data == {"freeze": "22:30", "on": "on", "off": "no", "since": "2026-11-24", "port": 15}


def test_ruff_sorts_pulumi_among_third_parties() -> None:
    text = "import pulumi\nimport yaml\n\nimport rollguard\n\nprint(pulumi, yaml, rollguard)\n"
    for place in ("compiler/rollguard/targets/any.py", "pulumi/__main__.py", "tests/any.py"):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--select", "I", "--stdin-filename", place, "-"],
            cwd=ROOT,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) or any(host in line for host in HOSTS):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_module_is_longer_than_a_reader_holds_in_mind() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_module_says_what_it_is_for_and_has_a_name_that_does_too() -> None:
    for path in modules():
        assert path.stem not in VAGUE, path
        text = path.read_text(encoding="utf-8")
        assert not text or text.lstrip("r").startswith('"""'), f"{path.relative_to(ROOT)} does not open with a sentence"


def test_the_pulumi_program_stays_a_stub() -> None:
    program = (ROOT / "pulumi" / "__main__.py").read_text(encoding="utf-8")
    assert len(program.splitlines()) <= 20


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^\s*-", re.sub(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$", "", lock, flags=re.M), re.M)
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", lock, flags=re.M).strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[^\s]+( ; [^\n]+)? \\\n    --hash=sha256:", entry), entry


def test_the_lock_holds_the_sdk_of_the_engine_that_we_build() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(rf"^pulumi=={re.escape(VERSION)} ", lock, re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"pulumi=={VERSION}" in project["tool"]["uv"]["constraint-dependencies"]


CHECK = """
import sys
from rollguard.cli import main
sys.argv = ["rollguard", "--root", sys.argv[1], "check"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
print("of ours:", *sorted({name.split(".")[1] for name in sys.modules if name.startswith("rollguard.")}))
"""


def test_checking_good_policies_imports_no_sdk_and_no_validator_of_words(tmp_path: Path) -> None:
    done = run(sys.executable, "-c", CHECK, ROOT, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    imported = done.stdout.partition("imported: ")[2].partition("of ours:")[0].split()
    assert "rollguard" in imported
    heavy = {"pulumi", "pulumi_aws", "boto3", "botocore", "mkdocs", "jinja2", "rich", "grpc", "jsonschema"}
    assert heavy.isdisjoint(imported)
    ours = done.stdout.partition("of ours: ")[2].split()
    assert "plan" in ours
    assert {"records", "reports", "recorder", "charts", "sandbox", "site", "targets"}.isdisjoint(ours)


def test_every_workflow_is_yaml_and_pins_its_actions() -> None:
    workflows = list((ROOT / ".github" / "workflows").glob("*.yml"))
    assert len(workflows) >= 2
    for path in workflows:
        text = path.read_text(encoding="utf-8")
        assert "jobs" in yaml.safe_load(text)
        for action in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+", action), action
