"""Rows with meetings of their own."""
from .base import ADA_BEN, put
from .exports import table

# Cells of the column `Start`, and the instants that they mean in Europe/Berlin.
STARTS = {
    'iso': ('2031-07-15 14:30', '2031-07-15T12:30:00Z'), 'iso-t': ('2031-07-15T14:30:00', '2031-07-15T12:30:00Z'),
    'instant': ('2031-07-15T12:30:00Z', '2031-07-15T12:30:00Z'), 'offset': ('2031-07-15T14:30+02:00', '2031-07-15T12:30:00Z'),
    'german': ('15.07.2031 14:30', '2031-07-15T12:30:00Z'), 'german-short': ('15.7.2031, 14:30 Uhr', '2031-07-15T12:30:00Z'),
    'month-name': ('15 July 2031 14:30', '2031-07-15T12:30:00Z'), 'winter': ('2031-12-24 09:00', '2031-12-24T08:00:00Z'),
    'twelve-hours': ('2031-07-15 2:30 PM', '2031-07-15T12:30:00Z'),
}
DURATIONS = {'minutes': '90', 'clock': '1:30', 'units': '1h30', 'words': '90 Min.', 'unit': '90m', 'hours': '1.5 h'}


def make():
    ada, ben = ADA_BEN
    per_row = ['per_row = ["start"]']
    for name, (cell, instant) in STARTS.items():
        exact = [(*ada, f'start={instant}'), (*ben, 'start=2031-07-15T08:00:00Z')]
        alternatives = [exact] if name in ('iso', 'iso-t', 'instant', 'offset', 'german', 'winter') else [exact, 'refuse: 2']
        table(f'start-{name}.csv', f'Name;Email;Start\nAda Muster;ada@example.org;{cell}\nBen Beispiel;ben@example.org;', *alternatives,
              delimiter=';', settings=per_row)
    for name, cell in {'either': '03/04/2031 14:30', 'either-short': '3/4/31 14:30', 'no-time': '2031-07-15', 'gap': '2031-03-30 02:30', 'twice': '2031-10-26 02:30',
                       'words': 'Tuesday afternoon', 'serial': '47961.604166667', 'day-32': '32.07.2031 14:30'}.items():
        table(f'start-refused-{name}.csv', f'Name;Email;Start\nAda Muster;ada@example.org;{cell}\nBen Beispiel;ben@example.org;2031-07-15 14:30',
              'refuse: 2', settings=per_row)
    for name, cell in DURATIONS.items():
        alternatives = [[(*ada, 'end=2031-07-15T09:30:00Z'), (*ben, 'end=2031-07-15T08:45:00Z')]]
        alternatives += ['refuse: 2'] if name == 'hours' else []
        table(f'duration-{name}.csv', f'Name;Email;Duration\nAda Muster;ada@example.org;{cell}\nBen Beispiel;ben@example.org;45m', *alternatives,
              settings=['per_row = ["duration"]'])
    table('duration-refused.csv', 'Name;Email;Duration\nAda Muster;ada@example.org;-5\nBen Beispiel;ben@example.org;0', 'refuse: 2 3',
          settings=['per_row = ["duration"]'])
    table('meetings-left-alone.csv', 'Name;Email;Title;Room;Start;Duration\nAda Muster;ada@example.org;Dr.;3b;8:00;2 years\nBen Beispiel;ben@example.org;;3c;9:00;1 year',
          [(*ada, 'room=trial', 'title=Trial', 'start=2031-07-15T08:00:00Z'), (*ben, 'room=trial', 'title=Trial')])
    table('meetings-rooms.csv', 'Name;Email;Room;Title\nAda Muster;ada@example.org;alpha;Talk A\nAda Muster;ada@example.org;beta;Talk B\nBen Beispiel;ben@example.org;alpha;Talk A',
          [(*ada, 'room=alpha', 'title=Talk A'), (*ada, 'room=beta', 'title=Talk B'), (*ben, 'room=alpha', 'title=Talk A')],
          settings=['per_row = ["room", "title"]'])
    table('meetings-slots.csv', '''
Uhrzeit;Name;E-Mail;Raum
2031-07-15 14:00;Ada Muster;ada@example.org;room-1
2031-07-15 14:10;Ben Beispiel;ben@example.org;room-1
''', [(*ada, 'room=room-1', 'start=2031-07-15T12:00:00Z', 'end=2031-07-15T12:10:00Z'), (*ben, 'start=2031-07-15T12:10:00Z')],
          [(*ada, 'room=room-1', 'start=2031-07-15T12:00:00Z'), (*ben, 'start=2031-07-15T12:10:00Z')],
          settings=['per_row = ["room", "start"]', 'columns = { start = "Uhrzeit" }'])
    table('meetings-zones.csv', 'Name;Email;Start;Zone\nAda Muster;ada@example.org;2031-07-15 10:00;America/New_York\nBen Beispiel;ben@example.org;2031-07-15 10:00;',
          [(*ada, 'start=2031-07-15T14:00:00Z'), (*ben, 'start=2031-07-15T08:00:00Z')], settings=['per_row = ["start", "zone"]'])
    table('meetings-bad-room.csv', 'Name;Email;Room\nAda Muster;ada@example.org;*\nBen Beispiel;ben@example.org;beta', 'refuse: 2', settings=['per_row = ["room"]'])
    table('meetings-no-column.csv', 'Name;Email;Wann\nAda Muster;ada@example.org;2031-07-15 10:00\nBen Beispiel;ben@example.org;', 'refuse: start columns',
          settings=per_row)
