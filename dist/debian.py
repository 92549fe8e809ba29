"""The Debian package."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime, timezone
from email.utils import format_datetime
from pathlib import Path

import contents

# Whoever builds packages for others states who they are, as Debian's own tools expect it.
NAME = os.environ.get("DEBFULLNAME", "meetmint contributors")
MAINTAINER = f"{NAME} <{os.environ.get('DEBEMAIL', 'maintainers@meetmint.example')}>"

# Before the first revision of a package in Debian itself, which would replace this one.
REVISION = "1~upstream1"

DESCRIPTION = """Description: personal Jitsi Meet links for a list of people
 meetmint turns a list of people into personal, signed Jitsi Meet links: one
 for each person, for one room, valid from shortly before the meeting until
 shortly after it. It writes the links to a file, or sends each person a
 calendar invitation, and later updates, reminders and cancellations.
 .
 It works with every Jitsi server that uses token (JWT) authentication.
"""

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: meetmint
Comment: The program contains Rust crates by others. Their licenses and
 copyright notices are in /usr/share/doc/meetmint/THIRD-PARTY.gz.

Files: *
Copyright: 2026 the meetmint contributors
License: MIT or Apache-2.0

License: Apache-2.0
 On Debian systems, the text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.

License: MIT
{mit}
"""

# Paths in a package, below /usr/share.
PLACES = {
    "bash": "bash-completion/completions",
    "zsh": "zsh/vendor-completions",
    "fish": "fish/vendor_completions.d",
}


def package(root: Path, program: Path, version: str, third_party: str, epoch: int, folder: Path) -> Path:
    """Makes the package in `folder`, and returns its path."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        share = tree / "usr/share"
        documents = share / "doc/meetmint"
        (tree / "usr/bin").mkdir(parents=True)
        shutil.copyfile(program, tree / "usr/bin/meetmint")
        contents.write_manual(program, share / "man/man1")
        all_completions = Path(scratch) / "completions"
        contents.write_completions(program, all_completions)
        for shell, place in PLACES.items():
            name = contents.COMPLETIONS[shell]
            contents.copy(all_completions / name, share / place / name)
        contents.copy_documentation(root, documents)
        (documents / "CHANGELOG.md").rename(documents / "changelog")
        (documents / "README.md").write_text(
            (documents / "README.md").read_text().replace("(CHANGELOG.md)", "(changelog.gz)")
        )
        contents.copy_sample(root, documents / "examples/town-hall")
        (documents / "THIRD-PARTY").write_text(third_party)
        (documents / "changelog.Debian").write_text(debian_changelog(version, epoch))
        (documents / "copyright").write_text(copyright_file(root))
        texts = [documents / name for name in ("THIRD-PARTY", "changelog", "changelog.Debian")]
        for path in [*(share / "man/man1").iterdir(), *texts]:
            contents.compress(path)
        contents.settle(tree, epoch)
        size = sum((path.stat().st_size + 1023) // 1024 if path.is_file() else 1 for path in tree.rglob("*"))
        control = tree / "DEBIAN"
        control.mkdir()
        (control / "control").write_text(control_file(version, depends(tree, scratch), size))
        files = sorted(path for path in tree.rglob("*") if path.is_file() and control not in path.parents)
        sums = [f"{md5(path)}  {path.relative_to(tree)}\n" for path in files]
        (control / "md5sums").write_text("".join(sums))
        contents.settle(tree, epoch)
        target = folder / f"meetmint_{version}-{REVISION}_{architecture()}.deb"
        # It takes the times from the variable, and sorts.
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch)}
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", str(tree), str(target)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        return target


def depends(tree: Path, scratch: str) -> str:
    """The libraries that the program needs, by the symbols that it uses."""
    # dpkg-shlibdeps looks for the control file of a source package.
    source = Path(scratch) / "source"
    (source / "debian").mkdir(parents=True)
    (source / "debian/control").write_text("Source: meetmint\n\nPackage: meetmint\nArchitecture: any\n")
    command = ["dpkg-shlibdeps", "-O", str(tree / "usr/bin/meetmint")]
    run = subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    found = re.search(r"^shlibs:Depends=(.+)$", run.stdout, re.MULTILINE)
    if not found:
        raise SystemExit("dpkg-shlibdeps names no libraries")
    return found[1]


def control_file(version: str, libraries: str, size: int) -> str:
    return (
        "Package: meetmint\n"
        f"Version: {version}-{REVISION}\n"
        f"Architecture: {architecture()}\n"
        f"Maintainer: {MAINTAINER}\n"
        f"Installed-Size: {size}\n"
        f"Depends: {libraries}\n"
        # For connections to servers. Nothing else needs them.
        "Recommends: ca-certificates\n"
        "Section: mail\n"
        "Priority: optional\n"
        f"{DESCRIPTION}"
    )


def debian_changelog(version: str, epoch: int) -> str:
    date = format_datetime(datetime.fromtimestamp(epoch, timezone.utc))
    return (
        f"meetmint ({version}-{REVISION}) unstable; urgency=medium\n\n"
        f"  * Version {version}. What has changed is in changelog.gz.\n\n"
        f" -- {MAINTAINER}  {date}\n"
    )


def copyright_file(root: Path) -> str:
    mit = (root / "LICENSE-MIT").read_text().strip().splitlines()
    # In this format a blank line is a dot.
    text = "\n".join(f" {line}" if line else " ." for line in mit)
    return COPYRIGHT.format(mit=text)


def architecture() -> str:
    run = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    return run.stdout.strip()


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
