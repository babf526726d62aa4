"""How much the flag form reads of what anybody sends, asked before any of it is stored."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from feedback.actions.attachments import MOST_FILES

OPEN: Final = "/flag/"


class OpenDoorUploadHandler(FileUploadHandler):
    """Refuses by the announced length, which the server holds a sender to. What is signed in has limits elsewhere."""

    def handle_raw_input(
        self, input_data: IO[Any], META: Mapping[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        most = MOST_FILES * settings.ATTACHMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if self.request is not None and self.request.path_info.startswith(OPEN) and content_length > most:
            raise RequestDataTooBig("More was sent than a flag with its files can have.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
