"""The bars of the code base, so that nobody has to remember them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[1]
APPS = ("pilots", "feedback", "governance", "rolloutgov")
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 50
FORBIDDEN_MODULES = {"services", "selectors", "utils", "helpers", "constants", "misc", "common"}


def sources(*suffixes: str) -> Iterator[Path]:
    """What people write: no data, no migrations, nothing vendored."""
    for folder in (*APPS, "templates", "static", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not {"vendor", "migrations", "__pycache__"} & set(path.parts):
                yield path


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources(".py"):
        yield path, ast.parse(path.read_text())


def test_no_file_is_longer_than_it_may_be() -> None:
    counted = {
        str(path.relative_to(ROOT)): path.read_text().count("\n") for path in sources(".py", ".html", ".css", ".js")
    }
    assert {name: lines for name, lines in counted.items() if lines > LINES_OF_A_FILE} == {}


def test_no_function_is_longer_than_it_may_be() -> None:
    long = {}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LINES_OF_A_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [str(path) for path in sources(".py") if path.stem in FORBIDDEN_MODULES] == []


def test_no_rule_hides_in_a_signal_receiver() -> None:
    found = [
        str(path)
        for path, _ in trees()
        if path.parts[-2] != "tests"
        and re.search(r"@receiver\(|post_save\.connect|pre_save\.connect", path.read_text())
        and path != Path(__file__)
    ]
    assert found == []


def test_no_import_hides_in_a_function() -> None:
    """It would hide a cycle. Where a library must come late, the line says `noqa: PLC0415`; the launcher may, it
    starts before anything is installed."""
    found = []
    for path, tree in trees():
        lines = path.read_text().split("\n")
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for node in ast.walk(function):
                late = isinstance(node, ast.Import | ast.ImportFrom) and "PLC0415" not in lines[node.lineno - 1]
                if late and path.parts[len(ROOT.parts)] in APPS[:3]:
                    found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert found == []


def test_migrations_have_names() -> None:
    numbered = [path.name for app in APPS for path in (ROOT / app).glob("migrations/0*.py")]
    assert [name for name in numbered if re.search(r"_auto_|^\d{4}_(initial|alter|add|remove)_?\.py$", name)] == []


def ours() -> list[type[models.Model]]:
    return [model for app in ("pilots", "feedback", "governance") for model in apps.get_app_config(app).get_models()]


# The system decides this too: the catalogue that comes with the product is published by nobody.
BY_THE_SYSTEM_TOO = {"governance.CatalogueVersion.published_by"}


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_every_decision_has_a_name_beside_its_moment(model: type[models.Model]) -> None:
    """Where there is `<verb>_by` there is `<verb>_at`; both optional means that a constraint ties them."""
    fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
    tied = " ".join(constraint.name for constraint in model._meta.constraints)
    for name, field in fields.items():
        if not name.endswith("_by") or not isinstance(field, models.ForeignKey):
            continue
        moment = fields.get(f"{name[:-3]}_at")
        assert moment is not None, f"{model._meta.label}.{name} has no moment"
        if field.null and moment.null and f"{model._meta.label}.{name}" not in BY_THE_SYSTEM_TOO:
            assert f"{name[:-3]}_at_and_by" in tied, (
                f"{model._meta.label}.{name[:-3]}: nothing ties its name to its moment"
            )


def test_every_large_table_can_be_split_by_pilot() -> None:
    without = {
        model._meta.label
        for model in ours()
        if model._meta.app_label != "pilots" and not any(f.name == "pilot" for f in model._meta.get_fields())
    }
    assert without == {"governance.CatalogueVersion", "governance.Question"}


def test_foreign_keys_between_apps_point_down() -> None:
    floor = {"pilots": 0, "feedback": 1, "governance": 2}
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and floor[field.related_model._meta.app_label] > floor[model._meta.app_label]
    ]
    assert upward == []


def test_relations_across_floors_have_no_way_back() -> None:
    back = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.app_label != model._meta.app_label
        and field.remote_field.related_name != "+"
    ]
    assert back == []


def actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for app in ("pilots", "feedback", "governance"):
        for path in sorted((ROOT / app / "actions").glob("*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{app}.{path.stem}.{node.name}", node


def test_an_action_takes_its_actor_as_by_and_by_keyword() -> None:
    """Questions that an action asks first (`require_…`, `may_…`, `why_…`) are no actions."""
    wrong = [
        name
        for name, node in actions()
        if "by" in {argument.arg for argument in node.args.args} and not re.match(r"require_|may_|why_", node.name)
    ]
    assert wrong == ["pilots.checkpoints.sign_checkpoint"]


def test_actions_start_no_tasks() -> None:
    found = [
        f"{app}/{path.name}"
        for app in ("pilots", "feedback", "governance")
        for path in (ROOT / app / "actions").glob("*.py")
        if re.search(r"\.delay\(|apply_async|send_task|\bwake\(", path.read_text())
    ]
    assert found == []
