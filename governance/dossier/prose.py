"""Markdown as plain data for typesetting. Pure: no markup of a person reaches typst as markup.

A block is {"kind": "paragraph" | "heading" | "item" | "code" | "row", …} with `runs`, each {"text", "bold", "italic",
"code", "link"}; a row of a table has `cells`, each a list of runs; an item has `depth` and `marker`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

Block = dict[str, Any]
Run = dict[str, Any]
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def blocks(text: str) -> list[Block]:
    return list(_blocks(_MARKDOWN.parse(text)))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    markers: list[str] = []
    cells: list[list[Run]] | None = None
    kind, fresh = "paragraph", False
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                markers.append("•")
            case "ordered_list_open":
                markers.append("1")
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
            case "list_item_open":
                markers[-1] = f"{token.info}." if token.info else "•"
                fresh = True
            case "heading_open":
                kind = "heading"
            case "heading_close":
                kind = "paragraph"
            case "tr_open":
                cells = []
            case "tr_close":
                yield {"kind": "row", "cells": cells}
                cells = None
            case "inline" if cells is not None:
                cells.append(_runs(token))
            case "inline" if markers:
                yield {
                    "kind": "item",
                    "depth": len(markers),
                    "marker": markers[-1] if fresh else "",
                    "runs": _runs(token),
                }
                fresh = False
            case "inline":
                yield {"kind": kind, "runs": _runs(token)}
            case "fence" | "code_block":
                yield {"kind": "code", "runs": [_run(token.content.rstrip("\n"))]}


def _runs(inline: Token) -> list[Run]:
    bold = italic = 0
    link = ""
    found = []
    for token in inline.children or ():
        match token.type:
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "link_open":
                link = str(token.attrs.get("href", ""))
            case "link_close":
                link = ""
            case "softbreak":
                found.append(_run(" "))
            case "hardbreak":
                found.append(_run("\n"))
            case "image":
                found.append(_run(f"[picture: {token.content}]"))
            case "text" | "code_inline":
                is_code = token.type == "code_inline"
                found.append(_run(token.content, bold=bool(bold), italic=bool(italic), code=is_code, link=link))
    return found


def _run(text: str, *, bold: bool = False, italic: bool = False, code: bool = False, link: str = "") -> Run:
    safe = link if link.startswith(("https://", "http://", "mailto:")) else ""
    return {"text": text, "bold": bold, "italic": italic, "code": code, "link": safe}
