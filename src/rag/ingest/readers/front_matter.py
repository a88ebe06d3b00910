"""YAML or TOML front matter, or lines such as "Title: …", at the start of a text file."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from rag.errors import IngestError

__all__ = ["split_front_matter"]

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\A\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LINES = re.compile(  # MultiMarkdown's form, without a first "---" line
    r"\A((?:(?:title|headline|subject|from|to|authors?|byline|date|published|outlet|source"
    r"|publisher|publication|url|link|section|language|lang|id|place|location|category|tags"
    r"|keywords)[ ]?:[ \t]+\S.*"
    r"\r?\n){2,})"
    r"(?:(?:[ \t]*|---)\r?\n)+",
    re.IGNORECASE,
)
_KEY = re.compile(r"\w[\w -]*")
_DEEPEST_FRONT_MATTER = 20  # maximum levels of nested lists
_LONGEST_FRONT_MATTER = 20_000  # characters


def split_front_matter(path: Path, text: str) -> tuple[dict[str, object], str]:
    """The values of the front matter, keys in lower case, and the text after it.

    Raises:
        IngestError: the front matter cannot be parsed.
    """
    toml = _TOML.match(text)
    if toml:
        return _keyed(_toml_values(path, toml[1])), text[toml.end() :]
    match = _FRONT_MATTER.match(text)
    if match is None:
        plain = _LINES.match(text)
        given = _plain_values(plain[1]) if plain else None
        return (_keyed(given), text[plain.end() :]) if plain and given else ({}, text)
    try:
        values = _front_matter(match[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        values = _plain_values(match[1])
        if values is None:
            reason = " ".join(str(error).split())
            raise IngestError(
                f"{path} has front matter that is not valid YAML ({reason}); put a value with a"
                " colon or a comma in quotes"
            ) from None
    if not isinstance(values, dict):  # a line between two horizontal rules, not front matter
        return {}, text
    return _keyed(values), text[match.end() :]


def _keyed(values: Mapping[Any, object]) -> dict[str, object]:
    return {str(key).lower(): value for key, value in values.items()}


def _toml_values(path: Path, lines: str) -> dict[str, object]:
    try:
        return tomllib.loads(lines.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise IngestError(
            f"{path} has front matter that is not valid TOML ({error}); put texts in quotes"
        ) from None


def _front_matter(lines: str) -> object:
    """Parses YAML and rejects references, which can expand a few lines until memory runs out."""
    if len(lines) > _LONGEST_FRONT_MATTER:
        raise yaml.YAMLError(f"it has {len(lines):,} characters, over {_LONGEST_FRONT_MATTER:,}")
    depth = 0
    for event in yaml.parse(lines, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it contains a reference, which is not supported")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST_FRONT_MATTER:
            raise yaml.YAMLError("its lists are nested too deeply")
    return yaml.safe_load(lines)


def _plain_values(lines: str) -> dict[str, object] | None:
    """Parses front matter as "key: value" lines, with any characters in the values.

    Returns None if a line is not of this form, or if a bracket is not closed.
    """
    values: dict[str, object] = {}
    for line in filter(str.strip, lines.splitlines()):
        key, colon, rest = line.partition(":")
        value = rest.strip()
        is_pair = colon and rest[:1].strip() == "" and _KEY.fullmatch(key)
        if not is_pair or any(value.count(a) != value.count(b) for a, b in ("[]", "{}")):
            return None
        values[key.strip()] = _plain_value(value)
    return values


def _plain_value(text: str) -> object:
    """Parses ``text`` as a YAML value, such as a date. Returns ``text`` if that fails."""
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    return text if isinstance(value, dict) else value
