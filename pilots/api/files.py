from rest_framework.negotiation import BaseContentNegotiation


class AsItIs(BaseContentNegotiation):
    """A file comes as it is, whatever the caller would rather have; problems come as JSON."""

    def select_parser(self, request, parsers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        return parsers[0] if parsers else None

    def select_renderer(self, request, renderers, format_suffix=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        return renderers[0], renderers[0].media_type
