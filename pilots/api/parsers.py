"""Reading what a caller sent: not too large, not too deep, without characters that nobody can see."""

from collections.abc import Mapping
from math import isfinite
from typing import IO, Any, Final

from django.conf import settings
from django.http import QueryDict
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError

from pilots.imports.stream import MOST_STREAMED
from pilots.plain_text import visible

MOST_JSON: Final = 64 * 1024
MOST_BATCH: Final = 4 * 1024 * 1024
MOST_DEPTH: Final = 20
# A file of the largest size, the fields beside it and what separates them.
MOST_FORM: Final = settings.EVIDENCE_MAX_BYTES + 1024 * 1024


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "Send at most 64 KB of JSON; files go up to 25 MB as multipart/form-data."


class PlainJSONParser(parsers.JSONParser):
    most = MOST_JSON

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _refuse_over(self.most, parser_context)
        if str((parser_context or {}).get("encoding", "utf-8")).lower() not in {"utf-8", "utf8"}:
            raise ParseError("Send JSON as UTF-8.")
        try:
            sent = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise _too_deep() from None
        return _cleaned(sent, MOST_DEPTH)


class BatchParser(PlainJSONParser):
    """For the calls that take many records at once."""

    most = MOST_BATCH


class PlainMultiPartParser(parsers.MultiPartParser):
    """For the calls that take files; their texts are cleaned like those of JSON."""

    most = MOST_FORM

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _refuse_over(self.most, parser_context)
        sent = super().parse(stream, media_type, parser_context)
        data = QueryDict(mutable=True)
        for name, values in sent.data.lists():
            data.setlist(visible(name), [visible(value) for value in values])
        return parsers.DataAndFiles(data, sent.files)


class EvidenceParser(PlainMultiPartParser):
    """Observations come by the million."""

    most = MOST_STREAMED + 1024 * 1024


def _refuse_over(most: int, context: Mapping[str, Any] | None) -> None:
    """By the announced length: of what was not announced the server gives us nothing to read."""
    request = (context or {}).get("request")
    announced = str(request.META.get("CONTENT_LENGTH") or "0") if request is not None else "0"
    if not announced.isdecimal() or int(announced[:12]) > most:
        raise TooLarge("Send at most 4 MB of JSON at once." if most == MOST_BATCH else None)


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, float) and not isfinite(value):
        raise ParseError("Send numbers that are finite.")
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise _too_deep()
    if isinstance(value, list):
        return [_cleaned(inner, depth - 1) for inner in value]
    return {visible(name): _cleaned(inner, depth - 1) for name, inner in value.items()}


def _too_deep() -> ParseError:
    return ParseError(f"Send JSON that is at most {MOST_DEPTH} levels deep.")
