"""Mail servers for the benchmarks: smtp-sink, one that offers CHUNKING, and a forwarder that adds a delay."""

import asyncio
import collections
import contextlib
import os
import re
import selectors
import shutil
import socket
import sys
import threading
import time

from chunking_sink import chunking_sink  # noqa: F401
from measuring import started

PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
ONE_WAY = 0.015


def need_postfix():
    """Ends this script unless Postfix's test programs can be run."""
    os.environ["PATH"] = PATHS
    if not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
        sys.exit("smtp-source and smtp-sink are not here: install postfix")


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
