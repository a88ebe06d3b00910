"""The record of a file that was read: its state at that time, and its articles."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.ingest.paths import Stamp
from rag.schema import Article

__all__ = ["FileState", "Given", "Notes", "fingerprint"]

_LISTED = 1000  # maximum stored names of members that are not articles


def fingerprint(article: Article) -> str:
    """The digest of an article's attribution and revision."""
    values = (
        article.id, article.revision, article.title, article.outlet, article.author,
        str(article.published), article.language, article.url, article.origin,
    )  # fmt: skip
    text = json.dumps(values)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The record of an article in a file.

    ``fingerprint`` is the article's fingerprint. ``is_shared`` is true if other files also stated
    its ``url``.
    """

    id: str
    origin: str
    fingerprint: str
    url: str | None = None
    is_shared: bool = False


@dataclass(slots=True, kw_only=True)
class Notes:
    """The articles of a file, in order, and the messages about it.

    Each item of ``skipped`` has the number of articles before it, a name and a reason. ``left_out``
    has the names and kinds of the first 1,000 members that are not articles, and ``unlisted``
    counts the others by kind. ``is_lasting`` is false if a reason may disappear without a change to
    the file.
    """

    articles: list[Given] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    warned: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    is_lasting: bool = True

    def add(self, article: Article, *, is_shared: bool) -> None:
        """Adds an article."""
        given = Given(
            id=article.id,
            origin=article.origin,
            fingerprint=fingerprint(article),
            url=article.url,
            is_shared=is_shared,
        )
        self.articles.append(given)

    def skip(self, name: str, reason: str, *, is_lasting: bool) -> None:
        """Adds a member that cannot be read."""
        self.skipped.append((len(self.articles), name, reason))
        self.is_lasting &= is_lasting

    def pass_over(self, name: str, kind: str) -> None:
        """Adds a member that is not an article."""
        if len(self.left_out) < _LISTED:
            self.left_out.append((name, kind))
        else:
            self.unlisted[kind] += 1

    def passed_over(self) -> Iterator[tuple[str, str]]:
        """Names and kinds of members that are not articles; the name of an unlisted one is ""."""
        yield from self.left_out
        yield from (("", kind) for kind in self.unlisted.elements())

    @property
    def has_messages(self) -> bool:
        """Whether there are messages, which contain the path as it was given."""
        return bool(self.skipped or self.warned or self.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """The state of a file when it was read.

    ``origin`` is its real path, and ``shown`` the path used in messages. ``address`` is the URL
    that a web page states as its own.
    """

    stamp: Stamp
    recipe: str
    origin: str
    shown: str
    address: str | None
    notes: Notes

    def to_text(self) -> str:
        """Serialises the state as JSON without empty fields; origins are relative to the file's."""
        start = len(self.origin)
        articles = [
            (each.id, each.origin[start:], each.fingerprint, each.url, each.is_shared)
            for each in self.notes.articles
        ]
        names = ("skipped", "warned", "left_out", "unlisted")
        said = {name: value for name in names if (value := getattr(self.notes, name))}
        notes = {"articles": articles, **said}
        values = (self.stamp, self.recipe, self.origin, self.shown, self.address, notes)
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "FileState":
        """Parses the output of ``to_text``.

        Raises:
            KeyError, TypeError, ValueError: another version wrote ``text``.
        """
        stamp, recipe, origin, shown, address, known = json.loads(text)
        known["articles"] = [
            Given(id=id_, origin=origin + inside, fingerprint=mark, url=url, is_shared=is_shared)
            for id_, inside, mark, url, is_shared in known["articles"]
        ]
        known["unlisted"] = Counter(known.get("unlisted", {}))
        for name in ("skipped", "warned", "left_out"):
            known[name] = [tuple(each) for each in known.get(name, ())]
        return cls(
            stamp=tuple(stamp),
            recipe=recipe,
            origin=origin,
            shown=shown,
            address=address,
            notes=Notes(**known),
        )
