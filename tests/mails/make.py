"""Make messages of every kind with the real command, and say what each one should contain.

    python3 tests/mails/make.py MEETMINT FOLDER [MEETING ...]

Runs MEETMINT in a folder for each meeting in `meetings.py` (or those named), with edits of the roster between the runs.
The messages are moved to FOLDER/messages/MEETING.STEP.PERSON.eml. FOLDER/set.json says for each one to whom it goes,
its kind, title, time, room and rights: what was written into the roster, not what the message says.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from meetings import MEETINGS, ORGANIZER

# The meetings are in 2031, and the folder outbox takes the time that a message states from this variable.
FIRST_RUN = int(datetime(2031, 3, 1, 9, 0, tzinfo=timezone.utc).timestamp())
HOUR = 3600


@dataclass(frozen=True)
class Expected:
    """What a message of the set should contain."""

    file: str
    meeting: str
    step: str
    method: str
    to: str
    name: str
    title: str
    old_title: str  # what an update says it was, else empty
    room: str
    start: str
    end: str
    moderator: bool
    organizing: bool
    link: bool
    sender: str
    key: str


class Run:
    """A meeting folder that is sent step by step."""

    def __init__(self, command, meeting, folder, messages):
        self.command, self.meeting, self.folder, self.messages = command, meeting, folder, messages
        self.people, self.time, self.expected = list(meeting.people), FIRST_RUN, []
        self.titles = {}
        folder.mkdir(parents=True)
        (folder / "meeting.toml").write_text(meeting.settings(), encoding="utf-8")
        self.write_key(meeting.key)
        self.verifier = meeting.verifier

    def write_key(self, key):
        path = self.folder / self.meeting.key_file
        path.write_text(key, encoding="utf-8")
        path.chmod(0o600)

    def edit(self, **cells):
        """Change cells of everybody's row. A value that is a function gets the present cell."""
        def changed(person):
            new = {key: value(getattr(person, key)) if callable(value) else value for key, value in cells.items()}
            return person.with_(**new)
        self.people = [changed(person) for person in self.people]

    def run(self, *args):
        with open(self.folder / "people.csv", "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["email", "name", "role", "title", "room", "start", "zone"])
            rows.writerows([p.email, p.name, p.role, p.title, p.room, p.start, p.own_zone] for p in self.people)
        self.time += HOUR
        environment = {"PATH": os.environ.get("PATH", ""), "SOURCE_DATE_EPOCH": str(self.time), "TZ": "UTC"}
        done = subprocess.run([self.command, *args], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{self.meeting.name}: meetmint {' '.join(args)}: exit {done.returncode}\n{done.stdout}{done.stderr}")

    def collect(self, step, people, method="REQUEST", recipient=None):
        """Take the messages of a step out of the outbox: one for each of `people`, or the set is not what it says."""
        new = sorted((self.folder / "outbox").glob("*.eml"))
        left = {recipient or person.email: person for person in people}
        for path in new:
            address = next((one for one in left if path.name.startswith(one + ".")), None)
            if address is None:
                sys.exit(f"{self.meeting.name}, {step}: {path.name} is not expected")
            person = left.pop(address)
            name = f"{self.meeting.name}.{step}.{person.email.split('@')[0]}.eml"
            shutil.move(path, self.messages / name)
            organizing = address == ORGANIZER
            old = self.titles.get(address) if step.startswith("update") else None
            self.titles[address] = person.title
            self.expected.append(Expected(
                name, self.meeting.name, step, "PUBLISH" if organizing and method == "REQUEST" else method, address, person.name,
                person.title, old if old and old != person.title else "", person.room, person.begins().isoformat(), person.ends().isoformat(),
                person.role == "moderator" and recipient is None, organizing, method != "CANCEL", self.meeting.sender,
                self.verifier))
        if left:
            sys.exit(f"{self.meeting.name}, {step}: no message to {', '.join(left)}")

    def step(self, name, *args, **options):
        self.run(*args)
        self.collect(name, self.people, **options)

    def all_steps(self):
        self.step("invite", "send")
        for person in self.people[:2]:
            me = person.email.replace("example.org", "example.net")
            self.run("send", "--to", me, "--as", person.email)
            self.collect("test-copy", [person], recipient=me)
        self.edit(start=lambda start: start.replace("-11 14:00", "-12 23:15"))
        self.step("update-time", "send")
        self.edit(title=lambda title: f"{title} (2)")
        self.step("update-title", "send")
        self.edit(room=lambda room: f"{room}-2")
        self.step("update-room", "send")
        self.edit(start="2031-03-13 09:00", title="Winter town hall", room="winter", role="participant")
        self.step("update-everything", "send")
        self.people = [person.with_(start="2031-03-13 09:00") for person in self.meeting.people]
        self.step("update-back", "send")
        if self.meeting.algorithm == "HS256":
            self.verifier += ", and another one"
            self.write_key(self.verifier)
            self.step("update-secret", "send")
        self.time = int(self.people[0].begins().timestamp()) - 25 * HOUR
        self.step("remind-day", "remind", method="PUBLISH")
        self.step("cancel", "cancel", method="CANCEL")
        self.run("cancel", "--undo")
        self.step("back-on", "send")
        removed, self.people = self.people, self.people[:1]
        self.run("send", "--cancel-many")
        self.collect("removal", removed[1:], method="CANCEL")
        self.run("cancel", "--only", self.people[0].email)
        self.collect("cancel-one", self.people, method="CANCEL")


def make(command, folder, names=()):
    """Make the set in `folder`. Returns what each message should contain."""
    messages = Path(folder) / "messages"
    messages.mkdir(parents=True)
    command = str(Path(command).resolve())
    runs = [Run(command, meeting, Path(folder) / "meetings" / meeting.name, messages)
            for meeting in MEETINGS if not names or meeting.name in names]
    with ThreadPoolExecutor() as threads:
        list(threads.map(Run.all_steps, runs))
    expected = [one for run in runs for one in run.expected]
    text = json.dumps([asdict(one) for one in expected], indent=1, ensure_ascii=False)
    (Path(folder) / "set.json").write_text(text, encoding="utf-8")
    return expected


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    print(f"{len(make(sys.argv[1], sys.argv[2], sys.argv[3:]))} messages")
