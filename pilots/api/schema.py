"""What the OpenAPI document says of every operation alike: filters, the key of a repeated call, what goes wrong."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django_filters import FilterSet
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from pilots.api.idempotency import LONGEST_KEY
from pilots.api.problems import TITLES

_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="Your own name for this call. Sent again with the same body it does nothing and is answered alike, "
    "with `Idempotency-Replayed: true`; with another body it is refused (422).",
)


class ApiSchema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status in self._problems(operation):
                operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
        return operation

    def get_operation_id(self) -> str:
        """A view of several verbs says its own: the method alone tells them from nothing."""
        return str(getattr(self.view, "operation_id", "") or super().get_operation_id())

    def get_tags(self) -> list[str]:
        """What is below a pilot is found under its own name: 160 operations in one group are none."""
        first, *rest = self._tokenize_path()
        return [rest[0] if first == "pilots" and rest else first]

    def _problems(self, operation: dict[str, Any]) -> list[int]:
        asked = {given["name"] for given in operation.get("parameters", ()) if given["in"] == "query"}
        found = [401, 403]
        if "{" in self.path or asked & {"cursor", "pilot"}:
            found.append(404)
        if self.method == "GET":
            return [*found, 400] if asked else found
        if "requestBody" in operation:
            found += [413, 415]
        if getattr(self.view, "is_limited", False):
            found.append(429)
        return [*found, 400, 409, 422]

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if getattr(getattr(self.view, self.method.lower()), "takes_idempotency_key", False):
            found.append(_KEY)
        filters = getattr(self.view, "filters", None)
        if self.method == "GET" and filters is not None:
            found += _parameters(filters)
        return found


def _parameters(filters: type[FilterSet]) -> Iterator[OpenApiParameter]:
    for name, one in filters.base_filters.items():
        field: Any = one.field
        enum: list[Any] | None = None
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            enum = [value for value, _ in choices if value != ""]
        kind = OpenApiTypes.UUID if isinstance(field, forms.UUIDField) else OpenApiTypes.STR
        if isinstance(field, forms.BooleanField | forms.NullBooleanField):
            kind = OpenApiTypes.BOOL
        if enum and all(isinstance(value, int) for value in enum):
            kind = OpenApiTypes.INT
        yield OpenApiParameter(name, kind, enum=enum, description=str(one.label or ""))


_WHEN: Final = {
    400: "Something in the body, the filters or the address is missing or malformed; `errors` names the fields.",
    401: "No session and no valid token.",
    403: "You may see it and not do it; `who_may` names who may. Or the token lacks the scope.",
    404: "There is no such thing, or you may not see it.",
    409: "Somebody else changed it meanwhile; `current` holds their values. Read it again.",
    413: "More than 64 KB of JSON (4 MB in a batch), or a file of more than 25 MB (400 MB of evidence).",
    415: "Neither JSON nor what else this call takes.",
    422: "A rule refuses it; the last part of `type` names the rule.",
    429: "Too many calls; wait as long as `Retry-After` says.",
}
_EXAMPLE: Final = {
    "type": "urn:rolloutgov:problem:own_answer",
    "title": "Refused",
    "status": 422,
    "detail": "You wrote this answer, so somebody else decides on it.",
}
_PROBLEM: Final = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "`urn:rolloutgov:problem:` and a name."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Words for the person who called."},
        "errors": {"type": "object", "description": "Messages by field of the body, of the same shape as the body."},
        "current": {"type": "object", "additionalProperties": {"type": "string"}},
        "who_may": {"type": "array", "items": {"type": "string"}},
    },
}


def describe_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Each kind of problem once; the operations refer to those that they can meet."""
    result["components"]["schemas"]["Problem"] = _PROBLEM
    result["components"]["responses"] = {_name(status): _response(status) for status in _WHEN}
    return result


def _name(status: int) -> str:
    return TITLES[status].title().replace(" ", "")


def _response(status: int) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if status == _EXAMPLE["status"]:
        content["example"] = _EXAMPLE
    return {"description": f"{TITLES[status]}. {_WHEN[status]}", "content": {"application/problem+json": content}}
