"""What an author sees: one folder per policy file, with the messages that `rollguard check` prints for it.

`pytest --accept` rewrites `messages.txt`; a folder without one must be silent.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.document import frames
from rollguard.reporters import report
from tests.conftest import GOLDEN, Golden

CASES = sorted(path.parent for path in (GOLDEN / "check").glob("*/policy.yaml"))
SILENT = ("one-policy-sound",)
ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels: {oncall: {email: oncall@example.com}}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_author_sees_exactly_this(case: Path, tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "policies/sales").mkdir(parents=True)
    (tmp_path / "policies/environments.yaml").write_text(ENVIRONMENTS)
    (tmp_path / "policies/sales/shop.yaml").write_bytes((case / "policy.yaml").read_bytes())
    messages = report(check(tmp_path).diagnostics, "text", frames(tmp_path))
    if case.name in SILENT:
        assert messages == ""
    else:
        golden(f"check/{case.name}/messages.txt", messages + "\n")
