"""The people of the organisation, for who looks after them: roles over it, invitations to it, leaving it."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.access import can, require
from pilots.actions.invitations import invite, open_invitations, revoke_invitation
from pilots.actions.organisation_roles import name_organisation_role, withdraw_organisation_role
from pilots.actions.people import reactivate_person
from pilots.actions.vouching import vouch_for
from pilots.api.calls import caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.people import Invited, say_invited
from pilots.clock import now
from pilots.models import Invitation, Membership, Pilot, User
from pilots.models.membership import ORGANISATION_ROLE_CHOICES, ROLE_CHOICES
from pilots.permissions import OrganisationRole, Permission
from pilots.publish import wake


class RoleInPilotSerializer(serializers.ModelSerializer[Membership]):
    pilot: serializers.SlugRelatedField[Pilot] = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Membership
        fields = ("pilot", "role")


class WholePersonSerializer(serializers.ModelSerializer[User]):
    organisation_roles = serializers.SerializerMethodField()
    roles = RoleInPilotSerializer(source="memberships", many=True)

    class Meta:
        model = User
        fields = ("id", "name", "email", "is_active", "deactivated_at", "counts_as", "organisation_roles", "roles")

    def get_organisation_roles(self, user: User) -> list[str]:
        return sorted(row.role for row in user.organisation_memberships.all())


class PeopleFilter(filters.FilterSet):
    q = filters.CharFilter(method="with_words", label="Part of the name or the address", max_length=120)
    role = filters.ChoiceFilter(
        field_name="organisation_memberships__role",
        choices=ORGANISATION_ROLE_CHOICES,
        label="A role over the organisation",
    )
    active = filters.BooleanFilter(field_name="is_active", label="Left out: both")

    def with_words(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(Q(name__icontains=value) | Q(email__icontains=value))


class OrganisationCall(APIView):
    """A call about people, for who looks after them."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(caller(request), Permission.MANAGE_PEOPLE)

    def person(self, pk: UUID) -> User:
        found = User.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def answer(self, user: User) -> Response:
        wake("governance.reevaluate")
        return Response(WholePersonSerializer(_whole().get(pk=user.pk)).data)


def _whole() -> QuerySet[User]:
    return User.objects.prefetch_related("organisation_memberships", "memberships__pilot")


class OrganisationPeopleView(ListCall, OrganisationCall):
    filters = PeopleFilter

    @extend_schema(responses=WholePersonSerializer(many=True), operation_id="people_list")
    def get(self, request: Request) -> Response:
        return paged(request, self.narrowed(request, _whole()), WholePersonSerializer, "name", "pk")


class PersonView(OrganisationCall):
    @extend_schema(responses=WholePersonSerializer, operation_id="person_read")
    def get(self, request: Request, person: UUID) -> Response:
        return Response(WholePersonSerializer(_whole().get(pk=self.person(person).pk)).data)


class PersonReactivateView(OrganisationCall):
    @extend_schema(request=None, responses=WholePersonSerializer, operation_id="person_reactivate")
    def post(self, request: Request, person: UUID) -> Response:
        found = self.person(person)
        reactivate_person(user=found, by=caller(request))
        return self.answer(found)


class PersonVouchView(OrganisationCall):
    """By an administrator, in the trail: the account is that person’s own, though its address is not proven."""

    @extend_schema(request=None, responses=WholePersonSerializer, operation_id="person_vouch")
    def post(self, request: Request, person: UUID) -> Response:
        found = self.person(person)
        vouch_for(user=found, by=caller(request))
        return self.answer(found)


class OrganisationRoleChoice(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=ORGANISATION_ROLE_CHOICES)


class PersonRolesView(OrganisationCall):
    @extend_schema(
        request=OrganisationRoleChoice, responses={201: WholePersonSerializer}, operation_id="organisation_role_name"
    )
    @idempotent
    def post(self, request: Request, person: UUID) -> Response:
        given = OrganisationRoleChoice(data=request.data)
        given.is_valid(raise_exception=True)
        found = self.person(person)
        role = OrganisationRole(given.validated_data["role"])
        name_organisation_role(user=found, role=role, by=caller(request), at=now())
        answer = self.answer(found)
        answer.status_code = 201
        return answer


class PersonRoleView(OrganisationCall):
    @extend_schema(responses=WholePersonSerializer, operation_id="organisation_role_withdraw")
    def delete(self, request: Request, person: UUID, role: str) -> Response:
        found = self.person(person)
        if role not in {known.value for known in OrganisationRole}:
            raise Http404
        withdraw_organisation_role(user=found, role=OrganisationRole(role), by=caller(request))
        return self.answer(found)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """Without its link: that was shown to who invited."""

    pilot: serializers.SlugRelatedField[Pilot] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLE_CHOICES))
    organisation_roles = serializers.ListField(child=serializers.ChoiceField(choices=ORGANISATION_ROLE_CHOICES))

    class Meta:
        model = Invitation
        fields = ("id", "email", "name", "pilot", "roles", "organisation_roles", "invited_at", "expires_at")


class OrganisationInvitation(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    organisation_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=ORGANISATION_ROLE_CHOICES), max_length=len(OrganisationRole)
    )


class OrganisationInvitationsView(ListCall, OrganisationCall):
    @extend_schema(responses=InvitationSerializer(many=True), operation_id="invitations_list")
    def get(self, request: Request) -> Response:
        """Those that are open, to the organisation and to any pilot."""
        return paged(
            request, open_invitations(now()).select_related("pilot"), InvitationSerializer, "-invited_at", "pk"
        )

    @extend_schema(request=OrganisationInvitation, responses={201: Invited}, operation_id="person_invite")
    @idempotent
    def post(self, request: Request) -> Response:
        given = OrganisationInvitation(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        roles = {OrganisationRole(role) for role in said.pop("organisation_roles")}
        made = invite(by=caller(request), at=now(), organisation_roles=roles, **said)
        wake("pilots.send_messages")
        return say_invited(made)


class InvitationRevokeView(APIView):
    @extend_schema(request=None, responses=InvitationSerializer, operation_id="invitation_revoke")
    def post(self, request: Request, invitation: UUID) -> Response:
        """By who looks after people, or after the members of its pilot."""
        found = Invitation.objects.select_related("pilot").filter(pk=invitation).first()
        by = caller(request)
        seen = Permission.MANAGE_PEOPLE if found is None or found.pilot is None else Permission.VIEW_PILOT
        if found is None or not can(by, seen, found.pilot):
            raise Http404
        return Response(InvitationSerializer(revoke_invitation(invitation=found, by=by, at=now())).data)
