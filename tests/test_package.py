"""Tests that the wheel works without the source tree."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = {".css", ".html", ".js", ".json", ".tiktoken"}

ARTICLES = {
    "harbour.txt": """---
title: "Harbour to close for repairs"
outlet: Coast Courier
published: 2024-03-04
---
The harbour of Vessby will close for repairs next week.
The port authority said the work on the northern pier will take eleven weeks.
Ferries will sail from Lunda until then.
""",
    "orchard.txt": """---
title: "Frost damages orchards"
outlet: Valley Post
published: 2024-05-11
---
A late frost damaged orchards across the valley on Friday.
Growers expect to lose a third of this year's apple harvest.
The regional council has promised to compensate them.
""",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("byline-*.whl")
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a new environment with the wheel and access to its dependencies.

    A path file adds this environment's packages. Path files among them are not followed, so the
    editable installation, which uses one, is not visible.
    """
    prefix = tmp_path_factory.mktemp("fresh")
    venv.create(prefix, symlinks=True)
    paths = sysconfig.get_paths(scheme="venv", vars={"base": prefix, "platbase": prefix})
    seen = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(paths["purelib"], "seen.pth").write_text("\n".join(sorted(seen)), encoding="utf-8")
    python = Path(paths["scripts"], "python")
    alone = ("--no-deps", "--no-index")
    run(sys.executable, "-m", "pip", "--python", python, "install", *alone, wheel)
    return python.parent


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder outside the tree, with two articles in ``corpus``."""
    (tmp_path / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*command: str | Path, folder: Path | None = None) -> str:
    """The output of a command, run without this process's settings, coverage or import path."""
    left_out = ("BYLINE_", "COVERAGE_", "PYTHON")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=environment | {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONUTF8": "1"},
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    source = ROOT / "src"
    files = {path for path in source.rglob("*") if path.suffix in DATA | {".py", ".md"}}
    expected = {path.relative_to(source).as_posix() for path in files}
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_installed_package_is_the_wheels(wheel: Path, bin_folder: Path, desk: Path) -> None:
    program = "import rag; print(rag.__file__); print(rag.__version__)"
    file, version = run(bin_folder / "python", "-c", program, folder=desk).splitlines()
    assert Path(file).is_relative_to(bin_folder.parent)
    assert wheel.name.startswith(f"byline-{version}-")


def test_installed_command_quotes_the_sentence_that_answers(bin_folder: Path, desk: Path) -> None:
    run(bin_folder / "byline", "index", "corpus", folder=desk)
    question = "How long will the work on the northern pier take?"
    printed = " ".join(run(bin_folder / "byline", "ask", question, folder=desk).split())
    assert "the work on the northern pier will take eleven weeks." in printed
    assert "Coast Courier" in printed
