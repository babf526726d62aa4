from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer


class Pages(CursorPagination):
    """Lists in pages of 50, at most 200; `next` and `previous` are addresses to follow, or null."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"


def paged(
    request: Request, rows: QuerySet[Any], serializer: type[BaseSerializer[Any]], *order: str, **context: Any
) -> Response:
    """One page of `rows` in an order that no two rows share."""
    pages = Pages()
    pages.ordering = order or ("pk",)
    page = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(serializer(page, many=True, context={"request": request, **context}).data)
