"""Compare `meetmint send` with Postfix's smtp-source, and print the ratios.

    just bench-send             or: python3 benches/bench_send.py MEETMINT [options]

Both send to Postfix's smtp-sink on the loopback interface, in turn and over the same number of connections. A round is
one run of each. meetmint's time is that of the whole process: it reads the roster, makes the links, renders the messages
and keeps the ledger. smtp-source repeats one finished message, one of meetmint's with the mean size. The number of
messages is checked against smtp-sink and the ledger.

loopback  All messages over 1, 4 and 16 connections, which stay open to the end (smtp-source -d).
delay     A round trip of 30 ms: a forwarder in this script passes everything on 15 ms later, and a little more, so that
          it is about 31 ms. 4 connections, each replaced after 100 messages. smtp-source can't limit the messages on a
          connection, so it is run once for every 400 messages. It never pipelines, so it is compared with two runs of
          meetmint: with PIPELINING offered, and without (smtp-sink -p).
memory    The peak memory of `send` over 16 connections, for few and for many people.

All files are in a temporary folder. The results are medians over the rounds; each ratio is taken within one round.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import os
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
AIMS = {1: 0.8, 4: 0.5, 16: 0.7}
ONE_WAY = 0.015
DELAYED, DELAYED_CONNECTIONS, DELAYED_EACH = 2000, 4, 100
FEW, MANY, MEMORY_CONNECTIONS = 2000, 50_000, 16
UNLIMITED = 100_000
LIMIT = 900  # seconds; a run that takes longer is killed
MEETING = """[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "bench"
secret = {{ file = "app-secret" }}

[meeting]
id = "0123456789abcdef0123456789abcdef"
title = "Bench"
room = "bench-room"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"

[mail]
from = "Events <events@example.org>"

{outbox}"""
OUTBOX = """[outbox]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}
per_connection = {each}
"""


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


def ended(process, status, name):
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name} ended with {process.returncode}")


def timed(command):
    """The wall time and the processor time of one run, in seconds."""
    begun = time.perf_counter()
    with started(command, stdout=subprocess.DEVNULL) as process:
        late = threading.Timer(LIMIT, os.kill, (process.pid, signal.SIGKILL))
        late.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            late.cancel()
        seconds = time.perf_counter() - begun
        ended(process, status, command[0])
    return seconds, usage.ru_utime + usage.ru_stime


def peak(command):
    """The peak memory of one run in MiB, from /proc: wait4 never reports less than the peak of this script."""
    most, begun = 0, time.perf_counter()
    with started(command, stdout=subprocess.DEVNULL) as process:
        while True:
            pid, status, _ = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() - begun > LIMIT:
                sys.exit(f"{command[0]} takes too long")
            state = Path(f"/proc/{process.pid}/status").read_text()
            if f"Name:\t{Path(command[0]).name[:15]}\n" in state and (high := re.search(r"VmHWM:\s*(\d+) kB", state)):
                most = max(most, int(high[1]))
            time.sleep(0.002)
        ended(process, status, command[0])
    return most / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def sink(folder, messages, *options):
    """Run smtp-sink on the port that this yields. After the block, checks that it received this many messages."""
    port, counter = free_port(), folder / "counter"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with open(counter, "wb") as out, started(["smtp-sink", *user, "-c", *options, f"127.0.0.1:{port}", "256"], stdout=out) as process:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        else:
            sys.exit("smtp-sink does not listen")
        yield port
        for _ in range(100):
            seen = re.findall(rb"mesg=(\d+)", counter.read_bytes()[-200:])
            if seen and int(seen[-1]) == messages:
                return
            time.sleep(0.02)
        sys.exit(f"{messages} messages expected, but smtp-sink says {seen[-1:]}")


class Side(asyncio.Protocol):
    """One side of a connection: what it receives leaves by the other side, in order, ONE_WAY seconds later."""

    def __init__(self, loop):
        self.loop, self.other, self.transport, self.pieces = loop, None, None, collections.deque()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, piece):
        self.pieces.append(piece)
        self.loop.call_at(self.loop.time() + ONE_WAY, self.hand_on)

    def connection_lost(self, _):
        self.data_received(b"")

    def hand_on(self):
        if not self.other.transport:
            self.loop.call_later(ONE_WAY, self.hand_on)
            return
        piece = self.pieces.popleft()
        if not piece:
            self.other.transport.close()
        elif not self.other.transport.is_closing():
            self.other.transport.write(piece)


class Near(Side):
    """The side to which the client is connected."""

    def __init__(self, loop, target):
        super().__init__(loop)
        self.target, self.other = target, Side(loop)
        self.other.other = self

    def connection_made(self, transport):
        super().connection_made(transport)
        self.opening = self.loop.create_task(self.open())

    async def open(self):
        # The three-way handshake (SYN, SYN-ACK, ACK) takes three one-way delays before the server accepts.
        await asyncio.sleep(3 * ONE_WAY)
        await self.loop.create_connection(lambda: self.other, "127.0.0.1", self.target)


class Forwarder(threading.Thread):
    """Forwards connections to a port, with a delay."""

    def __init__(self, target):
        super().__init__(daemon=True)
        # select() waits with microsecond precision; Python rounds the timeouts of epoll up to full milliseconds.
        self.loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
        self.server = self.loop.run_until_complete(self.loop.create_server(lambda: Near(self.loop, target), "127.0.0.1", 0))

    def __enter__(self):
        self.start()
        return self.server.sockets[0].getsockname()[1]

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join()
        self.server.close()
        self.loop.close()

    def run(self):
        self.loop.run_forever()


class Bench:
    def __init__(self, meetmint, folder):
        self.meetmint, self.folder = Path(meetmint).resolve(), folder

    def roster(self, people):
        place = self.folder / f"people-{people}.csv"
        if not place.exists():
            subprocess.run([sys.executable, HERE / "make_roster.py", str(people), place], check=True)
        return place

    @contextlib.contextmanager
    def meeting(self, people, outbox=""):
        """A new meeting folder without a ledger."""
        place = self.folder / "meeting"
        place.mkdir()
        try:
            (place / "meeting.toml").write_text(MEETING.format(outbox=outbox))
            (place / "app-secret").touch(mode=0o600)
            (place / "app-secret").write_text("bench-secret-0123456789abcdef0123456789abcdef\n")
            shutil.copy(self.roster(people), place / "people.csv")
            os.sync()
            yield place
        finally:
            shutil.rmtree(place)

    def sample(self, people):
        """Write the message for smtp-source: the one of meetmint's whose size is nearest to the mean."""
        with self.meeting(people) as place:
            subprocess.run([self.meetmint, "send", "--yes", "-q", "--meeting", place], check=True)
            messages = [file.read_bytes() for file in sorted((place / "outbox").glob("*.eml"))]
        assert len(messages) == people
        mean = statistics.mean(map(len, messages))
        chosen = min(messages, key=lambda message: abs(len(message) - mean))
        (self.folder / "message").write_bytes(chosen.replace(b"\r\n", b"\n"))
        print(f"a message of meetmint has {mean:.0f} octets (mean of {people}), smtp-source's has {len(chosen)}")

    def source(self, port, connections, messages):
        return timed(["smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-F", self.folder / "message", "-M", "bench.example.org",
                      "-f", "events@example.org", "-t", "ada@example.org", f"127.0.0.1:{port}"])

    @contextlib.contextmanager
    def sending(self, people, port, connections, each):
        """The command that sends to a new roster. After the block, checks that the ledger has all messages as accepted."""
        with self.meeting(people, OUTBOX.format(port=port, connections=connections, each=each)) as place:
            yield [self.meetmint, "send", "--yes", "-q", "--wait", "0", "--meeting", place]
            said = subprocess.run([self.meetmint, "status", "--format", "json", "--meeting", place], check=True, capture_output=True).stdout
            totals = json.loads(said)["totals"]
            if totals != {"accepted": people}:
                sys.exit(f"{people} accepted expected, but the ledger says {totals}")

    def send(self, port, connections, people, each=UNLIMITED):
        with self.sending(people, port, connections, each) as command:
            return timed(command)

    def plan(self, people):
        with self.meeting(people) as place:
            return timed([self.meetmint, "plan", "-q", "--meeting", place])[0]


def run(name, messages, measured):
    seconds, processor = measured
    print(f"    {name:14} {seconds:8.3f} s {messages / seconds:8.0f}/s {processor / messages * 1e6:6.0f} us of processor a message", flush=True)
    return seconds


def spread(values):
    return f"{min(values):.2f}-{max(values):.2f}"


def loopback(bench, people, rounds, counts):
    rows = []
    for connections in counts:
        print(f"loopback, {people} messages, connections: {connections}")
        pairs = []
        for _ in range(rounds):
            with sink(bench.folder, people) as port:
                theirs = run("smtp-source", people, bench.source(port, connections, people))
            with sink(bench.folder, people) as port:
                pairs.append((theirs, run("meetmint", people, bench.send(port, connections, people))))
        speed = [people / statistics.median(side) for side in zip(*pairs)]
        ratios = [theirs / ours for theirs, ours in pairs]
        aim = f">= {AIMS[connections]:.2f}" if connections in AIMS else ""
        rows.append(f"{connections:11} {speed[0]:14.0f} {speed[1]:11.0f} {statistics.median(ratios):7.2f} {spread(ratios):>12} {aim:>8}")
    plan = statistics.median(bench.plan(people) for _ in range(rounds))
    return ["loopback: messages/s", "connections    smtp-source    meetmint   ratio     of rounds      aim", *rows,
            f"(`meetmint plan` of this list takes {plan:.3f} s: what `send` does, too, before it posts)"]


def delay(bench, people, rounds):
    connections, together = DELAYED_CONNECTIONS, DELAYED_CONNECTIONS * DELAYED_EACH
    print(f"{2 * ONE_WAY * 1000:.0f} ms of round trip, {people} messages, connections: {connections}, messages a connection: {DELAYED_EACH}")
    walls = []
    for _ in range(rounds):
        with sink(bench.folder, people) as port, Forwarder(port) as late:
            batches = [bench.source(late, connections, min(together, people - done)) for done in range(0, people, together)]
            walls.append([run("smtp-source", people, [sum(side) for side in zip(*batches)])])
        for name, options in [("meetmint", []), ("  no pipelining", ["-p"])]:
            with sink(bench.folder, people, *options) as port, Forwarder(port) as late:
                walls[-1].append(run(name, people, bench.send(late, connections, people, DELAYED_EACH)))
    rows = []
    for column, name, aim in [(0, "smtp-source", ""), (1, "meetmint, PIPELINING offered", "<= 0.55"), (2, "meetmint, not offered", "<= 1.05")]:
        ratios = [wall[column] / wall[0] for wall in walls]
        each = statistics.median(wall[column] for wall in walls) * connections / people * 1000
        rows.append(f"{name:30} {each:8.1f} {statistics.median(ratios):7.2f} {spread(ratios):>12} {aim:>8}")
    return [f"{2 * ONE_WAY * 1000:.0f} ms: milliseconds a message on each connection, and wall over smtp-source's",
            "                                     ms   ratio     of rounds      aim", *rows]


def memory(bench, rounds):
    peaks = {}
    for people in (FEW, MANY):
        print(f"memory, {people} people, connections: {MEMORY_CONNECTIONS}")
        peaks[people] = []
        for _ in range(rounds):
            with sink(bench.folder, people) as port, bench.sending(people, port, MEMORY_CONNECTIONS, UNLIMITED) as command:
                peaks[people].append(peak(command))
            print(f"    {peaks[people][-1]:6.1f} MiB", flush=True)
    few, many = (statistics.median(values) for values in peaks.values())
    return ["memory: peak, MiB", f"{FEW} people {few:10.1f}", f"{MANY} people {many:9.1f}      aim <= 32",
            f"ratio {many / few:16.2f}      aim: the same for any number"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meetmint")
    parser.add_argument("--people", type=int, default=10_000, help=f"on the loopback, and, up to {DELAYED}, with the delay; default: 10000")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--connections", type=lambda text: [int(count) for count in text.split(",")], default=[1, 4, 16],
                        help="on the loopback; default: 1,4,16")
    parser.add_argument("--only", choices=["loopback", "delay", "memory"])
    said = parser.parse_args()
    os.environ["PATH"] = PATHS
    if not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
        sys.exit("smtp-source and smtp-sink are not here: install postfix")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="bench-send-") as folder:
        bench = Bench(said.meetmint, Path(folder))
        bench.sample(min(said.people, 500))
        tables = []
        if said.only in (None, "loopback"):
            tables.append(loopback(bench, said.people, said.rounds, said.connections))
        if said.only in (None, "delay"):
            tables.append(delay(bench, min(said.people, DELAYED), said.rounds))
        if said.only in (None, "memory"):
            tables.append(memory(bench, said.rounds))
    for table in tables:
        print("\n" + "\n    ".join(table))


if __name__ == "__main__":
    main()
