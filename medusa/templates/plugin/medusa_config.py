"""An application to try the plug-in in: `medusa plugin:develop` and `pytest` use it. It is not part of the package."""

from medusa.framework.config import Config, PluginConfig

config = Config(
    plugins={"my-medusa-plugin": PluginConfig(options={"greeting": "Hello"})},
)
