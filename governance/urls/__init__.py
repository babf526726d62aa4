"""Addresses of the pages that belong to governance, one module for each part."""

from governance.urls import catalogue, design, gates, overview, people, pilots, questions, stages, trail

urlpatterns = [
    *overview.urlpatterns,
    *pilots.urlpatterns,
    *questions.urlpatterns,
    *gates.urlpatterns,
    *design.urlpatterns,
    *stages.urlpatterns,
    *catalogue.urlpatterns,
    *trail.urlpatterns,
    *people.urlpatterns,
]
