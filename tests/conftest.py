import pytest
from hypothesis import HealthCheck, settings

# A busy machine draws slowly; that is no fault of the code. The same examples every time.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = [
    "tests.harness.database",
    "tests.harness.browser",
    "tests.harness.figures",
    "tests.cast",
    "tests.governed",
    "tests.trail",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: a minute's test that one worker comes to last leaves the other idle."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
