"""The code of the how-to pages: every block that begins with the name of a file is that file of an application."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```\w+\n# (?P<path>[\w./-]+\.(?:py|ini))\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HowToPage:
    """A page, and the files it tells its reader to write, by path."""

    name: str
    files: dict[str, str]

    @property
    def tests(self) -> list[str]:
        """Its files of tests."""
        return [path for path in self.files if path.startswith("tests/test_")]


def read_page(path: Path) -> HowToPage:
    """The files of a page."""
    blocks = _BLOCK.finditer(path.read_text(encoding="utf-8"))
    return HowToPage(path.stem, {block["path"]: f"# {block['path']}\n{block['code']}" for block in blocks})


ELSEWHERE = {"plugin", "generate"}
"""Pages that are not about an application's files: tests/cli runs what they say."""


def read_pages() -> list[HowToPage]:
    """All how-to pages of an application, and the page that sets tests up."""
    pages = [read_page(path) for path in sorted((DOCS / "how-to").glob("*.md")) if path.stem not in ELSEWHERE]
    return [read_page(DOCS / "concepts" / "testing.md"), *pages]


def write_application(root: Path, pages: list[HowToPage]) -> None:
    """Write all files below ``root``.

    Raises:
        ValueError: Two pages write the same file.
    """
    written: set[str] = set()
    for page in pages:
        for name, text in page.files.items():
            target = root / name
            if name in written:
                raise ValueError(f"{page.name} writes {name} again")
            written.add(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
