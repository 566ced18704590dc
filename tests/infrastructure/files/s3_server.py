"""A real S3 server: @20minutes/s3rver from npm, which verifies signatures, presigned addresses and their expiry."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path
from typing import Any

import boto3

from tests.infrastructure.servers import LocalServer, binary

HERE = Path(__file__).parent / "s3"
BUCKET = "medusa"
KEY = SECRET = "S3RVER"


class S3Server(LocalServer):
    """The server, with one empty bucket."""

    ping = b"GET / HTTP/1.0\r\n\r\n"
    pong = b"HTTP/1.1"

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://{self.address}"

    def objects(self) -> set[str]:
        """The names of the bucket's objects."""
        client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
            "s3", "us-east-1", endpoint_url=self.url, aws_access_key_id=KEY, aws_secret_access_key=SECRET
        )
        try:
            return {item.get("Key", "") for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
        finally:
            client.close()

    def options(self, **more: Any) -> dict[str, Any]:
        """What the provider ``s3`` needs to use it."""
        given = {"bucket": BUCKET, "endpoint": self.url, "access_key_id": KEY, "secret_access_key": SECRET}
        return {**given, **more}

    def command(self, directory: Path) -> list[str]:
        """Installs it where that was not done yet; other workers wait."""
        with (HERE / "package.json").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if not (HERE / "node_modules" / ".package-lock.json").exists():
                subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)
        return [binary("node", "nodejs"), str(HERE / "server.cjs"), str(self.port), str(directory / "data"), BUCKET]
