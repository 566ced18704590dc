"""Mistakes in an application's own code, told without the frames of the machinery around it."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from medusa.framework.errors import ConfigurationError, MedusaError


@contextmanager
def mistakes_in_code_explained(root: Path) -> Generator[None]:
    """An exception out of the application's code becomes a message with that code's part of the traceback only.

    What the framework refuses while that code is imported (a decorator's argument) is told with the place.
    """
    try:
        yield
    except ConfigurationError as error:
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename, root)]
        if not places or places[-1].name != "<module>" or _path(places[-1], root) in str(error):
            raise
        raise ConfigurationError(f"{_place(places[-1], root)}: {error}") from error
    except MedusaError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if _is_own(frame.filename, root)]
        broken = isinstance(error, SyntaxError) and error.filename and _is_own(error.filename, root)
        if not own and not broken:
            raise
        lines = [*traceback.format_list(own), *traceback.format_exception_only(error)]
        raise ConfigurationError(_sentence(error, own, root) + "\n" + "".join(lines).rstrip()) from error


def _is_own(file: str, root: Path) -> bool:
    """Whether it is below the root, and not in a virtual environment there."""
    path = Path(file)
    return path.is_relative_to(root) and not any(
        part.startswith(".") or part == "site-packages" for part in path.relative_to(root).parts
    )


def _sentence(error: Exception, own: list[traceback.FrameSummary], root: Path) -> str:
    """File, line, and what is wrong there."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).relative_to(root)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    what = str(error).partition("\n")[0]
    return f"{_place(own[-1], root)}: {type(error).__name__}: {what}"


def _place(frame: traceback.FrameSummary, root: Path) -> str:
    return f"{_path(frame, root)}, line {frame.lineno}"


def _path(frame: traceback.FrameSummary, root: Path) -> str:
    return str(Path(frame.filename).relative_to(root))
