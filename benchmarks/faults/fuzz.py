"""Fuzzes every file reader, and reads files that are made to cost much time or memory.

Run as ``python benchmarks/faults/fuzz.py [--inputs 100000] [--seed 1]``. An input is a valid file
in one of the formats with bytes changed, cut, repeated or spliced, in an archive also those of its
parts. A hundredth of the inputs are PDFs, because each needs a process of its own. An input fails
the test if reading raises an error, ends the process, or takes over 20 s of processor time. Errors
that no reader foresaw are counted by kind: each is one line for the user and goes to the log.
"""

import argparse
import gzip
import io
import json
import logging
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import rag

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.core import forms

INPUTS = 100_000
AT_ONCE = 1_000  # inputs per process
PER_RUN = 100  # files per folder that is read
PDF_SHARE = 0.01
SECONDS = 20.0
PLAIN = f"{forms.TITLE}\n\n{forms.FIRST}\n\n{forms.SECOND}\n\n{forms.THIRD}\n".encode()
FRONT = b'---\ntitle: "Ferry"\npublished: 2024-05-14\nauthors: [A, B]\n---\n' + PLAIN
TOML = b'+++\ntitle = "Ferry"\ndate = 2024-05-14\n+++\n' + PLAIN
FORMS: dict[str, Callable[[], bytes]] = {
    **forms.FORMS,
    ".txt": lambda: PLAIN,
    ".md": lambda: FRONT,
    ".markdown": lambda: TOML,
    ".html": lambda: forms.page().encode(),
}
PIECES = [
    *(b"<", b">", b"&", b"\0", b"]]>", b"<!--", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\x1a", b'"'),
    *(b"\xed\xa0\x80", b"&#x110000;", b"&#0;", b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"{}"),
    *(b"<div>" * 300, b"[" * 3_000, b"(" * 300, b"> " * 300, b"2024-13-45", b"0000-00-00", b"\\"),
    *(b"<![CDATA[", b"<!DOCTYPE a [", b"%PDF-1.4", b"PK\x03\x04", b"From \n", b"WARC/1.0\r\n"),
    *(b"charset=utf-7", b"charset=x", b"Content-Length: -5", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae"),
]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with a few random changes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(changed) + 1)
        other = min(len(changed), at + chance.choice((1, 4, 30, 300)))
        match chance.randrange(7):
            case 0 if at < len(changed):
                changed[at] = chance.randrange(256)
            case 1 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                changed[at:at] = chance.choice(PIECES)
            case 3:
                changed[at:other] = b""
            case 4:
                changed[at:at] = changed[at:other] * chance.choice((1, 2, 50))
            case 5:
                changed[at:other] = chance.choice(PIECES)
            case _ if chance.random() < 0.2:
                del changed[at:]
    return bytes(changed)


def parts_mutated(data: bytes, chance: random.Random) -> bytes:
    """A ZIP archive or gzip file with its contents changed, so that its checksums are right."""
    if data[:2] == b"\x1f\x8b":
        return gzip.compress(mutated(gzip.decompress(data), chance), 1)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    return forms.zipped({**parts, name: mutated(parts[name], chance)})


def made(chance: random.Random, valid: dict[str, bytes]) -> tuple[str, bytes]:
    """An input: the ending of its name, and its bytes."""
    other = [ending for ending in FORMS if ending != ".pdf"]
    ending = ".pdf" if chance.random() < PDF_SHARE else chance.choice(other)
    data = valid[ending]
    packed = data[:2] in (b"\x1f\x8b", b"PK")
    data = (
        parts_mutated(data, chance) if packed and chance.random() < 0.7 else mutated(data, chance)
    )
    if chance.random() < 0.02 and ending != ".pdf":  # a wrong ending
        ending = chance.choice(other)
    return ending, data


class Unforeseen(logging.Handler):
    """Counts the errors that the readers did not foresee."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kinds: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Counts an error by its type and the line that raised it."""
        if not record.exc_info or record.exc_info[1] is None:
            return
        error = record.exc_info[1]
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        code = trace.tb_frame.f_code if trace else None
        where = f"{Path(code.co_filename).name}:{code.co_name}" if code else "?"
        path = next((str(arg) for arg in record.args or ()), "")
        self.kinds[f"{type(error).__name__} in {where} ({''.join(Path(path).suffixes)})"] += 1


def fuzzed(seed: int, inputs: int) -> dict[str, object]:
    """Reads inputs in this process and counts the results."""
    chance = random.Random(seed)  # noqa: S311 - not for cryptography
    unforeseen, counts = Unforeseen(), Counter[str]()
    logging.getLogger("rag").addHandler(unforeseen)
    valid = {ending: make() for ending, make in FORMS.items()}
    escaped, slow = [], []
    while counts["inputs"] < inputs:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for number in range(PER_RUN):
                ending, data = made(chance, valid)
                (folder / f"{number}{ending}").write_bytes(data)
                counts["inputs"] += 1
            for path in sorted(folder.iterdir()):
                began = time.process_time()
                try:
                    articles, skipped = rag.read_articles([path])
                    counts["read" if articles else "refused"] += 1
                    if not articles and not skipped:
                        counts["passed over"] += 1
                    if any("\n" in reason for _, reason in skipped):
                        escaped.append(f"{seed}: a message of several lines ({path.suffixes})")
                except rag.BylineError:  # a single file that cannot be read
                    counts["refused"] += 1
                except BaseException as error:  # noqa: BLE001 - what escapes is the finding
                    escaped.append(
                        f"{seed}: {type(error).__name__}: {error} ({path.suffixes})"[:300]
                    )
                seconds = time.process_time() - began
                if seconds > SECONDS:
                    slow.append(f"{seed}: {seconds:.0f} s ({path.suffixes})")
    return {"counts": counts, "unforeseen": unforeseen.kinds, "failures": escaped + slow,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}  # fmt: skip


# ---- files that are made to be slow or large


def endless(ending: str, start: bytes = b"{") -> Callable[[Path], Path]:
    """Makes a file of one line of a gigabyte."""

    def make(folder: Path) -> Path:
        path = folder / f"line{ending}"
        with path.open("wb") as file:
            file.write(start)
            file.truncate(1_000_000_000)
        return path

    return make


def given(name: str, data: Callable[[], bytes]) -> Callable[[Path], Path]:
    """Makes a file with given bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data())
        return folder / name

    return make


def nested_zip() -> bytes:
    """Archives within archives, each with ten copies of the next."""
    data = forms.zipped({"a.txt": b"a" * 10_000_000})
    for _ in range(5):
        data = forms.zipped({f"{n}.zip": data for n in range(10)})
    return data


def linked_tar() -> bytes:
    """A tar archive with links and with paths that lead out of it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in ("../../out.txt", "/etc/out.txt", "in.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(PLAIN)
            archive.addfile(info, io.BytesIO(PLAIN))
    return file.getvalue()


def entities() -> bytes:
    """XML whose entities expand to a hundred million characters."""
    names = "abcdefghi"
    steps = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "0123456789">{steps}]><rss><channel><item>'
        "<title>A</title><description>&i;</description></item></channel></rss>"
    ).encode()


def looping_pdf() -> bytes:
    """A PDF whose tree of pages contains itself."""
    return forms.pdf().replace(b"/Kids [", b"/Kids [2 0 R 2 0 R ", 1)


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "1 GB in one line (.txt)": endless(".txt"),
    "1 GB in one line (.json)": endless(".json", b'["'),
    "1 GB in one line (.jsonl)": endless(".jsonl"),
    "1 GB in one line (.csv)": endless(".csv", b'text\n"'),
    "1 GB in one line (.mbox)": endless(".mbox", b"From a\n"),
    "1 GB in one line (.xml)": endless(".xml", b"<"),
    "zip bomb, 1:1000": given("x.zip", lambda: forms.zipped({"a.txt": bytes(300_000_000)})),
    "gzip bomb": given("x.jsonl.gz", lambda: gzip.compress(bytes(300_000_000), 9)),
    "archives six deep, ten in each": given("x.zip", nested_zip),
    "tar with links and paths out of it": given("x.tar", linked_tar),
    "XML entities": given("x.xml", entities),
    "JSON nested 1,000,000 deep": given("x.json", lambda: b"[" * 1_000_000),
    "JSON lines nested 100,000 deep": given("x.jsonl", lambda: b'{"a":' * 100_000),
    "HTML nested 200,000 deep": given("x.html", lambda: b"<div>" * 200_000 + PLAIN),
    "XML nested 200,000 deep": given("x.xml", lambda: b"<rss>" * 200_000),
    "Markdown nested 100,000 deep": given("x.md", lambda: b"> " * 100_000 + PLAIN),
    "Markdown of 200,000 brackets": given("x.md", lambda: b"[" * 200_000 + PLAIN),
    "YAML of nested aliases": given("x.md", lambda: b"---\na: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n".encode()
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + b"---\n" + PLAIN),
    "PDF whose pages lead back to each other": given("x.pdf", looping_pdf),
    "PDF named as DOCX": given("x.docx", forms.pdf),
    "DOCX named as text": given("x.txt", forms.docx),
}  # fmt: skip


def hostile(name: str) -> dict[str, object]:
    """Reads one of the hostile files in this process; returns its outcome, time and memory."""
    with tempfile.TemporaryDirectory() as scratch:
        path = HOSTILE[name](Path(scratch))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, wall = time.process_time(), time.perf_counter()
        try:
            articles, skipped = rag.read_articles([path])
            reasons = [reason for _, reason in skipped]
        except rag.BylineError as error:
            articles, reasons = (), [str(error)]
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        return {
            "told": (f"{len(articles)} read; " if articles else "")
            + (reasons[0].replace(str(path.parent) + "/", "") if reasons else ""),
            "lines": max((reason.count("\n") + 1 for reason in reasons), default=1),
            "cpu": time.process_time() - began + children.ru_utime + children.ru_stime,
            "wall": time.perf_counter() - wall,
            "memory": max(own, children.ru_maxrss) / 1e3,
        }


def asked(*arguments: object) -> dict[str, Any] | str:
    """The result of a process of its own; if it crashed, how."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        return f"exit status {done.returncode}: {done.stderr.strip()[-300:]}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def seeds(inputs: int, first: int) -> Iterator[tuple[int, int]]:
    """The seed and the number of inputs of each process."""
    for number in range(0, inputs, AT_ONCE):
        yield first + number // AT_ONCE, min(AT_ONCE, inputs - number)


def main() -> int:
    """Prints the results; the status is 1 if an input or a hostile file was not handled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--hostile", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(fuzzed(*given.one)))
        return 0
    if given.hostile:
        print(json.dumps(hostile(given.hostile)))
        return 0
    failures: list[str] = []
    for name in HOSTILE:
        told = asked("--hostile", name)
        bad = isinstance(told, str) or told["lines"] != 1
        failures += [f"{name}: {told}"] if bad else []
        if isinstance(told, str):
            print(f"NOT  {name}: {told}", flush=True)
        else:
            print(f"{'NOT ' if bad else 'ok  '} {name}: {told['cpu']:.1f} s, "
                  f"{told['memory']:.0f} MB: {told['told']}"[:240], flush=True)  # fmt: skip
    counts, unforeseen, peak = Counter[str](), Counter[str](), 0.0
    for seed, inputs in seeds(given.inputs, given.seed):
        told = asked("--one", seed, inputs)
        if isinstance(told, str):
            failures.append(f"seed {seed}: {told}")
            continue
        counts.update(told["counts"])
        unforeseen.update(told["unforeseen"])
        failures += told["failures"]
        peak = max(peak, told["peak"])
        if counts["inputs"] % 10_000 == 0:
            print(dict(counts), sum(unforeseen.values()), failures, file=sys.stderr, flush=True)
    for kind, count in unforeseen.most_common():
        print(f"     {count} × {kind}")
    told = f"{dict(counts)}, {sum(unforeseen.values())} unforeseen errors, peak {peak:.0f} MB"
    good = failures[:5] or "nothing escaped"
    print(f"{'NOT ' if failures else 'ok  '} fuzzing: {told}; {good}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
