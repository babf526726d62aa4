"""The API's addresses: every floor's below /api/v1/, the schema and its pages beside them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("v1/", include("governance.api.urls")),
    path("v1/", include("feedback.api.urls")),
    path("v1/", include("pilots.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
]
