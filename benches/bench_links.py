"""Compare `meetmint links` with a hand-written script, and print the ratios.

    just bench-links            or: python3 benches/bench_links.py MEETMINT [ROWS]

Generates rosters, runs benches/links_baseline.py (csv and PyJWT) and meetmint in turn, three times each, and
compares their output. All files are in a temporary folder. PyJWT is installed there in two virtual environments:
the package cryptography slows down its HS256, so the HS256 baseline runs without it. Prints medians and targets.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = 3
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


def timed(command):
    """The wall time in seconds and the peak memory in MiB of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{command[0]} failed")
    return seconds, usage.ru_maxrss / 1024


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
        """The median of the ratios of wall times, and meetmint's peak memory."""
        pairs = [(timed(self.python(place)), timed(self.ours(place))) for _ in range(RUNS)]
        for (python, _), (ours, memory) in pairs:
            print(f"    python {python:8.3f} s   meetmint {ours:7.3f} s   {memory:5.1f} MiB")
        self.compare(place, self.plain)
        return statistics.median(python / ours for (python, _), (ours, _) in pairs), max(memory for _, (_, memory) in pairs)


def openssl_rate():
    """RSA-2048 signatures a second on all cores, by `openssl speed`."""
    cores = str(os.cpu_count())
    said = subprocess.run(["openssl", "speed", "-seconds", "3", "-multi", cores, "rsa2048"], check=True, capture_output=True, text=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("rsa 2048"))
    return float(re.findall(r"[\d.]+", line.split("bits")[1].replace("s", " "))[2])


def rsa(bench):
    key = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True).stdout
    place = bench.meeting("rsa", 10_000, 'key = { file = "key.pem" }\nkey_id = "bench"', "key.pem", key)
    ratios = []
    for _ in range(RUNS):
        rate = openssl_rate()
        seconds, _ = timed(bench.ours(place))
        ratios.append(10_000 / seconds / rate)
        print(f"    openssl {rate:8.0f}/s   meetmint {10_000 / seconds:8.0f}/s")
    both = bench.environment("rsa-python", "pyjwt", "cryptography")
    subprocess.run(bench.python(place, "key.pem", both, ("--alg", "RS256", "--kid", "bench")), check=True)
    bench.compare(place, both)
    return statistics.median(ratios)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="bench-links-"))
    try:
        bench = Bench(sys.argv[1], folder)
        print(f"L1  HS256, {rows} rows")
        large = bench.hmac("large", rows)
        speed, peak = bench.in_turn(large)
        print("L6  HS256, 1000 rows")
        start, _ = bench.in_turn(bench.hmac("small", 1000))
        print("R1  RS256, 10000 rows, against openssl speed on all cores")
        signing = rsa(bench)
        print(f"""
        what                                          measured       aim
    L1  times faster than csv + PyJWT               {speed:10.1f}     >= 20
    L6  wall time at 1000 rows, of Python's         {1 / start:10.3f}  <= 0.12
    R1  RSA signatures, of openssl speed's          {signing:10.3f}  >= 0.92
    M1  peak memory at {rows} rows, MiB        {peak:10.1f}  <= {24 + 16 * rows / 2**20:.1f}""")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
