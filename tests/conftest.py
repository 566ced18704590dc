"""What all tests use: see :mod:`medusa.framework.testing`."""

from medusa.framework.testing.fixtures import *  # noqa: F403
