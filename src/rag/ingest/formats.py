"""Files: which ones are articles, and how their bytes become text and front matter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.errors import IngestError
from rag.ingest.html import read_html

__all__ = ["SUFFIXES", "Source", "article_files", "read_source"]

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")
_PAGES = (".html", ".htm")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"\w[\w -]*")
_DEEPEST_FRONT_MATTER = 20  # lists within lists
_LONGEST_FRONT_MATTER = 20_000  # characters
_OTHER_FORMS = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"PK\x05\x06": "an empty ZIP archive",
    b"%PDF-": "a PDF",
    b"{\\rtf": "a rich text document",
    b"\x1f\x8b": "compressed by gzip",
    b"\xfd7zXZ": "compressed by xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!\x1a": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
"""Files of other forms, by how they begin."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as read: its front matter (empty where it has none) and the text after it."""

    path: Path
    front_matter: dict[str, object]
    text: str


def article_files(root: Path) -> Iterator[Path]:
    """The files below ``root`` that may be articles, in order of path; ``root`` itself if a file.

    Hidden files and folders are passed over, links to folders are not followed, and a README
    describes a folder, so it is no article.
    """
    if root.is_file():
        yield root
        return
    try:
        paths = sorted(root.iterdir())
    except OSError:
        yield root  # it cannot be listed: reading it says why
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from article_files(path)
        elif path.is_file() and path.suffix.lower() in SUFFIXES and path.stem.lower() != "readme":
            yield path


def _decode(path: Path, data: bytes) -> str:
    """The text of ``data``: UTF-8 with or without a mark, else what charset-normalizer finds."""
    form = next((name for start, name in _OTHER_FORMS.items() if data.startswith(start)), None)
    if form:
        raise IngestError(
            f"{path} is not text but {form}, whatever its name says; save it as UTF-8 text"
        )
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        best = None if b"\x00" in data else charset_normalizer.from_bytes(data).best()
        if best is None:
            raise IngestError(
                f"{path} is not text in any known encoding; save it as UTF-8 text"
            ) from None
        text = str(best)
    if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 200:
        raise IngestError(
            f"{path} is not text (it holds control characters); save it as UTF-8 text"
        )
    return text


def _split_front_matter(path: Path, text: str) -> tuple[dict[str, object], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        values = _front_matter(match[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        values = _plain_values(match[1])
        if values is None:
            reason = " ".join(str(error).split())
            raise IngestError(
                f"{path} has front matter that is not YAML ({reason}); mend it:"
                " a value with a colon or a comma stands between quotes"
            ) from None
    if not isinstance(values, dict):  # two rules around a line, not front matter
        return {}, text
    return {str(key).lower(): value for key, value in values.items()}, text[match.end() :]


def _front_matter(lines: str) -> object:
    """The values of YAML without references, by which a few lines can grow to fill the memory."""
    if len(lines) > _LONGEST_FRONT_MATTER:
        raise yaml.YAMLError(f"it has {len(lines):,} characters, over {_LONGEST_FRONT_MATTER:,}")
    depth = 0
    for event in yaml.parse(lines, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it holds a reference, which is not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST_FRONT_MATTER:
            raise yaml.YAMLError("its lists are nested too deep")
    return yaml.safe_load(lines)


def _plain_values(lines: str) -> dict[str, object] | None:
    """The values of front matter read as lines "key: value", whatever stands in a value.

    None where a line is none, or a bracket is left open.
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
    """What ``text`` is in YAML by itself, such as a date; itself where it is not, or is a pair."""
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    return text if isinstance(value, dict) else value


def _inline_text(token: Token) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        breaks.get(child.type, child.content)
        for child in token.children or []
        if child.type != "image"
    )


def _markdown_text(text: str) -> str:
    """The words of a Markdown text without its marks, a paragraph a block; no images."""
    blocks = []
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type == "inline":
            blocks.append(_inline_text(token))
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return "\n\n".join(block for block in blocks if block.strip())


def read_source(path: Path, *, max_bytes: int) -> Source:
    """The text and front matter of the file ``path``.

    Raises:
        IngestError: the file cannot be read, is larger than ``max_bytes``, is not text, or has
            front matter that does not parse. The message names the file and the remedy.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise IngestError(
                f"{path} has {size / 1e6:.1f} MB, over the limit of {max_bytes / 1e6:g} MB;"
                " split it, or raise max_file_mb"
            )
        data = path.read_bytes()
    except OSError as error:
        raise IngestError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error
    text = _decode(path, data)
    if path.suffix.lower() in _PAGES:
        front_matter, text = read_html(path, text)
        return Source(path=path, front_matter=front_matter, text=text)
    front_matter, text = _split_front_matter(path, text)
    if path.suffix.lower() != ".txt":
        text = _markdown_text(text)
    return Source(path=path, front_matter=front_matter, text=text)
