"""Redaction: what it finds, what it leaves, and that it never fails, never takes long and never needs a second go."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.redaction import clean, redact
from feedback.uploads import MOST_TEXT


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("mail jane.doe+x@mail.example.org!", "mail [e-mail]!"),
        ("call +49 (0)30 123456-7 now", "call [phone] now"),
        ("020 7946 0958 or 06 12 34 56 78", "[phone] or [phone]"),
        ("415-555-0123; (415) 555-0123", "[phone]; [phone]"),
        ("IBAN DE89 3704 0044 0532 0130 00 AND MORE", "IBAN [IBAN] AND MORE"),
        ("gb82west12345698765432", "[IBAN]"),
        ("4111 1111 1111 1111 12/27", "[card] 12/27"),
        ("from 192.168.1.20 and 2001:db8::ff00:42:8329", "from [IP] and [IP]"),
        ("key sk-proj-abcdefghij0123456789XY", "key [key]"),
        ("password: hunter22x", "[key]"),
        ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: [key]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- x", "[key] x"),
    ],
)
def test_what_is_taken_out(text: str, stored: str) -> None:
    assert redact(text).text == stored


@pytest.mark.parametrize(
    "text",
    [
        "IBAN DE88 3704 0044 0532 0130 00",  # the checksum is wrong
        "4111 1111 1111 1112",
        "invoice 4711-2024-00012, EUR 1.234.567,89 and 0.123456789",
        "at 12:30:45 on 01.02.2024 15:30, again 2024-01-02 10:11",
        "std::vector a::b v1.2.3",
        "999.1.1.1",
        "the secret meeting2024",
        "say @ noon",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redact(text).text == text


def test_kinds_are_counted() -> None:
    assert redact("a@b.example c@d.example 10.0.0.1").kinds == {"e-mail": 2, "IP": 1}


def test_controls_that_hide_or_turn_text_are_stripped() -> None:
    assert clean("a\x00b\u202ec\u2066d\r\ne\x1b[31m") == "abcd\ne[31m"


PIECES = st.sampled_from(
    ["jane@example.org", "+49 30 1234567", "DE89370400440532013000", "4111111111111111", "10.0.0.1", "::1", "[e-mail]"]
)
TEXTS = st.lists(PIECES | st.text(max_size=12) | st.text("0123456789 +-./:@()ABab[]", max_size=24), max_size=12).map(
    "".join
)


@given(TEXTS)
def test_a_second_go_finds_nothing(text: str) -> None:
    once = redact(text)
    again = redact(once.text)
    assert (again.text, again.kinds) == (once.text, {})


@given(st.text())
def test_cleaned_text_is_normal_and_holds_no_control(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c not in "\n\t" and ord(c) < 128]


@given(st.text(" \nabcxyz,", max_size=30), st.text(" \nabcxyz,", max_size=30), PIECES.filter(lambda p: p[0] != "["))
def test_it_is_found_among_any_words(before: str, after: str, secret: str) -> None:
    found = redact(f"{before} {secret} {after}")
    assert secret not in found.text
    assert found.kinds.total() == 1


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_card_number_with_a_right_checksum_is_found(digits: str) -> None:
    body = [int(d) for d in f"451{digits}"]
    total = sum(sum(divmod(2 * d, 10)) if n % 2 == 0 else d for n, d in enumerate(body))
    number = "".join(map(str, body)) + str(-total % 10)
    assert redact(f"paid with {number}.").text == "paid with [card]."


PIECES_THAT_BEGIN = (
    *("a", "1", "0 ", "a.a@", "1:", "AB12", "(0", "eyJ", "sk-", "password=", "4111 "),
    *("-----BEGIN PRIVATE KEY-----", f"-----BEGIN {'A' * 30}PRIVATE KEY-----x"),
)


@pytest.mark.parametrize("piece", PIECES_THAT_BEGIN)
def test_no_text_takes_long(piece: str) -> None:
    started = time.perf_counter()
    redact((piece * 8000)[:8000])
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("piece", PIECES_THAT_BEGIN)
def test_nor_does_a_text_file_of_the_largest_size(piece: str) -> None:
    """Thirty times as long as a text of the form: one such file once took most of a minute."""
    started = time.perf_counter()
    redact((piece * MOST_TEXT)[:MOST_TEXT])
    assert time.perf_counter() - started < 12


def test_a_key_that_breaks_off_is_taken_as_far_as_keys_go() -> None:
    text = redact(f"-----BEGIN PRIVATE KEY-----{'M' * 9000} and then").text
    assert text.startswith("[key]M") and len(text) == len("[key]") + 1000 + len(" and then")
