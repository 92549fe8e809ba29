"""The programs that bench_send.py compares, all with the same people and the same texts.

smtp-source   Postfix's: repeats one finished message of meetmint's, the one whose size is nearest to the mean.
bare sender   benches/bare_sender: csv, jsonwebtoken, tera and lettre, with no ledger and no checks.
nodemailer    benches/node_sender: its pool, with nunjucks and jsonwebtoken. npm installs it in a temporary folder.
meetmint      The whole run: it reads the roster, makes links and messages, checks them and keeps the ledger.
"""

import base64
import contextlib
import csv
import email
import email.policy
import hashlib
import hmac
import html
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from measuring import measured

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
UNLIMITED = 100_000
SECRET = "bench-secret-0123456789abcdef0123456789abcdef\n"
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
# What the other two programs need to know of the meeting above: the claims, and what the templates say.
SAME_MEETING = {
    "url": "https://meet.example.org", "room": "bench-room", "app_id": "bench", "sub": "meet.example.org",
    "nbf": 1930998600, "exp": 1931013000,
    "values": {
        "title": "Bench", "kind": "invite", "reason": None, "organizing": False, "back_on": False, "rehearsal": False,
        "practice": False, "when": "Tuesday, 11 March 2031, 14:00–15:30 (Berlin time)", "when_there": None, "new_link": False,
        "link_works": "Tuesday, 11 March 2031, 13:30–17:30 (Berlin time)", "message": None,
        "start": {"local": {"month": "Mar", "day": "11", "short_date": "Tue 11 Mar 2031", "time": "14:00", "zone": "Berlin time"}},
        "organizer": {"name": "Events", "email": "events@example.org"},
        "contact": {"name": "Events", "email": "events@example.org"},
        "changed": {name: False for name in ("link", "time", "title", "role", "name", "zone")},
        "before": {"moderator": False, "title": "Bench"},
    },
}
PARTS = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
# The most by which the mean size of another program's messages may differ from ours.
SIZE_TOLERANCE = 0.12


class Bench:
    """A folder with rosters and meetings, and the programs that send to them."""

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
            (place / "app-secret").write_text(SECRET)
            shutil.copy(self.roster(people), place / "people.csv")
            os.sync()
            yield place
        finally:
            shutil.rmtree(place)

    def command(self, place, name, *options):
        return [self.meetmint, name, "-q", "--meeting", place, *options]

    def all_done(self, place, people, state="accepted"):
        """Ends this script unless the ledger has all messages in this state."""
        said = subprocess.run([self.meetmint, "status", "--format", "json", "--meeting", place], check=True, capture_output=True).stdout
        totals = json.loads(said)["totals"]
        if totals != {state: people}:
            sys.exit(f"{people} {state} expected, but the ledger says {totals}")

    def send(self, port, connections, people, each=UNLIMITED):
        """One run of meetmint that sends to a new roster."""
        with self.meeting(people, OUTBOX.format(port=port, connections=connections, each=each)) as place:
            run = measured(self.command(place, "send", "--yes", "--wait", "0"))
            self.all_done(place, people)
        return run

    def sample(self, people):
        """Writes the message for smtp-source, and returns the mean size of meetmint's messages."""
        with self.meeting(people) as place:
            subprocess.run(self.command(place, "send", "--yes"), check=True, stdout=subprocess.DEVNULL)
            messages = [file.read_bytes() for file in sorted((place / "outbox").glob("*.eml"))]
        assert len(messages) == people
        mean = statistics.mean(map(len, messages))
        chosen = min(messages, key=lambda message: abs(len(message) - mean))
        (self.folder / "message").write_bytes(chosen.replace(b"\r\n", b"\n"))
        return mean

    def source(self, port, connections, people):
        # With -F, smtp-source sends a file instead of as many X as -l says: the sink has as many lines to look at.
        return measured(["smtp-source", "-d", "-s", str(connections), "-m", str(people), "-F", self.folder / "message", "-M",
                         "bench.example.org", "-f", "events@example.org", "-t", "ada@example.org", f"127.0.0.1:{port}"])

    def prepare_others(self, with_node):
        """Writes what the other senders read, and installs nodemailer. Returns the senders by name."""
        (self.folder / "meeting.json").write_text(json.dumps(SAME_MEETING))
        (self.folder / "secret").write_text(SECRET)
        others = {"bare sender": self.bare}
        if with_node:
            shutil.copytree(HERE / "node_sender", self.folder / "node")
            done = None
            with contextlib.suppress(FileNotFoundError):
                done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=self.folder / "node")
            if done and done.returncode == 0:
                others["nodemailer"] = self.node
            else:
                print("nodemailer is left out: npm is not here, or cannot install it")
        return others

    def other(self, command, port, connections, people):
        run = measured([*command, self.roster(people), self.folder / "meeting.json", TEMPLATES, self.folder / "secret",
                        f"127.0.0.1:{port}", str(connections)])
        if run.said.strip() != f"{people} accepted":
            sys.exit(f"{people} accepted expected, but {command[-1]} says {run.said}")
        return run

    def bare(self, port, connections, people):
        return self.other([self.meetmint.with_name("bare_sender")], port, connections, people)

    def node(self, port, connections, people):
        return self.other(["node", self.folder / "node" / "sender.js"], port, connections, people)


class Letter:
    """A message that smtp-sink has written to a file."""

    def __init__(self, data):
        # smtp-sink writes lines that begin with X- and Received before the message.
        self.recipient = data.split(b"X-Rcpt-Args: <", 1)[1].split(b">", 1)[0].decode()
        self.size = len(data.split(b"UTC)\n", 1)[1]) + data.count(b"\n")
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = list(message.walk())
        self.kinds = [part.get_content_type() for part in parts]
        self.subject = str(message["subject"]).strip()
        texts = [part.get_payload(decode=True).decode() for part in parts if not part.is_multipart()]
        plain, rich, calendar, attached = (text.replace("\r\n", "\n") for text in texts)
        self.link = next(line for line in plain.split("\n") if line.startswith("https://"))
        unfolded = [text.replace("\n ", "") for text in (calendar, attached)]
        self.links = [text.count(self.link) for text in (plain, rich, *unfolded)]
        self.texts = [html.unescape(text.replace(self.link, "LINK")).strip() for text in (plain, rich)]


def claims_of(link):
    """The claims of a link's token, if it is signed with the secret."""
    said, _, signature = link.partition("?jwt=")[2].rpartition(".")
    right = hmac.digest(SECRET.strip().encode(), said.encode(), hashlib.sha256)
    if base64.urlsafe_b64encode(right).rstrip(b"=").decode() != signature:
        sys.exit("a token is not signed with the secret")
    body = said.partition(".")[2]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def compare(bench, people, sink, programs):
    """Lets each program send to a few people, and checks every message: that it came once, with the right link, the same
    parts, the same texts, and about the same size as meetmint's. `programs` begins with meetmint."""
    with open(bench.roster(people), newline="", encoding="utf-8") as file:
        rows = {row["email"]: row for row in csv.DictReader(file)}
    ours = {}
    for name, program in programs.items():
        place = bench.folder / "dump"
        place.mkdir()
        # smtp-sink writes as another user.
        bench.folder.chmod(0o711)
        place.chmod(0o777)
        with sink(bench.folder, people, "-d", f"{place}/%M.") as port:
            program(port, 4, people)
        letters = [Letter(file.read_bytes()) for file in place.iterdir()]
        shutil.rmtree(place)
        if sorted(letter.recipient for letter in letters) != sorted(rows):
            sys.exit(f"{name}: not everybody got one message")
        ours = ours or {letter.recipient: letter for letter in letters}
        for letter in letters:
            said, row, same = claims_of(letter.link), rows[letter.recipient], ours[letter.recipient]
            want = claims_of(same.link)
            if {**said, "jti": ""} != {**want, "jti": ""} or said["context"]["user"]["name"] != row["name"]:
                sys.exit(f"{name}: the link of {letter.recipient} says {said}, and meetmint's {want}")
            if letter.kinds != PARTS or letter.links != same.links:
                sys.exit(f"{name}: the message to {letter.recipient} has other parts: {letter.kinds}, {letter.links}")
            if [letter.subject, *letter.texts] != [same.subject, *same.texts]:
                lines = ["\n".join([one.subject, *one.texts]).split("\n") for one in (letter, same)]
                other = next((pair for pair in zip(*lines) if pair[0] != pair[1]), "more lines")
                sys.exit(f"{name}: the message to {letter.recipient} has another text than meetmint's: {other}")
        sizes = [statistics.mean(letter.size for letter in some) for some in (letters, ours.values())]
        print(f"    {name:12} {people} people, each got one message with the right link; {sizes[0]:.0f} octets (mean)")
        if abs(sizes[0] / sizes[1] - 1) > SIZE_TOLERANCE:
            sys.exit(f"{name}: the messages have another size than meetmint's ({sizes[1]:.0f})")
