"""Holds docker-compose.yml against the format's schema and against itself."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

SCHEMA: Final = Path(__file__).with_name("compose_schema.json")


def faults(file: Path) -> list[str]:
    """One sentence for each thing that is wrong with a compose file."""
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    schema = Draft202012Validator(json.loads(SCHEMA.read_text()))
    found = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(content)]
    return found or list(_dangling(content))


def _dangling(content: Mapping[str, Any]) -> Iterator[str]:
    """Names that a service uses and nothing declares."""
    services: Mapping[str, Mapping[str, Any]] = content["services"]
    for name, service in services.items():
        for other in service.get("depends_on", ()):
            if other not in services:
                yield f"{name} depends on {other}, which is no service"
        for kind in ("volumes", "networks", "secrets", "configs"):
            known = content.get(kind) or {}
            used = {_source(entry) for entry in service.get(kind, ())}
            for source in sorted(used - set(known) - {"", "default"}):
                yield f"{name} uses {source}, which is not declared under {kind}"


def _source(entry: str | Mapping[str, Any]) -> str:
    """The declared thing that an entry names; empty for a path or an anonymous one."""
    if not isinstance(entry, str):
        return str(entry.get("source", "")) if entry.get("type") != "bind" else ""
    source, colon, _ = entry.partition(":")
    is_path = source.startswith((".", "/", "~", "$"))
    return "" if is_path or (not colon and "/" in source) else source
