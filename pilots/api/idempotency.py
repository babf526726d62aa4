"""Sending a creating call twice, and having its effect once."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.api.calls import caller
from pilots.models import IdempotencyKey
from pilots.sealing import seal, unseal

LONGEST_KEY: Final = 80
_PURPOSE: Final = "pilots.idempotency"
P = ParamSpec("P")
View = TypeVar("View", bound=APIView)


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another call. Use a new one for each new call."


def idempotent(
    method: Callable[Concatenate[View, Request, P], Response],
) -> Callable[Concatenate[View, Request, P], Response]:
    """With the header `Idempotency-Key` a call takes effect once and is answered alike each time.

    Key and effect are one transaction: a call that failed leaves no key, and two at once wait for each other.
    """

    @wraps(method)
    def once(self: View, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = key_of(request)
        if not key:
            return method(self, request, *args, **kwargs)
        sent = _digest(request)
        with transaction.atomic():
            row, new = IdempotencyKey.objects.get_or_create(
                user=caller(request), key=key, defaults={"request_digest": sent}
            )
            if not new and row.request_digest != sent:
                raise KeyReused
            if not new:
                return Response(_unsealed(row.body), row.status, headers={"Idempotency-Replayed": "true"})
            response = method(self, request, *args, **kwargs)
            row.status, row.body = response.status_code, _sealed(response.data)
            row.save(update_fields=["status", "body"])
        return response

    once.takes_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema
    return once


def key_of(request: Request) -> str:
    """The caller's name for this call, or nothing."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ParseError(f"An Idempotency-Key has at most {LONGEST_KEY} printable ASCII characters.")
    return key


def _digest(request: Request) -> str:
    """Of all that was sent; files count by name and content."""
    texts: Any = request.data
    if isinstance(texts, QueryDict):
        texts = {name: texts.getlist(name) for name in texts if name not in request.FILES}
    files = [(name, file.name, _hash(file)) for name, several in request.FILES.lists() for file in several]
    said = json.dumps([request.method, request.path, texts, sorted(files)], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _hash(file: UploadedFile) -> str:
    hashed = hashlib.sha256()
    for chunk in file.chunks():
        hashed.update(chunk)
    file.seek(0)
    return hashed.hexdigest()


def _sealed(answer: Any) -> str:
    """What was answered may hold a key that is shown once (a token, a private link): no dump of the database has it."""
    return seal(_PURPOSE, JSONRenderer().render(answer) or b"null")


def _unsealed(answer: Any) -> Any:
    return json.loads(unseal(_PURPOSE, str(answer)))
