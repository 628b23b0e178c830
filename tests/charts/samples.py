"""Charts for the tests: a canary that is rolled back, and series that somebody could also send."""

from __future__ import annotations

from rollguard.charts import ScenarioChart, breaching
from rollguard.simulate.mechanism import Deployment, Event, Rollback
from rollguard.simulate.model import Change, Timeline

ABOVE_5 = (("above", 5.0),)
VALUES = (*[0.5] * 8, *[14.0] * 12, *[0.5] * 10)

CANARY = ScenarioChart(
    title="Checkout fails in a canary",
    unit="percent",
    values=VALUES,
    threshold=ABOVE_5,
    breaching=breaching(VALUES, ABOVE_5),
    alarm=Timeline((Change(0, "OK"), Change(840, "ALARM", onset=480), Change(1500, "OK"))),
    deployment=Deployment(
        (
            Event(300, "started", 10),
            Event(855, "stopped", 10),
            Event(855, "rollback started", 10),
            Event(900, "rollback succeeded", 0),
        ),
        Rollback(855, ("errors",), 10, "alarm", 900),
        "stopped",
        855,
    ),
    onset=480,
)

HOSTILE = "</text></svg><script>alert(1)</script><img src=x onerror=alert(1)>\x00\ud800\u2028\n\n&amp;\"'`*_[a](javascript:b)]]>"
