"""Who is what in a pilot: roles, invitations, standing in, stepping aside."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions import delegations, invitations, members, stepping_aside
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer, Reason
from pilots.clock import now
from pilots.models import Delegation, Membership, SteppingAside, User
from pilots.models.membership import ROLE_CHOICES
from pilots.permissions import Permission, Role
from pilots.publish import wake


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    user = PersonSerializer()

    class Meta:
        model = Membership
        fields = ("user", "role", "added_at")


class Roles(serializers.Serializer[Any]):
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=ROLE_CHOICES), min_length=1, max_length=len(Role)
    )

    def chosen(self) -> set[Role]:
        return {Role(role) for role in self.validated_data["roles"]}


class NewMember(Roles):
    user = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))


MANAGING = dict.fromkeys(("POST", "PUT", "DELETE"), Permission.MANAGE_MEMBERS)


class MembersView(ListCall, PilotCall):
    permissions = MANAGING

    @extend_schema(responses=MembershipSerializer(many=True), operation_id="members_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Membership.objects.filter(pilot=self.pilot).select_related("user")
        return paged(request, rows, MembershipSerializer, "added_at", "pk")

    @extend_schema(request=NewMember, responses={204: None}, operation_id="member_add")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewMember(data=request.data)
        given.is_valid(raise_exception=True)
        user = given.validated_data["user"]
        members.add_member(pilot=self.pilot, user=user, roles=given.chosen(), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(status=204)


class MemberView(PilotCall):
    permissions = MANAGING

    def member(self, pk: UUID) -> User:
        found = User.objects.filter(pk=pk, memberships__pilot=self.pilot).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(request=Roles, responses={204: None}, operation_id="member_change")
    def put(self, request: Request, slug: str, user: UUID) -> Response:
        given = Roles(data=request.data)
        given.is_valid(raise_exception=True)
        whose = self.member(user)
        members.change_member(pilot=self.pilot, user=whose, roles=given.chosen(), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(status=204)

    @extend_schema(responses={204: None}, operation_id="member_remove")
    def delete(self, request: Request, slug: str, user: UUID) -> Response:
        members.remove_member(pilot=self.pilot, user=self.member(user), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(status=204)


class NewInvitation(Roles):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120, required=False, default="")


class Invited(serializers.Serializer[Any]):
    link = serializers.URLField(
        allow_blank=True, help_text="Empty where mail leaves: then only the invited address gets it. Else shown once."
    )
    unproven_address = serializers.BooleanField(help_text="The account will count as one person with you.")
    expires_at = serializers.DateTimeField()


def say_invited(made: invitations.Invited) -> Response:
    row = made.invitation
    said = {"link": made.shown_link, "unproven_address": row.link_shown, "expires_at": row.expires_at}
    return Response(Invited(said).data, 201)


class InvitationsView(PilotCall):
    permissions = MANAGING

    @extend_schema(request=NewInvitation, responses={201: Invited}, operation_id="member_invite")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewInvitation(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        made = invitations.invite(
            email=said["email"],
            name=said["name"],
            by=caller(request),
            at=now(),
            pilot=self.pilot,
            roles=given.chosen(),
        )
        wake("pilots.send_messages")
        return say_invited(made)


class DelegationSerializer(serializers.ModelSerializer[Delegation]):
    from_user = PersonSerializer(read_only=True)
    to_user = PersonSerializer(read_only=True)

    class Meta:
        model = Delegation
        fields = ("id", "role", "from_user", "to_user", "reason", "starts_at", "ends_at", "ended_at")


class NewDelegation(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    to_user = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))
    reason = serializers.CharField(max_length=2000)
    ends_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(required=False)


class DelegationsView(ListCall, PilotCall):
    @extend_schema(responses=DelegationSerializer(many=True), operation_id="delegations_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Delegation.objects.filter(pilot=self.pilot).select_related("from_user", "to_user")
        return paged(request, rows, DelegationSerializer, "-starts_at", "pk")

    @extend_schema(
        request=NewDelegation,
        responses={201: DelegationSerializer},
        operation_id="delegate",
        examples=examples.DELEGATION,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewDelegation(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        role = Role(said.pop("role"))
        made = delegations.delegate(pilot=self.pilot, role=role, by=caller(request), at=now(), **said)
        wake("governance.reevaluate")
        return Response(DelegationSerializer(made).data, 201)


class DelegationEndView(PilotCall):
    @extend_schema(request=None, responses=DelegationSerializer, operation_id="delegation_end")
    def post(self, request: Request, slug: str, delegation: UUID) -> Response:
        found = Delegation.objects.filter(pilot=self.pilot, pk=delegation).select_related("pilot").first()
        if found is None:
            raise Http404
        ended = delegations.end_delegation(delegation=found, by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(DelegationSerializer(ended).data)


class SteppingAsideSerializer(serializers.ModelSerializer[SteppingAside]):
    user = PersonSerializer()

    class Meta:
        model = SteppingAside
        fields = ("user", "reason", "started_at", "ended_at")


class SteppingAsideView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {
        "POST": Permission.STEP_ASIDE,
        "DELETE": Permission.STEP_ASIDE,
    }

    @extend_schema(request=Reason, responses={201: SteppingAsideSerializer}, operation_id="step_aside")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = Reason(data=request.data)
        given.is_valid(raise_exception=True)
        row = stepping_aside.step_aside(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(SteppingAsideSerializer(row).data, 201)

    @extend_schema(responses=SteppingAsideSerializer, operation_id="step_back_in")
    def delete(self, request: Request, slug: str) -> Response:
        row = stepping_aside.step_back_in(pilot=self.pilot, by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(SteppingAsideSerializer(row).data)
