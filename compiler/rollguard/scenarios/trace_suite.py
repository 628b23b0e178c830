"""Run the traces of a project's own presets, and say what of their promises does not hold."""

from __future__ import annotations

from rollguard.charts import scenario_chart
from rollguard.presets import Preset
from rollguard.scenarios.expectations import doubtful, listed_spans
from rollguard.scenarios.reports.plots import slug, trace_chart
from rollguard.scenarios.reports.record import trace_record
from rollguard.scenarios.reports.timeline import signal_timeline
from rollguard.scenarios.suite import Case, Ran, Suite, framed
from rollguard.scenarios.traces import Traced, judged, traces
from rollguard.source import Diagnostic


def run_traces(suite: Suite) -> Ran:
    """Judge the chosen traces of the project's own presets."""
    ran = Ran()
    for preset, names in suite.presets:
        try:
            ran.cases += [_traced(preset, one) for one in judged(preset) if one.trace.name in names]
        except ValueError as wrong:
            first = next(traces(preset))
            ran.faults.append(Diagnostic("T002", "error", str(wrong), preset.document.at(*first.path[:3])))
    return ran


def _traced(preset: Preset, traced: Traced) -> Case:
    document, trace = preset.document, traced.trace
    failures: tuple[Diagnostic, ...] = ()
    plots: tuple[tuple[str, str], ...] = ()
    if traced.unmet:
        place = document.at(*trace.path, "name" if trace.within is None else "within")
        failures = (Diagnostic("T001", "error", f"{traced.unmet}; the trace is `{trace.name}`", place),)
        drawn = scenario_chart(trace_chart(traced, f"{preset.data['title']}: {trace.name}"), "c0")
        plots = ((f"preset_{slug(preset.name)}_{slug(trace.name)}.svg", drawn),)
    spans = listed_spans(list(doubtful(traced.signal.timeline, trace.length)))
    return Case(
        policy=preset.name,
        environment="",
        scenario=trace.name,
        file=document.source.path,
        line=document.at(*trace.path, "name").line if failures else 1,
        failures=failures,
        doubts=(f"AWS does not document what state the alarm has {spans}",) if spans else (),
        record=trace_record(preset.name, traced, failures),
        text=framed(document, failures, signal_timeline(traced.signal, trace.length)) if failures else "",
        plots=plots,
    )
