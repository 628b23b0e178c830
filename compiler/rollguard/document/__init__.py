"""Read an author's YAML into plain data that still knows where each value stands."""

from __future__ import annotations

from rollguard.document.document import Document, Written
from rollguard.document.parse import parse
from rollguard.document.reading import frames, read
from rollguard.document.text import lines_of

__all__ = ["Document", "Written", "frames", "lines_of", "parse", "read"]
