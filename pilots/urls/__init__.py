"""The ground floor's addresses, a file for each kind of thing."""

from pilots.urls import evidence, measured, people, pilots, registers, rollout, running, webhooks

urlpatterns = [
    *pilots.urlpatterns,
    *evidence.urlpatterns,
    *measured.urlpatterns,
    *people.urlpatterns,
    *registers.urlpatterns,
    *rollout.urlpatterns,
    *running.urlpatterns,
    *webhooks.urlpatterns,
]
