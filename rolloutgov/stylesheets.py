"""Joins the style sheets when static files are collected: read as one file per component, sent as one file.

A request for each of twenty small files costs a phone more than all that is in them. Where nothing is collected
(tests, DEBUG) the browser follows the imports itself, to the same effect.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/app.css"
# Pages of other tools name it, so it has one address for good beside the one with its hash.
KEPT = "js/flag-button.js"
_IMPORT = re.compile(r'@import url\("(?P<name>[\w.-]+)"\) layer\((?P<layer>\w+)\);\n')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def joined(sheet: str, read: Callable[[str], str]) -> str:
    """`sheet` with each import replaced by what `read` gives for its name, without comments and indentation."""

    def put_in(found: re.Match[str]) -> str:
        return f"@layer {found['layer']} {{\n{read(found['name'])}\n}}\n"

    bare = _COMMENT.sub("", _IMPORT.sub(put_in, sheet))
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


class JoinedStylesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run and SHEET in paths:
            folder = SHEET.rpartition("/")[0]
            whole = joined(self._text(paths, SHEET), lambda name: self._text(paths, f"{folder}/{name}"))
            self.delete(SHEET)
            self._save(SHEET, ContentFile(whole.encode()))
            paths = paths | {SHEET: (self, SHEET)}
        button = self._text(paths, KEPT) if not dry_run and KEPT in paths else ""
        yield from super().post_process(paths, dry_run, **options)
        if button:
            self._save(KEPT, ContentFile(button.encode()))
            yield from ((name, compressed, True) for name, compressed in self.compress_files([KEPT]))

    @staticmethod
    def _text(paths: dict[str, Any], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            content: bytes = file.read()
        return content.decode()
