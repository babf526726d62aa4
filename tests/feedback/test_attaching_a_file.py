"""Screenshots and files: judged by content, drawn anew, given out to whoever may read the flag and to nobody else."""

import errno
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from feedback.access import link_token
from feedback.actions.attachments import attach_files, erase_attachment
from feedback.models import Attachment, Flag
from feedback.uploads import NotTaken, read_upload
from pilots.errors import Refused
from pilots.models import AuditEvent, Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.feedback import HandIn, SignIn, Typing

FORM = "/flag/letters/"


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 4), **how: Any) -> bytes:
    written = BytesIO()
    Image.new(how.pop("mode", "RGB"), size, how.pop("colour", "navy")).save(written, format=kind, **how)
    return written.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at 52.5, 13.4"
    exif[0x0112] = 6  # lies on its side
    return picture(exif=exif, comment=b"secret comment") + b"behind its end"


def file(content: bytes, name: str = "screen.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def lying(turn: int) -> bytes:
    """Red above, blue below when it is looked at as `turn` says."""
    exif, upright = Image.Exif(), Image.new("RGB", (16, 32), "red")
    exif[0x0112] = turn
    upright.paste("blue", (0, 16, 16, 32))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(back[turn])) if turn > 1 else upright
    written = BytesIO()
    stored.save(written, format="PNG", exif=exif)
    return written.getvalue()


@pytest.fixture
def stored(hand_in: HandIn) -> Attachment:
    return hand_in(files=[file(with_exif(), "My screen.jpeg")]).flag.attachments.get()


def test_a_screenshot_comes_with_the_form_and_out_of_the_receipt(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    answer = visitor.post(FORM, typed(files=[file(picture("PNG"))]))
    page = visitor.get(answer.url).content.decode()
    attachment = Attachment.objects.get()
    address = f"{answer.url}files/{attachment.pk}/"
    assert address in page
    got = visitor.get(address)
    assert got["Content-Disposition"] == 'attachment; filename="screen.png"'
    assert got["Content-Type"] == "application/octet-stream"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert Image.open(BytesIO(b"".join(got))).size == (8, 4)  # type: ignore[arg-type]


def test_nothing_but_the_picture_is_kept_and_it_stands_upright(stored: Attachment) -> None:
    kept = Path(stored.file.path).read_bytes()
    assert not [hidden for hidden in (b"52.5", b"secret", b"behind its end", b"Exif") if hidden in kept]
    opened = Image.open(BytesIO(kept))
    assert opened.size == (4, 8)
    assert not opened.getexif()


def test_a_file_lies_outside_the_web_root_under_a_name_that_says_nothing(stored: Attachment) -> None:
    assert Path(stored.file.path).is_relative_to(settings.MEDIA_ROOT)
    assert "screen" not in stored.file.name
    assert stored.title == "My screen.jpg"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "png"),
        ("a.exe", picture("WEBP"), "webp"),
        ("palette.png", picture("PNG", mode="P", colour=3), "png"),
        ("grey.jpg", picture(mode="L", colour=9), "jpeg"),
        ("cmyk.jpg", picture(mode="CMYK", colour=(1, 2, 3, 4)), "jpeg"),
        ("a.html", b"%PDF-1.7 ...", "pdf"),
        ("note", "Grüße".encode(), "txt"),
        ("page.html", b"<script>alert(1)</script>", "txt"),
    ],
)
def test_the_content_says_what_it_is_and_the_name_follows(name: str, content: bytes, kind: str) -> None:
    read = read_upload(name, content)
    assert read.kind == kind
    assert read.title.endswith({"jpeg": ".jpg"}.get(kind, f".{kind}"))


def bomb() -> bytes:
    """A PNG of 10,000 × 10,000 in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00", "is no PNG"),
        (b"\xff\xfe\x00", "is no PNG"),
        (picture("GIF"), "is no PNG"),
        (picture("PNG")[:40], "is damaged"),
        (b"\xff\xd8\xff" + b"x" * 50, "is damaged"),
        (bomb(), "40 megapixels"),
        (b"a" * (256 * 1024 + 1), "256 KB of text"),
    ],
    ids=["program", "UTF-16", "GIF", "cut off", "no JPEG", "bomb", "long"],
)
def test_what_is_not_taken(content: bytes, words: str) -> None:
    with pytest.raises(NotTaken, match=words):
        read_upload("a.png", content)


def test_personal_data_leaves_texts_and_names_of_files() -> None:
    read = read_upload("C:\\mail jane@example.org\u202e.txt", b"\xef\xbb\xbfWrite to jane@example.org\x1b[0m")
    assert (read.title, read.content) == ("mail [e-mail].txt", b"Write to [e-mail][0m")


def test_a_refused_file_refuses_the_form_and_keeps_what_was_typed(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    answer = visitor.post(FORM, typed(files=[file(b"MZ\x00")], prompt="Write a letter"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "screen.png is no PNG" in page
    assert "Write a letter" in page
    assert "<details open>" in page
    assert not Flag.objects.exists()


def test_a_form_refused_for_something_else_says_that_files_must_be_chosen_again(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    page = visitor.post(FORM, typed(output="", files=[file(picture())])).content.decode()
    assert "Choose the files again" in page


def test_too_many_and_too_large(hand_in: HandIn, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024
    with pytest.raises(Refused, match="at most 3"):
        hand_in(files=[file(b"a")] * 4)
    with pytest.raises(Refused, match="larger than 5 MB"):
        hand_in(files=[file(b"%PDF-" + b"x" * settings.ATTACHMENT_MAX_BYTES)])
    with pytest.raises(Refused, match="is empty"):
        hand_in(files=[file(b"")])


def test_more_than_a_flag_can_have_is_not_even_read(
    visitor: Client, open_letters: Pilot, typed: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.open_door.MOST_FILES", 0)
    answer = visitor.post(FORM, typed(files=[file(b"%PDF-" + b"x" * 4_200_000)]))
    assert answer.status_code == 413
    assert not Flag.objects.exists()


def test_a_double_click_stores_the_file_once(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    sent = typed()
    for _ in range(2):
        visitor.post(FORM, {**sent, "files": [file(picture())]})
    assert Attachment.objects.count() == 1


def test_a_full_disk_keeps_the_flag_and_says_what_was_lost(
    visitor: Client, open_letters: Pilot, typed: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **how: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    answer = visitor.post(FORM, typed(files=[file(picture())]))
    assert answer.status_code == 302
    attachment = Attachment.objects.get()
    assert (attachment.gone, attachment.file.name) == ("no_room", "")
    assert "there was no room left for files" in visitor.get(answer.url).content.decode()
    assert visitor.get(f"{answer.url}files/{attachment.pk}/").status_code == 404


def test_a_flag_that_did_not_come_about_leaves_no_file(hand_in: HandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("the trail is away")

    def kept() -> list[Path]:
        return [path for path in Path(settings.MEDIA_ROOT).rglob("attachments/**/*") if path.is_file()]

    monkeypatch.setattr("feedback.actions.flags.record", fail)
    before = kept()
    with pytest.raises(RuntimeError):
        hand_in(severity=4, files=[file(picture())])
    assert kept() == before


@pytest.mark.parametrize(
    ("who", "status"),
    [("triage", 200), ("evaluator", 200), ("leader", 403), ("member", 403), ("stranger", 404)],
)
def test_who_reads_flags_gets_their_files(
    stored: Attachment, people: People, sign_in: SignIn, who: str, status: int
) -> None:
    address = f"/pilots/letters/flags/{stored.flag.reference}/files/{stored.pk}/"
    assert sign_in(getattr(people, who)).get(address).status_code == status
    assert Client().get(address).status_code == 302


def test_of_a_flag_that_hides_its_texts_only_triage_gets_the_files(
    hand_in: HandIn, people: People, sign_in: SignIn
) -> None:
    flag = hand_in(categories=["PRIVATE"], files=[file(picture())]).flag
    address = f"/pilots/letters/flags/{flag.reference}/files/{flag.attachments.get().pk}/"
    refused = sign_in(people.evaluator).get(address)
    assert (refused.status_code, people.triage.name in refused.content.decode()) == (403, True)
    assert sign_in(people.triage).get(address).status_code == 200


def test_a_link_opens_the_files_of_its_own_flag_alone(stored: Attachment, hand_in: HandIn, visitor: Client) -> None:
    other = hand_in()
    assert visitor.get(f"/flag/receipt/{other.token}/files/{stored.pk}/").status_code == 404
    assert visitor.get(f"/flag/receipt/{'0' * 48}/files/{stored.pk}/").status_code == 404


def test_its_reporter_adds_a_file_later_and_the_trail_names_nobody(
    hand_in: HandIn, people: People, sign_in: SignIn
) -> None:
    flag = hand_in(by=people.stranger).flag
    page = sign_in(people.stranger).post(
        f"/my-flags/{flag.reference}/attach/", {"files": [file(picture())]}, follow=True
    )
    attachment = flag.attachments.get()
    assert f"/my-flags/{flag.reference}/files/{attachment.pk}/" in page.content.decode()
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id) == ("flag.attached", None)
    assert sign_in(people.member).get(f"/my-flags/{flag.reference}/files/{attachment.pk}/").status_code == 404


def test_later_too_a_flag_has_at_most_three(stored: Attachment, at: Any) -> None:
    attach_files(flag=stored.flag, files=[file(b"a"), file(b"b")], at=at)
    with pytest.raises(Refused, match="at most 3"):
        attach_files(flag=stored.flag, files=[file(b"c")], at=at)


def test_the_same_file_again_is_one(stored: Attachment, at: Any) -> None:
    again = attach_files(flag=stored.flag, files=[file(with_exif()), file(b"new")], at=at)
    assert [one.pk == stored.pk for one in again] == [True, False]
    attach_files(flag=stored.flag, files=[file(b"new")], at=at)
    assert stored.flag.attachments.count() == 2
    assert AuditEvent.objects.count() == 1


def test_the_visitor_adds_a_file_by_the_private_link(hand_in: HandIn, visitor: Client) -> None:
    sent = hand_in()
    address = f"/flag/receipt/{sent.token}/attach/"
    assert visitor.post(address, {}).status_code == 422
    assert visitor.post(address, {"files": [file(b"90 days", "note.txt")]}).status_code == 302
    assert sent.flag.attachments.get().kind == "txt"


def test_the_api_takes_files_with_the_token_of_the_receipt_and_gives_them_out(
    open_letters: Pilot, people: People
) -> None:
    flag = {"categories": ["WRONG"], "severity": 1, "output": "x", "named": False}
    member, triage = Caller(people.member, READ_AND_WRITE), Caller(people.triage, READ_AND_WRITE)
    receipt = member.post("flag/letters/", flag).json()
    address = f"/api/v1/flag/receipt/{receipt['token']}/attachments/"
    sent = member.client.post(address, {"files": [file(picture()), file(b"90 days", "a.txt")]}, headers=member.headers)
    assert sent.status_code == 201, sent.content
    assert [one["kind"] for one in sent.json()] == ["jpeg", "txt"]
    place = f"pilots/letters/flags/{receipt['reference']}/files/{sent.json()[1]['id']}/"
    assert b"".join(triage.get(place)) == b"90 days"
    assert member.get(place).status_code == 403
    refused = member.client.post(address, {"files": [file(b"MZ\x00")]}, headers=member.headers)
    assert refused.status_code == 422
    assert member.client.post(address, {}, headers=member.headers).status_code == 400


def test_an_erased_file_is_gone_from_disk_and_its_row_says_so(
    stored: Attachment, django_capture_on_commit_callbacks: Callable[..., Any], visitor: Client
) -> None:
    path = Path(stored.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        erase_attachment(stored)
    stored.refresh_from_db()
    assert (path.exists(), stored.gone, stored.title) == (False, "erased", "erased")
    token = link_token(stored.pilot, stored.flag.submission)
    assert visitor.get(f"/flag/receipt/{token}/files/{stored.pk}/").status_code == 404


def test_no_row_of_a_file_is_ever_deleted(stored: Attachment) -> None:
    with pytest.raises(Exception, match=r"denied|refused|kept|never"), transaction.atomic(), connection.cursor() as sql:
        sql.execute("DELETE FROM feedback_attachment")


def test_a_row_without_a_file_says_why(stored: Attachment) -> None:
    stored.file = ""  # type: ignore[assignment]
    with pytest.raises(IntegrityError, match="attachment_is_there_or_gone"), transaction.atomic():
        stored.save()


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_kept_as_it_was_seen(turn: int) -> None:
    with Image.open(BytesIO(read_upload("a.png", lying(turn)).content)) as kept:
        assert (kept.size, kept.getpixel((8, 2)), kept.getpixel((8, 29))) == ((16, 32), (255, 0, 0), (0, 0, 255))


def test_a_picture_is_taken_whatever_its_exif_says() -> None:
    unreadable = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + b"\xff" * 40
    assert read_upload("a.png", picture("PNG", exif=unreadable)).kind == "png"


@given(st.lists(st.tuples(st.integers(8, 2000), st.integers(0, 255)), min_size=1, max_size=8), st.booleans())
def test_whatever_bytes_are_changed_a_picture_is_taken_or_refused_in_words(
    changes: list[tuple[int, int]], mend: bool
) -> None:
    content = bytearray(with_exif() if not mend else lying(6))
    for at, to in changes:
        content[at % len(content)] = to
    with suppress(NotTaken):
        read_upload("a.png", checksummed(bytes(content)))


def checksummed(content: bytes) -> bytes:
    """A PNG whose parts say that they are whole, so that what reads them is reached."""
    if not content.startswith(b"\x89PNG"):
        return content
    parts, at = [content[:8]], 8
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        body = content[at + 4 : at + 8 + size]
        parts += [content[at : at + 4], body, struct.pack(">I", zlib.crc32(body))]
        at += 12 + size
    return b"".join(parts)
