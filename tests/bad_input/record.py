"""Record the answers of a running server: ``python -m tests.bad_input.record http://127.0.0.1:9000 SECRET [COUNTRY]``."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx

from medusa.framework.testing.clients import Client
from tests.bad_input.cases import CASES
from tests.bad_input.world import make_world

ANSWERS = Path(__file__).parent / "answers.json"
COUNTRY = "ax"


async def record(url: str, secret: str, country: str = COUNTRY) -> dict[str, Any]:
    """Play every case; the answers by the cases' names."""
    login = {"email": "admin@medusajs.com", "password": "supersecret"}
    clients = [httpx.AsyncClient(base_url=url, timeout=60) for _ in range(3)]
    admin, store, nobody = clients
    token = (await nobody.post("/auth/user/emailpass", json=login)).json()["token"]
    admin.headers["authorization"] = f"Bearer {token}"
    world = await make_world(Client(admin, "/admin"), Client(store, "/store"), nobody, country=country, secret=secret)
    try:
        answers = {case.name: await world.play(case) for case in CASES}
    finally:
        await admin.delete(f"/admin/regions/{world.ids['region']}")
        found = (await admin.get("/admin/tax-regions", params={"country_code": country})).json()["tax_regions"]
        for region in found:
            await admin.delete(f"/admin/tax-regions/{region['id']}")
    return answers


if __name__ == "__main__":
    recorded = asyncio.run(record(*sys.argv[1:4]))
    lines = [f" {json.dumps(name)}: {json.dumps(answer, ensure_ascii=False)}" for name, answer in recorded.items()]
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
