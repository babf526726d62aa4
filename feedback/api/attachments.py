"""Files of flags: sent in by reporters, read by whoever may read the flag."""

from typing import Any, ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_attachment, get_flag_by_link, may_read
from feedback.actions.attachments import attach_files
from feedback.api.flags import FlagCall, Limited
from feedback.models import Attachment
from pilots.access import who_may
from pilots.api.calls import caller
from pilots.api.files import AsItIs
from pilots.api.parsers import PlainMultiPartParser
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.files import download
from pilots.models.token import Scope
from pilots.permissions import Permission


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ("id", "kind", "title", "size", "digest", "gone", "added_at")


class Files(serializers.Serializer[Any]):
    files = serializers.ListField(
        child=serializers.FileField(), min_length=1, max_length=3, help_text="PNG, JPEG, WebP, PDF or text, 5 MB each."
    )


class FlagAttachView(Limited):
    """`token` is of the receipt. `gone` says `no_room` where the disk was full: the flag is kept, the file is not."""

    parser_classes = (PlainMultiPartParser,)
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.FLAG}

    @extend_schema(request=Files, responses={201: AttachmentSerializer(many=True)}, operation_id="flag_attach")
    def post(self, request: Request, token: str) -> Response:
        flag = get_flag_by_link(token)
        given = Files(data=request.data)
        given.is_valid(raise_exception=True)
        at = now()
        self.count(request, flag.pilot, at)
        kept = attach_files(flag=flag, files=given.validated_data["files"], at=at)
        return Response(AttachmentSerializer(kept, many=True).data, 201)

    # The same file sent again is the same: no table ties a nameless flag to who sent it.
    post.takes_idempotency_key = True  # type: ignore[attr-defined]


class FlagFileView(FlagCall):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, operation_id="flag_file")
    def get(self, request: Request, slug: str, reference: str, file: UUID) -> HttpResponseBase:
        if not may_read(caller(request), self.flag):
            who = who_may(Permission.TRIAGE_FLAGS, self.pilot)
            raise NotAllowed("This flag may show what many should not see, so only triage reads it.", who=who)
        found = get_attachment(self.flag, file)
        return download(found.file, found.title, gone="This file is not in the store any more.")
