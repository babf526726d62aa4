"""The ground floor's addresses, a file for each kind of thing."""

from pilots.urls import evidence, people, pilots, webhooks

urlpatterns = [*pilots.urlpatterns, *evidence.urlpatterns, *people.urlpatterns, *webhooks.urlpatterns]
