"""Charts go past MkDocs and come back as they were."""

from __future__ import annotations

from rollguard.site.drawings import put_back, taken_out

CHART = '<svg xmlns="http://www.w3.org/2000/svg" class="rgc" role="img"><g><path d="M0 0"/></g></svg>'
SMALL = CHART.replace('class="rgc"', 'class="rgc rgc-small"')


def test_a_page_comes_back_with_its_charts_in_their_places() -> None:
    page = f"# A\n\n<figure>{CHART}</figure>\n\ntext <figure>{SMALL}</figure>\n"
    shorter, drawings = taken_out(page)
    assert drawings == (CHART, SMALL)
    assert "<svg" not in shorter
    assert put_back(shorter, drawings) == page


def test_another_svg_stays_where_it_is() -> None:
    page = '<svg class="logo"><path d="M0 0"/></svg>'
    assert taken_out(page) == (page, ())


def test_a_stand_in_that_nobody_put_there_is_left() -> None:
    assert put_back('<i data-rg-drawing="7"></i>', (CHART,)) == '<i data-rg-drawing="7"></i>'
