"""The sandbox's S3: a folder whose writes can be conditional, as S3's can."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.sandbox.runtime.bucket import Bucket, Precondition


def test_what_is_put_is_got_with_a_tag_that_changes_with_the_bytes(tmp_path: Path) -> None:
    bucket = Bucket(tmp_path / "records")
    assert bucket.get("records/a/d-1.json") is None
    first = bucket.put("records/a/d-1.json", b"{}")
    stored = bucket.get("records/a/d-1.json")
    assert stored is not None
    assert (stored.body, stored.etag) == (b"{}", first)
    assert bucket.put("records/a/d-1.json", b"{} ") != first


def test_only_new_and_only_over_refuse_what_another_has_written(tmp_path: Path) -> None:
    bucket = Bucket(tmp_path)
    tag = bucket.put("a", b"1", only_new=True)
    with pytest.raises(Precondition):
        bucket.put("a", b"2", only_new=True)
    bucket.put("a", b"3", only_over=tag)
    with pytest.raises(Precondition):
        bucket.put("a", b"4", only_over=tag)
    with pytest.raises(Precondition):
        bucket.put("b", b"4", only_over=tag)
    stored = bucket.get("a")
    assert stored is not None
    assert stored.body == b"3"


def test_keys_come_in_order_and_by_prefix(tmp_path: Path) -> None:
    bucket = Bucket(tmp_path / "none")
    assert [*bucket.keys()] == []
    for key in ("open/b/d-2", "open/a/d-1", "records/a/d-1.json"):
        bucket.put(key, b"")
    assert [*bucket.keys("open/")] == ["open/a/d-1", "open/b/d-2"]
    bucket.delete("open/a/d-1")
    bucket.delete("open/a/d-1")
    assert [*bucket.keys()] == ["open/b/d-2", "records/a/d-1.json"]


@pytest.mark.parametrize("key", ["../x", "a//b", "/etc/passwd", ".hidden", "a/../b", "a\nb", ""])
def test_a_key_never_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    bucket = Bucket(tmp_path / "records")
    with pytest.raises(ValueError, match="is no key that the sandbox keeps"):
        bucket.put(key, b"")
    assert bucket.get(key) is None
    bucket.delete(key)
    assert [*tmp_path.rglob("*")] == []
