"""How large and how intricate a file may be before it is refused."""

from __future__ import annotations

#: Bytes of one file. The longest legal policy (50 criteria) needs about 60 KiB.
FILE_BYTES = 1024 * 1024

#: Collections inside one another, the top mapping being the first. The schemas need 12.
DEPTH = 32

#: Keys, values, lists and mappings of one file together, aliases followed.
NODES = 50_000

#: Bound up to which PyYAML's C composer may recurse unchecked: it takes milliseconds at 1,000 levels and crashes the
#: interpreter far above.
SAFE_DEPTH = 1_000

#: Unusable characters of one file that are reported one by one.
CHARACTERS_SHOWN = 50

#: Anchors, aliases and tags of one file that are reported one by one before the rest of it is left unread.
PROPERTIES_SHOWN = 200
