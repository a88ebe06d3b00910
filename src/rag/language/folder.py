"""Questions over the whole folder: "Which articles mention X?", "Summarise the articles"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.language.asking import FolderKind
from rag.language.language import Language
from rag.language.words import is_stop_word, plain

__all__ = ["OUTLET", "FolderQuestion", "coverage_line", "folder_question", "outlet_key"]

OUTLET = "[\ue000-\uf8ff]"
"""A character class: each outlet in a question is replaced by a character of this class."""
_FIRST, _MOST = 0xE000, 6_400
_OF_FORM = (FolderKind.SUMMARY, FolderKind.LIST)
_ENDS = " \t?.!…,;:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderQuestion:
    """What a question asks of the folder.

    ``topic`` is what the articles must mention, or "". ``outlets`` has the known outlets that the
    question names, ``source`` any other outlet or author. ``many`` is the number of articles asked
    for, 0 for all. In questions for names, ``noun`` is the kind of name, "" for anyone, and
    ``deed`` is what those named did or, if ``is_done`` is true, what was done to them. If
    ``is_loose`` is true and no article matches, the question is about the world. If ``has_form`` is
    true, ``topic`` names the articles to read by their form, such as "the newsletter".
    """

    kind: FolderKind
    topic: str = ""
    outlets: tuple[str, ...] = ()
    source: str = ""
    many: int = 0
    noun: str = ""
    deed: str = ""
    is_done: bool = False
    is_loose: bool = False
    has_form: bool = False


def folder_question(
    text: str, language: Language, *, outlets: Iterable[str] = ()
) -> FolderQuestion | None:
    """What ``text`` asks of the folder; None if it asks about the world.

    ``outlets`` has the known outlets. Remove time expressions from ``text`` before the call.
    """
    folder = language.folder
    marked, named = _marked(_bare(text, language), outlets, folder.article)
    narrowed = _bare(folder.within.sub("", marked), language)
    for kind, pattern in folder.kinds:
        for words in dict.fromkeys((narrowed, marked)):
            found = pattern.fullmatch(words)
            if found is None:
                continue
            groups = {
                name.partition("_")[0]: value
                for name, value in found.groupdict().items()
                if value is not None
            }
            topic = groups.get("topic", "")
            if folder.no_topic.search(topic) or not _is_nameable(groups.get("noun", ""), language):
                continue
            beside = marked.replace(topic, "") if topic else marked
            return FolderQuestion(
                kind=kind,
                topic=_restored(topic, named).strip(_ENDS + "\"'“”‘’"),
                outlets=tuple(dict.fromkeys(named[c][0] for c in beside if c in named)),
                source=_restored(groups.get("source", ""), named),
                many=_many(groups.get("many", ""), language) if "many" in groups else 0,
                noun=groups.get("noun", "").casefold(),
                deed=_restored(groups.get("deed", groups.get("done", "")), named),
                is_done="done" in groups,
                is_loose="loose" in groups,
                has_form=kind in _OF_FORM and bool(folder.form.search(topic)),
            )
    return None


def _is_nameable(noun: str, language: Language) -> bool:
    """Whether a noun asks for names: "countries", "mayors", "insurers", but not "reasons"."""
    named, words = language.named, noun.casefold().split(" ")
    if not noun or words[-1] in named.sorts:
        return not any(is_stop_word(word, language=language) for word in words[:-1])
    if any(is_stop_word(word, language=language) for word in words):
        return False
    kinds = (named.person, named.company, named.body, named.place)
    return any(kind.fullmatch(word) for kind in kinds for word in named.singulars(words[-1]))


def _bare(text: str, language: Language) -> str:
    """``text`` without the optional words around a question over the folder."""
    bare = text.strip(_ENDS)
    while (shorter := language.folder.spare.sub("", bare).strip(_ENDS)) != bare:
        bare = shorter
    return bare


def _marked(
    text: str, outlets: Iterable[str], article: str
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Replaces each outlet with one character; also returns its name and spelling by character."""
    named: dict[str, tuple[str, str]] = {}
    known = {outlet_key(name, article): name for name in outlets}
    for key in sorted(filter(None, known), key=lambda key: (-len(key), key)):
        if key not in plain(text):
            continue
        written = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)", re.IGNORECASE)
        if len(plain(text)) != len(text):  # a letter was expanded to two, so offsets would be wrong
            continue
        while len(named) < _MOST and (match := written.search(plain(text))):
            mark = chr(_FIRST + len(named))
            named[mark] = known[key], text[slice(*match.span())]
            text = text[: match.start()] + mark + text[match.end() :]
    for short, name in _short_names(known, article).items():
        while len(named) < _MOST and (match := re.search(short, text)):
            mark = chr(_FIRST + len(named))
            named[mark] = name, match[0]
            text = text[: match.start()] + mark + text[match.end() :]
    return text, named


def _short_names(known: Mapping[str, str], article: str) -> dict[str, str]:
    """Patterns for outlets by their last word, as in "the Herald", if no other ends with it."""
    lasts: dict[str, list[str]] = {}
    for key, name in known.items():
        lasts.setdefault(key.split(" ")[-1], []).append(name)
    return {
        rf"(?<=\b(?i:{article}) ){re.escape(last.capitalize())}(?![\w-]| [A-Z])": names[0]
        for last, names in lasts.items()
        if last and len(names) == 1 and last not in known
    }


def outlet_key(name: str, article: str) -> str:
    """The name of an outlet for comparison: "herald" for "The Herald"."""
    return plain(name).removeprefix(f"{article} ").strip()


def _restored(text: str, named: dict[str, tuple[str, str]]) -> str:
    return "".join(named[char][1] if char in named else char for char in text)


def _many(words: str, language: Language) -> int:
    """The number that ``words`` states; 1 if they are empty, "several" if they state none."""
    word = words.strip().casefold()
    if word.isdigit():
        return int(word)
    return int(language.numbers.values.get(word, language.folder.several if word else 1))


def coverage_line(
    question: FolderQuestion,
    language: Language,
    *,
    found: int,
    total: int,
    parts: Sequence[str],
    shown: int,
    names: int = 0,
    read: int = 0,
    undated: int = 0,
) -> str:
    """How many of all articles match: "3 of 12 articles mention “Vessby” (Herald).".

    For a question for names, also the number of names: "4 names, in 3 of 12 articles.", and the
    number of articles ``read`` if only the newest were. ``undated`` is the number of articles that
    match but have no date, if only dated ones are shown.
    """
    folder = language.folder
    line = folder.count[total != 1].format(found=f"{found:,}", total=f"{total:,}")
    if question.kind is FolderKind.LIST and not names and not parts and not question.topic:
        return folder.no_names[total != 1].format(total=f"{total:,}")
    if question.kind is FolderKind.LIST:
        line = folder.names[names != 1].format(number=f"{names:,}", articles=line)
        parts = [*([f"“{question.topic}”"] if question.topic else []), *parts]
    elif question.kind is FolderKind.CORRECTIONS:
        line += f" {folder.correct[found != 1]}"
    elif question.topic:
        mention = f"{folder.mention[found > 1]} “{question.topic}”"
        line = f"{line} {mention}"
        if not found and total > 1:
            line = folder.none.format(total=f"{total:,}", mention=mention)
    if parts:
        line += f" ({', '.join(parts)})"
    if found and (question.kind in folder.picked or shown < found):
        picked = folder.several_picked if shown > 1 else folder.picked
        form = picked.get(question.kind) or folder.picked.get(question.kind, folder.shown)
        line += f"; {form.format(number=f'{shown:,}')}"
    if undated:
        line += f"; {folder.undated[undated != 1].format(number=f'{undated:,}')}"
    if read:
        line += f"; {folder.read.format(number=f'{read:,}')}"
    return f"{line}."
