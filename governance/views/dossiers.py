from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from governance.downloads import dossier_download
from governance.models import Gate
from pilots.access import get_pilot
from pilots.clock import now
from pilots.permissions import Permission
from pilots.views.acting import who


@require_safe
def gate_dossier(request: HttpRequest, slug: str, phase: str) -> FileResponse:
    pilot = get_pilot(who(request), slug, Permission.EXPORT_DOSSIER)
    gates = Gate.objects.filter(pilot=pilot).select_related("pilot", "passed_by")
    gate = next((gate for gate in gates if gate.key == phase), None)
    if gate is None:
        raise Http404("This pilot has no such gate.")
    return dossier_download(gate, by=who(request), at=now())
