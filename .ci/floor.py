"""Checks that no dependency requires a newer Rust than `rust-version` in Cargo.toml."""

import json
import subprocess
import sys


def version(text):
    return tuple(int(part) for part in (text.split(".") + ["0", "0"])[:3])


metadata = json.loads(subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked"], check=True, capture_output=True).stdout)
members = set(metadata["workspace_members"])
floor = max(version(package["rust_version"]) for package in metadata["packages"] if package["id"] in members)
newer = [
    f"{package['name']} {package['version']} requires Rust {package['rust_version']}"
    for package in metadata["packages"]
    if package["rust_version"] and version(package["rust_version"]) > floor
]
if newer:
    sys.exit("newer than rust-version:\n  " + "\n  ".join(newer))
print(f"no dependency requires a newer Rust than {'.'.join(map(str, floor))}")
