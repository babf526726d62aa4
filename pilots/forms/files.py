"""Choosing several files at once."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        # An empty file is refused by the action, by its name.
        return [file for file in data or [] if file]
