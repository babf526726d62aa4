"""A person at a browser of their own, in the words of what people do there."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Locator, expect

PASSWORD = "correct horse battery staple"


class Somebody:
    def __init__(self, context: BrowserContext, name: str = "", email: str = "") -> None:
        self.name, self.email, self.context = name, email, context
        self.page = context.new_page()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def signs_in(self) -> None:
        self.goes_to("/accounts/login/")
        self.types("Email", self.email)
        self.types("Password", PASSWORD)
        self.presses("Sign in")

    def goes_to(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address} answered {answer.status}"

    def follows(self, words: str) -> None:
        self.main.get_by_role("link", name=words, exact=True).first.click()

    def opens(self, words: str) -> None:
        """A folded part of the page."""
        self.main.locator("summary", has_text=words).first.click()

    def types(self, label: str, text: str) -> None:
        self.main.get_by_label(label).locator("visible=true").first.fill(text)

    def chooses(self, label: str, option: str, *, among: str = "") -> None:
        """`among` names a group of fields, where a label stands on the page more than once."""
        place = self.main.get_by_role("group", name=among) if among else self.main
        place.get_by_label(label).locator("visible=true").first.select_option(label=option)

    def ticks(self, *labels: str) -> None:
        for label in labels:
            self.main.get_by_label(label).locator("visible=true").first.check()

    def brings(self, name: str, text: str) -> None:
        """A file, into the one place of the page that takes files."""
        self.main.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        )

    def presses(self, words: str) -> None:
        self.main.get_by_role("button", name=words, exact=True).locator("visible=true").first.click()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def is_not_offered(self, *buttons: str) -> None:
        for words in buttons:
            expect(self.page.get_by_role("button", name=words)).to_have_count(0)

    def is_headed(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def reads(self, css: str) -> list[str]:
        found: list[Any] = self.page.locator(css).all_inner_texts()
        return [" ".join(str(text).split()) for text in found]
