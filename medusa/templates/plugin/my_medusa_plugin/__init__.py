"""A plug-in for Medusa: say here what it does for a shop."""

from msgspec import Struct

from medusa.framework.plugins import Plugin

__all__ = ["Options", "plugin"]


class Options(Struct, frozen=True, kw_only=True):
    """What a shop decides, in medusa_config.py; a field without default must be given.

    Attributes:
        greeting: What visitors are greeted with.
    """

    greeting: str = "Hello"


plugin = Plugin("my-medusa-plugin", options=Options)
