pytest_plugins = ["tests.harness.database", "tests.harness.browser", "tests.cast", "tests.governed", "tests.trail"]
