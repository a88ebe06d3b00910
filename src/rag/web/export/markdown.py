"""A chat in Markdown."""

import re
from collections.abc import Sequence

from rag.web.export.plain import Block, blocks, cited_in, facts_of, plain
from rag.web.record import Cited, Record

__all__ = ["as_markdown"]

# Markdown's special characters, and those that GitHub turns into links, mentions, math or emoji.
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$@^]|:(?=\S)|(?<=www)\.", re.IGNORECASE)
_FIRST_MARK = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)])")
_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?([/?#][\w/?#=&%.,;:@!~+$'()*-]*)?", re.ASCII)
_LABELS = ("Asked", "Searched", "Understood as")  # our own label before a fact
_FORMS = {"question": "## {}", "fact": "- {}", "line": "{}", "statement": "> {}"}


def as_markdown(records: Sequence[Record]) -> str:
    """The chat in Markdown, with the full citations of every answer."""
    parts = ["# Questions and answers", *map(_exchange, records)]
    return "\n\n".join(parts) + "\n"


def _exchange(record: Record) -> str:
    made = blocks(record)
    facts = "\n".join(_block(block) for block in made if block.kind == "fact")
    parts = [_block(made[0]), facts, *(_block(b) for b in made[1:] if b.kind != "fact")]
    cited = cited_in(record)
    if cited:
        label = "Source:" if "closest" in record else "Sources:"
        parts += [label, "\n".join(map(_source, cited))]
    return "\n\n".join(parts)


def _block(block: Block) -> str:
    label, colon, rest = block.text.partition(": ")
    if block.kind != "fact" or label not in _LABELS:
        label, colon, rest = "", "", block.text
    text = f"{label}{colon}{rest if label == 'Asked' else _escaped(rest)}"
    return _FORMS[block.kind].format(text)


def _source(cited: Cited) -> str:
    """An item of the numbered list of sources, with one line per fact."""
    lines = [f"{cited['number']}. “{_escaped(cited['quote'])}”"]
    for name, fact in facts_of(cited).items():
        shown = _address(cited["url"]) if name == "Address" and cited["url"] else _escaped(fact)
        lines.append(f"    - {name}: {shown}")
    return "\n".join(lines)


def _address(url: str) -> str:
    """A link if ``url`` is a plain web address, else the escaped text."""
    return f"<{url}>" if _ADDRESS.fullmatch(url) else _escaped(url)


def _escaped(text: str) -> str:
    """``text`` on one line, escaped so that Markdown shows it unchanged."""
    return _FIRST_MARK.sub(r"\1\\", _MARKS.sub(r"\\\g<0>", plain(text)))
