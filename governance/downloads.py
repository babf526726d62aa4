"""Files that leave the store: always downloads, in a sandbox, after the caller's check of who asks."""

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, Http404

from governance.dossier.bundle import filename_of, make_dossier
from governance.models import Evidence, Gate
from pilots.files import download
from pilots.models import Pilot, User


def evidence_download(pilot: Pilot, evidence_id: UUID) -> FileResponse:
    """404 where the file is gone or is another pilot's."""
    found = Evidence.objects.filter(pilot=pilot, pk=evidence_id, kind=Evidence.Kind.FILE).first()
    if found is None:
        raise Http404("No such file.")
    return download(
        found.file, found.title, gone="This file is no longer in the store; its SHA-256 stays with the answer."
    )


def dossier_download(gate: Gate, *, by: User, at: datetime) -> FileResponse:
    """The zip of one gate, made anew at each asking."""
    zipped = make_dossier(gate, by=by, at=at)
    name = f"{filename_of(gate)}.zip"
    response = FileResponse(zipped, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
