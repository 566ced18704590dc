import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from medusa.framework.testing.postgres import worker_database
from medusa.framework.testing.server import live_server
from outside import Outside

HERE = Path(__file__).parents[1]


def commands() -> str:
    """The commands of the README below "Try it"."""
    section = (HERE / "README.md").read_text(encoding="utf-8").split("## Try it")[1]
    return "\n".join(re.findall(r"^```bash\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))


def test_the_commands_of_the_readme_work(tmp_path: Path, worker_id: str, outside: Outside) -> None:
    root = tmp_path / "brands"
    shutil.copytree(HERE, root, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    bin = root / "bin"
    bin.mkdir()
    (bin / "medusa").write_text(f'#!/bin/sh\nexec {sys.executable} -m medusa.cli.main "$@"\n')
    (bin / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    for each in bin.iterdir():
        each.chmod(0o755)
    secrets = {"JWT_SECRET": "test", "COOKIE_SECRET": "test"}
    with worker_database(f"readme_{worker_id}") as url, live_server(root, url, environment=secrets) as server:
        variables = {"PATH": f"{bin}:{os.environ['PATH']}", "API": server.url, "DATABASE_URL": url, **secrets}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands()],
            cwd=root,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        assert outside.card_came.wait(120)  # the subscriber runs in the background
    assert {payment["status"] for payment in outside.payments.values()} == {"held"}
    assert list(outside.names.values()) == ["Ada & Sons"]
    [card] = outside.cards.values()
    assert card["to"] == "ada@example.com"
    assert [name.rpartition("-")[2] for name in outside.files] == ["README.md"]
    for said in ('"name":"Acme"', '"position":2', "4.2", "5.746", "Vera"):
        assert said in done.stdout, f"{said} is not in {done.stdout}"
