"""The ground floor's addresses, a file for each kind of thing."""

from pilots.urls import pilots

urlpatterns = [*pilots.urlpatterns]
