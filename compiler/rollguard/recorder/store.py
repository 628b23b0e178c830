"""The records bucket: guard sheets and their index, records written with conditional puts, and markers of what is open.

guards/<policy>.json                           index/alarms/<alarm>.json, index/groups/<application>/<group>.json
index/adopted/<alarm>/<policy>.json
records/<policy>/<incident>.json               open/<policy>/<incident>
observations/<policy>/<criterion>/<utc time>.json
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from rollguard.recorder import observations, sheets
from rollguard.recorder import record as documents
from rollguard.recorder.observations import Observation
from rollguard.recorder.record import Record

#: How often a record is read and written again when others write it at the same time, and the longest wait between, in seconds.
ATTEMPTS, LONGEST_WAIT = 12, 1.0
#: Bytes of an S3 key (Amazon S3 user guide, "Naming objects"). A name that does not fit in is none of ours.
KEY_LIMIT = 1_024
#: What S3 answers where another writer was first: 412, 409, and 404 for `IfMatch` on an object that is gone.
_LOST = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409")


class Busy(Exception):
    """A record that others wrote each time this one tried; the event must be delivered again."""


@dataclass(frozen=True, slots=True)
class Open:
    """A marker: the incident of a policy is open. `looked_at` is when it was last written: when it opened, or the sweeper took it up."""

    policy: str
    incident: str
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it lies in the bucket, with the entity tag by which a write notices that another was first."""

    record: Record
    etag: str


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose alarm it is: the policy's, and of which criterion where that only observes."""

    policy: str
    observes: str | None


@dataclass(frozen=True, slots=True)
class Store:
    """`client` is boto3's S3 client; what it raises but for lost races passes through."""

    client: Any
    bucket: str
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    #: Sheets that this invocation has read.
    sheets: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def watching(self, alarm: str) -> list[Watched]:
        """Whose alarm this is: the one policy whose own it is, or all that have adopted it; none where no policy names it."""
        watched = self._indexed(f"index/alarms/{alarm}.json")
        if watched is not None:
            return [watched]
        prefix = f"index/adopted/{alarm}/"
        if len(prefix.encode("utf-8", "replace")) > KEY_LIMIT:
            return []
        names = (one["Key"].removeprefix(prefix).removesuffix(".json") for one in self._listed(prefix))
        # Alarms have names with slashes, policies have not: the rest is another alarm's.
        return [Watched(name, None) for name in names if "/" not in name]

    def policy_of_group(self, application: str, group: str) -> str | None:
        """The policy that guards a deployment group; None where no policy names it."""
        found = self._indexed(f"index/groups/{application}/{group}.json")
        return found.policy if found is not None else None

    def _indexed(self, key: str) -> Watched | None:
        found = self._json(key) or {}
        policy, observes = found.get("policy"), found.get("observes")
        return Watched(policy, observes if isinstance(observes, str) else None) if isinstance(policy, str) else None

    def sheet(self, policy: str) -> dict[str, Any] | None:
        """The guard sheet of a policy, of whichever version; None where there is none. Raises ValueError for one that says too little."""
        if policy not in self.sheets:
            stated = self._json(f"guards/{policy}.json")
            self.sheets[policy] = sheets.read(stated, policy) if stated is not None else None
        return self.sheets[policy]

    def record(self, policy: str, incident: str) -> Record | None:
        """The record of an incident; None where there is none. Raises ValueError for one that cannot be read."""
        found = self.kept(policy, incident)
        return found.record if found is not None else None

    def kept(self, policy: str, incident: str) -> Kept | None:
        """As `record`, for `update`."""
        return self._kept(_record_key(policy, incident), documents.from_bytes)

    def update(
        self,
        policy: str,
        incident: str,
        change: Callable[[Record | None], Record | None],
        known: Kept | None = None,
    ) -> Kept | None:
        """Write `change(record)`, and again on what another writer made of it until nobody interferes; None leaves all as it is.

        `known` is what was read of it before, so that it need not be read once more: a write on what is no longer there is refused.
        Returns what was written, or else what `change` was given. Raises Busy after ATTEMPTS.
        """
        return self._update(_record_key(policy, incident), change, documents.from_bytes, documents.to_bytes, known)

    def observation(self, key: str) -> Observation | None:
        """An observation; None where there is none. Raises ValueError for one that cannot be read."""
        found = self._kept(key, observations.from_bytes)
        return found.record if found is not None else None

    def update_observation(self, key: str, change: Callable[[Observation | None], Observation | None]) -> None:
        """As `update`, of an observation."""
        self._update(key, change, observations.from_bytes, observations.to_bytes)

    def _kept(self, key: str, read: Callable[[bytes], dict[str, Any]]) -> Kept | None:
        found = self._get(key)
        return Kept(read(found[0]), found[1]) if found is not None else None

    def _update(
        self,
        key: str,
        change: Callable[[dict[str, Any] | None], dict[str, Any] | None],
        read: Callable[[bytes], dict[str, Any]],
        write: Callable[[dict[str, Any]], bytes],
        known: Kept | None = None,
    ) -> Kept | None:
        for attempt in range(ATTEMPTS):
            found = known if known is not None and attempt == 0 else self._kept(key, read)
            changed = change(found.record if found is not None else None)
            if changed is None:
                return found
            condition = {"IfMatch": found.etag} if found is not None else {"IfNoneMatch": "*"}
            written = write(changed)
            try:
                etag = self._put(key, written, "application/json", **condition)
                return Kept(read(written), etag)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _LOST:
                    raise
            self.sleep(self.jitter() * min(LONGEST_WAIT, 0.02 * 2**attempt))
        raise Busy(f"`{key}` was written by others {ATTEMPTS} times in a row")

    def mark_open(self, policy: str, incident: str) -> None:
        """Write the marker, also where there is one: it is the youngest then."""
        self._put(_open_key(policy, incident), b"", "text/plain")

    def mark_closed(self, policy: str, incident: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=_open_key(policy, incident))

    def open(self, policy: str | None = None) -> Iterator[Open]:
        """The open incidents, of one policy or of all."""
        for one in self._listed(f"open/{policy}/" if policy is not None else "open/"):
            _, policy_name, incident = one["Key"].split("/", 2)
            yield Open(policy_name, incident, one["LastModified"])

    def _listed(self, prefix: str) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            page = self.client.list_objects_v2(Bucket=self.bucket, Prefix=prefix, **token)
            yield from page.get("Contents", ())
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _json(self, key: str) -> dict[str, Any] | None:
        found = self._get(key)
        if found is None:
            return None
        read = json.loads(found[0])
        return read if isinstance(read, dict) else None

    def _get(self, key: str) -> tuple[bytes, str] | None:
        if len(key.encode("utf-8", "replace")) > KEY_LIMIT:
            return None
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise
        return answer["Body"].read(), answer["ETag"]

    def _put(self, key: str, body: bytes, content_type: str, **condition: str) -> str:
        answer = self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, **condition)
        return str(answer["ETag"])


def _record_key(policy: str, incident: str) -> str:
    return f"records/{policy}/{incident}.json"


def _open_key(policy: str, incident: str) -> str:
    return f"open/{policy}/{incident}"
