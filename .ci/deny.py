"""Checks licenses, banned crates and sources of all dependencies by deny.toml, without a network.

cargo-deny reads the same file, and also checks advisories, whose database has to be downloaded: `just deny` runs it. Of
deny.toml, this reads `licenses.allow`, `bans.deny`, `bans.multiple-versions` and `sources.allow-registry`.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def used_packages():
    """The packages that are compiled for any target, with their manifests.

    `cargo metadata` alone names too many: crates that only a weak feature (`ring?/std`) mentions are among them.
    """
    everything = ["--locked", "--workspace", "--all-features", "--target", "all"]
    tree = output("cargo", "tree", *everything, "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}")
    used = {(words[0], words[1].removeprefix("v")) for line in tree.splitlines() if len(words := line.split()) > 1}
    packages = json.loads(output("cargo", "metadata", "--locked", "--all-features", "--format-version", "1"))["packages"]
    found = [package for package in packages if (package["name"], package["version"]) in used]
    assert {(package["name"], package["version"]) for package in found} == used, "cargo tree and cargo metadata differ"
    return found


def is_allowed(expression, allowed):
    """Whether a license expression of SPDX can be met with allowed licenses. Old manifests have `/` for OR."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def any_of():
        met = all_of()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = all_of() or met
        return met

    def all_of():
        met = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = one() and met
        return met

    def one():
        name = tokens.pop(0)
        if name == "(":
            met = any_of()
            assert tokens.pop(0) == ")", expression
            return met
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            name += " WITH " + tokens.pop(0)
        return name in allowed

    met = any_of()
    assert not tokens, expression
    return met


def main():
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    allowed = set(rules["licenses"]["allow"])
    banned = {ban["crate"]: ban["reason"] for ban in rules["bans"]["deny"]}
    registries = {f"registry+{url}" for url in rules["sources"]["allow-registry"]}
    packages = used_packages()
    problems, versions = [], defaultdict(set)
    for package in packages:
        title = f"{package['name']} {package['version']}"
        versions[package["name"]].add(package["version"])
        if not package["license"]:
            problems.append(f"{title}: its manifest names no license")
        elif not is_allowed(package["license"], allowed):
            problems.append(f"{title}: {package['license']} is not allowed")
        if package["name"] in banned:
            problems.append(f"{title} is banned: {banned[package['name']]}")
        # A path has no source: it has to be in this repository.
        is_own = package["source"] is None and Path(package["manifest_path"]).is_relative_to(ROOT)
        if not is_own and package["source"] not in registries:
            problems.append(f"{title}: {package['source'] or package['manifest_path']} is no allowed source")
    several = {name: found for name, found in versions.items() if len(found) > 1}
    line = "; ".join(f"{name} {', '.join(sorted(found))}" for name, found in sorted(several.items()))
    if several:
        print(f"warning: more than one version of {line}")
        if rules["bans"]["multiple-versions"] == "deny":
            problems.append("more than one version of a crate")
    if problems:
        sys.exit("deny.toml does not allow:\n  " + "\n  ".join(problems))
    print(f"licenses, bans and sources of {len(packages)} packages are allowed")
    print("advisories are not checked here: `just deny` does, where cargo-deny is installed and there is a network")


main()
