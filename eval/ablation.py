"""Ablation study: compares the shipped configuration with the same configuration without one part.

Run as ``python eval/ablation.py``; writes ``eval/ABLATION.md``. By default, uses the set
eval/articles and the data sets in the folder that BYLINE_BENCH names. Results are stored in
results/ablation: an interrupted run resumes, and finished runs are not repeated while code and
questions stay the same.
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
"""Settings that need a separate index."""
BENCH = ("rtqa22", "inscit_dev", "squad2_dev")
SEED = 0
WRITTEN = "ablation.json"
LEGEND = """\
Each column shows what that part adds: the shipped figure minus the figure without the part, times
100, with its 95% interval. Both runs answer the same questions. **Better** or **worse** marks a
difference that `byline compare` shows after correction over all measures of the column. ↓ marks
measures for which lower is better. The last rows describe the run without the part, in its own
process; memory is the peak while it answers. Times vary with the load of the machine.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One configuration on one set of questions, and the folders of its results and index."""

    dataset: Path
    questions: Path | None
    config: rag.Config
    out: Path
    cache: Path

    @property
    def key(self) -> str:
        """SHA-256 in hex of the settings, the questions, and the code that affects answers."""
        digest = hashlib.sha256(json.dumps(asdict(self.config), sort_keys=True).encode())
        for file in (*deciding_code(), *([self.questions] if self.questions else ())):
            digest.update(file.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of a run: median seconds per question, and peak memory in MB."""

    seconds: float
    megabytes: float


def configured(settings: Mapping[str, object]) -> rag.Config:
    """Returns the shipped configuration with ``settings`` changed.

    Raises:
        rag.ConfigError: a setting does not exist.
    """
    known = {one.name for one in fields(rag.Config)}
    for name in settings:
        if name not in known:
            raise rag.ConfigError(
                f"there is no switch {name!r} in rag.Config; add it, or correct PARTS in {__file__}"
            )
    return replace(rag.Config(), **settings)  # type: ignore[arg-type]


def ask(job: Job) -> Cost:
    """Runs the job in this process, measures its cost, and saves the cost with the results."""
    key = job.key  # computed first, in case the code is edited during the run
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
    """Returns the peak memory of this process, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def done(job: Job) -> Cost | None:
    """Returns the cost of the job if the same code has already run it, else None."""
    try:
        row = json.loads((job.out / WRITTEN).read_text(encoding="utf-8"))
        cost = Cost(seconds=row["seconds"], megabytes=row["megabytes"])
    except (OSError, ValueError, KeyError):
        return None
    return cost if row["key"] == job.key else None


def run_all(made: Mapping[str, Job]) -> dict[str, Cost]:
    """Runs the jobs that are not done yet, and returns the cost of each job.

    Each index is built in a separate process first, so that indexing does not count towards a job's
    memory. Indexes other than the shipped one start as a copy of it, to reuse its vectors.
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
    """Runs the job in a new process, so that its memory is measured separately."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as child:
        return child.submit(ask, job).result()


def sampled(job: Job, count: int) -> Path:
    """Draws ``count`` questions of the data set with a fixed seed; returns the file with them."""
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
    """Returns the shipped run, then one run without each part."""
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
    """Returns the name of the result folder for the run without ``part``."""
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
        yield row(verdict.label, f"{100 * verdict.second:.1f}", *cells)
    yield row("seconds a question, p50", *(f"{costs[part].seconds:.3f}" for part in made))
    yield row("memory, MB", *(f"{costs[part].megabytes:,.0f}" for part in made))


def row(*cells: str) -> str:
    """Formats a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def cell(verdict: Verdict | None) -> str:
    """Formats what a part adds to a measure, or "0" if no question changed."""
    if verdict is None:
        return ""
    if not verdict.won and not verdict.lost:
        return "0"
    said = f"{verdict.points} ({verdict.interval.replace(' … ', ' to ')})"
    return said if verdict.outcome == NOT_SHOWN else f"{said} **{verdict.outcome}**"


def say(line: str) -> None:
    """Prints progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def chosen_sets(names: Sequence[str]) -> list[Path]:
    """Returns the folders of the named data sets, or of all that are available."""
    bench = Path(os.environ["BYLINE_BENCH"]) if os.environ.get("BYLINE_BENCH") else None
    known = {"articles": HERE / "articles"}
    known |= {name: bench / name for name in BENCH} if bench else {}
    if not bench:
        say("BYLINE_BENCH is not set: only eval/articles is used")
    for name in names:
        if name not in known and not Path(name).is_dir():
            raise rag.UsageError(f"no set {name!r}; name a folder, or one of {sorted(known)}")
    return [known.get(name, Path(name)) for name in names or known]


def chosen_parts(names: Sequence[str]) -> list[str]:
    """Returns the named parts, or all."""
    for name in names:
        if name not in PARTS:
            raise rag.UsageError(f"no part {name!r}; the parts are {list(PARTS)}")
    for name in names or PARTS:
        configured(PARTS[name])  # check all settings before running anything
    return list(names or PARTS)


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", action="append", default=[], dest="sets", help="a set; repeatable")
    parser.add_argument(
        "--part", action="append", default=[], dest="parts", help="a part; repeatable"
    )
    parser.add_argument("--skip", action="append", default=[], help="skip SET/PART; repeatable")
    parser.add_argument("--limit", type=int, default=600, help="maximum questions per set [600]")
    parser.add_argument("--out", type=Path, default=Path("results/ablation"), help="result folder")
    parser.add_argument("--write", type=Path, default=HERE / "ABLATION.md", help="output file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Runs everything and writes the file; returns 0, or 2 if a named set or part is unknown."""
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
