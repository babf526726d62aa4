"""Entering what was first heard in another way than by a flag."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.actions.elsewhere import enter_flag
from feedback.api.flags import CATEGORIES, FlagSerializer
from feedback.api.hand_in import submission_of, use_case_of
from feedback.forms.elsewhere import SOURCES
from feedback.models.flag import SEVERITY_CHOICES
from pilots.api.calls import PilotCall, caller
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake


class HeardElsewhere(serializers.Serializer[Any]):
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]  # DRF moves it out of the way
    known_at = serializers.DateTimeField(help_text="When it was first known.")
    external_id = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    tell_whom = serializers.CharField(max_length=150, help_text="Who is to be told what becomes of it.")
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES), min_length=1, max_length=2)
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    output = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")
    what_happened = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    use_case = serializers.SlugField(required=False, allow_null=True, default=None)
    made_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    is_confidential = serializers.BooleanField(required=False, default=False)


class FlagEnterView(PilotCall):
    """From a complaint, an escalation, an audit, the press or a debrief, by triage."""

    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.TRIAGE_FLAGS}

    @extend_schema(request=HeardElsewhere, responses={201: FlagSerializer}, operation_id="flag_enter")
    def post(self, request: Request, slug: str) -> Response:
        given = HeardElsewhere(data=request.data)
        given.is_valid(raise_exception=True)
        said = {"submission": submission_of(request), **given.validated_data}
        said["use_case"] = use_case_of(self.pilot, said["use_case"])
        flag = enter_flag(pilot=self.pilot, by=caller(request), at=now(), **said).flag
        wake("governance.reevaluate")
        wake("feedback.place_flags")
        return Response(FlagSerializer(flag).data, 201)

    # The key becomes the flag's own id, as when one is handed in.
    post.takes_idempotency_key = True  # type: ignore[attr-defined]
