"""Names: as a file, a class, a table and an id, and what cannot be one."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from medusa.framework.errors import ConfigurationError
from medusa.framework.naming import plural, snake_case


@dataclass(frozen=True)
class Name:
    """One name in all the forms that code needs: ``gift_wrap``, ``gift_wraps``, ``GiftWrap``, ``gift-wrap``, ``gift wrap``."""

    snake: str

    @property
    def plural(self) -> str:
        return plural(self.snake)

    @property
    def pascal(self) -> str:
        return "".join(part.capitalize() for part in self.snake.split("_"))

    @property
    def kebab(self) -> str:
        return self.snake.replace("_", "-")

    @property
    def words(self) -> str:
        return self.snake.replace("_", " ")

    @property
    def title(self) -> str:
        return self.words.capitalize()

    @property
    def forms(self) -> dict[str, str]:
        """The names of templates."""
        return {
            "name": self.snake,
            "names": self.plural,
            "Name": self.pascal,
            "kebab": self.kebab,
            "words": self.words,
            "many": self.plural.replace("_", " "),
            "Title": self.title,
            "Many": self.plural.replace("_", " ").capitalize(),
            "constant": self.snake.upper(),
        }


def parse(given: str, what: str) -> Name:
    """A name as it was typed: ``brand``, ``gift-wrap``, ``gift_wrap`` or ``GiftWrap``.

    Raises:
        ConfigurationError: It cannot be a name in Python; the message has one that can.
    """
    name = snake_case(given.strip()).replace("-", "_")
    if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) and not keyword.iskeyword(name):
        if _means_something(name):
            raise ConfigurationError(
                f'"{given}" means something to Python already: choose another name, for example "{suggestion(name)}".'
            )
        return Name(name)
    reason = (
        "is a keyword of Python"
        if keyword.iskeyword(name)
        else "is no identifier: use letters, digits and dashes, a letter first"
    )
    raise ConfigurationError(
        f'"{given}" cannot be the name of a {what}, it {reason}; for example "{suggestion(given)}".'
    )


def suggestion(given: str, taken: Container[str] = ()) -> str:
    """A name like this one that is free."""
    letters = unicodedata.normalize("NFKD", given.casefold() if not given.isascii() else given)  # "Größe": "grosse"
    words = re.sub(r"[^a-z0-9]+", "_", snake_case(letters.encode("ascii", "ignore").decode())).strip("_")
    words = re.sub(r"^[0-9_]+", "", words)
    if words and not _means_something(words) and words not in taken:
        return words
    for candidate in (f"store_{words}", f"my_{words}", f"our_{words}"):
        if words and candidate not in taken:
            return candidate
    return "brand"


def _means_something(name: str) -> bool:
    """To Python, where it stands alone."""
    return keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in vars(builtins)
