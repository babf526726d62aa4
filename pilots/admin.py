"""The back office, to look things up. Nothing is changed here: that is what the actions are for."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from pilots.models import ApiToken, AuditEvent, Delegation, Invitation, Membership, OrganisationMembership, User

admin.site.site_header = admin.site.site_title = "RolloutGov back office"
admin.site.index_title = "To look things up; nothing is changed here"


class ReadOnly(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest, app_label: str = "") -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ("name", "email", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    exclude = ("password", "groups", "user_permissions")


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("pilot", "user", "role", "added_at", "added_by")
    list_filter = ("role",)
    list_select_related = ("pilot", "user", "added_by")
    search_fields = ("pilot__name", "user__name", "user__email")


@admin.register(OrganisationMembership)
class OrganisationMembershipAdmin(ReadOnly):
    list_display = ("user", "role", "added_at", "added_by")
    list_filter = ("role",)
    list_select_related = ("user", "added_by")


@admin.register(Delegation)
class DelegationAdmin(ReadOnly):
    list_display = ("pilot", "from_user", "to_user", "role", "starts_at", "ends_at", "ended_at")
    list_select_related = ("pilot", "from_user", "to_user")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("email", "pilot", "invited_by", "invited_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("pilot", "invited_by")
    search_fields = ("email",)
    exclude = ("token_hash",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    list_display = ("name", "prefix", "user", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    exclude = ("token_hash",)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ("at", "stream", "sequence", "verb", "target_text", "actor_id")
    ordering = ("-at",)
    search_fields = ("verb", "target_id")
