"""What the program consists of: the list that cargo-auditable has put into it, and the licenses of each crate."""

import json
import subprocess
import tempfile
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path

# The section with the list (https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md).
SECTION = ".dep-v0"

# Texts that have to be passed on with the program.
LICENSE_FILES = ("LICEN", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE")

# Where a crate's package has none, and its repository has (https://github.com/Nugine/simd).
LICENSES = Path(__file__).resolve().parent / "licenses"
TEXTS = {"base64-simd": "nugine-simd.txt", "vsimd": "nugine-simd.txt"}


@dataclass
class Crate:
    """A crate in the program, or one that was used to build it."""

    name: str
    version: str
    is_own: bool
    is_build_only: bool
    license: str
    authors: list[str]
    repository: str
    description: str
    checksum: str
    folder: Path
    # Positions in the list.
    dependencies: list[int]
    is_root: bool

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


def list_in(program: Path) -> dict:
    """The list of dependencies in a program."""
    with tempfile.NamedTemporaryFile() as section:
        command = ["objcopy", f"--dump-section={SECTION}={section.name}", str(program), "/dev/null"]
        subprocess.run(command, check=True)
        return json.loads(zlib.decompress(Path(section.name).read_bytes()))


def crates_of(program: Path, root: Path) -> list[Crate]:
    """The crates in a program, with what their manifests say."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    run = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    manifests = {(p["name"], p["version"]): p for p in json.loads(run.stdout)["packages"]}
    lock = tomllib.loads((root / "Cargo.lock").read_text())
    checksums = {(p["name"], p["version"]): p.get("checksum", "") for p in lock["package"]}
    crates = []
    for entry in list_in(program)["packages"]:
        key = (entry["name"], entry["version"])
        manifest = manifests[key]
        crates.append(
            Crate(
                name=entry["name"],
                version=entry["version"],
                is_own=entry["source"] == "local",
                is_build_only=entry.get("kind") == "build",
                # Old manifests separate alternatives by a slash.
                license=" OR ".join(part.strip() for part in (manifest["license"] or "").split("/")),
                authors=manifest["authors"],
                repository=manifest["repository"] or "",
                description=" ".join((manifest["description"] or "").split()),
                checksum=checksums[key],
                folder=Path(manifest["manifest_path"]).parent,
                dependencies=entry.get("dependencies", []),
                is_root=entry.get("root", False),
            )
        )
    return crates


def license_texts(crate: Crate) -> list[str]:
    """The texts of the licenses in a crate's folder, or in its repository."""
    files = [path for path in sorted(crate.folder.iterdir()) if path.is_file()]
    files = [path for path in files if path.name.upper().startswith(LICENSE_FILES)]
    if not files and crate.name in TEXTS:
        files = [LICENSES / TEXTS[crate.name]]
    texts = [path.read_text(errors="replace").replace("\r\n", "\n").strip() for path in files]
    return [text for text in texts if text]
