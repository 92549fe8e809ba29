"""Apply the invitations in a folder of .eml files to a calendar, as read by two calendar libraries.

    python3 tests/scripts/apply_invitations.py FOLDER

Messages are read by Python's email package, and their calendars by icalendar and by vobject, which share no code with
each other or with meetmint. For each UID, a REQUEST with a higher SEQUENCE replaces the event, and a CANCEL with a
higher SEQUENCE removes it (RFC 5546 3.2.5). Prints a line for each message, in the order of SEQUENCE, then how many
events are left. Exits 1 if the two libraries do not agree.
"""

import email
import email.policy
import sys
from pathlib import Path

import icalendar
import vobject


def by_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    event = calendar.walk("VEVENT")[0]
    return (str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), event.decoded("DTSTAMP"), str(event["STATUS"]),
            str(event["SUMMARY"]), event.decoded("DTSTART"))


def by_vobject(text):
    calendar = vobject.readOne(text)
    event = calendar.vevent
    return (calendar.method.value, event.uid.value, int(event.sequence.value), event.dtstamp.value, event.status.value,
            event.summary.value, event.dtstart.value)


def main():
    read = []
    for path in sorted(Path(sys.argv[1]).glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
        text = part.get_payload(decode=True).decode()
        one, other = by_icalendar(text), by_vobject(text)
        if one != other:
            sys.exit(f"{path.name}: the two libraries do not agree: {one} {other}")
        if part.get_param("method") != one[0]:
            sys.exit(f"{path.name}: the part's method is not the calendar's")
        read.append(one)
    events, last = {}, {}
    for method, uid, sequence, stamp, status, summary, start in sorted(read, key=lambda one: one[2]):
        if uid in last and not (sequence > last[uid][0] and stamp > last[uid][1]):
            sys.exit("a later message does not outrank an earlier one")
        last[uid] = (sequence, stamp)
        if method == "CANCEL":
            events.pop(uid)
        else:
            events[uid] = (summary, start)
        print(method, sequence, status, summary)
    print(f"{len(last)} identity, {len(events)} events left")


if __name__ == "__main__":
    main()
