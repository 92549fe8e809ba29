"""The files that a package has besides the program: manual, completions, documentation, licenses."""

import gzip
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

from dependencies import Crate, license_texts

# The name of the file that each shell looks for.
COMPLETIONS = {
    "bash": "meetmint",
    "zsh": "_meetmint",
    "fish": "meetmint.fish",
    "elvish": "meetmint.elv",
    "nushell": "meetmint.nu",
    "powershell": "meetmint.ps1",
}

# The sample that fits into a package: it needs no program but this one.
SAMPLE = Path("samples/town-hall")

HEADER = """Software in meetmint by others
==============================

The program consists of meetmint itself, of the crates below, and of the Rust standard library (MIT or Apache-2.0,
https://github.com/rust-lang/rust). The crate aws-lc-sys contains AWS-LC, and libsqlite3-sys contains SQLite, which is in
the public domain. Where licenses are joined by OR, choose the one that you prefer.

The texts of the licenses follow the list of crates. Each stands here once, below the names of its crates.
"""


def write_manual(program: Path, folder: Path) -> None:
    """Writes the manual pages."""
    subprocess.run([str(program), "man", "-q", str(folder)], check=True)


def write_completions(program: Path, folder: Path) -> None:
    """Writes a script for each shell."""
    folder.mkdir(parents=True, exist_ok=True)
    for shell, name in COMPLETIONS.items():
        run = subprocess.run([str(program), "completions", shell], check=True, capture_output=True)
        (folder / name).write_bytes(run.stdout)


def copy_documentation(root: Path, folder: Path) -> None:
    """Copies README, docs and changelog as they are in the repository, so that the links between them work."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tracked(root, "README.md", "CHANGELOG.md", "ARCHITECTURE.md", "SECURITY.md", "CONTRIBUTING.md", "docs"):
        copy(root / name, folder / name)


def copy_sample(root: Path, folder: Path) -> None:
    for name in tracked(root, str(SAMPLE)):
        copy(root / name, folder / Path(name).relative_to(SAMPLE))


def tracked(root: Path, *paths: str) -> list[str]:
    """The files of the repository under these paths: what somebody has left beside them is none of a package's."""
    command = ["git", "ls-files", "-z", "--", *paths]
    run = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return [name for name in run.stdout.split("\0") if name]


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def third_party(crates: list[Crate]) -> str:
    """The licenses of everything in the program, with the texts that have to be passed on."""
    foreign = sorted((crate for crate in crates if not crate.is_own and not crate.is_build_only), key=lambda c: c.title)
    lines = [HEADER, "", "Crates", "------", ""]
    lines += [f"{crate.title}: {crate.license}" + (f" ({crate.repository})" if crate.repository else "") for crate in foreign]
    without = [crate for crate in foreign if not license_texts(crate)]
    if without:
        lines += ["", "These come without a text of their license. Their authors, by their manifests:", ""]
        lines += [f"{crate.title}: {', '.join(crate.authors) or 'not named'}" for crate in without]
    users = defaultdict(list)
    for crate in foreign:
        for text in license_texts(crate):
            users[text].append(crate.title)
    for text, titles in users.items():
        title = ", ".join(dict.fromkeys(titles))
        lines += ["", "=" * 78, title, "=" * 78, "", text]
    return "\n".join(lines) + "\n"


def compress(path: Path) -> None:
    """Replaces a file by what `gzip -9n` makes of it."""
    with path.open("rb") as plain, open(f"{path}.gz", "wb") as file:
        # No name and no time in the header.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
            shutil.copyfileobj(plain, packed)
    path.unlink()


def settle(folder: Path, epoch: int) -> None:
    """Gives all files the same time, and the modes that packages have."""
    for path in [folder, *folder.rglob("*")]:
        is_program = path.is_file() and path.parent.name == "bin"
        path.chmod(0o755 if path.is_dir() or is_program else 0o644)
        os.utime(path, (epoch, epoch))
