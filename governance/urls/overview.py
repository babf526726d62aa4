from django.urls import path

from governance.views import readiness, record

urlpatterns = [
    path("record/", record.record, name="record"),
    path("readiness/", readiness.readiness, name="readiness"),
    path("readiness/export.csv", readiness.readiness_csv, name="readiness_csv"),
    path("readiness/findings/<uuid:pk>/acknowledge/", readiness.finding_acknowledge, name="finding_acknowledge"),
]
