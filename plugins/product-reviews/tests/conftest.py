pytest_plugins = ["medusa.framework.testing.fixtures"]
