"""Addresses of the pages that belong to governance, one module for each part."""

from governance.urls import catalogue, design, gates, overview, people, pilots, questions, trail

urlpatterns = [
    *overview.urlpatterns,
    *pilots.urlpatterns,
    *questions.urlpatterns,
    *gates.urlpatterns,
    *design.urlpatterns,
    *catalogue.urlpatterns,
    *trail.urlpatterns,
    *people.urlpatterns,
]
