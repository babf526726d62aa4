from django.urls import URLPattern, path

from governance.views import dossiers, trail

urlpatterns: list[URLPattern] = [
    path("pilots/<slug:slug>/history/", trail.pilot_history, name="pilot_history"),
    path("pilots/<slug:slug>/history/export.csv", trail.pilot_history_csv, name="pilot_history_csv"),
    path("pilots/<slug:slug>/gates/<slug:phase>/dossier/", dossiers.gate_dossier, name="gate_dossier"),
    path("administration/trail/", trail.trail, name="trail"),
    path("administration/trail/export.csv", trail.trail_csv, name="trail_csv"),
    path("administration/trail/verify/", trail.trail_verify, name="trail_verify"),
]
