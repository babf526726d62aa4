"""What a text that somebody sent may hold: nothing that a reader cannot see or a database cannot keep. Pure."""

import unicodedata
from typing import Final

# Bidirectional controls can show a text in another order than it is stored in.
_BIDI: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS: Final = [code for code in range(32) if code not in (9, 10)]
# Half of a pair that JSON can write (\ud800) and UTF-8 cannot.
_SURROGATES: Final = range(0xD800, 0xE000)
MOST_DIGITS: Final = 9
_REMOVED: Final = dict.fromkeys([*_CONTROLS, 127, *map(ord, _BIDI), *_SURROGATES])


def visible(text: str) -> str:
    """NFC, line feeds only, no NUL, no control that a reader cannot see."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines.translate(_REMOVED))


def whole_number(text: str) -> int:
    """Of what stands in an address or a hidden field; 0 for what is none, or has more digits than a column holds."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
