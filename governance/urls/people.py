from django.urls import URLPattern, path

from governance.views import leaving

urlpatterns: list[URLPattern] = [
    path("people/<uuid:pk>/deactivate/", leaving.person_deactivate, name="person_deactivate"),
]
