"""The steps from a question to its evidence, and from hits to the context of a prompt."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

from rag.config import Config
from rag.display import edition_line, source_line
from rag.errors import RemovedError
from rag.index import View
from rag.models import Models
from rag.query import day_asked, plain_question
from rag.read import read_evidence
from rag.retrieve import gather, standalone
from rag.schema import Article, Evidence, Filter, Hit, Turn
from rag.tokens import count_tokens, cut_to_ends

__all__ = ["context_text", "find_evidence", "timed"]

_AGAIN = 3  # further searches while articles are removed


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Adds the time that the block takes to ``seconds[stage]``."""
    started = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - started


def find_evidence(
    question: str,
    view: Callable[[], View],
    models: Models,
    *,
    config: Config,
    history: Sequence[Turn],
    filter: Filter | None,
    k: int,
    asked_on: date | None,
    seconds: dict[str, float],
    is_read: bool = True,
    rewriter: Callable[..., str] | None = None,
) -> Evidence:
    """Rewrites the question, searches for it and reads the hits.

    Args:
        question: the question, as it was asked.
        view: opens the index.
        models: the models to embed, rerank and read with.
        config: the settings.
        history: the earlier turns, oldest first.
        filter: restricts which articles are searched.
        k: the maximum number of hits; a question over the folder has one for each citation.
        asked_on: the date of the question; today if None.
        seconds: receives the time of each step, by name.
        is_read: whether the reader reads the hits.
        rewriter: rewrites follow-ups instead of the rules, whose result it receives.

    Raises:
        UsageError: the question is empty, too long or has no words.
        NotIndexedError: nothing is indexed.
    """
    question = plain_question(question, config=config)
    with timed(seconds, "load"):
        embedder = models.embedder
        reranker = models.reranker
        reader = models.reader if is_read else None
        snapshot = view()
    understood = question
    with timed(seconds, "follow-up"):
        if config.followups:
            understood = standalone(question, history, language=config.language)
        if rewriter and config.followups:
            understood = rewriter(question, history, by_rules=understood)
    with timed(seconds, "retrieve"):
        search = partial(
            gather,
            question=question,
            standalone_question=understood,
            embedder=embedder,
            config=config,
            filter=filter or Filter(),
            k=k,
            asked_on=day_asked(asked_on),
            reranker=reranker,
        )
        gathered = _on_newest(search, snapshot, view)
    with timed(seconds, "read"):
        if reader is not None:
            gathered = read_evidence(
                gathered,
                reader,
                fallback=models.fallback_reader,
                weight=0.0 if reranker else config.reader_weight,
                titles=config.context,
            )
    most = None if gathered.coverage else k
    return replace(gathered, hits=gathered.hits[:most])


def _on_newest(
    search: Callable[[View], Evidence], snapshot: View, view: Callable[[], View]
) -> Evidence:
    """Searches again if an article was removed while it was being read, at most a few times."""
    for _ in range(_AGAIN):
        try:
            return search(snapshot)
        except RemovedError:
            snapshot = view()
    return search(snapshot)


def context_text(hits: Sequence[Hit], article: Callable[..., Article], *, tokens: int) -> str:
    """The passages of ``hits`` that fit into ``tokens`` tokens, each below its source.

    ``article`` returns an article by id and revision. If the first passage does not fit, only its
    first sentences are included.

    Raises:
        UsageError: not even one sentence with its source fits.
    """
    written = ""
    for hit in hits:
        passage = hit.passage
        found = article(passage.article_id, passage.revision)
        line = source_line(found, at=(passage.start,))
        source = f"{line}; {edition_line(hit, article)}".removesuffix("; ")
        head = f"[{hit.rank}] {source}\n"
        block = f"{head}{found.text[passage.start : passage.end]}\n\n"
        if count_tokens(written + block) > tokens:
            ends = [len(head) + end - passage.start for _, end in passage.sentences]
            return written.rstrip() or cut_to_ends(block, ends, tokens)
        written += block
    return written.rstrip()
