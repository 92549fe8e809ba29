"""Runs programs for the benchmarks: how long, how much processor time, how much memory."""

import argparse
import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

LIMIT = 900  # seconds; a run that takes longer is killed
GLANCE = 0.02  # seconds between two looks at the memory


class Run(NamedTuple):
    """What one run took: seconds of wall time, seconds of processor time, MiB at the peak."""

    seconds: float
    processor: float
    peak: float
    said: str


@contextlib.contextmanager
def started(command, **options):
    """A process that is killed at the end of the block."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()


def measured(command, codes=(0,), **options):
    """Runs a command to its end, and ends this script unless its exit code is one of these.

    The memory is from /proc: wait4 never reports less than the peak of this script.
    """
    status = None
    # Until the new program runs, /proc shows this script.
    name = f"Name:\t{Path(command[0]).name[:15]}\n"
    peak, over = 0, threading.Event()

    def look():
        nonlocal peak
        while not over.wait(GLANCE):
            with contextlib.suppress(OSError):
                state = Path(f"/proc/{process.pid}/status").read_text()
                if name in state and (high := re.search(r"VmHWM:\s*(\d+) kB", state)):
                    peak = max(peak, int(high[1]))
            if time.perf_counter() - begun > LIMIT:
                os.kill(process.pid, signal.SIGKILL)
                return

    begun = time.perf_counter()
    with started(command, stdout=subprocess.PIPE, text=True, **options) as process:
        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            said = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            over.set()
            looking.join()
    if process.returncode not in codes:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak / 1024, said)


class Aim(NamedTuple):
    """A number that a benchmark measured, once for each round, and what it should be."""

    name: str
    values: list
    aim: str
    digits: int = 2

    def line(self):
        middle = statistics.median(self.values)
        sign, _, limit = self.aim.partition(" ")
        met = "" if not limit else "met" if (middle <= float(limit) if sign == "<=" else middle >= float(limit)) else "NOT MET"
        spread = f"{min(self.values):.{self.digits}f}-{max(self.values):.{self.digits}f}"
        return f"{self.name:66} {middle:8.{self.digits}f} {spread:>14}  {self.aim:8} {met}"


def medians(runs):
    """The median of each number of several runs, as a Run."""
    return Run(*(statistics.median(column) for column in list(zip(*runs))[:3]), "")


def show_aims(aims):
    print(f"\n{'':66} {'measured':>8} {'of rounds':>14}  aim")
    for aim in aims:
        print(aim.line())


def some_of(names):
    """For argparse: some of these names, with commas between."""

    def chosen(text):
        for name in text.split(","):
            if name not in names:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(names)}")
        return text.split(",")

    return chosen
