from medusa.framework.testing.fixtures import *  # noqa: F403
