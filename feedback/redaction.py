"""Takes personal data and keys out of what a reporter wrote, before it is stored. Pure.

A pattern proposes and a checksum decides, where there is one: a reference number that only looks like an account stays.
What stands instead says what was there ("[e-mail]"), so that the flag can still be understood. Names are not found, nor
phone numbers written without a leading 0 or + (they look like any other number): the form asks to leave both out.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pilots.plain_text import visible

# Length of an IBAN by country (SWIFT registry): without it every few upper-case words would pass the checksum.
_IBAN_LENGTHS: Final = dict(
    re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 "
        "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 "
        "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30",
    )
)


KINDS_IN_WORDS: Final = {
    "key": "password or key",
    "e-mail": "e-mail address",
    "IBAN": "bank account",
    "card": "card number",
    "IP": "IP address",
    "phone": "phone number",
}


@dataclass(frozen=True)
class Redacted:
    text: str
    kinds: Counter[str]


@dataclass(frozen=True)
class Rule:
    """`measure`: how many characters at the start of what `pattern` found are really it; 0 for none."""

    kind: str
    pattern: re.Pattern[str]
    measure: Callable[[str], int] = len


def clean(text: str) -> str:
    """What a reader can see of it, without blanks at either end."""
    return visible(text).strip()


def redact(text: str) -> Redacted:
    """`text` cleaned, with every finding replaced by its kind in brackets. Doing it again changes nothing."""
    kinds: Counter[str] = Counter()
    text, before = clean(text), None
    while text != before:
        before = text
        for rule in _RULES:
            text = _apply(rule, text, kinds)
    return Redacted(text, kinds)


def _apply(rule: Rule, text: str, kinds: Counter[str]) -> str:
    pieces, done, position = [], 0, 0
    while found := rule.pattern.search(text, position):
        length = rule.measure(found[0])
        if length:
            pieces += [text[done : found.start()], f"[{rule.kind}]"]
            kinds[rule.kind] += 1
            done = position = found.start() + length
        else:
            position = found.start() + 1
    return "".join([*pieces, text[done:]])


def _start_of(found: str, length: int) -> str:
    """The start of `found` that holds `length` letters and digits, if it ends there or at a separator, else nothing."""
    seen = 0
    for index, character in enumerate(found, 1):
        seen += character.isalnum()
        if seen == length:
            return "" if found[index : index + 1].isalnum() else found[:index]
    return ""


def _iban(found: str) -> int:
    """Words in capitals may follow one, so the country says where it ends and the checksum whether it is one."""
    account = _start_of(found, int(_IBAN_LENGTHS.get(found[:2].upper(), 0)))
    letters = "".join(filter(str.isalnum, account)).upper()
    if not letters.isascii() or not letters:
        return 0
    return len(account) if int("".join(str(int(c, 36)) for c in letters[4:] + letters[:4])) % 97 == 1 else 0


def _card(found: str) -> int:
    """By Luhn's checksum, at any length that cards have; other digits may follow (an expiry date)."""
    for length in (16, 15, 14, 13, 19, 18, 17):
        number = _start_of(found, length)
        digits = [int(character) for character in number if character.isdigit()]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
        if digits and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0:
            return len(number)
    return 0


def _address(found: str) -> int:
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return 0
    return len(found)


def _phone(found: str) -> int:
    digits = sum(character.isdigit() for character in found)
    return len(found) if 8 <= digits <= 15 and not _DATE.match(found) else 0


_DATE: Final = re.compile(r"\d{1,2}[./ -]\d{1,2}[./ -]\d{4}(?!\d)")
_GAP: Final = r"[ \u00a0./()–-]{0,2}"

# Order matters: what is longer or surer goes first. Every repetition is bounded, so that no text takes long.
_RULES: Final = (
    Rule(
        "key",
        # Without an end it goes as far as a key may: else each of many beginnings would be read on from in vain.
        re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:.{0,8000}?-----END [A-Z ]{0,30}-----|.{0,8000})", re.S),
    ),
    Rule("key", re.compile(r"\beyJ[\w-]{10,4000}\.[\w-]{10,4000}\.[\w-]{5,1000}")),
    Rule(
        "key",
        re.compile(
            r"\b[spr]k[-_](?:[a-z]{2,10}[-_])?[A-Za-z0-9_-]{16,200}|\bgh[pousr]_[A-Za-z0-9]{20,255}"
            r"|\bgithub_pat_\w{20,255}|\bglpat-[\w-]{20,100}|\bxox[abprs]-[\w-]{10,200}|\bA(?:KIA|SIA)[A-Z0-9]{16}\b"
            r"|\bAIza[\w-]{35}|(?i:\bbearer) [\w.~+/-]{16,2000}=?=?"
        ),
    ),
    Rule(
        "key",
        re.compile(
            r"\b(?:password|passwd|secret|api[_ -]?key|access[_ -]?token)[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
            r"(?=[^\s\[\]]{0,200}\d)[^\s\[\]]{8,200}",
            re.I,
        ),
    ),
    Rule("e-mail", re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")),
    Rule("IBAN", re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,40}"), _iban),
    Rule("card", re.compile(r"(?<![\w.,-])[2-6]\d{3}(?:[ -]?\d){9,24}"), _card),
    Rule("IP", re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.\d)"), _address),
    Rule(
        "IP",
        re.compile(r"(?<![\w:.])(?=[0-9a-f:]{0,39}[0-9])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.I),
        _address,
    ),
    Rule(
        "phone",
        re.compile(rf"(?<![\w.,/-])(?<!\d )(?:\+|00(?=[1-9])|\(?0(?=[1-9]))(?:{_GAP}\d){{6,15}}(?!\w)"),
        _phone,
    ),
    Rule("phone", re.compile(r"(?<![\w.,/-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])\d{3}[.-]\d{4}(?![\w-])"), _phone),
)
