"""A mail server that misbehaves as real ones do, always in the same way. For bench_weather.py.

    python3 benches/weather_server.py RECORD [--calm] [--chunking] [--seed N]

It prints its port, and serves until its standard input is closed. Then it writes RECORD: one line of JSON for each
answer to a message, [time, address, reply], one for each connection, with 220, and on the last line its own processor
time.

Of the tries, 5 % are deferred (4xx), half of them at RCPT (greylisting, mailbox busy), half after the message. Of the
people, 2 % are refused (5xx), half of them for a policy. Both follow from the address. Every 50th message is answered
with 421, in turn at MAIL, at RCPT and after the message, and the connection is closed. With --calm all are accepted. With --chunking it offers CHUNKING (RFC 3030), too.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import threading
import time

EVERY = 50
# The most tries of one address that are deferred, so that a run ends.
MOST_DEFERRALS = 2
# In ten-thousandths: of the people, and of the tries. As in KumoMTA's traffic-gen, most trouble is about one mailbox, and
# the rest about the message.
REFUSED = [
    (70, "rcpt", "550 5.1.1 <{}>: no such user"),
    (30, "rcpt", "552 5.2.2 <{}>: mailbox full"),
    (50, "rcpt", "550 5.7.1 <{}>: recipient does not accept mail from outside"),
    (50, "data", "554 5.7.1 message looks like spam"),
]
DEFERRED = [
    (100, "rcpt", "450 4.7.1 <{}>: greylisted, try again later"),
    (50, "rcpt", "451 4.7.1 <{}>: greylisted, try again later"),
    (100, "rcpt", "450 4.2.1 <{}>: mailbox busy"),
    (125, "data", "451 4.3.0 error while handling the message"),
    (125, "data", "452 4.2.2 mailbox has no room at the moment"),
]
CLOSING = "421 4.7.0 mx.example.org closing connection"
OFFERS = b"250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n"


def drawn(table, *what):
    """The stage and the reply that the table has for this, or nothing."""
    number = int.from_bytes(hashlib.sha256("|".join(map(str, what)).encode()).digest()[:8], "big") % 10_000
    for share, stage, reply in table:
        if number < share:
            return stage, reply
        number -= share
    return None, ""


class Weather:
    """What the server has answered, and will."""

    def __init__(self, calm, chunking, seed):
        self.calm, self.seed = calm, seed
        self.offers = OFFERS.replace(b"250-SIZE", b"250-CHUNKING\r\n250-SIZE") if chunking else OFFERS
        self.messages, self.record, self.deferrals = 0, [], {}

    def closes_at(self):
        """Where the connection of the next message is closed, if it is."""
        self.messages += 1
        if self.calm or self.messages % EVERY:
            return None
        return ("mail", "rcpt", "data")[self.messages // EVERY % 3]

    def fate(self, address):
        """Where and how this try of the address fails, if it does."""
        if self.calm:
            return None, ""
        stage, reply = drawn(REFUSED, self.seed, address)
        deferrals = self.deferrals.get(address, 0)
        if not stage and deferrals < MOST_DEFERRALS:
            stage, reply = drawn(DEFERRED, self.seed, address, deferrals)
        return stage, reply.format(address)

    def answer(self, address, reply):
        if reply[0] == "4" and reply is not CLOSING:
            self.deferrals[address] = self.deferrals.get(address, 0) + 1
        self.record.append((time.time(), address, reply))


class Session(asyncio.Protocol):
    def __init__(self, weather):
        self.weather, self.buffer, self.in_data, self.searched = weather, bytearray(), False, 0
        self.chunk, self.last = None, False
        self.address, self.closing, self.fails, self.reply = "", None, None, ""

    def connection_made(self, transport):
        self.transport = transport
        self.weather.record.append((time.time(), "", "220"))
        transport.write(b"220 mx.example.org ESMTP\r\n")

    def data_received(self, data):
        self.buffer += data
        out = []
        while not self.transport.is_closing():
            if self.chunk is not None:
                if len(self.buffer) < self.chunk:
                    break
                del self.buffer[: self.chunk]
                self.chunk = None
                self.chunk_ended(out)
                continue
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n", self.searched)
                if end < 0:
                    self.searched = max(0, len(self.buffer) - 4)
                    break
                del self.buffer[: end + 5]
                self.in_data = False
                self.finish(out)
                continue
            end = self.buffer.find(b"\n")
            if end < 0:
                break
            line = bytes(self.buffer[:end]).rstrip(b"\r")
            del self.buffer[: end + 1]
            self.command(line, out)
        if out and not self.transport.is_closing():
            self.transport.write(b"".join(out))

    def close(self, out):
        """Says 421, and closes the connection."""
        self.weather.answer(self.address, CLOSING)
        out.append(CLOSING.encode() + b"\r\n")
        self.transport.write(b"".join(out))
        self.transport.close()

    def command(self, line, out):
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.address, self.closing = "", self.weather.closes_at()
            if self.closing == "mail":
                self.close(out)
                return
            out.append(b"250 2.1.0 Ok\r\n")
        elif verb == b"RCPT":
            self.address = line[line.index(b"<") + 1 : line.index(b">")].decode()
            if self.closing == "rcpt":
                self.close(out)
                return
            self.fails, self.reply = self.weather.fate(self.address)
            if self.fails == "rcpt":
                self.weather.answer(self.address, self.reply)
                self.address = ""
                out.append(self.reply.encode() + b"\r\n")
            else:
                out.append(b"250 2.1.5 Ok\r\n")
        elif verb == b"DATA":
            if self.address:
                self.in_data, self.searched = True, 0
                out.append(b"354 End data with <CR><LF>.<CR><LF>\r\n")
            else:
                out.append(b"554 5.5.1 Error: no valid recipients\r\n")
        elif verb == b"BDAT":
            _, size, *last = line.upper().split()
            self.chunk, self.last = int(size), last == [b"LAST"]
        elif verb == b"EHLO":
            out.append(self.weather.offers)
        elif verb == b"RSET":
            out.append(b"250 2.0.0 Ok\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"".join([*out, b"221 2.0.0 Bye\r\n"]))
            self.transport.close()
        else:
            out.append(b"500 5.5.2 what?\r\n")

    def chunk_ended(self, out):
        """All octets of a BDAT have arrived. They belong to it even if there is nobody to send them to."""
        if not self.address:
            out.append(b"554 5.5.1 Error: no valid recipients\r\n")
        elif self.last:
            self.finish(out)
        else:
            out.append(b"250 2.0.0 Ok: chunk\r\n")

    def finish(self, out):
        """A whole message has arrived."""
        if self.closing == "data":
            self.close(out)
            return
        reply = self.reply if self.fails == "data" else "250 2.0.0 Ok: queued"
        self.weather.answer(self.address, reply)
        out.append(reply.encode() + b"\r\n")


async def serve(weather):
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: Session(weather), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)

    def watch():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
    await ended.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record")
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--chunking", action="store_true")
    parser.add_argument("--seed", default="1")
    said = parser.parse_args()
    weather = Weather(said.calm, said.chunking, said.seed)
    asyncio.run(serve(weather))
    with open(said.record, "w", encoding="utf-8") as out:
        for answer in weather.record:
            out.write(json.dumps(answer) + "\n")
        out.write(json.dumps(time.process_time()) + "\n")


if __name__ == "__main__":
    main()
