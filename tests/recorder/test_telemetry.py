"""The recorder's own log and metrics: one JSON object per line, bounded, in the form that CloudWatch reads."""

from __future__ import annotations

import json

from rollguard.recorder.telemetry import Telemetry


def telemetry(lines: list[str], debug: bool = False) -> Telemetry:
    return Telemetry("prod", lambda: 1795516200000, write=lines.append, debug=debug)


def test_a_line_is_json_with_level_and_environment_and_long_texts_are_cut() -> None:
    lines: list[str] = []
    telemetry(lines).log("warning", "no answer", what="x" * 10_000, number=3)
    (line,) = lines
    assert "\n" not in line and len(line) < 800
    read = json.loads(line)
    assert (read["level"], read["message"], read["environment"], read["number"]) == ("warning", "no answer", "prod", 3)


def test_debug_lines_are_only_written_when_asked_for() -> None:
    lines: list[str] = []
    telemetry(lines).log("debug", "dropped")
    telemetry(lines, debug=True).log("debug", "dropped")
    assert len(lines) == 1


def test_metrics_are_written_once_in_the_embedded_metric_format() -> None:
    lines: list[str] = []
    one = telemetry(lines)
    one.count("Rollbacks")
    for seconds in range(150):
        one.count("SecondsToRollback", seconds)
    one.flush()
    one.flush()
    (line,) = [json.loads(line) for line in lines]
    assert line["_aws"] == {
        "Timestamp": 1795516200000,
        "CloudWatchMetrics": [
            {
                "Namespace": "Rollguard",
                "Dimensions": [["Environment"]],
                "Metrics": [{"Name": "Rollbacks", "Unit": "Count"}, {"Name": "SecondsToRollback", "Unit": "Seconds"}],
            }
        ],
    }
    assert (line["Environment"], line["Rollbacks"]) == ("prod", 1)
    assert line["SecondsToRollback"] == list(range(100)), "CloudWatch takes a hundred values of a metric"
