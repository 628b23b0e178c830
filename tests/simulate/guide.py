"""A second implementation of the rules on missing data, written from the sentences of AWS's guide and from nothing else (facts 1.3).

It reads a picture, newest slot right, in the guide's own signs: `0` good, `X` breaching, `-` missing. It takes of the two sentences on
premature alarms the one that is worded with *Evaluation Periods*; and as the tables win over the sentences (table 2, row 3), that rule
only speaks where no datapoint of the range is good.
"""

from __future__ import annotations


def guide(picture: str, needed: int, of: int, treatment: str) -> str:
    """`OK`, `ALARM`, `INSUFFICIENT_DATA`, or `keep` for "retain current state"."""
    present = picture.replace("-", "")

    # "If the number of existing data points is at least Evaluation Periods: evaluates based on the most recent ones … ignored."
    if len(present) >= of:
        return "ALARM" if present[-of:].count("X") >= needed else "OK"

    # "If all data points are missing …"
    if present == "":
        return {"missing": "INSUFFICIENT_DATA", "ignore": "keep", "breaching": "ALARM", "notBreaching": "OK"}[treatment]

    # "CloudWatch includes all existing data points and fills in as few missing data points as possible."
    filled = present + {"breaching": "X", "notBreaching": "0"}.get(treatment, "") * (of - len(present))
    if filled.count("X") >= needed:
        return "ALARM"

    # "Alarms … always go into ALARM state when the oldest available breaching data point during the Evaluation Periods number of data
    # points is at least as old as the value of Datapoints to Alarm, and all other more recent data points are breaching or missing."
    if treatment in ("missing", "ignore") and "0" not in present:
        window = picture[-of:]
        if "X" in window and len(window) - window.index("X") >= needed:
            return "ALARM" if treatment == "missing" else "keep"
    return "OK"
