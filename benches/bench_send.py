"""Compare `meetmint send` with other programs that send, and print the ratios.

    just bench-send             or: python3 benches/bench_send.py MEETMINT [options]

The other programs (senders.py) are Postfix's smtp-source, and two that somebody would write instead, with the same people
and the same texts: a bare sender in Rust, and a script with nodemailer. They run in turn; a round is one run of each. The
results are medians over the rounds; each ratio is taken within one round.

messages  Everybody sends to 200 people. Each message is checked: that it came once, the link, the texts, the size.
cpu       To Postfix's smtp-sink on the loopback interface over 1, 4 and 16 connections, which stay open to the end
          (smtp-source -d): messages a second, processor time (user and system, of the whole process) a message, and memory.
rtt       A round trip of 30 ms: a forwarder in this script passes everything on 15 ms later, and a little more, so that
          it is about 31 ms. 4 connections, each replaced after 100 messages. smtp-source can't limit the messages on a
          connection, so it is run once for every 400 messages. It never pipelines. It is compared with meetmint where the server
          offers PIPELINING and CHUNKING (weather_server.py), only PIPELINING, or neither (smtp-sink -p).
memory    The peak memory for few and for many people: of `send` over 16 connections, the first time, for an update and for new
          copies, of `remind`, and of `plan --role` and `status` when everybody is due.
plan      `plan` of 100,000 people who have their messages, and `links` of the same list.
folder    100,000 messages into a folder, the first time, and a loop that creates, syncs and renames files of that size.

All files are in a temporary folder (set TMPDIR to choose the disk).
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import Aim, measured, medians, show_aims, some_of
from senders import HERE, OUTBOX, UNLIMITED, Bench, compare
from smtp_servers import ONE_WAY, Forwarder, chunking_sink, need_postfix, sink

CHECKED = 200
CPU_AIM = {4: "<= 1.0"}
BARE_AIM = {4: ">= 1.2", 16: ">= 1.2"}
SOURCE_AIM = {1: ">= 0.9", 4: ">= 0.60", 16: ">= 0.65"}
DELAYED, DELAYED_CONNECTIONS, DELAYED_EACH = 2000, 4, 100
FEW, MEMORY_CONNECTIONS = 2000, 16


def show(name, people, run):
    print(f"    {name:14} {run.seconds:8.3f} s {people / run.seconds:8.0f}/s {run.processor / people * 1e6:6.0f} us of processor a message"
          f" {run.peak:6.1f} MiB", flush=True)
    return run


def cpu(bench, said, others):
    """Messages a second and processor time on the loopback interface."""
    programs = {"smtp-source": bench.source, **others, "meetmint": bench.send}
    table, aims = [], []
    for connections in said.connections:
        print(f"\nloopback, {said.people} messages, connections: {connections}")
        runs = {name: [] for name in programs}
        for _ in range(said.rounds):
            for name, program in programs.items():
                with sink(bench.folder, said.people) as port:
                    runs[name].append(show(name, said.people, program(port, connections, said.people)))
        for name, some in runs.items():
            run = medians(some)
            table.append(f"{connections:11}  {name:12} {said.people / run.seconds:10.0f} {run.processor / said.people * 1e6:7.0f} us {run.peak:8.1f} MiB")

        def ratio(name, number):
            return [number(ours, theirs) for ours, theirs in zip(runs["meetmint"], runs[name])]

        def speed(ours, theirs):
            return theirs.seconds / ours.seconds

        if "bare sender" in runs:
            aims.append(Aim(f"CPU a message over the bare sender's, connections: {connections}",
                            ratio("bare sender", lambda ours, theirs: ours.processor / theirs.processor), CPU_AIM.get(connections, "")))
            aims.append(Aim(f"messages/s over the bare sender's, connections: {connections}",
                            ratio("bare sender", speed), BARE_AIM.get(connections, "")))
        if "nodemailer" in runs:
            aims.append(Aim(f"messages/s over nodemailer's, connections: {connections}", ratio("nodemailer", speed), ""))
        aims.append(Aim(f"messages/s over smtp-source's, connections: {connections}", ratio("smtp-source", speed), SOURCE_AIM.get(connections, "")))
    return ["connections  program      messages/s  CPU a message     memory", *table], aims


def rtt(bench, said, _):
    """The time with a round trip of 30 ms."""
    people, connections = min(said.people, DELAYED), DELAYED_CONNECTIONS
    together = connections * DELAYED_EACH
    print(f"\n{2 * ONE_WAY * 1000:.0f} ms of round trip, {people} messages, connections: {connections}, messages a connection: {DELAYED_EACH}")
    kinds = [("PIPELINING and CHUNKING", "<= 0.30", lambda: chunking_sink(bench.folder, people)),
             ("PIPELINING", "<= 0.52", lambda: sink(bench.folder, people)),
             ("neither", "<= 1.05", lambda: sink(bench.folder, people, "-p"))]
    runs = {"smtp-source": [], **{name: [] for name, _, _ in kinds}}
    for _ in range(said.rounds):
        with sink(bench.folder, people) as port, Forwarder(port) as late:
            batches = [bench.source(late, connections, min(together, people - done)) for done in range(0, people, together)]
        total = batches[0]._replace(seconds=sum(run.seconds for run in batches), processor=sum(run.processor for run in batches))
        runs["smtp-source"].append(show("smtp-source", people, total))
        for name, _, server in kinds:
            with server() as port, Forwarder(port) as late:
                runs[name].append(show(name, people, bench.send(late, connections, people, DELAYED_EACH)))
    table = [f"{name:24} {medians(some).seconds * connections / people * 1000:8.1f} ms" for name, some in runs.items()]
    aims = [Aim(f"time at 30 ms over smtp-source's: {name}", [ours.seconds / theirs.seconds for ours, theirs in zip(runs[name], runs["smtp-source"])], aim)
            for name, aim, _ in kinds]
    return ["a message on each connection, 30 ms", *table], aims


def memory(bench, said, _):
    """The peak memory of what goes through everybody."""
    many = said.many
    send = ("send", "--yes", "--wait", "0")
    kinds = {"send": send, "send, update": send, "remind": ("remind", "--yes", "--wait", "0"), "send --again": (*send, "--again", "--limit", str(many)),
             "plan --role": ("plan", "--role", "participant"), "status": ("status",)}
    later = {"send, update": "15:00", "plan --role": "16:00"}  # Before these, the meeting is moved, so that everybody is due.
    peaks = {(people, kind): [] for people in (FEW, many) for kind in kinds}
    for people in (FEW, many):
        print(f"\nmemory, {people} people, connections: {MEMORY_CONNECTIONS}")
        for _ in range(said.rounds):
            with sink(bench.folder, 4 * people) as port, bench.meeting(people, OUTBOX.format(port=port, connections=MEMORY_CONNECTIONS, each=UNLIMITED)) as place:
                settings = place / "meeting.toml"
                for kind, command in kinds.items():
                    if kind in later:
                        bench.all_done(place, people)
                        settings.write_text(re.sub("1[45]:00", later[kind], settings.read_text()))
                    peaks[people, kind].append(show(kind, people, measured(bench.command(place, *command))).peak)
    table = [f"{people:7} people, {kind:14} {statistics.median(values):8.1f} MiB" for (people, kind), values in peaks.items()]
    aims = []
    for kind in kinds:
        more, less = peaks[many, kind], peaks[FEW, kind]
        aims.append(Aim(f"peak memory of `{kind}`, {many} over {FEW} people", [one / other for one, other in zip(more, less)], "<= 1.1"))
        aims.append(Aim(f"peak memory of `{kind}`, {many} people, MiB", more, "<= 28" if kind.startswith("send") else "", 1))
    return ["peak memory", *table], aims


def plan(bench, said, _):
    """`plan` with nothing due, and `links`."""
    people = said.large
    print(f"\nplan, {people} people, nothing due")
    runs = {"links": [], "plan": [], "status": []}
    with sink(bench.folder, people) as port, bench.meeting(people, OUTBOX.format(port=port, connections=16, each=UNLIMITED)) as place:
        show("(send)", people, measured(bench.command(place, "send", "--yes", "--wait", "0")))
        bench.all_done(place, people)
        for _ in range(said.rounds):
            runs["links"].append(show("links", people, measured(bench.command(place, "links", "--out", place / "links.csv"))))
            (place / "links.csv").unlink()
            for name in ("plan", "status"):
                runs[name].append(show(name, people, measured(bench.command(place, name))))
    table = [f"{name:8} {run.seconds:8.3f} s {run.peak:8.1f} MiB" for name, run in ((name, medians(some)) for name, some in runs.items())]
    aims = [Aim(f"`plan` of {people}, nothing due: time over `links`", [ours.seconds / theirs.seconds for ours, theirs in zip(runs["plan"], runs["links"])], "<= 2.5"),
            Aim(f"`plan` of {people}, nothing due: peak memory, MiB", [run.peak for run in runs["plan"]], "<= 32", 1),
            Aim(f"`status` of {people}: peak memory, MiB", [run.peak for run in runs["status"]], "", 1)]
    return [f"{people} people who have their messages", *table], aims


def folder(bench, said, _):
    """Into a folder, and a loop that does no more than write the files."""
    people = said.large
    print(f"\n{people} messages into a folder")
    runs, ledgers = {"loop": [], "meetmint": []}, []
    for _ in range(said.rounds):
        place = bench.folder / "files"
        size = (bench.folder / "size").read_text()
        runs["loop"].append(show("loop", people, measured([bench.meetmint.with_name("write_files"), place, str(people), size])))
        shutil.rmtree(place)
        with bench.meeting(people) as place:
            runs["meetmint"].append(show("meetmint", people, measured(bench.command(place, "send", "--yes"))))
            bench.all_done(place, people, "written")
            ledgers.append(sum(file.stat().st_size for file in place.glob("ledger.db*")) / 1e6)
            print(f"    ledger: {ledgers[-1]:.1f} MB", flush=True)
    table = [f"{name:10} {medians(some).seconds:8.2f} s {medians(some).peak:8.1f} MiB" for name, some in runs.items()]
    aims = [Aim(f"{people} into a folder, first time, over a loop", [ours.seconds / theirs.seconds for ours, theirs in zip(runs["meetmint"], runs["loop"])], "<= 1.3"),
            Aim(f"ledger of {people} messages, MB", ledgers, "<= 60", 1)]
    return [f"{people} files of {size} octets", *table], aims


SECTIONS = {"cpu": cpu, "rtt": rtt, "memory": memory, "plan": plan, "folder": folder}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meetmint", help="bare_sender and write_files have to be in the same folder")
    parser.add_argument("--people", type=int, default=10_000, help=f"for cpu, and, up to {DELAYED}, for rtt; default: 10000")
    parser.add_argument("--many", type=int, default=50_000, help="people for memory; default: 50000")
    parser.add_argument("--large", type=int, default=100_000, help="people for plan and folder; default: 100000")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--connections", type=lambda text: [int(count) for count in text.split(",")], default=[1, 4, 16],
                        help="for cpu; default: 1,4,16")
    names = ["messages", *SECTIONS]
    parser.add_argument("--only", type=some_of(names), default=names, help=f"some of {','.join(names)}")
    parser.add_argument("--without-nodemailer", action="store_true", help="leave out nodemailer, which is slow, and needs npm's registry")
    said = parser.parse_args()
    need_postfix()
    for name in ("bare_sender", "write_files"):
        if not Path(said.meetmint).with_name(name).exists():
            sys.exit(f"{name} is not beside {said.meetmint}: run cargo build --release -p meetmint -p bare-sender")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="bench-send-") as place:
        bench = Bench(said.meetmint, Path(place))
        size = bench.sample(500)
        (bench.folder / "size").write_text(f"{size:.0f}")
        print(f"a message of meetmint has {size:.0f} octets (mean of 500)")
        others = bench.prepare_others(not said.without_nodemailer) if {"messages", "cpu"} & set(said.only) else {}
        if "messages" in said.only:
            compare(bench, CHECKED, sink, {"meetmint": bench.send, **others})
        done = [section(bench, said, others) for name, section in SECTIONS.items() if name in said.only]
    for table, _ in done:
        print("\n" + "\n    ".join(table))
    show_aims([aim for _, aims in done for aim in aims])


if __name__ == "__main__":
    main()
