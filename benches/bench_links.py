"""Compare `meetmint links` with a hand-written script, and print the ratios.

    just bench-links            or: python3 benches/bench_links.py MEETMINT [ROWS...] [--only speed,rsa,memory]

speed   Generates rosters of 1,000, 100,000 and 1,000,000 rows, runs benches/links_baseline.py (csv and PyJWT) and meetmint
        in turn, three times each, and compares their output.
rsa     Signs with RSA, and runs `openssl speed`.
memory  The peak memory for other lists: everybody twice (which is refused), and thousands of empty cells in each row.

All files are in a temporary folder. PyJWT is installed there in two virtual environments: the package cryptography slows
down its HS256, so the HS256 baseline runs without it. Prints medians and aims.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from measuring import Aim, measured, show_aims, some_of

HERE = Path(__file__).resolve().parent
RUNS = 3
REFUSED = 3  # the exit code for a list with mistakes
SPEED_AIMS = {1000: ">= 8", 100_000: ">= 25", 1_000_000: ">= 25"}
NBF, EXP = 1930998600, 1931013000
MEETING = """[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "bench"
{key}

[meeting]
id = "0123456789abcdef0123456789abcdef"
title = "Bench"
room = "bench-room"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"
"""


class Bench:
    def __init__(self, meetmint, folder):
        self.meetmint, self.folder = Path(meetmint).resolve(), folder
        self.plain = self.environment("plain", "pyjwt")

    def environment(self, name, *packages):
        place = self.folder / name
        venv.create(place, with_pip=True)
        python = place / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        return python

    def meeting(self, name, rows, key_line, key_file, key):
        place = self.folder / name
        place.mkdir()
        (place / "meeting.toml").write_text(MEETING.format(key=key_line))
        (place / key_file).touch(mode=0o600)
        (place / key_file).write_text(key)
        subprocess.run([sys.executable, HERE / "make_roster.py", str(rows), place / "people.csv"], check=True)
        return place

    def hmac(self, name, rows):
        return self.meeting(name, rows, 'secret = { file = "app-secret" }', "app-secret", "practice-bench-secret-0123456789abcdef\n")

    def python(self, place, key_file="app-secret", interpreter=None, extra=()):
        return [interpreter or self.plain, HERE / "links_baseline.py", place / "people.csv", place / "python.csv", place / key_file,
                "--url", "https://meet.example.org", "--room", "bench-room", "--app-id", "bench", "--sub", "meet.example.org",
                "--nbf", str(NBF), "--exp", str(EXP), *extra]

    def ours(self, place):
        return [self.meetmint, "links", "-q", "--meeting", place, "--out", place / "meetmint.csv"]

    def compare(self, place, python):
        subprocess.run([python, HERE / "links_compare.py", place / "python.csv", place / "meetmint.csv"], check=True)

    def in_turn(self, place):
        """The runs of Python and of meetmint."""
        def alone(command):
            os.sync()  # what the other one has written would still be on its way to the disk
            return measured(command)

        pairs = [(alone(self.python(place)), alone(self.ours(place))) for _ in range(RUNS)]
        for python, ours in pairs:
            print(f"    python {python.seconds:8.3f} s {python.processor:8.3f} s of processor   meetmint {ours.seconds:7.3f} s {ours.processor:7.3f} s of processor"
                  f" {ours.peak:6.1f} MiB", flush=True)
        self.compare(place, self.plain)
        return pairs


def openssl_rate():
    """RSA-2048 signatures a second on all cores, by `openssl speed`."""
    cores = str(os.cpu_count())
    said = subprocess.run(["openssl", "speed", "-seconds", "3", "-multi", cores, "rsa2048"], check=True, capture_output=True, text=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("rsa 2048"))
    return float(re.findall(r"[\d.]+", line.split("bits")[1].replace("s", " "))[2])


def speed(bench, said):
    aims = []
    for rows in said.rows:
        print(f"HS256, {rows} rows")
        place = bench.hmac(str(rows), rows)
        pairs = bench.in_turn(place)
        shutil.rmtree(place)
        times = [python.seconds / ours.seconds for python, ours in pairs]
        aims.append(Aim(f"HS256, {rows} rows: times faster than csv and PyJWT", times, SPEED_AIMS.get(rows, ">= 25"), 1))
        less = [python.processor / ours.processor for python, ours in pairs]
        aims.append(Aim(f"HS256, {rows} rows: times less processor time", less, "", 1))
        aims.append(Aim(f"HS256, {rows} rows: peak memory, MiB", [ours.peak for _, ours in pairs], f"<= {24 + 16 * rows / 2**20:.1f}", 1))
    return aims


def rsa(bench, _):
    print("RS256, 10000 rows, and openssl speed on all cores")
    key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True).stdout
    place = bench.meeting("rsa", 10_000, 'key = { file = "key.pem" }\nkey_id = "bench"', "key.pem", key)
    ratios = []
    for _ in range(RUNS):
        rate = openssl_rate()
        run = measured(bench.ours(place))
        ratios.append(10_000 / run.seconds / rate)
        print(f"    openssl {rate:8.0f}/s   meetmint {10_000 / run.seconds:8.0f}/s", flush=True)
    both = bench.environment("rsa-python", "pyjwt", "cryptography")
    subprocess.run(bench.python(place, "key.pem", both, ("--alg", "RS256", "--kid", "bench")), check=True)
    bench.compare(place, both)
    return [Aim("RS256: signatures a second over openssl speed's", ratios, ">= 0.92")]


def memory(bench, _):
    """The peak memory does not depend on what the rows are."""
    aims = []
    for name, rows, change, codes in [("everybody twice", 500_000, lambda lines: lines[:1] + lines[1:] * 2, (0, REFUSED)),
                                      ("16,382 empty cells in each row", 6000, lambda lines: [line + "," * 16_382 for line in lines], (0, REFUSED))]:
        print(f"memory: {rows} people, {name}")
        place = bench.hmac("memory", rows)
        people = place / "people.csv"
        people.write_text("\n".join(change(people.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
        runs = [measured(bench.ours(place), codes, stderr=subprocess.DEVNULL) for _ in range(RUNS)]
        print(f"    {max(run.seconds for run in runs):8.3f} s {max(run.peak for run in runs):6.1f} MiB", flush=True)
        aims.append(Aim(f"{rows} people, {name}: peak memory, MiB", [run.peak for run in runs], f"<= {24 + 16 * rows * 2 / 2**20:.1f}", 1))
        shutil.rmtree(place)
    return aims


SECTIONS = {"speed": speed, "rsa": rsa, "memory": memory}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meetmint")
    parser.add_argument("rows", nargs="*", type=int, default=list(SPEED_AIMS), help=f"default: {' '.join(map(str, SPEED_AIMS))}")
    parser.add_argument("--only", type=some_of(list(SECTIONS)), default=list(SECTIONS), help=f"some of {','.join(SECTIONS)}")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-links-") as folder:
        bench = Bench(said.meetmint, Path(folder))
        show_aims([aim for name, section in SECTIONS.items() if name in said.only for aim in section(bench, said)])


if __name__ == "__main__":
    main()
