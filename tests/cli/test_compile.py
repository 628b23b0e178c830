"""`rollguard compile` as a process: a plan is the same bytes in every run, on every machine, however a file orders its keys."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rollguard.document import parse


class _Plain(yaml.SafeDumper):
    """Writes a value out wherever it is used: the policy language has no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def compiled(folder: Path, environment: str, **surroundings: str) -> bytes:
    """The output of a process with these variables (and no other setting of a locale)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    paths = {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "compiler")}
    done = subprocess.run(
        [sys.executable, "-m", "rollguard", "compile", "--environment", environment],
        cwd=folder,
        env=kept | paths | surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@pytest.fixture
def project(tmp_path: Path, checkout: Path) -> Path:
    """The example policies, one of them with words that ASCII has no letters for."""
    shutil.copytree(checkout / "policies", tmp_path / "policies")
    policy = tmp_path / "policies/shop/checkout.yaml"
    text = policy.read_text(encoding="utf-8")
    assert "  title: Checkout\n" in text
    policy.write_text(text.replace("  title: Checkout\n", "  title: Kasse für Käufer, 購入\n"), encoding="utf-8")
    return tmp_path


def shuffled(value: object, dice: random.Random) -> object:
    """The same value, with the keys of every mapping at every level in another order."""
    if isinstance(value, dict):
        keys = dice.sample(list(value), len(value))
        return {key: shuffled(value[key], dice) for key in keys}
    return [shuffled(item, dice) for item in value] if isinstance(value, list) else value


def test_neither_hash_seed_nor_locale_changes_a_byte(project: Path) -> None:
    plans = {
        compiled(project, "prod", PYTHONHASHSEED=seed, LC_ALL=locale)
        for seed in ("1", "4242")
        for locale in ("C", "C.UTF-8")
    }
    (plan,) = plans
    assert "Kasse für Käufer, 購入" in plan.decode("utf-8")
    assert plan.endswith(b"}\n")
    assert b"\r" not in plan


def test_a_locale_without_utf_8_changes_no_byte(project: Path) -> None:
    usual = compiled(project, "prod", LC_ALL="C.UTF-8")
    # Python would take UTF-8 for the locale C by itself; told not to, it meets what old machines have.
    assert compiled(project, "prod", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0") == usual


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_keys_at_any_level_changes_no_byte(project: Path, seed: int) -> None:
    before = compiled(project, "prod")
    dice = random.Random(seed)
    for path in sorted((project / "policies").rglob("*.yaml")):
        document = parse(path.name, path.read_bytes()).value
        assert document is not None
        path.write_text(yaml.dump(shuffled(document.data, dice), Dumper=_Plain, sort_keys=False), encoding="utf-8")
    after = compiled(project, "prod")
    assert after == before
