"""Letting columns go, and choosing rows: ignore, where, status."""
from .base import ADA_BEN, put
from .exports import table


def make():
    want = ADA_BEN
    cleo = ('cleo@example.org', 'Cleo Probe')
    photos = '''
Name;E-Mail;Bild;Rolle
Ada Muster;ada@example.org;ja;Elternteil
Ben Beispiel;ben@example.org;nein;Lehrkraft
'''
    table('choice-ignore-needed.csv', photos, 'refuse: 2 Elternteil', delimiter=';')
    table('choice-ignore.csv', photos, want, delimiter=';', settings=['ignore = ["Bild", "Rolle"]'])
    table('choice-ignore-unknown.csv', photos, 'refuse: Photo Bild', delimiter=';', settings=['ignore = ["Photo", "Rolle"]'],
          about='A heading that is not there is a slip.')
    classes = '''
Name;E-Mail;Class
Ada Muster;ada@example.org;3b
Cleo Probe;cleo@example.org;4a
Ben Beispiel;ben@example.org; 3B
'''
    table('choice-where.csv', classes, want, settings=['where = { "Class" = ["3b"] }'])
    table('choice-where-two.csv', classes, [want[0], cleo, want[1]], settings=['where = { "Class" = ["3b", "4a"] }'])
    table('choice-where-both.csv', '''
Name;E-Mail;Class;Paid
Ada Muster;ada@example.org;3b;yes
Cleo Probe;cleo@example.org;3b;no
Ben Beispiel;ben@example.org;3b;yes
''', want, settings=['where = { "Class" = "3b", "Paid" = "yes" }'])
    table('choice-where-unknown-column.csv', classes, 'refuse: Klasse Class', settings=['where = { "Klasse" = ["3b"] }'])
    table('choice-where-nobody.csv', classes, 'refuse: where', settings=['where = { "Class" = ["3x"] }'],
          about='No row has the value: nobody would be left.')
    table('choice-where-one-value-unknown.csv', classes, ['warn: 3x', *want], 'refuse: 3x', settings=['where = { "Class" = ["3b", "3x"] }'])
    table('choice-where-bad-row-outside.csv', '''
Name;E-Mail;Class
Ada Muster;ada@example.org;3b
Cleo Probe;cleo at example;4a
Ben Beispiel;ben@example.org;3b
''', want, settings=['where = { "Class" = "3b" }'], about='A row that does not count need not be right.')
    status(want, cleo)


def status(want, cleo):
    table('status-zoom.csv', '''
First Name;Last Name;Email;Registration Time;Approval Status
Ada;Muster;ada@example.org;2026-10-01;approved
Cleo;Probe;cleo@example.org;2026-10-01;denied
Dan;Test;dan@example.org;2026-10-01;pending
Ben;Beispiel;ben@example.org;2026-10-01;approved
''', ['warn: denied 1', *want], 'refuse: 4 pending', about='Whoever is pending is neither approved nor denied.')
    table('status-zoom-denied.csv', '''
First Name;Last Name;Email;Approval Status
Ada;Muster;ada@example.org;approved
Cleo;Probe;cleo@example.org;denied
Eva;Probe;eva@example.org;denied
Ben;Beispiel;ben@example.org;approved
''', ['warn: denied 2', *want])
    table('status-luma.csv', '''
api_id;name;email;approval_status
gst-1;Ada Muster;ada@example.org;approved
gst-2;Cleo Probe;cleo@example.org;declined
gst-3;Dan Test;dan@example.org;waitlist
gst-4;Ben Beispiel;ben@example.org;approved
''', ['warn: declined waitlist 1', *want])
    table('status-eventbrite.csv', '''
First Name;Last Name;Email;Attendee Status
Ada;Muster;ada@example.org;Attending
Cleo;Probe;cleo@example.org;Not Attending
Ben;Beispiel;ben@example.org;Checked In
''', ['warn: not attending 1', *want])
    table('status-rsvp.csv', '''
Name;Email;RSVP
Ada Muster;ada@example.org;Yes
Cleo Probe;cleo@example.org;No
Ben Beispiel;ben@example.org;yes
''', ['warn: 1', *want])
    table('status-rsvp-maybe.csv', '''
Name;Email;RSVP
Ada Muster;ada@example.org;Yes
Cleo Probe;cleo@example.org;Maybe
Ben Beispiel;ben@example.org;Yes
''', 'refuse: 3 Maybe')
    table('status-outlook.csv', '''
Full Name;Email;Attendance;Response
Ada Muster;ada@example.org;Meeting Organizer;None
Cleo Probe;cleo@example.org;Required Attendee;Declined
Ben Beispiel;ben@example.org;Optional Attendee;Accepted
''', ['warn: declined 1', *want], 'refuse: response', 'refuse: none')
    table('status-limesurvey.csv', '''
tid;firstname;lastname;email;emailstatus;token;language
1;Ada;Muster;ada@example.org;OK;abc;de
2;Cleo;Probe;cleo@example.org;OptOut;def;de
3;Dan;Test;dan@example.org;bounced;ghi;de
4;Ben;Beispiel;ben@example.org;OK;jkl;de
''', ['warn: optout 1', *want], 'refuse: 4 bounced', 'refuse: 3 optout')
    table('status-unknown.csv', '''
Name;Email;Registration status
Ada Muster;ada@example.org;registered
Cleo Probe;cleo@example.org;in review by board
Ben Beispiel;ben@example.org;registered
''', 'refuse: 3 review')
    table('status-empty.csv', '''
Name;Email;Approval Status
Ada Muster;ada@example.org;approved
Cleo Probe;cleo@example.org;
Ben Beispiel;ben@example.org;approved
''', 'refuse: 3', ['warn: 3', want[0], cleo, want[1]], ['warn: 1', *want])
    table('status-everybody-declined.csv', '''
Name;Email;Approval Status
Ada Muster;ada@example.org;declined
Ben Beispiel;ben@example.org;cancelled
''', 'refuse: people', 'refuse: declined')
    table('status-german.csv', '''
Name;E-Mail;Status
Ada Muster;ada@example.org;Zugesagt
Cleo Probe;cleo@example.org;Abgesagt
Ben Beispiel;ben@example.org;Zugesagt
''', ['warn: abgesagt 1', *want], 'refuse: status', delimiter=';')
    table('status-marital.csv', '''
Name;E-Mail;Status
Ada Muster;ada@example.org;married
Ben Beispiel;ben@example.org;single
''', 'refuse: status', want, about='Another kind of status.')
    table('status-marital-ignore.csv', '''
Name;E-Mail;Status
Ada Muster;ada@example.org;married
Ben Beispiel;ben@example.org;single
''', want, settings=['ignore = ["Status"]'])
