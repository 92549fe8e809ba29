"""Checks the bill of materials: against CycloneDX's own schema, and against the program that it is about.

The argument is a folder with what dist/build.py has made. Needs the Python package cyclonedx-python-lib[json-validation].
"""

import json
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "dist"))

import dependencies  # noqa: E402

folder = Path(sys.argv[1])
(file,) = folder.glob("*.cdx.json")
text = file.read_text()
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
assert error is None, error

(archive,) = folder.glob("*.tar.gz")
with tempfile.TemporaryDirectory() as scratch, tarfile.open(archive) as tar:
    (program,) = (entry for entry in tar if entry.name.endswith("/bin/meetmint"))
    tar.extract(program, scratch, filter="data")
    listed = dependencies.list_in(Path(scratch) / program.name)["packages"]

bill = json.loads(text)
components = [bill["metadata"]["component"], *bill["components"]]
in_bill = {(component["name"], component["version"]): component for component in components}
in_program = {(entry["name"], entry["version"]) for entry in listed}
assert in_bill.keys() == in_program, in_bill.keys() ^ in_program
assert len(in_bill) == len(components)
locked = {(p["name"], p["version"]): p.get("checksum") for p in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
for key, component in in_bill.items():
    if checksum := locked[key]:
        assert component["hashes"] == [{"alg": "SHA-256", "content": checksum}], key
    (license,) = component["licenses"]
    assert license["expression"], key
references = {component["bom-ref"] for component in components}
for entry in bill["dependencies"]:
    assert {entry["ref"], *entry["dependsOn"]} <= references, entry
for name in ["aws-lc-sys", "libsqlite3-sys", "rustls", "meetmint-core"]:
    assert any(crate == name for crate, _ in in_program), f"{name} is not listed in the program"
print(f"{len(components)} components, valid by the schema of CycloneDX 1.6, as listed in the program")
