"""Names of an OpenAPI document: what ``operations.json`` is made with, and what our own document is read with.

python -m tests.contract.excerpt openapi.json routes.tsv
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

EXCERPT = Path(__file__).parent / "operations.json"
METHODS = ("get", "post", "delete")
Json = dict[str, Any]


def names(schema: Json, components: Json) -> tuple[set[str], set[str]]:
    """(properties, required ones) of a schema; of alternatives all properties, and what each of them requires."""
    if "$ref" in schema:
        return names(components[schema["$ref"].rpartition("/")[2]], components)
    properties, required = set[str](schema.get("properties", ())), set[str](schema.get("required", ()))
    for part in schema.get("allOf", ()):
        more, needed = names(part, components)
        properties, required = properties | more, required | needed
    alternatives = [names(part, components) for part in schema.get("oneOf") or schema.get("anyOf") or ()]
    if alternatives:
        properties = properties.union(*(more for more, _ in alternatives))
        first, *others = [needed for _, needed in alternatives]
        required |= first.intersection(*others)
    return properties, required


def operations(document: Json) -> dict[str, dict[str, list[str]]]:
    """``{"POST /store/carts": {"body", "required", "query", "answer"}}``, sorted names."""
    components = document["components"]["schemas"]
    found: dict[str, dict[str, list[str]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                found[f"{method.upper()} {path}"] = _operation(operation, components)
    return found


def _operation(operation: Json, components: Json) -> dict[str, list[str]]:
    content = operation.get("requestBody", {}).get("content", {})
    body, required = names(_schema(content), components)
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    answer, _ = names(_schema(answers[0].get("content", {})), components) if answers else (set[str](), set[str]())
    query = {each["name"].partition("[")[0] for each in operation.get("parameters", ()) if each.get("in") == "query"}
    parts = {"body": body, "required": required & body, "query": query, "answer": answer}
    return {name: sorted(values) for name, values in parts.items()}


def _schema(content: Json) -> Json:
    for media in content.values():
        return dict(media.get("schema") or {})
    return {}


def main(openapi: str, routes: str) -> None:
    """Write the excerpt: of each operation the names, as words of one text."""
    shown = {
        name: {part: " ".join(words) for part, words in parts.items() if words}
        for name, parts in operations(json.loads(Path(openapi).read_text())).items()
    }
    lines = [" ".join(line.split("\t")[:2]) for line in Path(routes).read_text().splitlines() if line]
    rows = [f" {json.dumps(name)}: {json.dumps(shown.get(name))}" for name in sorted({*lines, *shown})]
    served = json.dumps(sorted(set(lines) - set(shown))), json.dumps(sorted(set(shown) - set(lines)))
    EXCERPT.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    print(f"served but not described: {served[0]}\ndescribed but not served: {served[1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
