"""The plug-in that we ship: its own tests, in its own folder, as its developers run them."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.applications import medusa, migrated_environment, run_tests

PLUGIN = Path(__file__).parents[2] / "plugins" / "product-reviews"


def test_product_reviews(tmp_path: Path, worker_id: str) -> None:
    """Also: its migration makes what its models say."""
    root = tmp_path / "product-reviews"
    shutil.copytree(PLUGIN, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    with migrated_environment(f"reviews_{worker_id}") as environment:
        migrated = medusa(root, environment, "db:migrate")
        assert "review_0001 applied" in migrated.stdout, migrated.stderr
        generated = medusa(root, environment, "db:generate", "review")
        assert "Nothing to do" in generated.stderr
        found = run_tests(root, environment, "-W", "error")
    assert len(found) > 20
    failed = {test: problem for test, problem in found.items() if problem}
    assert failed == {}, "\n\n".join(failed.values())
