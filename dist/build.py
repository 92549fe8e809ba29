#!/usr/bin/env python3
"""Makes what people install: an archive, a Debian package, a bill of materials and sums.

    python3 dist/build.py [--out FOLDER] [--target FOLDER] [--twice]
    python3 dist/build.py --environment

The same source gives the same octets, in whatever folder it is built. --twice builds it a second time, in a copy
elsewhere, and compares. --environment prints the variables of the build for a shell, so that another build can share its
results. Times are those of SOURCE_DATE_EPOCH, or else of the last commit.

Needs cargo-auditable (`cargo install --locked cargo-auditable`), git, binutils, dpkg-dev and xz.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import archive
import program as compilation
import contents
import debian
import dependencies
import sbom

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, default=ROOT / "target/dist/out", metavar="FOLDER")
    arguments.add_argument("--target", type=Path, default=ROOT / "target/dist", metavar="FOLDER")
    arguments.add_argument("--twice", action="store_true")
    arguments.add_argument("--environment", action="store_true")
    options = arguments.parse_args()
    if options.environment:
        print(compilation.as_shell(compilation.environment(ROOT)), end="")
        return
    out = options.out.resolve()
    epoch = time_of_the_source()
    build(out, options.target.resolve(), epoch)
    if options.twice:
        build_elsewhere_and_compare(out, epoch)
    print((out / "SHA256SUMS").read_text(), end="")


def build(out: Path, target: Path, epoch: int) -> None:
    """Builds everything into a folder that has nothing else in it afterwards."""
    program = compilation.build(ROOT, target)
    crates = dependencies.crates_of(program, ROOT)
    version = next(crate.version for crate in crates if crate.is_root)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        stripped = Path(scratch) / "meetmint"
        compilation.strip(program, stripped)
        glibc = compilation.oldest_glibc(stripped)
        third_party = contents.third_party(crates)
        bill = out / f"meetmint-{version}.cdx.json"
        bill.write_text(sbom.sbom(crates, stripped, epoch))

        folder = Path(scratch) / f"meetmint-{version}-{os.uname().machine}-linux-gnu"
        contents.copy(stripped, folder / "bin/meetmint")
        contents.write_manual(stripped, folder / "share/man/man1")
        contents.write_completions(stripped, folder / "share/completions")
        contents.copy_documentation(ROOT, folder)
        contents.copy_sample(ROOT, folder / contents.SAMPLE)
        for name in ("LICENSE-MIT", "LICENSE-APACHE"):
            contents.copy(ROOT / name, folder / name)
        (folder / "THIRD-PARTY.txt").write_text(third_party)
        (folder / "REQUIREMENTS.txt").write_text(
            f"Linux on {os.uname().machine}, with glibc {glibc} or newer (`ldd --version` prints the version).\n"
        )
        contents.settle(folder, epoch)
        archive.archive(folder, out / f"{folder.name}.tar.gz", epoch)
        debian.package(ROOT, stripped, version, third_party, epoch, out)
    archive.write_sums(out)
    print(f"meetmint {version} is in {out}. It needs glibc {glibc} or newer.", file=sys.stderr)


def build_elsewhere_and_compare(out: Path, epoch: int) -> None:
    """Builds a copy of the source in a folder of another name, without any result of the first build."""
    with tempfile.TemporaryDirectory(prefix="a second folder whose name is longer ".replace(" ", "-")) as scratch:
        root = Path(scratch) / "source"
        subprocess.run(["git", "init", "--quiet", str(root)], check=True)
        for name in contents.tracked(ROOT, "."):
            contents.copy(ROOT / name, root / name)
        subprocess.run(["git", "add", "--all", "--force"], cwd=root, check=True)
        second = Path(scratch) / "out"
        command = [sys.executable, str(root / "dist/build.py"), "--out", str(second)]
        subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)})
        names = sorted(path.name for path in out.iterdir())
        if names != sorted(path.name for path in second.iterdir()):
            raise SystemExit("the second build has other files")
        different = [name for name in names if (out / name).read_bytes() != (second / name).read_bytes()]
        if different:
            kept = out.with_name(out.name + "-second")
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(second, kept)
            raise SystemExit(f"the second build, now in {kept}, differs: {', '.join(different)}")
    print("A second build in another folder gave the same octets.", file=sys.stderr)


def time_of_the_source() -> int:
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return int(os.environ["SOURCE_DATE_EPOCH"])
    command = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
