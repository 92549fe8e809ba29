"""The bill of materials in CycloneDX, made from the list of dependencies in the program."""

import hashlib
import json
import uuid
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

from dependencies import Crate

FORMAT = "1.6"


def sbom(crates: list[Crate], program: Path, epoch: int) -> str:
    """The document as JSON. Without its number and time it would be the same for each build, so both are derived."""
    root = next(crate for crate in crates if crate.is_root)
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    main = component(root) | {"type": "application", "hashes": [{"alg": "SHA-256", "content": digest}]}
    document = {
        "$schema": f"http://cyclonedx.org/schema/bom-{FORMAT}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": FORMAT,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": main,
        },
        "components": [component(crate) for crate in crates if not crate.is_root],
        "dependencies": [
            {"ref": reference(crate), "dependsOn": sorted(reference(crates[at]) for at in crate.dependencies)}
            for crate in crates
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def component(crate: Crate) -> dict:
    found = {
        "type": "library",
        "bom-ref": reference(crate),
        "name": crate.name,
        "version": crate.version,
        # What only runs during the build is not in the program.
        "scope": "excluded" if crate.is_build_only else "required",
        "licenses": [{"expression": crate.license}],
        "purl": reference(crate),
    }
    if crate.description:
        found["description"] = crate.description
    if crate.checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": crate.checksum}]
    if crate.repository:
        found["externalReferences"] = [{"type": "vcs", "url": crate.repository}]
    return found


def reference(crate: Crate) -> str:
    """The package URL. Crates of the workspace are not on crates.io, but have no other type."""
    return f"pkg:cargo/{quote(crate.name)}@{quote(crate.version)}"
