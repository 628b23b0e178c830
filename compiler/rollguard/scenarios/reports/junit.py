"""Results as JUnit XML, as Jenkins, GitLab and GitHub's test reporters read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml

from rollguard.source import Diagnostic

if TYPE_CHECKING:
    from rollguard.scenarios.suite import Case

#: XML 1.0 has no way to write these, not even as references.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(cases: Sequence[Case], faults: Sequence[Diagnostic]) -> str:
    """One suite for each policy or preset, a case for each scenario and environment, or trace; files with faults are errors."""
    root = xml.Element("testsuites", name="rollguard")
    by_policy: dict[str, list[Case]] = {}
    for case in cases:
        by_policy.setdefault(case.policy, []).append(case)
    for policy, each in by_policy.items():
        suite = xml.SubElement(root, "testsuite", name=_text(policy))
        _counts(suite, len(each), sum(not case.passed for case in each), 0)
        for case in each:
            _case(suite, case)
    by_file: dict[str, list[Diagnostic]] = {}
    for fault in faults:
        by_file.setdefault(fault.span.path, []).append(fault)
    for path, found in by_file.items():
        suite = xml.SubElement(root, "testsuite", name=_text(path))
        _counts(suite, 1, 0, 1)
        entry = xml.SubElement(suite, "testcase", classname=_text(path), name="the file is sound", time="0")
        error = xml.SubElement(entry, "error", message=_text(found[0].message), type=found[0].code)
        error.text = _text("\n".join(f"{one.span.path}:{one.span.line}: {one.message} [{one.code}]" for one in found))
    _counts(root, len(cases) + len(by_file), sum(not case.passed for case in cases), len(by_file))
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode")


def _case(suite: xml.Element, case: Case) -> None:
    name = f"{case.scenario} [{case.environment}]" if case.environment else case.scenario
    entry = xml.SubElement(suite, "testcase", classname=_text(case.policy), name=_text(name), time="0")
    entry.set("file", _text(case.file))
    if not case.passed:
        entry.set("line", str(case.line))
        message = "; ".join(failure.message for failure in case.failures)
        failed = xml.SubElement(entry, "failure", message=_text(message), type="expectation")
        failed.text = _text(case.text)
    if case.doubts:
        xml.SubElement(entry, "system-out").text = _text("\n".join(case.doubts))


def _counts(element: xml.Element, tests: int, failures: int, errors: int) -> None:
    for name, count in (("tests", tests), ("failures", failures), ("errors", errors), ("skipped", 0)):
        element.set(name, str(count))
    element.set("time", "0")


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
