"""A mail server that takes everything and keeps nothing, like Postfix's smtp-sink, but offers CHUNKING (RFC 3030).

    python3 benches/chunking_sink.py [PORT]

It prints its port, and at the end of its standard input the messages that it has received with BDAT and with DATA. It is a
process of its own, so that it does not share an interpreter with whatever else a benchmark runs.
"""

import asyncio
import contextlib
import re
import subprocess
import sys
from pathlib import Path

BDAT = re.compile(rb"BDAT (\d+)( LAST)?", re.IGNORECASE)
OFFERS = b"250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n"
REPLIES = {
    b"EHLO": OFFERS, b"HELO": b"250 sink.example.org\r\n", b"MAIL": b"250 2.1.0 Ok\r\n", b"RCPT": b"250 2.1.5 Ok\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n", b"NOOP": b"250 2.0.0 Ok\r\n", b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
TAKEN = b"250 2.0.0 Ok\r\n"


class Session(asyncio.Protocol):
    """One connection. The replies to what was received together are sent together."""

    counts = {"BDAT": 0, "DATA": 0}

    def connection_made(self, transport):
        self.transport, self.buffer = transport, bytearray()
        # Octets of a chunk that have not come yet, and whether it is the last one; whether a message after DATA comes.
        self.missing, self.last, self.in_data = 0, False, False
        transport.write(b"220 sink.example.org ESMTP\r\n")

    def data_received(self, piece):
        self.buffer += piece
        replies = b""
        while (reply := self.step()) is not None:
            replies += reply
        if replies:
            self.transport.write(replies)
        if replies.endswith(REPLIES[b"QUIT"]):
            self.transport.close()

    def step(self):
        """Uses up a part of the buffer. Returns the reply to it, or None if more has to come."""
        if self.missing:
            taken = min(self.missing, len(self.buffer))
            del self.buffer[:taken]
            self.missing -= taken
            return None if self.missing else self.end("BDAT") if self.last else TAKEN
        if self.in_data:
            end = self.buffer.find(b"\r\n.\r\n")
            if end < 0:
                return None
            del self.buffer[: end + 5]
            self.in_data = False
            return self.end("DATA")
        line, found, rest = bytes(self.buffer[:2000]).partition(b"\r\n")
        if not found:
            return None
        del self.buffer[: len(line) + 2]
        if chunk := BDAT.fullmatch(line):
            self.missing, self.last = int(chunk[1]), bool(chunk[2])
            return b"" if self.missing else self.end("BDAT")
        verb = line[:4].upper()
        self.in_data = verb == b"DATA"
        return REPLIES.get(verb, b"500 5.5.2 Not understood\r\n")

    def end(self, how):
        Session.counts[how] += 1
        return TAKEN


async def serve(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Session, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(Session.counts["BDAT"], Session.counts["DATA"], flush=True)


@contextlib.contextmanager
def chunking_sink(messages):
    """Runs the server on the port that this yields. After the block, checks that it received this many messages, all of them
    with BDAT."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, str(Path(__file__).resolve())], **pipes) as process:
        try:
            yield int(process.stdout.readline())
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    if said.split() != [str(messages), "0"]:
        sys.exit(f"{messages} messages with BDAT expected, but the server received with BDAT and DATA: {said.strip()}")


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
