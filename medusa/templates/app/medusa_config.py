"""The configuration of my-medusa-store. What is left out comes from the environment and .env."""

from medusa.framework.config import Config, HttpConfig, ProjectConfig

config = Config(
    project=ProjectConfig(
        http=HttpConfig(),
    ),
    modules={},
)
