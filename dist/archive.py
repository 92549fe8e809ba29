"""The archive for systems without Debian's packages, and the sums."""

import gzip
import hashlib
import tarfile
from pathlib import Path


def archive(folder: Path, target: Path, epoch: int) -> None:
    """Packs a folder: sorted, without owners, and with one time for everything."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        return entry

    with target.open("wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                for path in [folder, *sorted(folder.rglob("*"))]:
                    tar.add(path, path.relative_to(folder.parent), recursive=False, filter=plain)


def write_sums(folder: Path) -> None:
    """Writes what `sha256sum --check SHA256SUMS` compares with."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines))
