"""The writer that asks a language model and checks its sentences; quotes if that fails."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answer.writers import Writer
from rag.check import Support, check_claim, is_fragment, is_proved, source_text
from rag.errors import ModelServerError
from rag.llm import Message, ModelServer, Reply, Usage, counted
from rag.prose.marks import Cutter, Written
from rag.prose.packing import Given, Packed, new_boundary, pack
from rag.prose.prompts import ANSWER, prompt
from rag.prose.structured import SCHEMA, Structured
from rag.schema import Answer, Citation, Evidence, Statement, Tokens
from rag.tokens import count_tokens

__all__ = ["ProseWriter"]

MOST_ANSWER = 1024  # maximum tokens of an answer
_SHARE = 4  # maximum share of the window for an answer
_MARGIN = 0.9  # the model's tokenizer may need more tokens than ours
_NONE_STANDS = "None of the model's sentences could be verified."
_TOO_LONG = "The model's answer was too long."
_NO_ROOM = "The window of the model is too small for one passage; raise BYLINE_LLM_WINDOW."

_IN_OTHER_WORDS = "the articles do not say this in similar words"
_FRAGMENT = "this is no sentence, and not in the quoted answer"

Trace = Callable[[str], object]


class ProseWriter:
    """Writes prose in which the cited articles support each sentence.

    First computes the quoted answer. If that finds nothing close to the question, the model is not
    asked. If the model fails, or none of its sentences can be verified, returns the quoted answer
    with the reason in ``fallback``.
    """

    name = "prose"

    def __init__(
        self,
        server: ModelServer,
        *,
        quoting: Writer,
        window: int = 8192,
        passages: int = 12,
        trace: Trace = lambda _: None,
        is_stopped: Callable[[], bool] = lambda: False,
        boundary: Callable[[], str] = new_boundary,
    ) -> None:
        """Sets the model and its limits.

        Args:
            server: the language model.
            quoting: the writer of the quoted answer.
            window: the model's context window, in tokens.
            passages: the maximum number of passages given to the model, except for questions over
                the whole folder.
            trace: called with parts of a Markdown report: prompt, reply, and each decision.
            is_stopped: called often; once it returns true, the request is closed.
            boundary: returns the delimiter of the articles.
        """
        self._server = server
        self._quoting = quoting
        self._window = window
        self._passages = passages
        self._trace = trace
        self._is_stopped = is_stopped
        self._boundary = boundary

    def write(self, evidence: Evidence) -> Iterator[Answer]:
        """Yields a draft after each verified sentence; the last one is the answer."""
        *_, quoted = self._quoting.write(evidence)
        if quoted.state == "none":
            self._trace("The articles do not answer this question; the model was not asked.\n")
            yield quoted
            return
        most = min(MOST_ANSWER, self._window // _SHARE)
        room = int((self._window - most - _overhead(evidence)) * _MARGIN)
        packed = pack(evidence, tokens=room, most=self._passages, boundary=self._boundary)
        if not packed.given:
            yield replace(quoted, fallback=_NO_ROOM)
            return
        messages = _messages(evidence, packed)
        self._trace(_opening(self._server, evidence, packed, messages, most))
        draft = _Draft(quoted, evidence, packed.given, self._trace)
        try:
            with closing(self._asked(messages, most, draft)) as drafts:
                yield from drafts
        except ModelServerError as error:
            self._trace(f"## Failure\n\n{error}\n\nReply so far: {draft.text}\n")
            yield draft.quoted(str(error))
            return
        yield draft.final()

    def _asked(
        self, messages: list[Message], most: int, draft: "_Draft"
    ) -> Generator[Answer, None, None]:
        """Yields a draft after each verified sentence."""
        reply, cutter, is_cut = Structured(), Cutter(language=draft.evidence.language), False
        pieces = self._server.stream(
            messages, schema=SCHEMA, most=most, is_stopped=self._is_stopped
        )
        draft.messages = messages
        with closing(pieces):
            for piece in pieces:
                is_cut = is_cut or piece.is_cut
                draft.got(piece)
                for written in cutter.feed(reply.feed(piece.text)):
                    if draft.add(written):
                        yield draft.so_far()
        if is_cut:
            raise ModelServerError(_TOO_LONG)
        draft.is_answerable, rest = reply.finish()
        for written in (*cutter.feed(rest), *cutter.finish()):
            if draft.add(written):
                yield draft.so_far()


def _overhead(evidence: Evidence) -> int:
    """The token count of the prompt without articles."""
    empty = Packed(given=(), text="", boundary="0" * 16, tokens=0)
    return sum(count_tokens(each["content"]) for each in _messages(evidence, empty)) + 16


def _messages(evidence: Evidence, packed: Packed) -> list[Message]:
    period = f" (about {evidence.period})" if evidence.period else ""
    return prompt(
        ANSWER,
        boundary=packed.boundary,
        articles=packed.text,
        period=period,
        question=evidence.standalone_question,
    )


@dataclass(slots=True)
class _Draft:
    """The model's sentences so far: those that are verified, and the others."""

    base: Answer
    evidence: Evidence
    given: tuple[Given, ...]
    trace: Trace
    statements: list[Statement] = field(default_factory=list)
    unverified: list[Statement] = field(default_factory=list)
    is_answerable: bool = True
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    messages: list[Message] = field(default_factory=list)

    def got(self, piece: Reply) -> None:
        self.text += piece.text
        self.usage = piece.usage or self.usage

    def add(self, written: Written) -> bool:
        """Checks a sentence; returns whether it is verified."""
        statement, support = _judged(written, self.given, self.evidence)
        if statement.citations and not self._states(written.text):
            statement = replace(statement, citations=(), note=_FRAGMENT)
        self.trace(_decision(written, support, statement))
        if statement.citations:
            self.statements.append(statement)
        else:
            self.unverified.append(statement)
        return bool(statement.citations)

    def _states(self, text: str) -> bool:
        """Whether a text is a sentence, or else a part of the quoted answer.

        The articles have each part of a sentence somewhere, which says nothing about the question.
        """
        language = self.evidence.language
        quoted = [statement.text for statement in self.base.statements]
        return not is_fragment(text, language=language) or (
            check_claim(text, quoted, language=language, strict=True).supported
        )

    def so_far(self) -> Answer:
        """The answer with the sentences verified so far."""
        return replace(
            self.base,
            statements=tuple(self.statements),
            unverified=tuple(self.unverified),
            withheld=(),
            is_near=False,
            short_answer=None,
            confidence=None,
            off_period=False,
            off_date=None,
            tokens=self.tokens(),
        )

    def final(self) -> Answer:
        """The prose; the quoted answer if no sentence is verified; or an abstention of the model.

        If the model abstains, the first quoted sentence is shown as the closest one.
        """
        self.trace(f"## Reply\n\n```json\n{self.text}\n```\n")
        if self.statements:
            return self.so_far()
        if self.is_answerable:
            return self.quoted(_NONE_STANDS)
        quoted = self.base
        return replace(
            quoted,
            statements=(),
            withheld=(*quoted.statements, *quoted.withheld),
            is_near=quoted.is_near or bool(quoted.statements),
            short_answer=None,
            tokens=self.tokens(),
        )

    def quoted(self, reason: str) -> Answer:
        """The quoted answer, with the reason why it replaces prose."""
        return replace(
            self.base,
            unverified=tuple(self.unverified),
            fallback=reason,
            tokens=self.tokens(),
        )

    def tokens(self) -> Tokens:
        """The number of tokens used so far."""
        return counted(self.usage, self.messages, self.text)


def _judged(
    written: Written, given: tuple[Given, ...], evidence: Evidence
) -> tuple[Statement, Support]:
    """A sentence with the source sentences that support it; with none if it is not verified.

    The sentence is compared with the passages that it cites. If these do not support it, it is
    compared with one article at a time, so that it cannot mix articles that it does not cite.
    """
    cited = [given[number - 1] for number in written.numbers if 0 < number <= len(given)]
    support = None
    for sources in filter(None, (cited, *_by_article(given))):
        texts = [source_text(one.article, one.start, one.end) for one in sources]
        tried = check_claim(
            written.text,
            [text for text, _ in texts],
            language=evidence.language,
            strict=True,
            published=[one.article.published for one in sources],
        )
        support = support or tried
        if tried.supported:
            statement = Statement(
                text=written.text, citations=_citations(tried, sources, texts), is_written=True
            )
            if is_proved(statement, lambda *key: evidence.articles.get(key)):
                return statement, tried
    support = support or check_claim(written.text, ())
    reasons = (
        _IN_OTHER_WORDS if reason.words == written.text else str(reason)
        for reason in support.reasons
    )
    note = "; ".join(reasons) or _IN_OTHER_WORDS
    return Statement(text=written.text, note=note, citations=(), is_written=True), support


def _by_article(given: tuple[Given, ...]) -> list[list[Given]]:
    """The passages of each article, the best article first."""
    found: dict[tuple[str, str], list[Given]] = {}
    for one in given:
        found.setdefault((one.article.id, one.article.revision), []).append(one)
    return list(found.values())


def _citations(
    support: Support, sources: list[Given], texts: list[tuple[str, int]]
) -> tuple[Citation, ...]:
    """The sentences that support a claim, as citations of their articles."""
    found = []
    for number, *span in support.evidence:
        one, (_, head) = sources[number], texts[number]
        start, end = (offset - head for offset in span)
        if start < 0:  # the source line above the article
            continue
        found.append(one.article.citation(one.start + start, one.start + end))
    return tuple(dict.fromkeys(found))


# ---- the trace


def _opening(
    server: ModelServer, evidence: Evidence, packed: Packed, messages: list[Message], most: int
) -> str:
    """The question, parameters, passages and prompt for the trace; never the API key."""
    body = server.parameters(messages, schema=SCHEMA, most=most)
    parameters = {name: value for name, value in body.items() if name != "messages"}
    passages = "".join(
        f"- [{one.number}] {one.article.id}, characters {one.start} to {one.end}\n"
        for one in packed.given
    )
    parts = "".join(
        f"## Prompt {ANSWER}, {each['role']}\n\n~~~text\n{each['content']}\n~~~\n\n"
        for each in messages
    )
    return (
        f"# {evidence.standalone_question}\n\nAsked as: {evidence.question}\n\n"
        f"Server: {server.base_url}\n\n## Parameters\n\n"
        f"```json\n{json.dumps(parameters, indent=1)}\n```\n\n"
        f"## Passages ({packed.tokens} tokens)\n\n{passages}\n{parts}## Decisions\n\n"
    )


def _decision(written: Written, support: Support, statement: Statement) -> str:
    """The verdict of the check on a sentence, with the reasons."""
    stands = "shown" if statement.citations else "not shown"
    cites = ", ".join(map(str, written.numbers)) or "nothing"
    lines = [
        f"- {stands} ({support.verdict}, score {support.score:.2f}): {written.text}\n",
        f"  - cites {cites}\n",
        *(f"  - {reason}\n" for reason in support.reasons),
        *(f"  - source ({c.article_id}): {c.quote}\n" for c in statement.citations),
    ]
    return "".join(lines)
