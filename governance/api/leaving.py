"""Deactivating a person, with who takes over what they own."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.actions.leaving import deactivate_person
from pilots.api.calls import caller
from pilots.api.organisation import OrganisationCall, WholePersonSerializer
from pilots.clock import now
from pilots.models import Pilot, User
from pilots.publish import wake


class Successor(serializers.Serializer[Any]):
    pilot = serializers.SlugRelatedField(slug_field="slug", queryset=Pilot.objects.all())
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))


class Deactivation(serializers.Serializer[Any]):
    handover_to = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        default=None,
        help_text="Who gets roles and all that is owned in every pilot that `successors` does not name.",
    )
    successors = Successor(many=True, required=False, default=list)


class PersonDeactivateView(OrganisationCall):
    @extend_schema(request=Deactivation, responses=WholePersonSerializer, operation_id="person_deactivate")
    def post(self, request: Request, person: UUID) -> Response:
        """Refused while something that the person owns would have no owner."""
        given = Deactivation(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = given.validated_data
        leaver = self.person(person)
        deactivate_person(
            user=leaver,
            by=caller(request),
            at=now(),
            handover_to=chosen["handover_to"],
            successors={one["pilot"].pk: one["person"] for one in chosen["successors"]},
        )
        wake("governance.reevaluate")
        wake("feedback.hand_over")
        return self.answer(leaver)
