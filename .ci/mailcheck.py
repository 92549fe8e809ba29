"""Judge the messages of a set with mailcheck, which lies beside the project.

    python3 .ci/mailcheck.py MAILCHECK SET

SET is a folder that tests/mails/make.py has made. Messages whose tokens are checked by the same key are judged together:
mailcheck also compares the messages of one person. Errors and warnings fail, but for the codes that are ignored below.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

# The set is sent in 2031, so that nothing of it is ever over.
IGNORED = ["hdr.date-future"]
# RS256 tokens, and the features that JaaS requires, are longer than mailcheck recommends; `check` says so.
IGNORED_LONG = ["link.long"]


def groups(folder):
    """The files of the set by key, and those that mailcheck must not compare, or that have no link and calendar, apart."""
    found = defaultdict(list)
    for one in json.loads((folder / "set.json").read_text(encoding="utf-8")):
        # The organizer's own cancellation has neither; other cancellations have a calendar.
        bare = one["organizing"] and not one["link"]
        # A reminder repeats the revision, and an organizer gets both as a file to open.
        repeated = one["organizing"] and one["step"].startswith("remind")
        found[one["meeting"], one["key"], bare, repeated].append(str(folder / "messages" / one["file"]))
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    mailcheck, failed = sys.argv[1], False
    for (meeting, key, bare, _), files in groups(Path(sys.argv[2])).items():
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(key)
            file.flush()
            is_rsa = key.startswith("-----BEGIN")
            options = ["--strict", "--pubkey" if is_rsa else "--secret-file", file.name]
            for code in IGNORED + IGNORED_LONG * is_rsa:
                options += ["--ignore", code]
            if bare:
                options += ["--no-token", "--no-calendar"]
            print(f"{meeting}: {len(files)} messages", flush=True)
            failed |= subprocess.run([mailcheck, *files, *options], check=False).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
