"""The ground floor's addresses, a file for each kind of thing."""

from pilots.urls import people, pilots

urlpatterns = [*pilots.urlpatterns, *people.urlpatterns]
