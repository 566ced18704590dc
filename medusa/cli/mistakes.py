"""Mistakes in an application's own code, told without the frames of the machinery around it."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from medusa.framework.errors import ConfigurationError, MedusaError


@contextmanager
def mistakes_in_code_explained(root: Path) -> Generator[None]:
    """An exception out of a file below ``root`` becomes a message with that file's part of the traceback only."""
    try:
        yield
    except (ConfigurationError, MedusaError):
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [number for number, frame in enumerate(frames) if Path(frame.filename).is_relative_to(root / "src")]
        broken = isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(root)
        if not own and not broken:
            raise
        shown = [frame for frame in frames[own[0] :] if "importlib" not in frame.filename] if own else []
        lines = [*traceback.format_list(shown), *traceback.format_exception_only(error)]
        raise ConfigurationError(_sentence(error, shown, root) + "\n" + "".join(lines).rstrip()) from error


def _sentence(error: Exception, frames: list[traceback.FrameSummary], root: Path) -> str:
    """File, line, and what is wrong there."""
    if isinstance(error, SyntaxError) and error.filename:
        file, line, what = error.filename, error.lineno, error.msg
    else:
        place = [frame for frame in frames if Path(frame.filename).is_relative_to(root / "src")][-1]
        file, line, what = place.filename, place.lineno, str(error)
    return f"{Path(file).relative_to(root)}, line {line}: {type(error).__name__}: {what}"
