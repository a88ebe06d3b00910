"""The upload box, its progress, and the list of the reader's own articles."""

import contextlib
import logging
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

import gradio as gr
from gradio import route_utils
from gradio.context import Context

import rag
from rag.web.components import QUIET, drawn, sentence
from rag.web.intake import Added, Adding, Upload
from rag.web.messages import for_readers
from rag.web.sessions import Session, Sessions
from rag.web.sources import Listed, count, listed
from rag.web.templates import shield

__all__ = ["upload_box"]

ONLY_YOU = "Only you can see these. They are deleted half an hour after you close the page."
FOR_ALL = "Articles that you add for everybody are kept, and are not listed here."
NONE_HERE = "Articles cannot be added here."
TROUBLE = "Something went wrong while adding; see Byline's log. Please try again."
AT_ONCE = 2  # maximum uploads indexed at the same time

log = logging.getLogger(__name__)


class Brought(TypedDict):
    """The contents of the list: the reader's own articles, and why files were rejected.

    ``largest`` is the limit for one file and ``together`` for one upload, in bytes. ``forms`` has
    the accepted file extensions. ``generation`` is the generation of the shared articles, or 0 if
    readers cannot add to them.
    """

    skipped: list[str]
    count: str
    articles: list[Listed]
    note: str
    largest: int
    together: int
    generation: int
    forms: list[str]


class _OwnCopy(route_utils.GradioUploadFile):
    """An incoming file with a separate path, even if another file has the same content."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.sha.update(secrets.token_bytes())
        # Gradio 6.31 refuses a whole upload for one hidden file; `Intake` refuses that file alone.
        name = Path(self.filename or "").name
        if name.startswith("."):
            self.filename = name.lstrip(".") or "hidden"


def upload_box(sessions: Sessions) -> gr.HTML:
    """Adds the controls for a reader's own articles to the current column.

    The ``change`` event of the returned list fires whenever the reader's articles change.
    """
    # Gradio 6.31 stores equal files once: the first upload to finish would delete the others' file.
    route_utils.GradioUploadFile = _OwnCopy  # type: ignore[misc]
    box = _drop_zone(sessions.limits.largest)
    keep = gr.Checkbox(
        label="Add them for everybody, permanently", value=False, visible=sessions.keeps
    )
    status = gr.HTML(
        shield({"text": ""}),
        html_template='<p class="status">${value.text}</p>',
        js_on_load='element.setAttribute("role", "status");',
        apply_default_css=False,
        elem_id="upload-status",
    )
    brought = drawn("uploads", _brought([], sessions), styled=True, elem_id="brought")
    _join(sessions, box, keep, status, brought)
    return brought


def _join(
    sessions: Sessions, box: gr.File, keep: gr.Checkbox, status: gr.HTML, brought: gr.HTML
) -> None:
    def take(uploads: list[Upload], keep: Any, request: gr.Request) -> Iterator[Any]:
        session = sessions.of(request)
        try:
            for text, skipped in _taken(session, uploads, keep=keep is True):
                shown = gr.skip() if skipped is None else _shown(session, skipped)
                yield shield({"text": text}), shown
        finally:
            sessions.incoming.release(session.name, _remove(uploads))

    def remove(event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        session = sessions.of(request)
        return shield({"text": _removed(session, event)}), _shown(session, [])

    def show(request: gr.Request) -> Any:
        sessions.opened(request)
        return _shown(sessions.of(request), [])

    def leave(request: gr.Request) -> None:
        sessions.closed(request)

    taking = {**QUIET, "queue": True, "concurrency_limit": AT_ONCE}  # to report progress
    taken = box.upload(take, [box, keep], [status, brought], **taking)
    # The browser empties the box: an update from here would recreate it without our preprocess.
    taken.then(None, None, box, js="() => null")
    brought.remove(remove, None, [status, brought], **QUIET)
    page = Context.root_block  # Gradio 6.31 has no public name for the page being built
    if page is None:
        raise rag.UsageError("upload_box was called outside a page; call it within gr.Blocks")
    page.load(show, None, brought, **QUIET)
    page.unload(leave)


def _drop_zone(largest: int) -> gr.File:
    """The box for files. It passes on their names and paths, and does not read them."""
    box = gr.File(
        label=f"Add articles of your own in any usual form, up to {largest / 1e6:g} MB",
        file_count="multiple",
        file_types=list(rag.ARTICLE_SUFFIXES),
        elem_id="bring",
    )

    # Set on the object, because Gradio 6.31 writes a .pyi file next to a module with a subclass.
    def preprocess(payload: Any) -> list[Upload]:
        files = payload.root if payload else []
        return [Upload(name=each.orig_name or Path(each.path).name, path=Path(each.path))
                for each in files]  # fmt: skip

    box.preprocess = preprocess  # type: ignore[method-assign, assignment]
    return box


# ---- actions and their messages


def _taken(
    session: Session, uploads: Sequence[Upload], *, keep: bool
) -> Iterator[tuple[str, list[str] | None]]:
    """Yields progress messages, the last one with the reasons for rejected files.

    Raises nothing: errors become messages.
    """
    try:
        for step in session.add(uploads, keep=keep):
            if isinstance(step, Adding):
                yield _progress(step), None
            else:
                reasons = [f"{reason}." for _, reason in step.skipped]
                yield _report(step, keep=keep), reasons
    except rag.BylineError as error:
        yield sentence(for_readers(error)), []
    except Exception:
        log.exception("Articles were not added")
        yield TROUBLE, []


def _progress(step: Adding) -> str:
    """The progress as text: "3 of 12 articles, about 4 s left"."""
    done = f"{step.done} of {count(step.total, 'article')}"
    if step.seconds_left is None or step.done == step.total:
        return done
    seconds = max(1, round(step.seconds_left))
    left = f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
    return f"{done}, about {left} left"


def _report(done: Added, *, keep: bool) -> str:
    """The result of an upload as one line of text."""
    whom = " for everybody" if keep else ""
    parts = [
        f"{count(len(done.added), 'article')} added{whom}" if done.added else "",
        f"{count(len(done.replaced), 'article')} of the same name replaced"
        if done.replaced
        else "",
        f"{count(len(done.skipped), 'file')} not added" if done.skipped else "",
    ]
    return sentence(", ".join(part for part in parts if part) or "nothing was added")


def _removed(session: Session, event: gr.EventData) -> str:
    given = getattr(event, "_data", None)  # in Gradio 6.31, gr.HTML events have no public data
    article_id = given.get("article") if isinstance(given, dict) else None
    try:
        gone = isinstance(article_id, str) and session.remove(article_id)
    except rag.BylineError as error:
        return sentence(for_readers(error))
    return "Removed." if gone else "That article no longer exists."


def _shown(session: Session, skipped: list[str]) -> Any:
    shown = _brought(session.articles(), session.sessions, skipped)
    if not session.can_bring:
        shown["note"] = NONE_HERE
    return shield(shown)


def _brought(
    articles: Sequence[rag.Article], sessions: Sessions, skipped: Sequence[str] = ()
) -> Brought:
    return {
        "skipped": list(skipped),
        "count": count(len(articles), "article"),
        "articles": list(map(listed, articles)),
        "note": f"{ONLY_YOU} {FOR_ALL}" if sessions.keeps else ONLY_YOU,
        "largest": sessions.limits.largest,
        "together": int(sessions.limits.total_mb * 1_000_000),
        "generation": sessions.news.size()["generation"] if sessions.keeps else 0,
        "forms": list(rag.ARTICLE_SUFFIXES),
    }


def _remove(uploads: Sequence[Upload]) -> int:
    """Deletes Gradio's copies and their folders; returns their total size in bytes."""
    size = 0
    for upload in uploads:
        with contextlib.suppress(OSError):
            size += upload.path.lstat().st_size
            upload.path.unlink()
            upload.path.parent.rmdir()
    return size
