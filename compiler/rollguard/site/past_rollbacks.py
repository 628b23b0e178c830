"""The rollbacks that there have been, as the site lists them; each has a page of its own, the report that reviews get.

Those pages are finished HTML and no Markdown: MkDocs copies them, so that thousands cost seconds and not minutes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from rollguard.failure import Failure
from rollguard.recorder.words import duration
from rollguard.records.find import everything
from rollguard.records.folder import folders
from rollguard.records.model import Found, Incident
from rollguard.reports.html import incident_as_html
from rollguard.reports.incident import incident_report
from rollguard.reports.model import Observed, Overview
from rollguard.reports.overview import overview
from rollguard.reports.words import name, said, status_word
from rollguard.site.page import PAST_ROLLBACKS, READ_A_MESSAGE, Page, policy_path

#: As many as a reader scrolls through; all of a year are on the year's page.
NEWEST = 100
#: On a policy's own page.
_OF_A_POLICY = 5
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `address` is relative to the folder of the pages; texts are plain, with backticks around names."""

    address: str
    began: str
    year: str
    policy: str
    title: str
    environment: str
    what: str
    because: str
    took: str
    verdict: str


class PastRollbacks:
    """All that was read from a folder of records, the newest first, at the time `now`."""

    def __init__(self, found: Found, now: datetime) -> None:
        self._found = found
        self._now = now
        addresses: dict[str, Incident] = {}
        for incident in found.incidents:
            addresses[_address(incident, addresses)] = incident
        self._addresses = addresses

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(_entry(address, incident) for address, incident in self._addresses.items())

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The years that need a page of their own, the newest first: none where the newest rollbacks are all."""
        many = len(self.entries) > NEWEST
        return tuple(dict.fromkeys(entry.year for entry in self.entries)) if many else ()

    @cached_property
    def _report(self) -> Overview:
        return overview(self._found, (), self._now)

    def in_short(self) -> tuple[tuple[str, int, int], ...]:
        """What everybody asks: in words, how many, of how many."""
        report = self._report
        shares = (
            ("rollbacks were finished", report.succeeded, report.ended),
            ("services were well again afterwards", report.recovered, report.rollbacks),
            ("rollbacks began within the agreed time", report.kept, report.promised),
        )
        return tuple(share for share in shares if share[2])

    @cached_property
    def observed(self) -> tuple[Observed, ...]:
        """What criteria that only observe caught, over all that is on record."""
        return self._report.observed

    def observed_of(self, policy: str) -> tuple[Observed, ...]:
        """The same of one policy."""
        return tuple(one for one in self.observed if one.policy == policy)

    def of(self, policy: str) -> tuple[Entry, ...]:
        """The newest few of a policy."""
        return tuple(entry for entry in self.entries if entry.policy == policy)[:_OF_A_POLICY]

    @property
    def unreadable(self) -> int:
        return len(self._found.unreadable)

    @property
    def complaint(self) -> str:
        """What could not be read, as a warning; empty where everything could."""
        return "\n".join(f"`{each.place}` {each.why}; it is left out" for each in self._found.unreadable)

    def pages(self, policies: Collection[str]) -> Iterator[Page]:
        """The report of every incident. `policies` are those that have a page to link to."""
        for address, incident in self._addresses.items():
            report = incident_report(incident, self._now)
            ways = [("All past rollbacks", "../index.html")]
            if incident.name.policy in policies:
                of = f"../../{policy_path(incident.name.policy)}"
                ways.append((f"What rolls {report.title} back", of.replace(".md", ".html")))
            ways.append(("When a message wakes you", f"../../{READ_A_MESSAGE}".replace(".md", ".html")))
            yield Page(address, incident_as_html(report, ways))


def past_rollbacks(folder: Path) -> PastRollbacks:
    """What lies in a folder of records, or in the folders of records right below it.

    Raises Failure where there is no such folder. One without any record is no fault: there was no rollback yet.
    """
    if not folder.is_dir():
        raise Failure(f"there is no folder `{folder}` with records", "`--records` names a copy of the records bucket")
    return PastRollbacks(everything(folders(folder)), datetime.now(UTC))


def _address(incident: Incident, taken: dict[str, Incident]) -> str:
    """`rollbacks/<policy>/<incident>.html`; where that is no safe name, or is taken by another Region's, with a hash."""
    policy, id = (
        _UNSAFE.sub("-", part).strip("-")[:80] or "x" for part in (incident.name.policy, incident.name.incident)
    )
    address = f"{PAST_ROLLBACKS.removesuffix('index.md')}{policy}/{id}.html"
    if address not in taken and (policy, id) == (incident.name.policy, incident.name.incident):
        return address
    whole = "\n".join(
        (str(incident.name), *(str(incident.record[key]) for key in ("environment", "account", "region")))
    )
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{address.removesuffix('.html')}-{digest}.html"


def _entry(address: str, incident: Incident) -> Entry:
    record, began = incident.record, incident.began.astimezone(UTC)
    took = record["durations"]["toRollback"]
    return Entry(
        address=address,
        began=f"{began:%Y-%m-%d %H:%M}",
        year=f"{began:%Y}",
        policy=incident.name.policy,
        title=said(record["title"], 80),
        environment=said(record["environment"], 40),
        what=_what(incident),
        because=", ".join(name(id, 80) for id in record["because"][:4]),
        took=duration(took) if took is not None else "",
        verdict=incident.verdict.judgement if incident.verdict is not None else "",
    )


def _what(incident: Incident) -> str:
    """`rolled back, recovered`: where it recovered, also from what."""
    reached = [step["status"] for step in incident.record["reached"]]
    ended = incident.record["status"]
    before = [status for status in reached[-2:-1] if ended == "recovered" and status != "started"]
    return ", ".join(status_word(status, incident.record) for status in (*before, ended))
