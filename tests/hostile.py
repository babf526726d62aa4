"""Strings that have broken somebody's software, for whatever takes a text."""

from typing import Final

_MARKUP: Final = (
    "<xx-hostile onhostile=1>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<!--", "-->", "<![CDATA[", "]]>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;", "&#60;script&#62;", "&amp;amp;",
    "'\"><b>", "' onhostile='1", '" onhostile="1',
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "[x](javascript:alert(1))", "![x](data:text/html;base64,PHNjcmlwdD4=)", "[x]: javascript:alert(1)",
    "```\n<script>\n```", "| a |\n|---|\n| <script> |", "> " * 400 + "x", "*" * 2000, "[" * 2000, "_" * 999 + "a",
    "{{ 7|add:7 }}", "{% load static %}", "{% include 'x' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{constructor}}",
)  # fmt: skip
_DATABASE: Final = (
    "' OR '1'='1", "'; DROP TABLE pilots_user; --", "1; SELECT pg_sleep(5)", "' UNION SELECT NULL--", "\\'; --",
    "$$;--", "%", "_", "%%%", "\\", "\\\\", "a\\", "E'\\x'", "::text", "NULL", "null", "None", "undefined", "NaN",
    "Infinity", "true", "0", "-0", "1e400", "0x7f", "9" * 400, "-" + "9" * 400, "1/0", "2026-02-30",
    "0000-00-00", "99999-01-01",
)  # fmt: skip
_SHELL: Final = (
    "; ls", "| ls", "`ls`", "$(ls)", "&& ls", "../../etc/passwd", "..\\..\\x", "/dev/null", "C:\\con", "COM1", "~root",
    "file:///etc/passwd", "http://127.0.0.1/", "http://[::1]/", "//evil.example", "\\\\evil\\share", "?a=b&c=d#e",
    "%00", "%2e%2e%2f", "%c0%ae", "a\r\nSet-Cookie: x=1", "a\nBcc: x@example.org", "X-Header: 1", "a,b;c\td",
)  # fmt: skip
_SHEETS: Final = (
    "=1+1", "=HYPERLINK(\"https://evil.example\",\"x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", " =1",
    "＝1+1", "\"a\"\"b\"", "a\x1db", "\ufeff=1", "',", "#REF!",
)  # fmt: skip
_UNICODE: Final = (
    "", " ", "\t", "\n", "\r\n\r\n", "\x00", "a\x00b", "\x07\x08\x1b[31m", "\x7f", "\x85", "\u2028x\u2029",
    "\u202egnp.exe", "\u2066x\u2069", "\u200b\u200b", "\u200dx", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\ud800",
    "\udfffx", "\ud83d", "Z\u0351\u036b\u0343\u036a\u0302" * 50, "e\u0301" * 300, "\u0130\u0131İı", "ß" * 100, "ﬁﬂ",
    "Ω≈ç√∫", "田中さん", "العربية", "עברית", "हिन्दी", "ไทย", "\U0001f469\u200d\U0001f4bb", "\U0001f1e9\U0001f1ea" * 50,
    "\U000e0001\U000e0041", "\U0010ffff", "𝒜𝓁𝑒𝓇𝓉", "ｓｃｒｉｐｔ", "＜script＞", "ʼ'´`", "\u0300" * 200,
    "\u3000x\u00a0", "a" * 100, "a" * 10_000, "a " * 5_000, "\n" * 3_000, "x" * 70_000, "ﷺ" * 500,
    "\u1680\u180e\u2000", "ᅠ", "\u00ad" * 40,
)  # fmt: skip

HOSTILE: Final = (*_MARKUP, *_DATABASE, *_SHELL, *_SHEETS, *_UNICODE)

# Sent through every text field and looked for on the pages: none may become a tag, an attribute or a formula.
FIVE: Final = (
    "<xx-hostile onhostile=1><script>alert('hostile')</script>",
    "\"><img src=x onhostile=alert(1)>'><xx-hostile>",
    "{{ 7|add:7 }}{% csrf_token %}' onhostile='1 [x](javascript:hostile) ![x](javascript:hostile)",
    '=HYPERLINK("https://evil.example","hostile") \u202e\u0000\'; DROP TABLE pilots_user; --',
    "</textarea></title></style><svg/onhostile=1> &lt;xx-hostile&gt; \U0001f469\u200d\U0001f4bb Z\u0351\u036b\u0343",
)
