"""Examples of bodies in the OpenAPI document, where a call has none of its own."""

from typing import Any, Final

from feedback.api import examples as feedback
from governance.api import examples as governance
from pilots.api import examples as pilots

BODIES: Final = {**pilots.BODIES, **governance.BODIES, **feedback.BODIES}


def show_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    for methods in result["paths"].values():
        for operation in methods.values():
            if body := BODIES.get(operation["operationId"]):
                operation["requestBody"]["content"]["application/json"]["example"] = body
    return result
