"""What goes to the browser: vendored files as they were published, one joined sheet, nothing inline."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.template.loader import get_template

from rolloutgov.stylesheets import KEPT, JoinedStylesStorage, joined

ROOT = Path(__file__).resolve().parent.parent
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
CSS = STATIC / "css"
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))

INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "a script in the page": re.compile(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))"),
    "an event attribute": re.compile(r"\son[a-z]+\s*="),
    "an htmx attribute that needs eval": re.compile(r"\shx-(on|vars)\b|[\"'](js|javascript):"),
}


# Lists that only lose their bullets, which the reset does for every list that has a class.
BARE_LISTS = {"account-links", "form-bad-list", "nav-list", "page-links", "tab-list"}


def sheet() -> str:
    return joined((CSS / "app.css").read_text(), lambda name: (CSS / name).read_text())


def sheets() -> str:
    """With those that only one page asks for."""
    return sheet() + "".join(path.read_text() for path in STATIC.glob("*.css"))


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "vendor"], ids=["served", "for tests"])
def test_vendored_files_are_as_published(folder: Path) -> None:
    packages = json.loads((folder / "manifest.json").read_text())
    told = {name: digest for package in packages for name, digest in package["files"].items()}
    assert told == {name: sha256((folder / name).read_bytes()).hexdigest() for name in told}
    assert all(package["version"] and package["licence"] for package in packages)
    licences = {package["licence_file"] for package in packages}
    assert {path.name for path in folder.iterdir()} == set(told) | licences | {"manifest.json"}


def test_every_sheet_is_joined_and_light() -> None:
    imported = set(re.findall(r'url\("([\w.-]+)"\)', (CSS / "app.css").read_text()))
    assert imported == {path.name for path in CSS.glob("*.css")} - {"app.css", "error.css"}
    whole = sheet()
    assert "@import" not in whole
    assert whole.count("{") == whole.count("}")
    assert len(gzip.compress(whole.encode(), 9)) <= 10 * 1024


def test_our_own_script_is_light() -> None:
    assert len(gzip.compress((STATIC / "js" / "app.js").read_bytes(), 9)) <= 1536


def test_the_button_of_other_tools_keeps_its_address(tmp_path: Path) -> None:
    """Every other file is served under its hash alone."""
    storage = JoinedStylesStorage(location=tmp_path, base_url="/static/")
    for name in (KEPT, "js/app.js"):
        storage.save(name, ContentFile((STATIC / name).read_bytes()))
    list(storage.post_process({name: (storage, name) for name in (KEPT, "js/app.js")}))
    kept = {path.name for path in (tmp_path / "js").iterdir()}
    assert {"flag-button.js", "flag-button.js.gz"} <= kept and "app.js" not in kept
    assert (tmp_path / KEPT).read_bytes() == (STATIC / KEPT).read_bytes()


def test_no_sheet_names_an_unknown_variable() -> None:
    whole = sheets()
    defined = set(re.findall(r"(--[\w-]+)\s*:", whole))
    assert set(re.findall(r"var\((--[\w-]+)", whole)) <= defined


@pytest.mark.parametrize("page", PAGES)
def test_a_template_compiles_and_finds_what_it_includes(page: str) -> None:
    get_template(page)
    for name in re.findall(r'{%\s*(?:include|extends)\s+"([^"]+)"', (TEMPLATES / page).read_text()):
        get_template(name)


@pytest.mark.parametrize("page", PAGES)
def test_every_class_has_a_style(page: str) -> None:
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets()))
    alternatives = re.sub(r"{%\s*(else|elif)\b.*?%}", " ", (TEMPLATES / page).read_text())
    plain = re.sub(r"{%.*?%}|{{.*?}}", "", alternatives)
    used = {name for names in re.findall(r'class="([^"]*)"', plain) for name in names.split()}
    # `tone-{{ … }}` leaves a stub, `tone-{% if … %}blocked{% else %}caution{% endif %}` the end of a name
    ends = {name[cut.end() :] for name in styled for cut in re.finditer("-", name)}
    assert {name for name in used if not name.endswith("-")} - styled - ends - BARE_LISTS == set()


def test_every_component_is_used() -> None:
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    code = "".join(
        path.read_text() for app in ("pilots", "feedback", "governance") for path in (ROOT / app).rglob("*.py")
    )
    unused = [page for page in PAGES if page.startswith("components/") and f'"{page}"' not in pages + code]
    assert unused == []


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_inline(page: str) -> None:
    text = (TEMPLATES / page).read_text()
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("components/_")])
def test_a_component_says_what_it_takes(page: str) -> None:
    assert (TEMPLATES / page).read_text().startswith("{% comment %}")


def test_the_page_for_our_own_failures_stands_alone() -> None:
    text = (TEMPLATES / "500.html").read_text()
    assert "{%" not in text
    assert (ROOT / "static" / "css" / "error.css").exists()
