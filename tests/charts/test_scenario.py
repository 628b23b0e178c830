"""The chart of a scenario: what it shows, that any text and any number is harmless in it, and that breaches are never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollguard.charts import STYLE, ScenarioChart, describe, scenario_chart, sparkline
from rollguard.simulate.model import Change, State, Timeline
from tests.charts.samples import ABOVE_5, CANARY, HOSTILE
from tests.conftest import Golden

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[[ScenarioChart, str], str]
KINDS: tuple[Draw, ...] = (scenario_chart, sparkline)


def drawn(chart: ScenarioChart, look: str) -> list[str]:
    """The path data of a look."""
    root = ElementTree.fromstring(scenario_chart(chart, "x"))
    plot = [group for group in root.findall(f"{SVG}g") if group.get("class") == f"rgc-{look}"]
    return [path.get("d", "") for group in plot for path in group.iter(f"{SVG}path")]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_canary_that_is_rolled_back_is_drawn_exactly_so(golden: Golden) -> None:
    golden("charts/canary.svg", scenario_chart(CANARY, "canary", style=False).replace("><", ">\n<"))


def test_a_trace_is_drawn_exactly_so(golden: Golden) -> None:
    golden("charts/trace.svg", sparkline(CANARY, "trace", style=False).replace("><", ">\n<"))


def test_the_words_tell_the_alarm_the_rollback_and_the_time_between() -> None:
    assert {
        "ALARM 14:00",
        "OK 25:00",
        "start 5:00, 10 %",
        "rollback 14:15 at 10 %",
        "6 min 15 s",
        "bad: above 5 %",
    } <= set(words(scenario_chart(CANARY, "x")))


@pytest.mark.parametrize("draw", KINDS)
def test_a_chart_is_one_image_with_a_text_alternative(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(CANARY, "x"))
    ids = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert [ids[name] for name in root.get("aria-labelledby", "").split()] == [CANARY.title, describe(CANARY)]
    assert "width" not in root.attrib
    assert root.get("viewBox")


@pytest.mark.parametrize("draw", KINDS)
def test_hostile_text_stays_text(draw: Draw) -> None:
    svg = draw(replace(CANARY, title=HOSTILE, unit=HOSTILE), HOSTILE)
    root = ElementTree.fromstring(svg)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names == {"svg", "title", "desc", "style", "defs", "pattern", "g", "path", "rect", "text"}
    assert (root.findtext(f"{SVG}title") or "").startswith(
        "</text></svg><script>alert(1)</script><img src=x onerror=alert(1)>\ufffd\ufffd"
    )
    assert not {"*", "`", "["}.intersection(re.sub(r"<style>.*?</style>", "", svg))
    assert svg.count("\n") == 1
    assert all(not name.startswith("on") for element in root.iter() for name in element.attrib)


@pytest.mark.parametrize("draw", KINDS)
def test_a_chart_refers_to_nothing_but_itself(draw: Draw) -> None:
    svg = draw(CANARY, "x").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//|@import|<script|href|\bstyle=", svg)
    assert set(re.findall(r"url\(([^)]*)\)", svg)) == {"#cx-h"}


def test_two_charts_of_a_page_share_no_id_whatever_their_prefixes() -> None:
    prefixes = ["a", "A", "a b", "a-b", "a_b", "a_20_b", "ä", "", "a.b"]
    ids = [set(re.findall(r' id="([^"]*)"', scenario_chart(CANARY, prefix))) for prefix in prefixes]
    assert sum(map(len, ids)) == len(set().union(*ids)) == 3 * len(prefixes)


def test_the_same_chart_is_the_same_text() -> None:
    assert scenario_chart(CANARY, "x") == scenario_chart(replace(CANARY), "x")


def test_the_style_can_be_left_to_the_page() -> None:
    with_style, without = scenario_chart(CANARY, "x"), scenario_chart(CANARY, "x", style=False)
    assert with_style.replace(f"<style>{STYLE}</style>", "") == without
    assert "<style" not in without


def test_every_class_is_in_the_style_and_the_style_has_no_other() -> None:
    doubtful = replace(
        CANARY,
        title="d",
        alarm=Timeline((Change(0, "INSUFFICIENT_DATA"), Change(300, "ALARM", True), Change(1500, "OK"))),
    )
    silent = replace(
        CANARY,
        values=(*CANARY.values[:8], None, *CANARY.values[9:]),
        trigger=Timeline((Change(0, "OK"), Change(1740, "ALARM"))),
    )
    gaps = replace(CANARY, values=(None, *CANARY.values[1:]))
    drawings = "".join(
        (
            *(scenario_chart(c, "x", style=False) for c in (CANARY, doubtful, silent, gaps)),
            sparkline(CANARY, "x", style=False),
        )
    )
    used = set(re.findall(r"rgc-[a-z]+", " ".join(re.findall(r'class="([^"]*)"', drawings))))
    assert used - {"rgc-text"} == set(re.findall(r"\.(rgc-[a-z]+)", STYLE)) - {"rgc-text"}


def test_a_gap_breaks_the_line_and_is_marked() -> None:
    chart = ScenarioChart("", "ms", (1.0, 2.0, None, None, 2.0, 1.0), ABOVE_5)
    (line,) = drawn(chart, "signal")[1:]
    assert line.count("M") == 2
    assert len(drawn(chart, "gap")) == 2
    assert "no data" in words(scenario_chart(chart, "x"))


def test_silence_that_breaches_is_a_hollow_mark() -> None:
    chart = ScenarioChart("", "ms", (1.0, None, 1.0), ABOVE_5, breaching=(1,))
    assert drawn(chart, "dot") == []
    assert len(drawn(chart, "silent")) == 2
    assert "silence that counts as bad" in words(scenario_chart(chart, "x"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), "There are no values."),
        ((None, None), "There are no values."),
        ((float("nan"), float("inf")), "There are no values."),
        ((3.0,), "Minutes 0 to 1, in ms"),
        ((3.0,) * 30, "No minute breaches."),
        ((0.0,) * 30, "No minute breaches."),
        ((-7.0,) * 30, "No minute breaches."),
        ((1.7e308, -1.7e308, 5e-324), "No minute breaches."),
        ((1e15, 1e15 + 0.125), "No minute breaches."),
    ],
)
@pytest.mark.parametrize(
    "threshold", [(), (("above", 5.0),), (("below", 1e300), ("above", 1.5e308)), (("outside", "band"),)]
)
def test_series_that_have_no_shape_are_drawn(
    values: tuple[float | None, ...], said: str, threshold: tuple[tuple[str, float | str], ...]
) -> None:
    chart = ScenarioChart("odd", "ms", values, threshold)
    for draw in KINDS:
        svg = draw(chart, "x")
        assert not re.search(r"\b(?:nan|inf)\b", svg.split("</desc>")[1])
        ElementTree.fromstring(svg)
    assert said in describe(chart)


def test_one_bad_minute_of_a_day_is_seen() -> None:
    values = [100.0 + minute % 7 for minute in range(1440)]
    values[777] = 900.0
    chart = ScenarioChart(
        "A day", "ms", values, (("above", 500.0),), breaching=(777,), alarm=Timeline((Change(0, "OK"),))
    )
    svg = scenario_chart(chart, "day")
    assert len(svg) < 20_000
    sample, mark = drawn(chart, "dot")
    assert sample != mark
    assert mark.count("M") == 1
    # The line reaches the top that the mark is on.
    top = float(mark.split(" ")[1].split("l")[0])
    assert top in [float(y) for y in re.findall(r" ([0-9.]+)", drawn(chart, "signal")[1])]
    assert "Breaches at minute 777." in describe(chart)


def test_a_year_is_drawn_in_a_moment_and_in_little() -> None:
    chart = ScenarioChart("A year", "ms", [float(minute % 997) for minute in range(525_600)], (("above", 5000.0),))
    assert len(scenario_chart(chart, "year")) < 25_000


def test_many_breaches_are_marked_once_where_they_cannot_be_told_apart() -> None:
    chart = ScenarioChart("", "ms", [9.0] * 1440, ABOVE_5, breaching=tuple(range(1440)))
    assert 40 < drawn(chart, "dot")[1].count("M") < 80


def test_words_of_one_line_never_overlap() -> None:
    flapping = Timeline(tuple(Change(at * 60, "ALARM" if at % 2 else "OK") for at in range(60)))
    root = ElementTree.fromstring(scenario_chart(replace(CANARY, alarm=flapping, end=60), "x"))
    rows: dict[str, list[tuple[float, float]]] = {}
    for element in root.iter(f"{SVG}text"):
        room = len(element.text or "") * 16 * 0.5
        x = float(element.get("x", "0"))
        begin = {"end": x - room, "middle": x - room / 2}.get(element.get("text-anchor", ""), x)
        rows.setdefault(element.get("y", ""), []).append((begin, begin + room))
    for row in rows.values():
        ordered = sorted(row)
        assert all(before[1] <= after[0] for before, after in pairwise(ordered))


STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
states = st.sampled_from(STATES)
numbers = st.none() | st.floats()
bounds = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def charts(draw: st.DrawFn) -> ScenarioChart:
    values = draw(st.lists(numbers, max_size=300))
    times = sorted(draw(st.sets(st.integers(-600, 20_000), min_size=1, max_size=8)))
    changes: list[Change] = []
    for at in times:
        state = draw(states)
        changes.append(Change(at, state, draw(st.booleans())))
    return ScenarioChart(
        title=draw(st.text()),
        unit=draw(st.text(max_size=20)),
        values=values,
        threshold=draw(st.sampled_from([(), (("outside", "band"),)]) | bounds.map(lambda bound: (("atMost", bound),))),
        breaching=tuple(draw(st.sets(st.integers(-5, 320)))),
        alarm=Timeline(tuple(changes)),
        onset=draw(st.none() | st.integers(-600, 20_000)),
        deployment=draw(st.none() | st.just(CANARY.deployment)),
        start=draw(st.integers(-60, 10)),
        end=draw(st.none() | st.integers(-60, 400)),
    )


@settings(deadline=None, max_examples=60)
@given(chart=charts(), prefix=st.text(max_size=8))
def test_whatever_is_drawn_is_xml_with_sound_numbers(chart: ScenarioChart, prefix: str) -> None:
    for draw in KINDS:
        root = ElementTree.fromstring(draw(chart, prefix))
        for element in root.iter():
            for name in ("d", "x", "y", "width", "height"):
                numbers_in = re.findall(r"nan|inf|e[+-]?\d|-?\d+(?:\.\d+)?", element.get(name, ""))
                assert all(re.fullmatch(r"-?\d{1,4}(?:\.\d)?", found) for found in numbers_in)
