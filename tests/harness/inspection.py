"""What is wrong with a page as a browser shows it: axe, policy, console, sideways scroll, title, headings, ids."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Nothing is fetched again: the sheets import each other here, and axe would ask for each outside our policy.
RUN = """tags => axe.run(document, {
  preload: false, resultTypes: ["violations"], runOnly: {type: "tag", values: tags}
}).then(found => found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.target.join(" ")])))"""
LISTEN = """window.refused = [];
document.addEventListener("securitypolicyviolation", event =>
  window.refused.push(`${event.effectiveDirective} ${event.blockedURI}`));"""
LOOK = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  const page = document.scrollingElement;
  return {
    title: document.title,
    headings: document.querySelectorAll("h1").length,
    twice: [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))],
    refused: window.refused,
    sideways: page.scrollWidth - page.clientWidth,
  };
}"""
Theme = Literal["light", "dark"]
Views = tuple[tuple[int, Theme], ...]


@cache
def axe() -> str:
    return AXE.read_text() + ";0"


class Inspector:
    """One tab that walks from page to page and says what is wrong with each, in words."""

    def __init__(self, page: Page) -> None:
        self.page, self.console = page, list[str]()
        self.shown: tuple[int, Theme] | None = None
        page.add_init_script(LISTEN)
        page.on("console", lambda said: self.console.append(said.text[:200]) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.console.append(str(error)[:200]))

    def faults(self, address: str, *, views: Views, status: int = 200) -> Iterator[str]:
        """Of one page, opened once and then shown in each width and theme."""
        self.console.clear()
        self.show(*views[0])
        answer = self.page.goto(address, wait_until="load")
        assert answer is not None
        if answer.status != status:
            yield f"{address}: answered {answer.status}"
            return
        yield from (f"{address} {fault}" for fault in self.look(views))
        # An error status is reported to the console as such.
        said = self.console if status == 200 else [line for line in self.console if f"status of {status}" not in line]
        yield from (f"{address}: the console says {line}" for line in said)

    def look(self, views: Views) -> Iterator[str]:
        """At the page that is open."""
        for width, theme in views:
            self.show(width, theme)
            yield from (f"at {width} px, {theme}: {fault}" for fault in self._here())

    def show(self, width: int, theme: Theme) -> None:
        if self.shown == (width, theme):
            return
        self.shown = width, theme
        self.page.set_viewport_size({"width": width, "height": 900 if width > 600 else 640})
        self.page.emulate_media(color_scheme=theme)

    def _here(self) -> Iterator[str]:
        seen: dict[str, Any] = self.page.evaluate(LOOK)
        if not seen["title"].endswith("RolloutGov") or seen["title"].startswith(("–", "RolloutGov")):
            yield f"its title is {seen['title']!r}"
        if seen["headings"] != 1:
            yield f"it has {seen['headings']} main headings"
        if seen["twice"]:
            yield f"ids stand there twice: {', '.join(seen['twice'])}"
        if seen["sideways"] > 0:
            yield f"it scrolls sideways by {seen['sideways']} px"
        yield from (f"the policy refused {what}" for what in seen["refused"])
        # Evaluated from outside, so the page's policy needs no exception; once for all widths of a page.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        yield from (f"axe: {rule} at {target}" for rule, target in self.page.evaluate(RUN, TAGS))
