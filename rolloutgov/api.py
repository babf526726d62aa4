"""The API's addresses: every floor's below /api/v1/, the schema and its pages beside them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@extend_schema(exclude=True)
class NothingHereView(APIView):
    """An address that is none is answered like any other problem, not with a page."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404

    def get(self, request: Request) -> Response:
        raise Http404

    post = put = patch = delete = get


urlpatterns = [
    path("v1/", include("governance.api.urls")),
    path("v1/", include("feedback.api.urls")),
    path("v1/", include("pilots.api.urls")),
    re_path(r"^v1/", NothingHereView.as_view(), name="api_nothing_here"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema")), name="api_docs"),
]
