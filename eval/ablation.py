"""What each part adds: the shipped configuration against the same with that part off.

Run as ``python eval/ablation.py``; it writes ``eval/ABLATION.md``. The set eval/articles is always
asked, and those of the folder that BYLINE_BENCH names. Result folders are kept in results/ablation:
broken off and started again it goes on, and asks nothing twice of the same code and questions.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import resource
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import rag
from rag import evaluation
from rag.evaluation.comparing.phrasing import interval, label, points
from rag.evaluation.comparing.verdict import NOT_SHOWN, Verdict
from rag.evaluation.running.manifest import deciding_code

HERE = Path(__file__).resolve().parent
SHIPPED = "shipped"
PARTS: Mapping[str, Mapping[str, object]] = {
    "vectors": {"dense_weight": 0.0},
    "words (BM25)": {"dense_weight": 1.0},
    "title in BM25": {"title_boost": 0.0},
    "title in vectors": {"context": False},
    "reader": {"reader": "none"},
    "order by the reader": {"reader_weight": 0.0},
    "follow-ups": {"followups": False},
    "copies": {"copies": False},
    "time": {"time": False},
    "short answers": {"short_answers": False},
}
INDEXED = frozenset({"context"})
"""Settings that make another index."""
BENCH = ("rtqa22", "inscit_dev", "squad2_dev")
SEED = 0
WRITTEN = "ablation.json"
LEGEND = """\
Each column is what that part adds: the shipped figure less the figure with the part off, in points
of 100, with its 95% interval; both are asked the same questions. **Better** or **worse** is said
where `byline compare` shows a difference, corrected over all measures of the column; where neither
is said, none is shown. ↓ is better when lower. The last rows are of the run without the part, one
process each, in which the memory is the peak while it answers. Seconds are only as even as the
machine was.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One configuration over one set of questions, and where its results and index lie."""

    dataset: Path
    questions: Path | None
    config: rag.Config
    out: Path
    cache: Path

    @property
    def key(self) -> str:
        """SHA-256 in hex of the settings, the questions and the code that decides answers."""
        digest = hashlib.sha256(json.dumps(asdict(self.config), sort_keys=True).encode())
        for file in (*deciding_code(), *([self.questions] if self.questions else ())):
            digest.update(file.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run needed: seconds a question, the median, and megabytes at the peak."""

    seconds: float
    megabytes: float


def configured(settings: Mapping[str, object]) -> rag.Config:
    """The shipped configuration but for ``settings``.

    Raises ``rag.ConfigError`` for a switch that is none.
    """
    known = {one.name for one in fields(rag.Config)}
    for name in settings:
        if name not in known:
            raise rag.ConfigError(
                f"there is no switch {name!r} in rag.Config; add it, or correct PARTS in {__file__}"
            )
    return replace(rag.Config(), **settings)  # type: ignore[arg-type]


def ask(job: Job) -> Cost:
    """Runs the job in this process and measures what it took; writes it beside the results."""
    key = job.key  # of the code that is asked, should it be edited meanwhile
    peaks: list[float] = []

    def watch(step: rag.Progress) -> None:
        if step.stage in {"indexing", "asking"} and step.done % max(1, step.total // 10) == 0:
            say(f"  {job.out.name}: {step.stage} {step.done:,} of {step.total:,}")
        if step.stage == "asking":
            peaks.append(peak_megabytes())

    metrics = evaluation.evaluate(
        job.dataset,
        out=job.out,
        questions=job.questions,
        index_cache=job.cache,
        config=job.config,
        progress=watch,
        replace=True,
    )
    median = metrics.scores.latency["total"]["p50"].value or 0.0
    cost = Cost(seconds=median, megabytes=max(peaks))
    text = json.dumps({"key": key, **asdict(cost)})
    (job.out / WRITTEN).write_text(text, encoding="utf-8")
    return cost


def peak_megabytes() -> float:
    """The most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def done(job: Job) -> Cost | None:
    """What the job needed where it was done already, by the same code; else None."""
    try:
        row = json.loads((job.out / WRITTEN).read_text(encoding="utf-8"))
        cost = Cost(seconds=row["seconds"], megabytes=row["megabytes"])
    except (OSError, ValueError, KeyError):
        return None
    return cost if row["key"] == job.key else None


def run_all(made: Mapping[str, Job]) -> dict[str, Cost]:
    """What each job needed, those done already left as they are.

    An index is made in a process of its own before it is asked, so that no job's memory is that of
    making it; another than the shipped one starts from that one's vectors.
    """
    costs = {part: cost for part, job in made.items() if (cost := done(job))}
    ready: set[Path] = set()
    for part, job in made.items():
        if part in costs:
            say(f"  {job.out.name}: done already")
            continue
        shared = made[SHIPPED].cache
        if not job.cache.exists() and shared.exists():
            shutil.copytree(shared, job.cache)
        if job.cache not in ready:
            apart(replace(job, questions=sampled(job, 1), out=job.out.with_name("indexing")))
            ready.add(job.cache)
        costs[part] = apart(job)
    return costs


def apart(job: Job) -> Cost:
    """The job in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as child:
        return child.submit(ask, job).result()


def sampled(job: Job, count: int) -> Path:
    """``count`` questions of the data set, always the same ones, in a file of the out folder."""
    names = (job.dataset / name for name in ("questions.jsonl.gz", "questions.jsonl"))
    source = job.questions or next(name for name in names if name.is_file())
    with gzip.open(source, "rt") if source.suffix == ".gz" else source.open() as lines:
        rows = [line for line in lines if line.strip()]
    drawn = sorted(random.Random(SEED).sample(range(len(rows)), min(count, len(rows))))  # noqa: S311
    file = job.out.parent / f"questions-{count}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{rows[place].rstrip()}\n" for place in drawn), encoding="utf-8")
    return file


def jobs(dataset: Path, parts: Sequence[str], *, limit: int, out: Path) -> dict[str, Job]:
    """The shipped run first, then one without each part."""
    name = dataset.resolve().name
    made = {}
    for part in (SHIPPED, *parts):
        settings = PARTS.get(part, {})
        other = "".join(f"-without-{switch}" for switch in settings.keys() & INDEXED)
        job = Job(
            dataset=dataset,
            questions=None,
            config=configured(settings),
            out=out / name / (part if part == SHIPPED else folder(part)),
            cache=Path(".byline", "eval", f"{name}{other}"),
        )
        made[part] = replace(job, questions=sampled(job, limit))
    return made


def folder(part: str) -> str:
    """The name of the result folder without ``part``."""
    return f"without-{'-'.join(''.join(c if c.isalnum() else ' ' for c in part).split())}"


def table(dataset: Path, made: Mapping[str, Job]) -> Iterator[str]:
    """Runs all jobs of a data set and yields the lines of its table."""
    say(f"{dataset.resolve().name}: {len(made)} runs")
    costs = run_all(made)
    parts = [part for part in made if part != SHIPPED]
    compared = {part: evaluation.compare(made[part].out, made[SHIPPED].out) for part in parts}
    verdicts = {part: {v.key: v for v in one.verdicts} for part, one in compared.items()}
    asked = len(next(iter(compared.values())).questions)
    yield f"## {dataset.resolve().name}, {asked:,} questions\n"
    yield row("", SHIPPED, *parts)
    yield row("---", *["---:"] * (1 + len(parts)))
    for verdict in next(iter(compared.values())).verdicts:
        cells = [cell(verdicts[part].get(verdict.key)) for part in parts]
        yield row(label(verdict.measure), f"{100 * verdict.second:.1f}", *cells)
    yield row("seconds a question, p50", *(f"{costs[part].seconds:.3f}" for part in made))
    yield row("memory, MB", *(f"{costs[part].megabytes:,.0f}" for part in made))


def row(*cells: str) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def cell(verdict: Verdict | None) -> str:
    """What a part adds to a measure; no change at all is a bare 0."""
    if verdict is None:
        return ""
    if not verdict.won and not verdict.lost:
        return "0"
    said = f"{points(verdict.difference)} ({interval(verdict).replace(' … ', ' to ')})"
    return said if verdict.outcome == NOT_SHOWN else f"{said} **{verdict.outcome}**"


def say(line: str) -> None:
    """Tells of progress on stderr."""
    print(line, file=sys.stderr, flush=True)


def chosen_sets(names: Sequence[str]) -> list[Path]:
    """The folders of the data sets that are named, or of all that are here."""
    bench = Path(os.environ["BYLINE_BENCH"]) if os.environ.get("BYLINE_BENCH") else None
    known = {"articles": HERE / "articles"}
    known |= {name: bench / name for name in BENCH} if bench else {}
    if not bench:
        say("BYLINE_BENCH is not set: only eval/articles is asked")
    for name in names:
        if name not in known and not Path(name).is_dir():
            raise rag.UsageError(f"no set {name!r}; name a folder, or one of {sorted(known)}")
    return [known.get(name, Path(name)) for name in names or known]


def chosen_parts(names: Sequence[str]) -> list[str]:
    """The parts that are named, or all."""
    for name in names:
        if name not in PARTS:
            raise rag.UsageError(f"no part {name!r}; the parts are {list(PARTS)}")
    for name in names or PARTS:
        configured(PARTS[name])  # before anything is asked
    return list(names or PARTS)


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", action="append", default=[], dest="sets", help="a set; repeat")
    parser.add_argument("--part", action="append", default=[], dest="parts", help="a part; repeat")
    parser.add_argument("--skip", action="append", default=[], help="SET/PART to leave out; repeat")
    parser.add_argument("--limit", type=int, default=600, help="questions of a set [600]")
    parser.add_argument("--out", type=Path, default=Path("results/ablation"), help="results")
    parser.add_argument("--write", type=Path, default=HERE / "ABLATION.md", help="the table's file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Runs all, writes the file; 0 when done, 2 where something named is not there."""
    asked = options(arguments)
    try:
        parts, sets = chosen_parts(asked.parts), chosen_sets(asked.sets)
        lines = [
            line
            for folder in sets
            for kept in [[p for p in parts if f"{folder.resolve().name}/{p}" not in asked.skip]]
            for made in [jobs(folder, kept, limit=asked.limit, out=asked.out)]
            for line in (*table(folder, made), "")
        ]
    except rag.BylineError as error:
        say(f"ablation: {error}")
        return 2
    command = shlex.join(["python", "eval/ablation.py", *arguments])
    head = f"# What each part adds\n\n`{command}`, {datetime.now(UTC).date()}\n\n{LEGEND}\n"
    asked.write.write_text(head + "\n".join(lines), encoding="utf-8")
    say(f"written to {asked.write}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
