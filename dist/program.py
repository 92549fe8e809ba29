"""Builds the program so that the same source gives the same octets, in whatever folder it is built."""

import os
import re
import shlex
import subprocess
from pathlib import Path

# What each folder is called in the program: in messages of panics, and in assertions of C code.
SOURCE_NAME = "/meetmint"
CARGO_NAME = "/cargo"
RUST_NAME = "/rust"


def environment(root: Path) -> dict[str, str]:
    """The variables of a build whose result does not depend on names of folders."""
    cargo = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")).resolve()
    sysroot = output("rustc", "--print", "sysroot").strip()
    # The last one that fits counts: the folder of Cargo can be inside of that of the source.
    names = [(root.resolve(), SOURCE_NAME), (Path(sysroot), RUST_NAME), (cargo, CARGO_NAME)]
    rust = [f"--remap-path-prefix={path}={name}" for path, name in names]
    c = [f"-ffile-prefix-map={path}={name}" for path, name in names]
    return {
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(rust),
        # For the C code of SQLite and AWS-LC.
        "CFLAGS": " ".join(c),
        "CXXFLAGS": " ".join(c),
        "CARGO_INCREMENTAL": "0",
    }


def as_shell(variables: dict[str, str]) -> str:
    """The variables as commands of a shell."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())


def build(root: Path, target: Path) -> Path:
    """Builds the program with the list of its dependencies in it, and returns its path. It is not stripped."""
    if subprocess.run(["cargo", "auditable", "--version"], capture_output=True).returncode != 0:
        raise SystemExit("cargo-auditable is missing: cargo install --locked cargo-auditable")
    command = ["cargo", "auditable", "build", "--release", "--locked", "--package", "meetmint"]
    command += ["--target-dir", str(target)]
    subprocess.run(command, check=True, cwd=root, env=os.environ | environment(root))
    return target / "release" / "meetmint"


def strip(program: Path, stripped: Path) -> None:
    """Copies the program without symbols. The list of dependencies stays in it."""
    subprocess.run(["strip", "--strip-all", "--remove-section=.comment", "-o", str(stripped), str(program)], check=True)
    stripped.chmod(0o755)


def oldest_glibc(program: Path) -> str:
    """The oldest glibc that has every function which the program uses."""
    symbols = output("objdump", "--dynamic-syms", str(program))
    versions = set(re.findall(r"\(GLIBC_([0-9.]+)\)", symbols))
    if not versions:
        raise SystemExit(f"{program} uses no glibc, or objdump has changed")
    return max(versions, key=lambda version: [int(part) for part in version.split(".")])


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
