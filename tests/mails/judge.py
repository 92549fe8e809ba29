"""Read the messages of a set with programs that share no code with meetmint, and compare them with what was written.

    python3 tests/mails/judge.py SET

SET is a folder that make.py has made. Messages are read by Python's email package, calendars by icalendar, tokens by
PyJWT. Nothing is expected of the wording. Prints the problems and exits 1, or the number of messages and the largest.
Needs icalendar and PyJWT with cryptography.

The size: a message with an HS256 link, ordinary names and an ordinary title is smaller than 16 KB. A longer link, or a
longer text, may add what it takes in each place where it is, see `allowed_size`.
"""

import email
import email.policy
import json
import re
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import icalendar
import jwt

LINK = re.compile(r"https://[^\s\"'<>]+[?&]jwt=[\w.-]+")
ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=")
SMALL = 16 * 1024
# A line of a header or body, without its line break: RFC 5322 2.1.1, RFC 2047 2.
LONGEST_LINE, LONGEST_ENCODED = 998, 76
ISSUERS = {"secret": ("acme", "meet.example.org"), "practice": ("acme", "meet.example.org"),
           "rsa": ("acme", "meet.example.org"), "jaas": ("chat", "vpaas-magic-cookie-0123456789abcdef0123456789abcdef")}


class Judge:
    """The problems of one message."""

    def __init__(self, expected, data):
        self.expected, self.data, self.problems = expected, data, []
        self.message = email.message_from_bytes(data, policy=email.policy.default)
        self.kind = expected["method"]
        self.event = None

    def same(self, what, found, wanted):
        if found != wanted:
            self.problems.append(f"{what} is {str(found)[:200]!r}, not {str(wanted)[:200]!r}")

    def lines(self):
        if re.search(rb"(?<!\r)\n|\r(?!\n)", self.data):
            self.problems.append("a line ends in CR or LF alone")
        head = self.data.split(b"\r\n\r\n", 1)[0]
        for line in self.data.split(b"\r\n"):
            if len(line) > LONGEST_LINE:
                self.problems.append(f"a line has {len(line)} octets")
        for line in head.split(b"\r\n"):
            if ENCODED_WORD.search(line) and len(line) > LONGEST_ENCODED:
                self.problems.append(f"a header line with an encoded word has {len(line)} characters: {line[:60].decode()}")
            if not line.isascii():
                self.problems.append("a header line is not ASCII")
        for part in self.message.walk():
            self.problems += [f"the email package finds {defect!r}" for defect in part.defects]
        for name, value in self.message.items():
            self.problems += [f"{name}: the email package finds {defect!r}" for defect in getattr(value, "defects", ())]

    def head(self):
        wanted = self.expected
        to = self.message["To"].addresses
        self.same("To", [one.addr_spec for one in to], [wanted["to"]])
        senders = [one.display_name.split() for one in self.message["From"].addresses]
        self.same("From", senders, [wanted["sender"].split()])
        if wanted["name"]:
            # Python 3.11 puts a space between two encoded words in a name, which RFC 2047 6.2 forbids.
            self.same("the name in To", to[0].display_name.split(), wanted["name"].split())
        for name in ("Date", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version"):
            self.same(f"the number of {name}", len(self.message.get_all(name, [])), 1)
        if self.message["Cc"] or self.message["Bcc"]:
            self.problems.append("there is a Cc or Bcc")

    def parts(self):
        """The text, the HTML, the calendar between them, and the attached calendar; the last two can be missing."""
        wanted = self.expected
        kinds = [part.get_content_type() for part in self.message.walk() if not part.is_multipart()]
        # Calendars don't process an organizer's own invitation, nor a reminder: those have a file alone.
        attached = ["application/ics"] if not (wanted["organizing"] and self.kind == "CANCEL") else []
        inline = ["text/calendar"] if attached and self.kind != "PUBLISH" else []
        self.same("the parts", kinds, ["text/plain", "text/html", *inline, *attached])
        by_kind = {part.get_content_type(): part for part in self.message.walk()}
        text, page = (by_kind[kind].get_content() for kind in ("text/plain", "text/html"))
        calendars = [by_kind[kind] for kind in ("text/calendar", "application/ics") if kind in by_kind]
        if "text/calendar" in by_kind:
            part = by_kind["text/calendar"]
            self.same("the method of the part", part.get_param("method"), self.kind)
            self.same("the charset of the calendar", part.get_content_charset(), "utf-8")
            self.same("the disposition of the calendar", part.get_content_disposition(), None)
        if "application/ics" in by_kind:
            part = by_kind["application/ics"]
            self.same("the attachment's name", part.get_filename(), "cancel.ics" if self.kind == "CANCEL" else "invite.ics")
            self.same("the attachment's disposition", part.get_content_disposition(), "attachment")
        octets = {part.get_payload(decode=True) for part in calendars}
        self.same("the number of different calendars", len(octets), 1 if calendars else 0)
        return text, page, octets.pop().decode() if octets else None

    def calendar(self, text):
        wanted = self.expected
        calendar = icalendar.Calendar.from_ical(text)
        self.same("METHOD", str(calendar["METHOD"]), self.kind)
        events = calendar.walk("VEVENT")
        self.same("the number of events", len(events), 1)
        event = self.event = events[0]
        self.problems += [f"icalendar finds {error}" for error in [*calendar.errors, *event.errors]]
        self.same("DTSTART", event.decoded("DTSTART"), datetime.fromisoformat(wanted["start"]))
        self.same("DTEND", event.decoded("DTEND"), datetime.fromisoformat(wanted["end"]))
        self.same("SUMMARY ends with the title", wanted["title"] in str(event["SUMMARY"]), True)
        self.same("STATUS", str(event["STATUS"]), "CANCELLED" if self.kind == "CANCEL" else "CONFIRMED")
        sender = self.message["From"].addresses[0]
        self.same("ORGANIZER", str(event["ORGANIZER"]).removeprefix("mailto:"), sender.addr_spec)
        self.same("the organizer's name", event["ORGANIZER"].params.get("CN"), sender.display_name)
        attendees = event.get("ATTENDEE", [])
        attendees = attendees if isinstance(attendees, list) else [attendees]
        found = [str(one).removeprefix("mailto:") for one in attendees]
        self.same("ATTENDEE", found, [] if self.kind == "PUBLISH" else [wanted["to"]])
        if len(text.encode()) and max(len(line.encode()) for line in text.split("\r\n")) > 75:
            self.problems.append("a line of the calendar has more than 75 octets")

    def links(self, text, page, calendar):
        """Everywhere the same link, and none in a cancellation. Returns it."""
        places = {"the text": text, "the HTML": page}
        if calendar:
            places["the calendar"] = re.sub(r"\r\n[ \t]", "", calendar).replace("\\n", "\n")
        found = {place: set(LINK.findall(content)) for place, content in places.items()}
        if not self.expected["link"]:
            self.same("links", found, {place: set() for place in places})
            return None
        links = set().union(*found.values())
        self.same("the number of different links", len(links), 1)
        for place, content in found.items():
            self.same(f"the number of different links in {place}", len(content), 1)
        link = next(iter(links), "")
        self.same("the link is a line of the text", link in text.splitlines(), True)
        if self.event is not None:
            self.same("URL", str(self.event["URL"]), link)
        return link

    def token(self, link):
        wanted = self.expected
        issuer, subject = ISSUERS[wanted["meeting"]]
        algorithm = "RS256" if wanted["key"].startswith("-----BEGIN") else "HS256"
        # PyJWT would judge the times by the real clock; they are compared with the meeting below.
        options = {"require": ["nbf", "exp", "jti", "sub"], "verify_nbf": False, "verify_exp": False}
        try:
            claims = jwt.decode(link.split("jwt=")[1], wanted["key"], algorithms=[algorithm], audience="jitsi",
                                issuer=issuer, options=options)
        except jwt.InvalidTokenError as error:
            self.problems.append(f"PyJWT refuses the token: {error!r}")
            return
        self.same("sub", claims["sub"], subject)
        start, end = (datetime.fromisoformat(wanted[key]).timestamp() for key in ("start", "end"))
        if not claims["nbf"] <= start < end <= claims["exp"]:
            self.problems.append(f"the token is valid from {claims['nbf']} to {claims['exp']}, the meeting {start} to {end}")
        user = claims["context"]["user"]
        self.same("the token's address", user["email"], wanted["to"])
        self.same("the token's name", user["name"], wanted["name"] or wanted["to"].split("@")[0])
        for where, value in (("moderator", claims.get("moderator")), ("user.moderator", user.get("moderator"))):
            if value is not None:
                self.same(where, str(value).lower(), str(wanted["moderator"]).lower())

    def judge(self):
        self.lines()
        self.head()
        text, page, calendar = self.parts()
        if calendar:
            self.calendar(calendar)
        self.same("the text names the title", wanted_words(self.expected["title"]) in wanted_words(text), True)
        link = self.links(text, page, calendar)
        if link:
            self.token(link)
        return link


def wanted_words(text):
    """Words without the marks for the direction of writing, which are put around a name or a title."""
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text).split())


def octets_of_text(expected):
    return sum(len(expected[key].encode()) for key in ("name", "title", "old_title", "room", "sender"))


def allowed_size(expected, link, usual, usual_link):
    """The largest size of a message: 16 KB, and for what is longer than in the usual one 9 octets per character of the
    link, and 40 per octet of name, room, sender, title, and the title before an update.

    A link is in the text, three times in the HTML, and twice in the calendar, which is in the message twice. The
    lines of quoted-printable add a thirtieth to it, and those of a calendar another: 4 * 1.04 + 4 * 1.08 = 8.5. The
    words are there about as often, and an octet that is not ASCII takes three in quoted-printable.
    """
    longer = max(0, len(link or "") - len(usual_link or ""))
    return SMALL + 9 * longer + 40 * max(0, octets_of_text(expected) - octets_of_text(usual))


def in_order(messages):
    """A later message of a UID has a higher SEQUENCE, or repeats it as a reminder does, and a later DTSTAMP."""
    last = {}
    for expected, event in messages:
        uid, now = str(event["UID"]), (int(event["SEQUENCE"]), event.decoded("DTSTAMP"))
        key = (expected["meeting"], uid)
        if key in last:
            before = last[key]
            higher = now[0] == before[0] if expected["step"].startswith("remind") else now[0] > before[0]
            if not higher or now[1] <= before[1]:
                yield f"{expected['file']}: SEQUENCE and DTSTAMP are {now} after {before}"
        last[key] = now


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    everything = json.loads((folder / "set.json").read_text(encoding="utf-8"))
    problems, usual, sizes, events, uids = [], {}, [], [], defaultdict(set)
    for expected in everything:
        judge = Judge(expected, (folder / "messages" / expected["file"]).read_bytes())
        link = judge.judge()
        if judge.event is not None:
            events.append((expected, judge.event))
            uids[expected["meeting"], str(judge.event["UID"])].add(expected["to"])
        if expected["file"].startswith("secret.invite.ada"):
            usual = (expected, link)
        size, limit = len(judge.data), allowed_size(expected, link, *usual)
        sizes.append((size / limit, size, limit, expected["file"]))
        if size >= limit:
            judge.problems.append(f"the message has {size} octets, {limit} are allowed")
        problems += [f"{expected['file']}: {problem}" for problem in judge.problems]
    problems += in_order(events)
    problems += [f"{uid} is the UID of {len(people)} people" for uid, people in uids.items() if len(people) > 1]
    if problems or not everything:
        sys.exit("\n".join(problems) or "no messages")
    _, size, limit, file = max(sizes)
    print(f"{len(everything)} messages judged; the largest for what is in it is {file}: {size} octets of {limit}")


if __name__ == "__main__":
    main()
