"""Send to a server that misbehaves as real ones do, and compare the time with that of a calm run.

    just bench-weather          or: python3 benches/bench_weather.py MEETMINT [options]

weather_server.py is the server: 5 % of the tries get 4xx, 2 % of the people 5xx, and every 50th message 421. A round is
a run against the same server without faults, one with them, and again one without, all with the same roster. Unless
--wait is short, the second one goes on until nobody is deferred any more, which takes some minutes.

It fails, with exit code 1, unless

- everybody is accounted for, in the record of the server and in `status --format json`: accepted once, refused with the
  reply that the server gave, or deferred with a next try. Nobody twice, nobody missing, nobody in doubt or due;
- no deferred message is tried before its next try;
- the run takes at most 1.3 times as long as a calm one (the mean of the two), plus the pauses: the time in which each
  message had its result or was deferred until later, and the seconds in which those that are due soon wait for each
  other. The server asks for no other pause: its replies have no words about the rate.

Only the ratio says something about meetmint: other programs slow down both runs, if not always alike.
"""

import argparse
import collections
import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from measuring import started
from senders import OUTBOX, UNLIMITED, Bench

SERVER = Path(__file__).resolve().parent / "weather_server.py"
MOST = 1.3
LIMIT = 1800  # seconds; a run that takes longer is killed
PARTLY_DONE = 4
# The first retries of meetmint, in minutes: docs/mail-delivery.md. The server defers nobody more often.
RETRY_MINUTES = [1, 2]
# In seconds: messages whose next tries are so close together are tried together.
TOGETHER = 10
SHORTEST_PAUSE = 0.5


class Run:
    """One run of `send` to a server of its own, and what is known of it afterwards."""

    def __init__(self, bench, people, connections, server, wait):
        self.people = people
        record = bench.folder / "record"
        outbox = OUTBOX.format(port="{}", connections=connections, each=UNLIMITED)
        command = [sys.executable, SERVER, record, *server]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as serving:
            port = serving.stdout.readline().strip()
            with bench.meeting(people, outbox.format(port)) as place:
                send = [bench.meetmint, "send", "--yes", "--wait", wait, "--meeting", place]
                said = bench.folder / "said"
                with open(said, "wb") as errors, started(send, stdout=subprocess.DEVNULL, stderr=errors) as process:
                    late = threading.Timer(LIMIT, os.kill, (process.pid, signal.SIGKILL))
                    late.start()
                    self.began, begun = time.time(), time.perf_counter()
                    try:
                        _, status, usage = os.wait4(process.pid, 0)
                    finally:
                        late.cancel()
                    self.seconds = time.perf_counter() - begun
                    process.returncode = self.code = os.waitstatus_to_exitcode(status)
                self.own_processor = usage.ru_utime + usage.ru_stime
                self.said = said.read_text()
                self.slowed = self.said.count("one message every")
                show = [bench.meetmint, "status", "--format", "json", "--meeting", place]
                self.status = json.loads(subprocess.run(show, check=True, capture_output=True).stdout)
                with contextlib.closing(sqlite3.connect(place / "ledger.db")) as ledger:
                    self.ledger = ledger.execute("SELECT entry, address, state, tries, next_try FROM message").fetchall()
            serving.stdin.close()
            serving.wait()
        lines = [json.loads(line) for line in record.read_text().splitlines()]
        self.processor = lines.pop()
        self.times = [when for when, _, _ in lines]
        self.closings = sum(reply.startswith("421") for _, _, reply in lines)
        self.answers = collections.defaultdict(list)
        for when, address, reply in lines:
            if not reply.startswith(("220", "421")):
                self.answers[address].append((when, reply))

    def processors(self):
        return f"processor: {self.own_processor:.1f} s, server {self.processor:.1f} s"

    def first_answers(self):
        """How long it took until everybody had an answer to the first try."""
        return max(answers[0][0] for answers in self.answers.values()) - self.began

    def problems(self):
        """What is wrong with the accounts."""
        if self.code not in (0, PARTLY_DONE):
            yield f"`send` ended with {self.code}: {self.said[-2000:]}"
        reports = self.status["people"]
        totals = collections.Counter(person["state"] for person in reports)
        if totals != self.status["totals"] or len({person["email"] for person in reports}) != self.people:
            yield f"{self.people} people expected, but `status` counts {self.status['totals']}"
        states = {address: (state, next_try) for _, address, state, _, next_try in self.ledger}
        if len(states) != len(self.ledger):
            yield "the ledger has two messages to one person"
        for person in reports:
            address, state = person["email"], person["state"]
            answers = self.answers.get(address, [])
            accepted = sum(reply.startswith("250") for _, reply in answers)
            last = answers[-1][1] if answers else None
            ledger, next_try = states.get(address, (None, 0))
            right = {
                "accepted": accepted == 1,
                "refused": accepted == 0 and last is not None and last[0] == "5",
                "deferred": accepted == 0 and last is not None and last[0] == "4" and next_try > answers[-1][0],
            }.get(state, False)
            if not (right and ledger == state and person["reply"] == last):
                yield f"{address} is {state} ({person['reply']}), but the server says {answers}"
        if strangers := self.answers.keys() - {person["email"] for person in reports}:
            yield f"not in the roster: {strangers}"

    def next_try(self, entry, when, tries):
        """When a message that was deferred then is tried again, in full seconds: up to 20 % earlier or later."""
        spread = hashlib.sha256(entry.to_bytes(8, "little", signed=True)).digest()[0]
        return int(when) + RETRY_MINUTES[tries] * 60 * (80 + spread * 40 // 255) // 100

    def pauses(self):
        """How long nothing had to be done: everybody had a result, or was deferred until later. As the second value, how
        many messages were tried too early."""
        entries = {address: entry for entry, address, *_ in self.ledger}
        # When each message waits for its next try: from, its time, until.
        waits, early = [], 0
        for address, answers in self.answers.items():
            for tries, (when, reply) in enumerate(answers):
                if reply[0] == "4":
                    due = self.next_try(entries[address], when, tries)
                    waits.append((when, due, answers[tries + 1][0] if answers[tries + 1 :] else float("inf")))
                    early += any(later < due for later, _ in answers[tries + 1 :])
        everybody = self.began + self.first_answers()
        total = 0.0
        for begin, end in zip(self.times, self.times[1:]):
            # What is shorter is no pause, but the time of the server, of meetmint or of the machine.
            if begin < everybody or end - begin < SHORTEST_PAUSE:
                continue
            # Messages whose next tries are close together are tried together. The ledger counts in full seconds.
            first = min((due for since, due, until in waits if since <= begin < until), default=begin)
            total += max(0.0, min(end, first + TOGETHER + 1) - begin)
        return total, early


def compare(bench, said, connections):
    """The ratios of the rounds. Prints what happened in each."""
    ratios, failed = [], False
    print(f"{said.people} people, connections: {connections}")
    for _ in range(said.rounds):
        calm = [Run(bench, said.people, connections, ["--calm"], "0")]
        stormy = Run(bench, said.people, connections, ["--seed", said.seed], said.wait)
        calm.append(Run(bench, said.people, connections, ["--calm"], "0"))
        pauses, early = stormy.pauses()
        working = stormy.seconds - pauses
        ratios.append(working / statistics.mean(run.seconds for run in calm))
        replies = collections.Counter(reply[0] for answers in stormy.answers.values() for _, reply in answers)
        for run in calm:
            print(f"    calm    {run.seconds:8.2f} s, {said.people / run.seconds:.0f} a second; {run.processors()}")
        print(f"    weather {working:8.2f} s, {stormy.first_answers():.2f} s of it until everybody had an answer, and {pauses:.2f} s of pauses; {stormy.processors()}")
        print(f"            the server said 250 {replies['2']} times, 4xx {replies['4']}, 5xx {replies['5']}, 421 {stormy.closings}; "
              f"meetmint said {stormy.slowed} times that it slows down; load {os.getloadavg()[0]:.1f}")
        print(f"            the ledger says {stormy.status['totals']}")
        print(f"            ratio {ratios[-1]:.2f}", flush=True)
        problems = [problem for run in [*calm, stormy] for problem in run.problems()]
        if early:
            problems.append(f"{early} messages were tried too early")
        problems += [f"a calm run ended with {run.status['totals']}" for run in calm if run.status["totals"] != {"accepted": said.people}]
        for problem in problems[:10]:
            print(f"    WRONG: {problem}")
        failed = failed or bool(problems)
    return ratios, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meetmint")
    parser.add_argument("--people", type=int, default=20_000, help="default: 20000")
    parser.add_argument("--rounds", type=int, default=1, help="default: 1")
    parser.add_argument("--connections", type=lambda text: [int(count) for count in text.split(",")], default=[8, 1], help="default: 8,1")
    parser.add_argument("--wait", default="15m", help="how long `send` waits for retries; default: 15m")
    parser.add_argument("--seed", default="1", help="chooses whom the server refuses and defers; default: 1")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wrong, rows = False, []
    with tempfile.TemporaryDirectory(prefix="bench-weather-") as folder:
        bench = Bench(said.meetmint, Path(folder))
        for connections in said.connections:
            ratios, failed = compare(bench, said, connections)
            ratio = statistics.median(ratios)
            wrong = wrong or failed or ratio > MOST
            accounts = "WRONG" if failed else "right"
            rows.append(f"{connections:11} {ratio:7.2f} {min(ratios):9.2f}-{max(ratios):.2f} {'<= ' + str(MOST):>8} {accounts:>10}")
    print("\nconnections   ratio     of rounds      aim   accounts", *rows, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
