"""Files in Amazon S3, or in anything that speaks its protocol (MinIO, Cloudflare R2, DigitalOcean Spaces ...).

Needs ``medusa-commerce[s3]``. Options:
    bucket, region: Where files are kept.
    access_key_id, secret_access_key: Who we are; without them boto3 looks where it always does (environment, role ...).
    endpoint: The address of a service that is not Amazon's.
    prefix: What objects' names begin with, e.g. ``shop/``; keys are told without it.
    file_url: The address where public files are seen, without a slash at the end: a CDN's, or by default the bucket's.
    acl: Whether each object is given an access control list, ``public-read`` or ``private``. Say False for a bucket that
        has them switched off: then its policy decides what everybody may read.
    cache_control: For public files, which never change.
    download_expires_in: Seconds for which an address for a download holds, a week at most.
    addressing_style: ``path`` (the default with an endpoint) or ``virtual``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast
from urllib.parse import quote

from msgspec import Meta, Struct

from medusa.framework.errors import ConfigurationError, ErrorType, MedusaError, Unavailable
from medusa.framework.ids import ulid
from medusa.infrastructure.extras import need_package
from medusa.infrastructure.files.names import safe_name, split_name
from medusa.infrastructure.files.provider import (
    PRESIGNED_FOR,
    FileAccess,
    FileMissing,
    FileProvider,
    NewFile,
    StoredFile,
)
from medusa.infrastructure.outages import describe

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

    from medusa.framework.app import App

T = TypeVar("T")
PART_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_THREADS = 16
_REMEDIES = {
    "AccessControlListNotSupported": "the bucket has no access control lists: give the provider the option acl=False",
    "NoSuchBucket": "make the bucket, or correct the option bucket",
    "InvalidAccessKeyId": "correct the option access_key_id",
    "SignatureDoesNotMatch": "correct the option secret_access_key",
    "PermanentRedirect": "correct the option region",
    "AuthorizationHeaderMalformed": "correct the option region",
    "IllegalLocationConstraintException": "correct the option region",
}


class S3FileOptions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """See the module's documentation."""

    bucket: str
    region: str = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: str | None = None
    endpoint: str | None = None
    prefix: str = ""
    file_url: str = ""
    acl: bool = True
    cache_control: str = "public, max-age=31536000"
    download_expires_in: Annotated[int, Meta(ge=1, le=7 * 24 * 3600)] = 3600
    addressing_style: Literal["path", "virtual"] | None = None


class S3Refused(MedusaError):
    """S3 answers, and does not do what is asked."""

    type = ErrorType.UNEXPECTED

    def __init__(self, code: str, remedy: str) -> None:
        super().__init__(f"S3 refuses the request ({code}): {remedy}")
        self.reason = code


class S3FileProvider(FileProvider):
    """A bucket. boto3 has no asyncio: its calls run in threads of the provider's own."""

    identifier = "s3"

    def check_options(self) -> None:
        self._options = options = self.options_as(S3FileOptions)
        style = options.addressing_style or ("path" if options.endpoint else "virtual")
        need_package("boto3", module=self.module, what="the provider s3", extra="s3")
        import boto3
        from botocore.config import Config

        # Not every service knows the checksums that Amazon's own takes.
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": style, "us_east_1_regional_endpoint": "regional"},
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            max_pool_connections=_THREADS,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            self.client: S3Client = boto3.session.Session().client(  # pyright: ignore[reportUnknownMemberType]
                "s3",
                region_name=options.region,
                endpoint_url=options.endpoint,
                aws_access_key_id=options.access_key_id,
                aws_secret_access_key=options.secret_access_key,
                config=config,
            )
        except ValueError as error:
            raise ConfigurationError(f"modules.files: the options of s3 cannot work: {error}") from error
        self.base_url = options.file_url.rstrip("/") or _address_of(options, style)

    async def open(self, app: App) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")
        try:
            # An answer tells by its code what is wrong; that there is no such object, or that we may not know, is fine.
            await self._call(
                partial(self.client.get_object, Bucket=self._options.bucket, Key=self._name("medusa-start"))
            )
        except FileMissing:
            return
        except S3Refused as error:
            if error.reason != "AccessDenied":
                raise ConfigurationError(f"{self._where}: {error.message}") from error
        except Unavailable as error:
            raise ConfigurationError(
                f"{self._where} does not answer ({describe(error.__cause__ or error)}): start it, or correct the option endpoint"
            ) from error

    async def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.client.close()

    # --- what a file provider does

    async def upload_stream(self, file: NewFile, content: AsyncIterable[bytes]) -> StoredFile:
        stem, extension = split_name(safe_name(file.filename))
        key = f"{stem}-{ulid()}{extension}"
        parts = _parts(content)
        first = await anext(parts, b"")
        about = self._about(file)
        if len(first) < PART_BYTES:
            await self._call(
                partial(self.client.put_object, Bucket=self._options.bucket, Key=self._name(key), Body=first, **about)
            )
        else:
            await self._upload_parts(self._name(key), about, first, parts)
        return StoredFile(key, f"{self.base_url}/{quote(self._name(key))}")

    async def _upload_parts(self, name: str, about: dict[str, Any], first: bytes, rest: AsyncIterator[bytes]) -> None:
        where: dict[str, Any] = {"Bucket": self._options.bucket, "Key": name}
        upload = await self._call(partial(self.client.create_multipart_upload, **where, **about))
        where["UploadId"] = upload["UploadId"]
        done: list[CompletedPartTypeDef] = []
        try:
            part: bytes | None = first
            while part is not None:
                number = len(done) + 1
                sent = await self._call(partial(self.client.upload_part, **where, PartNumber=number, Body=part))
                done.append({"ETag": sent["ETag"], "PartNumber": number})
                part = await anext(rest, None)
            await self._call(partial(self.client.complete_multipart_upload, **where, MultipartUpload={"Parts": done}))
        except BaseException:
            with contextlib.suppress(MedusaError):
                await self._call(partial(self.client.abort_multipart_upload, **where))
            raise

    async def delete(self, keys: list[str]) -> None:
        for key in keys:
            await self._call(partial(self.client.delete_object, Bucket=self._options.bucket, Key=self._name(key)))

    async def get_presigned_download_url(self, key: str) -> str:
        where: dict[str, Any] = {"Bucket": self._options.bucket, "Key": self._name(key)}
        await self._call(partial(self.client.head_object, **where), key)
        return await self._presigned("get_object", where, self._options.download_expires_in)

    async def get_presigned_upload_url(self, file: NewFile, expires_in: timedelta = PRESIGNED_FOR) -> StoredFile:
        where = {"Bucket": self._options.bucket, "Key": self._name(file.filename), "ContentType": file.mime_type}
        url = await self._presigned("put_object", where, int(expires_in.total_seconds()))
        return StoredFile(file.filename, url)

    async def get_download_stream(self, key: str) -> AsyncIterator[bytes]:
        found = await self._call(partial(self.client.get_object, Bucket=self._options.bucket, Key=self._name(key)), key)
        return self._chunks(found["Body"])

    async def _chunks(self, body: Any) -> AsyncIterator[bytes]:
        try:
            while chunk := cast("bytes", await self._call(partial(body.read, _CHUNK_BYTES))):
                yield chunk
        finally:
            body.close()

    # --- how it is done

    @property
    def _where(self) -> str:
        endpoint = self._options.endpoint or f"Amazon S3, {self._options.region}"
        return f"modules.files: the bucket {self._options.bucket!r} at {endpoint}"

    def _name(self, key: str) -> str:
        return self._options.prefix + key

    def _about(self, file: NewFile) -> dict[str, Any]:
        is_public = file.access is FileAccess.PUBLIC
        about: dict[str, Any] = {"ContentType": file.mime_type}
        if is_public and self._options.cache_control:
            about["CacheControl"] = self._options.cache_control
        if self._options.acl:
            about["ACL"] = "public-read" if is_public else "private"
        return about

    async def _presigned(self, what: Literal["get_object", "put_object"], where: dict[str, Any], seconds: int) -> str:
        return await self._call(partial(self.client.generate_presigned_url, what, Params=where, ExpiresIn=seconds))

    async def _call(self, function: Callable[[], T], key: str = "") -> T:
        loop = asyncio.get_running_loop()
        with _translated(key):
            return await loop.run_in_executor(self._threads, function)


def _address_of(options: S3FileOptions, style: str) -> str:
    host = (options.endpoint or f"https://s3.{options.region}.amazonaws.com").rstrip("/")
    scheme, _, rest = host.partition("://")
    return f"{host}/{options.bucket}" if style == "path" else f"{scheme}://{options.bucket}.{rest}"


async def _parts(content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The content in parts of at least :data:`PART_BYTES`, the last one smaller."""
    chunks: list[bytes] = []
    async for chunk in content:
        chunks.append(chunk)
        if sum(map(len, chunks)) >= PART_BYTES:
            yield b"".join(chunks)
            chunks.clear()
    if chunks:
        yield b"".join(chunks)


@contextlib.contextmanager
def _translated(key: str) -> Generator[None]:
    """The errors of S3 as ours."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NotConnected

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in ("NoSuchKey", "404"):
            raise FileMissing(key) from error
        if status >= 500 or code in ("SlowDown", "RequestTimeout", "Throttling"):
            raise Unavailable(f"S3 does not take the request now ({code}): try again") from error
        raise S3Refused(code, _REMEDIES.get(code, "see the permissions of the access key")) from error
    except (HTTPClientError, NotConnected, OSError) as error:
        raise Unavailable("S3 does not answer now: try again") from error
    except BotoCoreError as error:
        raise S3Refused(type(error).__name__, f"{error}: see the options of the provider") from error
