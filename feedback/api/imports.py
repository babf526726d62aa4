"""Flags collected elsewhere, as a file."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.actions.flag_files import read_flag_file
from feedback.actions.importing import import_flags
from pilots.api.calls import caller
from pilots.api.use import FileCall, FileFields
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake


class FlagFileFields(FileFields):
    dry_run = serializers.BooleanField(required=False, default=False, help_text="True: only say what would be done.")


class ImportedFlags(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    there = serializers.IntegerField(help_text="Were here already and stay as they are.")
    dry_run = serializers.BooleanField()
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What was assumed on the way, to be checked."
    )


class FlagsImportView(FileCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.TRIAGE_FLAGS}

    @extend_schema(
        request={"multipart/form-data": FlagFileFields}, responses=ImportedFlags, operation_id="flags_import"
    )
    def post(self, request: Request, slug: str) -> Response:
        """As on the page: the same template, all or nothing; the same file again changes nothing."""
        given, at = self.content(request, FlagFileFields), now()
        file = read_flag_file(pilot=self.pilot, content=given["content"], at=at)
        if not file.checked.is_good:
            return self.refused(file.checked)
        added, there = file.new, file.there
        if not given["dry_run"]:
            done = import_flags(pilot=self.pilot, flags=file.flags, by=caller(request), at=at)
            added, there = done.added, done.there
            wake("feedback.place_flags")
            wake("governance.reevaluate")
        answer = {"added": added, "there": there, "dry_run": given["dry_run"], "notes": file.checked.notes}
        return Response(ImportedFlags(answer).data)
