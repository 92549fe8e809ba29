"""Count the instructions of meetmint, and compare them with the figures in instructions.toml.

    just bench-instructions     or: python3 benches/bench_instructions.py MEETMINT [options]

Unlike times, instructions are the same on a busy machine. valgrind's cachegrind counts those of the whole process, the
kernel's excepted. Each command runs with few people and with more, on one core, and the difference is divided by the number
of people between, so that the start does not count.

row        a row that is read and checked            `token` for one of the first people
link       a row, and its link in a file             `links`
message    a message that is checked before anything is sent    `check`
planned    a person to whom nothing is due           `plan` after `send`
folder     a message in a folder, and in the ledger  `send`
sent       a message to a mail server, over one connection, and in the ledger    `send`

The first rows cost more, so row and link are measured after some thousands.

Exit code 1 if a count is more than 5 % above its figure. If it is as much below, a note says so: --update then writes the
new figures. Another compiler makes other code, so with another rustc than that of the figures nothing is compared, except
with --required. On a processor with other instructions, libraries take other paths, so there nothing is compared at all.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from senders import HERE, OUTBOX, UNLIMITED, Bench

FIGURES = HERE / "instructions.toml"
TOLERANCE = 0.05
ROWS, PEOPLE = (5000, 25_000), (200, 600)
FEATURES = ("avx", "avx2", "bmi2")  # those by which libraries choose their code, and which valgrind knows
LIMIT = 600  # seconds; a run that takes longer is killed


class Counter:
    """Runs meetmint in folders of its own."""

    def __init__(self, meetmint, folder):
        self.meetmint, self.folder = meetmint, folder

    @contextlib.contextmanager
    def meeting(self, name, people, outbox=""):
        place = self.folder / f"{name}-{people}"
        place.mkdir()
        bench = Bench(self.meetmint, place)
        with bench.meeting(people, outbox) as meeting:
            yield bench, meeting

    def count(self, core, command):
        """The instructions of one run on one core."""
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        done = subprocess.run([*valgrind, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=LIMIT,
                              preexec_fn=lambda: os.sched_setaffinity(0, [core]))
        said = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        if done.returncode or not said:
            sys.exit(f"{command} ended with {done.returncode}:\n{done.stderr}")
        return int(said[1].replace(",", ""))

    def row(self, core, people):
        with self.meeting("row", people) as (bench, place):
            second = (place / "people.csv").read_text(encoding="utf-8").split("\n")[2].split(",")[0]
            return self.count(core, bench.command(place, "token", second))

    def link(self, core, people):
        with self.meeting("link", people) as (bench, place):
            return self.count(core, bench.command(place, "links", "--out", place / "links.csv"))

    def message(self, core, people):
        with self.meeting("message", people) as (bench, place):
            return self.count(core, bench.command(place, "check"))

    def planned(self, core, people):
        with self.meeting("planned", people) as (bench, place):
            subprocess.run(bench.command(place, "send", "--yes"), check=True, stdout=subprocess.DEVNULL)
            return self.count(core, bench.command(place, "plan"))

    def in_folder(self, core, people):
        with self.meeting("folder", people) as (bench, place):
            instructions = self.count(core, bench.command(place, "send", "--yes"))
            bench.all_done(place, people, "written")
            return instructions

    def sent(self, core, people):
        record = self.folder / f"record-{people}"
        server = [sys.executable, HERE / "weather_server.py", record, "--calm"]
        with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as serving:
            try:
                outbox = OUTBOX.format(port=serving.stdout.readline().strip(), connections=1, each=UNLIMITED)
                with self.meeting("sent", people, outbox) as (bench, place):
                    instructions = self.count(core, bench.command(place, "send", "--yes", "--wait", "0"))
                    bench.all_done(place, people)
                    return instructions
            finally:
                serving.stdin.close()


def counted(meetmint, names):
    """The instructions of each figure, for one person."""
    with tempfile.TemporaryDirectory(prefix="bench-instructions-") as folder:
        counter = Counter(meetmint, Path(folder))
        figures = {"row": (counter.row, ROWS), "link": (counter.link, ROWS), "message": (counter.message, PEOPLE),
                   "planned": (counter.planned, PEOPLE), "folder": (counter.in_folder, PEOPLE), "sent": (counter.sent, PEOPLE)}
        cores = sorted(os.sched_getaffinity(0))
        free = concurrent.futures.ThreadPoolExecutor(len(cores))
        waiting = list(cores)

        def run(task, people):
            core = waiting.pop()
            try:
                return task(core, people)
            finally:
                waiting.append(core)

        with free:
            # The long ones first, so that no core is idle at the end.
            runs = {(name, people): free.submit(run, figures[name][0], people) for name in reversed(names) for people in reversed(figures[name][1])}
        few_and_many = {name: [runs[name, people].result() for people in figures[name][1]] for name in names}
    return {name: round((many - few) / (figures[name][1][1] - figures[name][1][0])) for name, (few, many) in few_and_many.items()}


def versions():
    said = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout
    valgrind = subprocess.run(["valgrind", "--version"], check=True, capture_output=True, text=True).stdout
    return said.split()[1], valgrind.strip().removeprefix("valgrind-")


def features():
    """What the processor has of FEATURES."""
    said = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return [feature for feature in FEATURES if said and feature in said[1].split()]


TEXT = """# How many instructions each of these takes, for one person: see bench_instructions.py, which writes this file with --update.
# Another compiler makes other code, and on another processor libraries take other paths.
rustc = "{rustc}"
valgrind = "{valgrind}"
processor = {processor}

[instructions]
{figures}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ["row", "link", "message", "planned", "folder", "sent"]
    parser.add_argument("meetmint", type=Path)
    parser.add_argument("--only", choices=names, nargs="+", default=names)
    parser.add_argument("--update", action="store_true", help="write the counts to instructions.toml")
    parser.add_argument("--required", action="store_true", help="compare also with figures of another rustc")
    said = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not here: install it")
    known = tomllib.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {"rustc": "", "instructions": {}}
    figures = known["instructions"]
    rustc, valgrind = versions()
    another = known["rustc"] != rustc
    if another and not said.update:
        print(f"the figures are those of rustc {known['rustc']}, and this is {rustc}")
        if not said.required:
            print("skipped: another compiler makes other code; --required compares all the same")
            return
    processor = features()
    if known.get("processor", processor) != processor and not said.update:
        print(f"skipped: the figures are those of a processor with {known['processor']}, and this one has {processor}")
        return
    counts = counted(said.meetmint.resolve(), [name for name in names if name in said.only])
    worse = []
    for name, count in counts.items():
        figure = figures.get(name)
        change = count / figure - 1 if figure else 0
        more = f"{figure:9} {change:+7.1%}" if figure else "        -"
        note = "  FEWER: --update writes the new figure" if change < -TOLERANCE else ""
        if change > TOLERANCE:
            worse.append(name)
            note = "  MORE"
        print(f"{name:8} {count:9} instructions; figure {more}{note if not said.update else ''}")
    if said.update:
        figures.update(counts)
        lines = "\n".join(f"{name} = {figures[name]}" for name in names if name in figures)
        FIGURES.write_text(TEXT.format(rustc=rustc, valgrind=valgrind, processor=json.dumps(processor), figures=lines), encoding="utf-8")
        print(f"written: {FIGURES}")
    elif worse:
        sys.exit(f"more than {TOLERANCE:.0%} above the figures in {FIGURES.name}: {', '.join(worse)}. Mend it, or, if this is worth it, "
                 "run `just bench-instructions --update` and say why in the commit.")


if __name__ == "__main__":
    main()
