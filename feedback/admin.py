"""Flags in the stock admin, to look up where one is: nobody changes one here, and texts and reporter stay out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from feedback.models import Flag

SHOWN = (
    "reference",
    "pilot",
    "use_case",
    "categories",
    "assessed_categories",
    "severity",
    "assessed_severity",
    "source",
    "known_at",
    "segment",
    "phase",
    "did_instead",
    "minutes_lost",
    "reached",
    "checked_by_rule",
    "needs_answer_now",
    "is_confidential",
    "is_drill",
    "state",
    "resolution",
    "reported_at",
    "assessed_at",
    "carried_at",
    "closed_at",
    "recurred_at",
    "made_at",
    "chosen_pattern",
    "redactions",
)


@admin.register(Flag)
class FlagAdmin(admin.ModelAdmin):
    fields = readonly_fields = SHOWN
    list_display = ("reference", "pilot", "state", "severity", "assessed_severity", "reported_at")
    list_filter = ("state", "severity")
    list_select_related = ("pilot",)
    search_fields = ("reference", "pilot__name")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
