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
