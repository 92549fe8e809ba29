"""Where the table is in the file, and what stands around it."""
from .base import ADA_BEN, put, rows, write_csv

TEAMS = '''1. Summary
Meeting title\tStaff day
Attended participants\t2
Start time\t11/26/26, 4:16:54 PM
End time\t11/26/26, 4:18:08 PM
Meeting duration\t1m 14s
Average attendance time\t1m 9s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Ada Muster\t11/26/26, 4:16:55 PM\t11/26/26, 4:18:08 PM\t1m 13s\tada@example.org\tada@example.org\tAttendee
Ben Beispiel\t11/26/26, 4:17:00 PM\t11/26/26, 4:18:05 PM\t1m 5s\tben@example.org\tben@example.org\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Ada Muster\t11/26/26, 4:16:55 PM\t11/26/26, 4:18:08 PM\t1m 13s\tada@example.org\tAttendee
Ben Beispiel\t11/26/26, 4:17:00 PM\t11/26/26, 4:18:05 PM\t1m 5s\tben@example.org\tAttendee
'''

ZOOM_WEBINAR = '''Attendee Report
Report Generated:,"Oct 1, 2026 12:00 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
Open day,912 3456 7890,"Oct 1, 2026 10:00 AM",61,2,0,2,4,2
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Office,office@example.org,"Oct 1, 2026 09:58 AM","Oct 1, 2026 11:01 AM",63,No,Germany
Panelist Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Cleo Probe,cleo@example.org,"Oct 1, 2026 09:59 AM","Oct 1, 2026 11:01 AM",62,No,Germany
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Ada Muster,Ada,Muster,ada@example.org,"Sep 1, 2026 10:00 AM",approved,"Oct 1, 2026 10:00 AM","Oct 1, 2026 11:00 AM",60,Yes,Germany
No,Ben Beispiel,Ben,Beispiel,ben@example.org,"Sep 1, 2026 10:05 AM",approved,--,--,--,--,--
'''

ZOOM_REGISTRATION = '''Registration Report
Report Generated:,10/01/2026 12:00:00 PM
Topic,Meeting ID,Start Time,# Registered,# Cancelled
Town hall,912 3456 7890,10/15/2026 10:00:00 AM,2,0
Registrant Details,
First Name,Last Name,Email,Registration Time,Approval Status
Ada,Muster,ada@example.org,10/01/2026 09:00:00 AM,approved
Ben,Beispiel,ben@example.org,10/01/2026 09:05:00 AM,approved
'''

# The summary has the host's address under `User Email`, above the table of those who came.
ZOOM_MEETING = '''Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
91234567890,Town hall,10/01/2026 10:00:00 AM,10/01/2026 11:00:00 AM,office@example.org,60,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Ada Muster,ada@example.org,10/01/2026 10:00:10 AM,10/01/2026 11:00:00 AM,60,Yes
Ben Beispiel,ben@example.org,10/01/2026 10:00:20 AM,10/01/2026 11:00:00 AM,60,Yes
'''

QUALTRICS = rows('''
StartDate,EndDate,Status,IPAddress,Progress,Finished,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,Q1
Start Date,End Date,Response Type,IP Address,Progress,Finished,Response ID,Recipient Last Name,Recipient First Name,Recipient Email,Will you come?
"{""ImportId"":""startDate"",""timeZone"":""Europe/Berlin""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}","{""ImportId"":""progress""}","{""ImportId"":""finished""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientLastName""}","{""ImportId"":""recipientFirstName""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""QID1""}"
2026-10-01 10:00:00,2026-10-01 10:01:00,IP Address,192.0.2.1,100,True,R_1abc,Muster,Ada,ada@example.org,Yes
2026-10-01 11:00:00,2026-10-01 11:01:00,IP Address,192.0.2.2,100,True,R_2abc,Beispiel,Ben,ben@example.org,Yes
''', ',')

SURVEY_MONKEY = rows('''
Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,Your contact details,,,Which day suits you?
,,,,,,,,,Name,Company,Email Address,Response
11800000001,400000001,10/01/2026 10:00:00,10/01/2026 10:01:00,192.0.2.1,,,,,Ada Muster,A Ltd,ada@example.org,Monday
11800000002,400000001,10/01/2026 11:00:00,10/01/2026 11:01:00,192.0.2.2,,,,,Ben Beispiel,B Ltd,ben@example.org,Tuesday
''', ',')


def make():
    want = ADA_BEN
    put('layout-teams.csv', b'\xff\xfe' + TEAMS.replace('\n', '\r\n').encode('utf-16-le'), want, 'refuse: table')
    put('layout-teams-registration.csv', 'First Name,Last Name,Email,Registration Time,Registration Status\n'
        'Ada,Muster,ada@example.org,10/1/2026 9:00 AM,Registered\nBen,Beispiel,ben@example.org,10/1/2026 9:05 AM,Registered\n', want)
    put('layout-zoom-webinar.csv', '\ufeff' + ZOOM_WEBINAR, 'refuse: table', 'refuse: header_row',
        'refuse: heading', about='Three tables: hosts, panelists, attendees. Nobody may be lost without a word.')
    put('layout-zoom-registration.csv', '\ufeff' + ZOOM_REGISTRATION, want)
    put('layout-zoom-registration-line.csv', '\ufeff' + ZOOM_REGISTRATION, want, settings=['header_row = 6'])
    put('layout-zoom-meeting.csv', '\ufeff' + ZOOM_MEETING, want, 'refuse: table', 'refuse: 4')
    put('layout-zoom-meeting-line.csv', '\ufeff' + ZOOM_MEETING, want, settings=['header_row = 4'])
    put('layout-qualtrics.csv', write_csv(QUALTRICS), want, 'refuse: header_row')
    put('layout-surveymonkey.csv', write_csv(SURVEY_MONKEY), want, 'refuse: columns', 'refuse: header_row',
        about='The columns that are called Email Address, First Name and Last Name are empty: answers are further right.')
    put('layout-preamble-school.csv', 'Goethe-Schule;;;\nStand: 01.10.2026;;;\nAnsprechpartner: sekretariat@example.org;;;\n;;;\n'
        'Nachname;Vorname;Klasse;E-Mail\nMuster;Ada;5a;ada@example.org\nBeispiel;Ben;5b;ben@example.org\n'.replace('\n', '\r\n'), want,
        'refuse: header_row')
    courses = '''MUS Herr Muster, Max;;;
Chor;;;
Nachname;Vorname;Klasse;E-Mail
Probe;Ada;5a;ada@example.org
;;;
BEI Frau Beispiel, Eva;;;
Robotik;;;
Nachname;Vorname;Klasse;E-Mail
Test;Ben;6b;ben@example.org
'''
    put('layout-courses.csv', courses, [('ada@example.org', 'Ada Probe'), ('ben@example.org', 'Ben Test')], 'refuse: 6')
    put('layout-sections.csv', 'Klasse 5a;;\nName;Vorname;E-Mail\nMuster;Ada;ada@example.org\nKlasse 5b;;\nBeispiel;Ben;ben@example.org\n',
        want, 'refuse: 4')
    put('layout-other-columns-below.csv', 'Name,Email\nAda Muster,ada@example.org\n\nEmail,Name\nben@example.org,Ben Beispiel\n', want,
        'refuse: 4', 'refuse: 5', about='A second table has its columns in another order.')
    put('layout-total.csv', 'Nr.;Name;E-Mail;Betrag\n1;Ada Muster;ada@example.org;10,00\n2;Ben Beispiel;ben@example.org;12,00\n'
        'Summe;;;22,00\n', want, 'refuse: 4')
    put('layout-total-count.csv', 'Name,Email,Seats\nAda Muster,ada@example.org,1\nBen Beispiel,ben@example.org,2\nTotal: 2,,3\n', want,
        'refuse: 4')
    put('layout-footer.csv', 'Name;E-Mail\nAda Muster;ada@example.org\nBen Beispiel;ben@example.org\n\nStand: 1.10.2026, Rückfragen an buero@example.org;\n',
        want, 'refuse: 5')
    put('layout-running-numbers.csv', write_csv(rows('Nr.;Name;E-Mail\n1;Ada Muster;ada@example.org\n2;Ben Beispiel;ben@example.org\n3;;\n4;;\n5;;'),
                                                 delimiter=';'), want, 'refuse: 4 5')
    put('layout-numbers-first.csv', '#,Attendee,E-mail\n1.,Ada Muster,ada@example.org\n2.,Ben Beispiel,ben@example.org\n', want)
    put('layout-no-headings.csv', 'Ada Muster;ada@example.org;5a\nBen Beispiel;ben@example.org;5b\nCleo Probe;cleo@example.org;5b\n',
        [*want, ('cleo@example.org', 'Cleo Probe')], 'refuse: heading')
    put('layout-no-headings-parts.csv', 'Ada,Muster,ada@example.org\nBen,Beispiel,ben@example.org\n', want, 'refuse: heading')
    put('layout-no-headings-line.csv', 'Ada Muster;ada@example.org\nBen Beispiel;ben@example.org\n', want, 'refuse: columns',
        settings=['header_row = 0'])
    put('layout-addresses.txt', 'ada@example.org\nben@example.org\n', [('ada@example.org', 'ada'), ('ben@example.org', 'ben')],
        'refuse: heading row')
    put('layout-one-line.txt', 'ada@example.org, ben@example.org; cleo@example.org\n',
        [(f'{name}@example.org', name) for name in ['ada', 'ben', 'cleo']], 'refuse: row', 'refuse: line')
    put('layout-one-line-semicolons.txt', 'Ada Muster <ada@example.org>; Ben Beispiel <ben@example.org>;\n', want, 'refuse: row',
        'refuse: line', about='Copied from the To line of a mail.')
    put('layout-mailboxes.txt', '"Muster, Ada" <ada@example.org>\n"Beispiel, Ben" <ben@example.org>\n', want, 'refuse: 1',
        'refuse: heading', about='One mailbox a line.')
    put('layout-mailboxes-comma.txt', 'Ada Muster <ada@example.org>,\nBen Beispiel <ben@example.org>,\n', want, 'refuse: 1',
        'refuse: heading')
    put('layout-pasted.txt', 'Name\tE-Mail\tKlasse\nAda Muster\tada@example.org\t5a\n\tben@example.org\t5b\n',
        [want[0], ('ben@example.org', 'ben')], 'refuse: 3', about='Pasted from a sheet: rows may begin with an empty cell.')
    put('layout-two-headings.csv', 'Teilnehmer;;Kontakt;\nVorname;Nachname;E-Mail;Telefon\nAda;Muster;ada@example.org;1\nBen;Beispiel;ben@example.org;2\n',
        want, 'refuse: header_row')
    put('layout-units.csv', 'Name;E-Mail;Dauer\n;;(Minuten)\nAda Muster;ada@example.org;30\nBen Beispiel;ben@example.org;45\n', want, 'refuse: 2')
    put('layout-headings-repeated.csv', 'Name,Email\nAda Muster,ada@example.org\nName,Email\nBen Beispiel,ben@example.org\n', want, 'refuse: 3',
        about='Files joined with cat.')
    put('layout-title-column.csv', ',,\n,Name,Email\n,Ada Muster,ada@example.org\n,Ben Beispiel,ben@example.org\n', want)
    put('layout-one-person.csv', 'Name;Email\nAda Muster;ada@example.org\n', want[:1])
    put('layout-transposed.csv', 'Name,Ada Muster,Ben Beispiel\nEmail,ada@example.org,ben@example.org\nClass,5a,5b\n', want, 'refuse: 1',
        'refuse: email', about='People are columns, not rows.')
    put('layout-two-side-by-side.csv', 'Name,Email,,Name,Email\nAda Muster,ada@example.org,,Ben Beispiel,ben@example.org\n'
        'Cleo Probe,cleo@example.org,,Dan Test,dan@example.org\n', 'refuse: email', 'refuse: columns',
        about='Two tables beside each other: half of the people must not be lost.')
    put('layout-markdown.txt', '| Name | Email |\n| --- | --- |\n| Ada Muster | ada@example.org |\n| Ben Beispiel | ben@example.org |\n',
        want, 'refuse: Markdown')
