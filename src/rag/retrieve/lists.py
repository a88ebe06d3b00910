"""Lists of names over the folder: "Which countries voted against it?", "Name all mayors"."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.index import View
from rag.index.passages import StoredPassage
from rag.language import Language
from rag.language.deeds import Deed
from rag.language.entities import Entity, Mention, entities
from rag.language.folder import FolderQuestion
from rag.language.naming import Sort
from rag.language.words import fold, stem, terms, tokens
from rag.retrieve.mentions import Found, whole
from rag.retrieve.overview import stated
from rag.schema import Article

__all__ = ["Listed", "listed_names"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A sentence that is shown for ``names``, and the article that it is from."""

    article: Article
    stored: StoredPassage
    span: tuple[int, int]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    article: Article
    stored: StoredPassage
    span: tuple[int, int]

    @property
    def text(self) -> str:
        return self.article.text[slice(*self.span)]


def listed_names(
    snapshot: View, question: FolderQuestion, found: Sequence[Found], language: Language
) -> tuple[list[Listed], int] | None:
    """Each distinct name asked for, with a sentence, and how many articles contain them.

    Chooses the sentence with the fullest name; if the question asks for an action, among the
    sentences that say who acted. The name is shown as the sentence prints it. Returns None if the
    question should be answered like any other: if nobody acted in this way, "who" matches only one
    name, or no name is known to be of the kind asked for.
    """
    deed = Deed.of(question.deed, language, is_done=question.is_done) if question.deed else None
    if question.deed and not deed:
        return None
    if deed:
        found = [one for one in found if deed.others <= _terms(one.article, language)]
    sentences = _sentences(snapshot, found)
    shown: dict[_Sentence, list[str]] = {}
    articles: set[str] = set()
    known = entities(
        [one.text for one in sentences],
        language,
        articles=[one.article.id for one in sentences],
    )
    acting = _acting(known, deed, sentences, language) if deed else set()
    for entity in known:
        spoken = [one for one in entity.mentions if not deed or one in acting]
        if not spoken or not _is_listed(entity, question, language):
            continue
        best = max(spoken, key=lambda one: len(one.name.split()))
        shown.setdefault(sentences[best.place], []).append(best.name)
        articles.update(sentences[one.place].article.id for one in spoken)
    number = sum(map(len, shown.values()))
    is_known = question.noun in language.named.sorts or not (question.noun or deed)
    if not number and (deed or not is_known):
        return None
    if deed and not question.noun and number < 2:
        return None
    order = {one: place for place, one in enumerate(sentences)}
    return [
        Listed(article=one.article, stored=one.stored, span=one.span, names=tuple(names))
        for one, names in sorted(shown.items(), key=lambda item: order[item[0]])
    ], len(articles)


def _terms(article: Article, language: Language) -> set[str]:
    return set(terms(f"{article.title}\n{article.text}", stemmer=language.stemmer))


def _sentences(snapshot: View, found: Sequence[Found]) -> list[_Sentence]:
    """All sentences of the articles, in their order."""
    return list(
        {
            (one.article.id, span): _Sentence(article=one.article, stored=item, span=span)
            for one in whole(snapshot, found)
            for item in one.passages
            for span in stated(one.article, item.passage)
        }.values()
    )


def _is_listed(entity: Entity, question: FolderQuestion, language: Language) -> bool:
    """Whether an entity is of the kind that the noun of the question names."""
    word = question.noun.split(" ")[-1]
    if not word:
        return entity.sort is Sort.PERSON or (bool(question.deed) and entity.sort is not Sort.PLACE)
    if word in language.named.sorts:
        wanted = language.named.sorts[word]
        return entity.sort is not None if wanted is None else entity.sort is wanted
    own = (part for part, _, _ in tokens(entity.name))
    told = {_singular(w, language) for w in (*entity.roles, *own)}
    is_person = any(map(language.named.person.fullmatch, language.named.singulars(word)))
    words = question.noun.split(" ") if is_person else [word]  # "prime ministers"
    return {_singular(w, language) for w in words if w not in language.numbers.values} <= told


def _singular(word: str, language: Language) -> str:
    folded = fold(word)
    return stem(folded[:-2] + "an" if folded.endswith("men") else folded, language.stemmer)


def _acting(
    found: Sequence[Entity], deed: Deed, sentences: Sequence[_Sentence], language: Language
) -> set[Mention]:
    """The names of those who acted, sentence by sentence."""
    named: dict[int, list[Mention]] = {}
    told: dict[int, set[str]] = {}
    for entity in found:
        stems = {stem(role, language.stemmer) for role in entity.roles}
        names = {fold(word) for word, _, _ in tokens(entity.name)}
        for one in entity.mentions:
            named.setdefault(one.place, []).append(one)
            told.setdefault(one.place, set()).update(stems | names)
    return {
        one
        for place, those in named.items()
        for one in deed.among(
            sentences[place].text,
            sorted(those, key=lambda one: one.start),
            language,
            told=frozenset(told[place]),
        )
    }
