"""The catalogue that a pilot is on, what moving to a newer version would change, and the move."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.actions.catalogue_moves import Added, Preview, move_pilot, newer_versions, preview_move
from governance.api.catalogue import VersionSerializer
from governance.api.catalogue_draft import RewordedSerializer
from governance.models import CatalogueVersion, Item, PilotCatalogue
from pilots.api.calls import PilotCall, caller
from pilots.clock import now
from pilots.models import Workflow
from pilots.permissions import Permission
from pilots.publish import wake


class PlaceSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Of the version that the pilot is on.")
    moved_at = serializers.DateTimeField()
    newer = VersionSerializer(many=True)


class AddedSerializer(serializers.Serializer[Added]):
    code = serializers.CharField(source="question.code")
    workflow = serializers.CharField(source="workflow.slug", default=None, allow_null=True)
    again = serializers.BooleanField(help_text="Asked before; its earlier answers come back with it.")


class MovedItemSerializer(serializers.ModelSerializer[Item]):
    workflow: serializers.SlugRelatedField[Workflow] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = Item
        fields = ("id", "code", "workflow", "state")


class PreviewSerializer(serializers.Serializer[Preview]):
    current = serializers.IntegerField(source="current.number")
    to = serializers.IntegerField(source="to.number")
    added = AddedSerializer(many=True)
    dropped = MovedItemSerializer(many=True)
    reworded = RewordedSerializer(many=True)
    doubtful = MovedItemSerializer(many=True, help_text="Accepted answers that fall in doubt.")


class Move(serializers.Serializer[Any]):
    to = serializers.IntegerField(min_value=1, max_value=1_000_000)
    seen = serializers.IntegerField(
        min_value=1, max_value=1_000_000, help_text="The number of the version that you saw the pilot on."
    )


class CatalogueCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.MOVE_CATALOGUE}

    def place(self) -> PilotCatalogue:
        found = PilotCatalogue.objects.select_related("catalogue").filter(pilot=self.pilot).first()
        if found is None:
            raise Http404
        return found

    def newer(self, number: int) -> CatalogueVersion:
        self.place()
        for version in newer_versions(self.pilot):
            if version.number == number:
                return version
        raise Http404


class PilotCatalogueView(CatalogueCall):
    @extend_schema(responses=PlaceSerializer, operation_id="pilot_catalogue_read")
    def get(self, request: Request, slug: str) -> Response:
        place = self.place()
        said = {
            "number": place.catalogue.number,
            "moved_at": place.moved_at,
            "newer": newer_versions(self.pilot),
        }
        return Response(PlaceSerializer(said).data)

    @extend_schema(request=Move, responses=PreviewSerializer, operation_id="pilot_catalogue_move")
    def post(self, request: Request, slug: str) -> Response:
        """Asks what the newer version asks from now on; answers stay. Answers what changed."""
        given = Move(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        to = self.newer(said["to"])
        moved = move_pilot(pilot=self.pilot, to_version=to, by=caller(request), at=now(), seen=said["seen"])
        wake("governance.reevaluate")
        return Response(PreviewSerializer(moved).data)


class PilotCataloguePreviewView(CatalogueCall):
    @extend_schema(responses=PreviewSerializer, operation_id="pilot_catalogue_preview")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(PreviewSerializer(preview_move(self.pilot, self.newer(number))).data)
