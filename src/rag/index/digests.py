"""Digests of stored data, because SQLite keeps no checksums.

Each article text and each vector has a separate digest. A row's digest covers everything else that
is shown or determines quotations: an article's attribution and number of passages, and a passage
with its sentence boundaries.
"""

import hashlib

__all__ = ["ARTICLE", "ROW_DIGESTS", "borders", "digest", "row_digest"]

ARTICLE = (
    "row, id, revision, title, outlet, author, published, language, url, origin, pages, recipe,"
    " passages, born, digest"
)
"""The columns of an article that its row's digest covers; ``digest`` represents the text."""
_PASSAGE = "row, article, start, end, key, born"
_BORDERS = (
    "(SELECT ifnull(group_concat(start || '-' || end), '') FROM"
    " (SELECT start, end FROM sentences WHERE passage = passages.row ORDER BY position))"
)


def digest(data: bytes) -> bytes:
    """A 16-byte BLAKE2b digest."""
    return hashlib.blake2b(data, digest_size=16).digest()


def row_digest(*values: object) -> bytes:
    """The digest of texts, numbers, bytes and None, each with its length."""
    found = []
    for value in values:
        if value is None:
            found.append(b"-")
        else:
            data = value if isinstance(value, bytes) else str(value).encode("utf-8")
            found.append(b"%d:%b" % (len(data), data))
    return digest(b"".join(found))


def borders(sentences: tuple[tuple[int, int], ...]) -> str:
    """The offsets of sentences as text, such as "0-9,10-21"."""
    return ",".join(f"{start}-{end}" for start, end in sentences)


def _as_bytes(columns: str) -> str:
    """Reads columns as bytes, which works even if they are damaged."""
    return ", ".join(f"CAST({column.strip()} AS BLOB)" for column in columns.split(","))


ROW_DIGESTS = {
    "meta": f"row_digest({_as_bytes('key, value')})",
    "articles": f"row_digest({_as_bytes(ARTICLE)})",
    "passages": f"row_digest({_as_bytes(_PASSAGE)}, CAST({_BORDERS} AS BLOB))",
}
"""The SQL expression for the digest that a row of each table must have."""
