"""Published versions of the question catalogue, to read."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.models import CatalogueVersion, Question
from pilots.api.pages import ListCall, paged


class VersionSerializer(serializers.ModelSerializer[CatalogueVersion]):
    class Meta:
        model = CatalogueVersion
        fields = ("number", "note", "published_at")


class QuestionSerializer(serializers.ModelSerializer[Question]):
    class Meta:
        model = Question
        exclude = ("id", "catalogue")


class VersionsView(ListCall):
    @extend_schema(responses=VersionSerializer(many=True), operation_id="catalogue_versions_list")
    def get(self, request: Request) -> Response:
        rows = CatalogueVersion.objects.filter(state=CatalogueVersion.State.PUBLISHED)
        return paged(request, rows, VersionSerializer, "-number")


class QuestionsView(ListCall):
    @extend_schema(responses=QuestionSerializer(many=True), operation_id="catalogue_questions_list")
    def get(self, request: Request, number: int) -> Response:
        published: dict[str, Any] = {"state": CatalogueVersion.State.PUBLISHED, "number": number}
        version = CatalogueVersion.objects.filter(**published).first()
        if version is None:
            raise Http404
        return paged(request, Question.objects.filter(catalogue=version), QuestionSerializer, "position", "code")
