import pytest

from medusa.framework.app import App
from src.scripts.add_brands import main


async def test_brands_are_added_once(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    await main(app, ["Scripted", "Scripted too"])
    await main(app, ["Scripted"])
    assert capsys.readouterr().out == "Added 2 brands\nAdded 0 brands\n"
