"""An application to try the plug-in in: `medusa develop` and `pytest` in this folder use it. It is not part of the package."""

from medusa.framework.config import Config, PluginConfig

config = Config(
    plugins={
        "medusa-product-reviews": PluginConfig(options={"auto_approve": True, "minimum_rating": 4}),
    }
)
