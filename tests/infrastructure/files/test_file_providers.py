"""What every file provider promises."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from medusa.infrastructure.files import FileAccess, FileMissing, NewFile
from tests.infrastructure.files.conftest import Place

PUBLIC, PRIVATE = FileAccess.PUBLIC, FileAccess.PRIVATE
MIB = 1024 * 1024


async def chunks(size: int, *, fail_at: int | None = None) -> AsyncIterator[bytes]:
    """So many bytes, in pieces of 256 KiB."""
    piece = bytes(range(256)) * 1024
    for sent in range(0, size, len(piece)):
        if fail_at is not None and sent >= fail_at:
            raise ConnectionResetError("the client went away")
        yield piece[: size - sent]


async def test_a_file_comes_back_as_it_was(place: Place) -> None:
    content = bytes(range(256)) * 5
    file = await place.provider.upload(NewFile(filename="data.bin"), content)
    assert await place.provider.get_as_buffer(file.key) == content
    stream = await place.provider.get_download_stream(file.key)
    assert b"".join([chunk async for chunk in stream]) == content


async def test_an_empty_file_is_a_file(place: Place) -> None:
    file = await place.provider.upload(NewFile(filename="empty.txt"), b"")
    assert await place.provider.get_as_buffer(file.key) == b""


@pytest.mark.parametrize(
    "name",
    ["plain.txt", "Größe 5 & 6.png", "a#b?c%20&d=e+f.txt", ".hidden", "no-extension", "日本.csv", "x" * 400 + ".txt"],
)
async def test_a_public_file_is_at_its_address(place: Place, name: str) -> None:
    file = await place.provider.upload(NewFile(filename=name, access=PUBLIC), b"seen")
    assert "/" not in file.key
    answer = await place.fetch(file.url)
    assert (answer.status_code, answer.content) == (200, b"seen")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a/../../b", "..", "nul\0l.txt", ""]
)
async def test_a_name_leads_nowhere_else(place: Place, name: str) -> None:
    before = await place.stored()
    file = await place.provider.upload(NewFile(filename=name), b"x")
    assert "/" not in file.key
    assert "\\" not in file.key
    assert await place.provider.get_as_buffer(file.key) == b"x"
    assert len(await place.stored() - before) >= 1


async def test_two_files_of_one_name_are_two(place: Place) -> None:
    new = NewFile(filename="same.txt")
    files = await asyncio.gather(*(place.provider.upload(new, b"%d" % n) for n in range(20)))
    assert len({file.key for file in files}) == 20
    assert [await place.provider.get_as_buffer(file.key) for file in files] == [b"%d" % n for n in range(20)]


async def test_a_private_file_needs_its_signed_address(place: Place) -> None:
    file = await place.provider.upload(NewFile(filename="invoice.pdf", access=PRIVATE), b"secret")
    url = await place.provider.get_presigned_download_url(file.key)
    assert (await place.fetch(url)).content == b"secret"
    tampered = url[:-1] + ("0" if url[-1] != "0" else "1")
    assert (await place.fetch(tampered)).status_code in (403, 404)
    assert b"secret" not in (await place.fetch(tampered)).content


async def test_the_media_type_is_kept(place: Place) -> None:
    file = await place.provider.upload(NewFile(filename="a.png", mime_type="image/png", access=PUBLIC), b"\x89PNG")
    assert (await place.fetch(file.url)).headers["content-type"] == "image/png"


async def test_what_is_deleted_is_gone(place: Place) -> None:
    file = await place.provider.upload(NewFile(filename="gone.txt"), b"x")
    await place.provider.delete([file.key, "never-was.txt"])
    for ask in (place.provider.get_as_buffer, place.provider.get_presigned_download_url):
        with pytest.raises(FileMissing, match=f"File with key {file.key} not found"):
            await ask(file.key)
    with pytest.raises(FileMissing):
        await place.provider.get_download_stream(file.key)
    await place.provider.delete([file.key])  # once more is no error


async def test_a_large_file_is_never_in_memory(place: Place) -> None:
    size = 64 * MIB
    tracemalloc.start()
    try:
        file = await place.provider.upload_stream(NewFile(filename="film.mp4"), chunks(size))
        received = 0
        async for chunk in await place.provider.get_download_stream(file.key):
            received += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert received == size
    assert peak < size / 2
    await place.provider.delete([file.key])


@pytest.mark.parametrize("after", [0, MIB, 17 * MIB])
async def test_an_upload_that_breaks_off_leaves_nothing(place: Place, after: int) -> None:
    before = await place.stored()
    with pytest.raises(ConnectionResetError):
        await place.provider.upload_stream(NewFile(filename="half.bin"), chunks(20 * MIB, fail_at=after))
    assert await place.stored() == before


async def test_of_several_files_all_are_kept_or_none(place: Place) -> None:
    before = await place.stored()
    file = NewFile(filename="one.bin")
    with pytest.raises(ConnectionResetError):
        await place.service.create_files([(file, b"x"), (file, chunks(MIB, fail_at=0))])
    assert await place.stored() == before
    stored = await place.service.create_files([(file, b"x"), (file, chunks(MIB))])
    listed = await place.service.list_files([item.key for item in stored])
    assert [item.key for item in listed] == [item.key for item in stored]
