"""Evidence files and decision dossiers."""

from typing import ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from governance.api.gates import GateCall
from governance.downloads import dossier_download, evidence_download
from pilots.api.calls import PilotCall, caller
from pilots.api.files import AsItIs
from pilots.clock import now
from pilots.permissions import Permission


class EvidenceView(PilotCall):
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, operation_id="evidence_download")
    def get(self, request: Request, slug: str, evidence: UUID) -> HttpResponseBase:
        return evidence_download(self.pilot, evidence)


class DossierView(GateCall):
    content_negotiation_class = AsItIs
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.EXPORT_DOSSIER}

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY}, operation_id="dossier_download")
    def get(self, request: Request, slug: str, gate: str) -> HttpResponseBase:
        """A PDF for people, JSON for machines, the evidence, and a program that verifies all hashes."""
        return dossier_download(self.gate, by=caller(request), at=now())
