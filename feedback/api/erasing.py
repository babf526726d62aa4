"""Erasing: one's own flag, and for an administrator a person who asked for it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import get_own_flag
from feedback.actions.erasing import erase_flag, erase_person
from feedback.api.flags import OwnFlag
from pilots.access import require
from pilots.api.calls import caller
from pilots.clock import now
from pilots.models import User
from pilots.permissions import Permission


class OwnFlagEraseView(APIView):
    @extend_schema(request=None, responses=OwnFlag, operation_id="my_flag_erase")
    def post(self, request: Request, reference: str) -> Response:
        """What you wrote in it; that it was flagged and the answer stay."""
        erased = erase_flag(flag=get_own_flag(caller(request), reference), at=now())
        return Response(OwnFlag(erased).data)


class ErasedPerson(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(help_text="The made-up name that their acts stand under.")
    erased_at = serializers.DateTimeField()


class PersonEraseView(APIView):
    @extend_schema(request=None, responses=ErasedPerson, operation_id="person_erase")
    def post(self, request: Request, pk: UUID) -> Response:
        """Of somebody who was deactivated: name, address and what they wrote in flags."""
        require(caller(request), Permission.ERASE)
        erased = erase_person(user=get_object_or_404(User, pk=pk), by=caller(request), at=now())
        return Response(ErasedPerson(erased).data)
