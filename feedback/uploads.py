"""What an attachment really is, judged by its content, and what of it is kept. Pure.

Pictures are drawn anew, so that nothing but the picture is left: no EXIF, no comment, nothing behind its end.
"""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import ExifTags, Image
from PIL.Image import Transpose

from feedback.redaction import redact
from pilots.plain_text import visible

MOST_PIXELS: Final = 40_000_000
# What personal data is looked for in; the rest of a longer text would take seconds.
MOST_TEXT: Final = 256 * 1024
LONGEST_NAME: Final = 150
# Ours is checked before a picture is drawn, and refuses where Pillow's own only warns.
Image.MAX_IMAGE_PIXELS = None
_PICTURES: Final = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}
_ENDINGS: Final = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "pdf": ".pdf", "txt": ".txt"}
_MAY_BE_SEEN_THROUGH: Final = {"LA", "La", "PA", "RGBA", "RGBa"}
_TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
# A picture at the limit takes 160 MB while it is drawn: one at a time in each process.
_ONE_AT_A_TIME: Final = Lock()


class NotTaken(Exception):
    """Why not, for whoever chose the file."""


@dataclass(frozen=True)
class Upload:
    """`kind` as in `Attachment.Kind`; `title` ends as the content says, whatever the file was called."""

    kind: str
    title: str
    content: bytes


def read_upload(name: str, content: bytes) -> Upload:
    kind, kept = _read(content)
    stem = redact(name.replace("\\", "/").rpartition("/")[2]).text
    for ending in (".jpeg", *_ENDINGS.values()):
        stem = stem[: -len(ending)] if stem.lower().endswith(ending) else stem
    return Upload(kind, (stem.strip(" .")[:LONGEST_NAME] or "attachment") + _ENDINGS[kind], kept)


def _read(content: bytes) -> tuple[str, bytes]:
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or content[:4] + content[8:12] == b"RIFFWEBP":
        with _ONE_AT_A_TIME:
            return _picture(content)
    if content.startswith(b"%PDF-"):
        return "pdf", content
    return "txt", _text(content)


def _picture(content: bytes) -> tuple[str, bytes]:
    try:
        with Image.open(BytesIO(content), formats=list(_PICTURES)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotTaken("has more than 40 megapixels: make the picture smaller")
            kind = str(opened.format)
            return _PICTURES[kind], _drawn_anew(opened, kind)
    except NotTaken:
        raise
    except Exception as error:  # a broken picture fails in a dozen ways
        raise NotTaken("is damaged: take the picture again") from error


def _drawn_anew(opened: Image.Image, kind: str) -> bytes:
    """Upright as it was meant, in plain colours; of a moving picture the first frame."""
    transparent = kind != "JPEG" and (opened.mode in _MAY_BE_SEEN_THROUGH or "transparency" in opened.info)
    wanted = "RGBA" if transparent else "RGB"
    turn = _turn_of(opened)
    turned = opened if turn is None else opened.transpose(turn)
    if turned is not opened:
        opened.close()  # or a large picture is held twice
    upright = turned if turned.mode == wanted else turned.convert(wanted)
    upright.info.clear()
    written = BytesIO()
    options = {"PNG": {"compress_level": 4}, "JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}}[kind]
    upright.save(written, format=kind, **options)
    return written.getvalue()


def _turn_of(opened: Image.Image) -> Transpose | None:
    """As its EXIF says. Cameras and their enemies write much that cannot be read; the picture is there without it.

    Not `ImageOps.exif_transpose`, which fails where it cannot write anew what it cannot read, though we keep none.
    """
    try:
        return _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001  # it fails in a dozen ways
        return None


def _text(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise NotTaken("is no PNG, JPEG, WebP, PDF or text file: choose one of these")
    if len(content) > MOST_TEXT:
        raise NotTaken("is longer than 256 KB of text: keep the part that matters")
    return redact(visible(text)).text.encode()
