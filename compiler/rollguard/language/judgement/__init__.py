"""Whether the parts of a criterion go together: signal, threshold, window, silence and low traffic.

One set of rules for what a file says alone and for what preset, policy and environment say together; each caller knows the places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rollguard.language.judgement.expression import check_expression as check_expression
from rollguard.language.judgement.misfit import Misfit as Misfit
from rollguard.language.judgement.silence import few_samples, least_traffic
from rollguard.language.judgement.silence import is_percentile as is_percentile
from rollguard.language.judgement.threshold import check_threshold
from rollguard.language.judgement.window import check_window


def judge(criterion: Mapping[str, Any], unit: str | None) -> Iterator[Misfit]:
    """Everything in `criterion` that does not go together.

    What is absent or None is not known, and nothing is concluded from it; neither is from a `unit` that is None. An existing alarm
    (`signal: {alarm: …}`) has its own settings and is not for this function.
    """
    signal = criterion.get("signal")
    yield from check_threshold(criterion.get("threshold"), signal, unit)
    yield from check_window(criterion.get("window") or {}, signal)
    yield from least_traffic(criterion)
    yield from few_samples(criterion)
