"""Random expressions of metric math whose operands fit, as text with parentheses round everything."""

from __future__ import annotations

from hypothesis import strategies as some

_NUMBERS = some.sampled_from(["0", "1", "2.5", "100", "0.1", "1e3"])
_IDS = some.sampled_from(["a", "b", "c"])
_SIGNS = some.sampled_from(["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "AND", "OR"])


def series_trees() -> some.SearchStrategy[str]:
    """Expressions that give one series over the ids a, b and c."""
    return some.recursive(_IDS, _larger, max_leaves=8)


def _larger(series: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    numbers = _NUMBERS | some.builds(
        "{}({})".format, some.sampled_from(["AVG", "MAX", "STDDEV", "DATAPOINT_COUNT"]), series
    )
    either = series | numbers
    arrays = some.lists(series, min_size=1, max_size=3).map(lambda items: f"[{', '.join(items)}]") | some.just(
        "METRICS()"
    )
    each = some.sampled_from(["ABS", "CEIL", "FLOOR", "LOG", "LOG10", "RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM"])
    folds = some.sampled_from(["AVG", "MAX", "MIN", "SUM", "STDDEV", "DATAPOINT_COUNT", "FIRST", "LAST"])
    return some.one_of(
        some.builds("({} {} {})".format, series, _SIGNS, either),
        some.builds("({} {} {})".format, either, _SIGNS, series),
        some.builds("(-{})".format, series),
        some.builds("(NOT {})".format, series),
        some.builds("{}({})".format, each, series),
        some.builds("{}({})".format, folds, arrays),
        some.builds("SUM({} / {})".format, arrays, either),
        some.builds("FILL({}, {})".format, series, either | some.sampled_from(["REPEAT", "LINEAR"])),
        some.builds("IF({}, {})".format, series, either),
        some.builds("IF({}, {}, {})".format, series, either, either),
        some.builds("TIME_SERIES({})".format, numbers),
    )
