"""What every form of a page begins with: texts without characters that nobody can see."""

from typing import Any

from django import forms
from django.http import QueryDict

from pilots.plain_text import visible


class Plain:
    """Takes controls of direction, NUL and their like out of what was sent, before any field sees or counts it.

    A password is taken as it was typed. The API has the same in `pilots.api.parsers`.
    """

    is_bound: bool
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        if self.is_bound:
            secret = {
                form.add_prefix(name)
                for name, field in form.fields.items()
                if isinstance(field.widget, forms.PasswordInput)
            }
            self.data = _plain(self.data, secret)


class PlainForm(Plain, forms.Form):
    pass


class PlainModelForm(Plain, forms.ModelForm):
    pass


def _plain(sent: Any, secret: set[str]) -> Any:
    if not isinstance(sent, QueryDict):
        return {name: _text(value) if name not in secret else value for name, value in sent.items()}
    kept = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        kept.setlist(name, values if name in secret else [_text(value) for value in values])
    return kept


def _text(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value
