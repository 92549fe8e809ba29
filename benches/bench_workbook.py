"""Compare `meetmint links` from an XLSX workbook with reading the same workbook with calamine alone.

    just bench-workbook         or: python3 benches/bench_workbook.py MEETMINT CALAMINE_CELLS [ROWS]

Writes a workbook of six columns with openpyxl, which is installed into a virtual environment, and runs both programs in
turn, five times each. The times are those of the whole process. All files are in a temporary folder.
"""

import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from bench_links import MEETING, timed

RUNS = 5
WRITE = """
import sys, openpyxl
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet("People")
sheet.append(["email", "name", "role", "id", "language", "note"])
for row in range(int(sys.argv[1])):
    role = "moderator" if row % 50 == 0 else "participant"
    sheet.append([f"person.{row}@example.org", f"Given{row % 5000} Family{row}", role, row + 1, "de", f"table {row % 40}"])
book.save(sys.argv[2])
"""


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    meetmint, calamine = (Path(program).resolve() for program in sys.argv[1:3])
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    with tempfile.TemporaryDirectory(prefix="bench-workbook-") as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", "openpyxl"], check=True)
        meeting = MEETING.format(key='secret = { file = "app-secret" }').replace("people.csv", "people.xlsx")
        (folder / "meeting.toml").write_text(meeting)
        (folder / "app-secret").touch(mode=0o600)
        (folder / "app-secret").write_text("practice-bench-secret-0123456789abcdef\n")
        subprocess.run([python, "-c", WRITE, str(rows), folder / "people.xlsx"], check=True)
        ours = [meetmint, "links", "-q", "--meeting", folder, "--out", folder / "links.csv"]
        pairs = [(timed([calamine, folder / "people.xlsx"]), timed(ours)) for _ in range(RUNS)]
        for (theirs, their_memory), (seconds, memory) in pairs:
            print(f"    calamine {theirs:7.3f} s {their_memory:6.1f} MiB   meetmint {seconds:7.3f} s {memory:6.1f} MiB")
        written = len((folder / "links.csv").read_text().splitlines()) - 1
        if written != rows:
            sys.exit(f"{written} links instead of {rows}")
        ratio = statistics.median(seconds / theirs for (theirs, _), (seconds, _) in pairs)
        print(f"{rows} rows: {ratio:.2f} times the time of calamine alone; aim: <= 3")


if __name__ == "__main__":
    main()
