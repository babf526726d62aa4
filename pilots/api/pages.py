"""Lists: one page at a time, narrowed by filters. A page's cursor is signed, so that none is made up."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView


class Pages(CursorPagination):
    """Lists in pages of 50, at most 200; `next` and `previous` are addresses to follow, or null."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: Any = ("pk",)

    def encode_cursor(self, cursor: Any) -> str:
        sent = signing.dumps(list(cursor), salt=self._salt())
        return replace_query_param(self.base_url or "", self.cursor_query_param, sent)

    def decode_cursor(self, request: Request) -> Any:
        sent = request.query_params.get(self.cursor_query_param)
        if sent is None:
            return None
        try:
            return Cursor(*signing.loads(sent, salt=self._salt()))
        except signing.BadSignature:
            raise NotFound("This cursor is of no page here. Start again without it.") from None

    def _salt(self) -> str:
        """A cursor belongs to one list in one order."""
        return f"{urlsplit(self.base_url or '').path} {' '.join(self.ordering)}"


class ListCall(APIView):
    """A call whose GET answers with pages; `filters` says how they can be narrowed."""

    pagination_class = Pages
    filters: type[FilterSet] | None = None

    def narrowed(self, request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
        """`rows` under the filters of the address; 400 where one of them makes no sense."""
        assert self.filters is not None
        # A misspelt filter would otherwise answer with everything.
        known = {*self.filters.base_filters, Pages.cursor_query_param, Pages.page_size_query_param}
        if unknown := sorted(request.query_params.keys() - known):
            raise ValidationError({name: ["There is no such filter."] for name in unknown})
        chosen = self.filters(request.query_params, rows)
        if not chosen.is_valid():
            raise ValidationError({name: [str(line) for line in lines] for name, lines in chosen.errors.items()})
        found: QuerySet[Any] = chosen.qs
        return found


def paged(
    request: Request,
    rows: QuerySet[Any],
    serializer: type[BaseSerializer[Any]],
    *order: str,
    read: Callable[[Sequence[Any]], Sequence[Any]] | None = None,
) -> Response:
    """One page of `rows` in an order that no two rows share; `read` turns the rows of a page into what is shown."""
    pages = Pages()
    pages.ordering = order or ("pk",)
    page = pages.paginate_queryset(rows, request) or []
    shown = read(page) if read else page
    return pages.get_paginated_response(serializer(shown, many=True, context={"request": request}).data)


def paged_by_place(
    request: Request, rows: Any, serializer: type[BaseSerializer[Any]], *, read: Callable[[Any], Sequence[Any]]
) -> Response:
    """For rows that cannot be narrowed to those behind one of them (unions): the cursor holds their place."""
    pages = Pages()
    pages.base_url, pages.ordering = request.build_absolute_uri(), ("place",)
    size = pages.get_page_size(request) or Pages.page_size
    cursor = pages.decode_cursor(request) or Cursor(0, False, None)
    found = list(rows[cursor.offset : cursor.offset + size + 1])

    def to(place: int) -> str:
        return pages.encode_cursor(Cursor(place, False, None))

    return Response(
        {
            "next": to(cursor.offset + size) if len(found) > size else None,
            "previous": to(max(cursor.offset - size, 0)) if cursor.offset else None,
            "results": serializer(read(found[:size]), many=True).data,
        }
    )
