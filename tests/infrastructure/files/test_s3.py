"""What only S3 has: keys and their checks, presigned addresses, and a server that may be away."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from medusa.framework.app import App
from medusa.framework.errors import ConfigurationError, Unavailable
from medusa.infrastructure import extras
from medusa.infrastructure.files import FileAccess, FileMissing, NewFile
from medusa.infrastructure.files.s3 import S3FileProvider
from tests.infrastructure.files.conftest import Place
from tests.infrastructure.files.s3_server import BUCKET, S3Server


async def opened(app: App, options: dict[str, Any]) -> S3FileProvider:
    """A provider with these options."""
    provider = S3FileProvider(options)
    await provider.open(app)
    return provider


async def test_a_client_uploads_to_the_presigned_address(s3_place: Place) -> None:
    prepared = await s3_place.provider.get_presigned_upload_url(NewFile(filename="up.csv", mime_type="text/csv"))
    async with httpx.AsyncClient() as browser:
        other = await browser.put(prepared.url, content=b"1,2", headers={"content-type": "text/html"})
        assert other.status_code == 403
        answer = await browser.put(prepared.url, content=b"1,2", headers={"content-type": "text/csv"})
        assert answer.status_code == 200
    assert await s3_place.provider.get_as_buffer(prepared.key) == b"1,2"


async def test_an_address_ends(app: App, s3_server: S3Server) -> None:
    provider = await opened(app, s3_server.options(download_expires_in=1))
    file = await provider.upload(NewFile(filename="a.txt"), b"x")
    url = await provider.get_presigned_download_url(file.key)
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(url)
        for _ in range(1200):
            if answer.status_code == 403:
                break
            await asyncio.sleep(0.05)
            answer = await browser.get(url)
    assert "Request has expired" in answer.text
    await provider.close()


async def test_the_prefix_is_all_it_sees(app: App, s3_server: S3Server, s3_place: Place) -> None:
    other = await opened(app, s3_server.options(prefix="elsewhere/"))
    file = await s3_place.provider.upload(NewFile(filename="a.txt"), b"x")
    assert f"shop/{file.key}" in await s3_place.stored()
    with pytest.raises(FileMissing):
        await other.get_as_buffer(file.key)
    await other.close()


async def test_public_files_are_at_the_cdn(app: App, s3_server: S3Server) -> None:
    provider = await opened(app, s3_server.options(file_url="https://cdn.example.com/", prefix="p/"))
    file = await provider.upload(NewFile(filename="ä.png", access=FileAccess.PUBLIC), b"x")
    assert file.url.startswith("https://cdn.example.com/p/%C3%A4-")
    await provider.close()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "https://medusa.s3.us-east-1.amazonaws.com/"),
        ({"region": "eu-central-1"}, "https://medusa.s3.eu-central-1.amazonaws.com/"),
        ({"endpoint": "https://minio.example.com"}, "https://minio.example.com/medusa/"),
        ({"endpoint": "https://fra1.example.com", "addressing_style": "virtual"}, "https://medusa.fra1.example.com/"),
    ],
)
async def test_the_bucket_has_an_address(app: App, options: dict[str, str], address: str) -> None:
    keys = {"access_key_id": "key", "secret_access_key": "secret"}
    provider = S3FileProvider({"bucket": BUCKET, **keys, **options})
    prepared = await asyncio.to_thread(
        provider.client.generate_presigned_url, "put_object", Params={"Bucket": BUCKET, "Key": "a"}
    )
    assert prepared.startswith(f"{address}a?")
    assert provider.base_url == address.rstrip("/")
    provider.client.close()


async def test_a_wrong_setting_stops_the_start(app: App, s3_server: S3Server) -> None:
    cases = {
        "correct the option secret_access_key": {"secret_access_key": "wrong"},
        "correct the option access_key_id": {"access_key_id": "nobody"},
        "make the bucket, or correct the option bucket": {"bucket": "nowhere"},
    }
    for remedy, wrong in cases.items():
        with pytest.raises(ConfigurationError, match=remedy):
            await opened(app, s3_server.options(**wrong))


async def test_without_keys_the_start_says_so(
    app: App, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigurationError, match="Unable to locate credentials: see the options of the provider"):
        await opened(app, s3_server.options(access_key_id=None, secret_access_key=None))


async def test_a_server_that_is_down_stops_the_start(app: App, own_s3: S3Server) -> None:
    own_s3.stop()
    with pytest.raises(ConfigurationError, match=rf"'medusa' at {own_s3.url} does not answer .*: start it, or correct"):
        await opened(app, own_s3.options())


def test_options_are_checked() -> None:
    with pytest.raises(ConfigurationError, match="missing required field `bucket`"):
        S3FileProvider({})
    with pytest.raises(ConfigurationError, match="unknown field `bucked`"):
        S3FileProvider({"bucket": "a", "bucked": "b"})
    with pytest.raises(ConfigurationError, match=r"`int` <= 604800 - at `.*download_expires_in`"):
        S3FileProvider({"bucket": "a", "download_expires_in": 30 * 24 * 3600})
    with pytest.raises(ConfigurationError, match="the options of s3 cannot work"):
        S3FileProvider({"bucket": "a", "endpoint": "no address"})


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(ConfigurationError, match=r"needs the package boto3: install medusa-commerce\[s3\]"):
        S3FileProvider({"bucket": "a"})


async def test_a_server_that_goes_down_is_a_reason_to_try_later(app: App, own_s3: S3Server) -> None:
    provider = await opened(app, own_s3.options())
    file = await provider.upload(NewFile(filename="a.txt"), b"x")
    own_s3.stop()
    with pytest.raises(Unavailable, match="S3 does not answer now: try again"):
        await provider.get_as_buffer(file.key)
    with pytest.raises(Unavailable):
        await provider.upload(NewFile(filename="b.txt"), b"x")
    own_s3.start()
    assert (await provider.get_as_buffer(file.key)) == b"x"
    await provider.close()
