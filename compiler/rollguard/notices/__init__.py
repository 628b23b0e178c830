"""Message templates: Jinja2 in the compiler makes of each a skeleton with `$fields`, which is all that the recorder fills in."""

from __future__ import annotations

from rollguard.notices.files import Templates, planned_templates, read_templates
from rollguard.notices.skeletons import checked_texts, left_out, own_faults, texts

__all__ = ["Templates", "planned_templates", "read_templates", "checked_texts", "left_out", "own_faults", "texts"]
