"""The recorder's files are all that its Lambda function has: they import the standard library and boto3, and run alone."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

import rollguard
from rollguard.recorder import handler, settings
from tests.recorder.incident import BUCKET, EVENTS, World, statuses

PACKAGE = Path(rollguard.__file__).parent / "recorder"
FILES = sorted(PACKAGE.glob("*.py"))


def test_the_recorder_has_no_folders() -> None:
    assert [path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_imports_nothing_that_the_function_does_not_have(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 11))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            root = name.partition(".")[0]
            ours = name == "rollguard.recorder" or name.startswith("rollguard.recorder.")
            assert ours or root in sys.stdlib_module_names or root in ("boto3", "botocore"), f"{path.name}: {name}"


def test_what_the_compiler_reads_of_it_needs_no_boto3() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None; sys.modules['botocore'] = None\n"
        "import rollguard.recorder.permissions, rollguard.recorder.settings, rollguard.recorder.forms\n"
        "import rollguard.recorder.record, rollguard.recorder.derive\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parents[1])


def test_the_archive_alone_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "rollguard" / "recorder").mkdir(parents=True)
    shutil.copy(PACKAGE.parent / "__init__.py", tmp_path / "rollguard")
    for path in FILES:
        shutil.copy(path, tmp_path / "rollguard" / "recorder")
    module, _, function = settings.HANDLER.rpartition(".")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {module} as one\n"
    code += f"assert callable(one.{function}); print(one.__file__)"
    done = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith(str(tmp_path))


def test_lambda_calls_it_with_an_event_and_a_context(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    made: list[str] = []

    def client(service: str, config: object) -> object:
        assert config is (handler.ASKING if service in ("codedeploy", "cloudwatch") else handler.WRITING)
        made.append(service)
        return world.rim.client(service)

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 60_000

    monkeypatch.setattr(boto3, "client", client)
    monkeypatch.setenv(settings.BUCKET, BUCKET)
    monkeypatch.setenv(settings.ENVIRONMENT, "prod")
    handler._client.cache_clear()
    for event in EVENTS[1:5]:
        handler.handle(event, Context())
    handler._client.cache_clear()
    assert sorted(made) == ["cloudwatch", "codedeploy", "events", "s3", "sns"], "clients are made once per process"
    assert statuses(world.record())[:2] == ["started", "succeeded"]
