from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from pilots.forms.plain import PlainForm
from pilots.imports import MOST_BYTES


class UploadForm(PlainForm):
    """One table. What stands in it is read by the view, which can say line by line what is wrong."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX, at most 10 MB. Everything in it is checked before any of it is kept.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )

    def clean_file(self) -> Any:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("The file has more than 10 MB. Split it")
        return file
