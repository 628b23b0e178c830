"""Every diagnostic code. A code is permanent and says nothing about the severity; a code that goes is never given out again.

Bands: Y the file as YAML, S its shape, R the logic of a rollback policy, E environments, P presets, X limits of AWS.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What a code means: a title, and one or two sentences for the reference page and for SARIF."""

    title: str
    explanation: str


CODES: dict[str, Code] = {
    # Y: the file as YAML
    "Y001": Code("not YAML", "The text breaks a rule of YAML, so nothing after this place can be read."),
    "Y002": Code("key set twice", "A mapping has the same key twice. YAML readers disagree on which one counts, so neither is trusted."),
    "Y003": Code("key is not text", "A key must be text. Numbers, `true`, `false` and `null` need quotes to be text."),
    "Y004": Code(
        "anchor, alias or merge key",
        "Copies inside a file hide from a reviewer what a policy says. Values are written out; what is shared goes into `vars` or a preset.",
    ),
    "Y005": Code("tag", "YAML tags turn values into objects of a programming language. The policy language has no use for them."),
    "Y006": Code("more than one document", "One file holds one document, so that a file's name stands for one thing."),
    "Y007": Code("no mapping at the top", "The top level of every file is a mapping that begins with `apiVersion` and `kind`."),
    "Y008": Code("empty file", "The file holds no values. A forgotten file is more likely than a policy without content."),
    "Y009": Code("tab as indentation", "YAML allows only spaces for indentation, as tabs have no agreed width."),
    "Y010": Code("not UTF-8", "Every file is UTF-8, with or without a byte order mark."),
    "Y011": Code(
        "unusable character",
        "Control characters and characters that turn the reading direction make a file look different from what it says.",
    ),
    "Y012": Code("bracket or quote left open", "A bracket or quote is opened and not closed, or closed and not opened."),
    "Y013": Code("limit exceeded", "A file has at most 1 MiB, 32 levels of nesting and 50,000 keys and values."),
    "Y014": Code("number too large", "The number does not fit a 64-bit float, in which CloudWatch computes."),
    "Y015": Code("indentation does not fit", "Entries of one mapping or list have the same indentation, and the two are not mixed on one level."),
    "Y016": Code("quotes needed", "Text that begins with an indicator of YAML, or holds `: `, needs quotes."),
}
