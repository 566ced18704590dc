"""Imported by the process that workers are forks of: everything is loaded once, so a worker starts in no time."""

from pathlib import Path

from medusa.framework.app import load

load(Path.cwd())
