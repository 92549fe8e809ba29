"""Several people with one address, several addresses for one person, and forms that were answered twice."""
from .base import ADA_BEN, put
from .exports import table

HOME = 'familie.muster@example.org'
SIBLINGS = f'''
Klasse;Vorname;Nachname;E-Mail
5a;Ada;Muster;{HOME}
7b;Ben;Muster;{HOME}
'''


def make():
    want = ADA_BEN
    both = [(HOME, 'Ada Muster'), (HOME, 'Ben Muster')]
    table('family-siblings.csv', SIBLINGS, 'refuse: 2 3 family', delimiter=';')
    table('family-siblings-each.csv', SIBLINGS, both, delimiter=';', settings=['family = "each"'])
    table('family-siblings-first.csv', SIBLINGS, both[:1], delimiter=';', settings=['duplicates = "first"'])
    table('family-each-with-repetition.csv', SIBLINGS + f'5a;Ada;Muster;{HOME}\n', ['warn: 2 4', *both], delimiter=';', settings=['family = "each"'])
    table('family-each-role-differs.csv', f'''
Name;E-Mail;Role
Ada Muster;{HOME};moderator
Ada Muster;{HOME};participant
''', 'refuse: 2 3', settings=['family = "each"'])
    parents = '''
Kind;Mutter;Vater
Ada Muster;mutter.a@example.org;vater.a@example.org
Ben Beispiel;mutter.b@example.org;
Cleo Probe;;vater.c@example.org
'''
    joined = [('mutter.a@example.org', 'Ada Muster'), ('vater.a@example.org', 'Ada Muster'), ('mutter.b@example.org', 'Ben Beispiel'),
              ('vater.c@example.org', 'Cleo Probe')]
    table('family-guardians-unnamed.csv', parents, 'refuse: columns email', delimiter=';')
    table('family-guardians.csv', parents, joined, delimiter=';', settings=['columns = { email = ["Mutter", "Vater"], name = "Kind" }'])
    table('family-guardians-same.csv', parents.replace('vater.a', 'mutter.a'), [joined[0], *joined[2:]], 'refuse: 2', delimiter=';',
          settings=['columns = { email = ["Mutter", "Vater"], name = "Kind" }'], about='Both guardians have one address.')
    table('family-name-joined.csv', '''
Given;Family;Contact
Ada;Muster;ada@example.org
Ben;Beispiel;ben@example.org
''', want, settings=['columns = { email = "Contact", name = ["Given", "Family"] }'])
    twice = '''
Timestamp;Email Address;Name;Role
2026/10/01 10:00:00 AM GMT+2;ada@example.org;Ada;Participant
2026/10/01 10:30:00 AM GMT+2;ben@example.org;Ben Beispiel;Participant
2026/10/02 11:30:00 AM GMT+2;ada@example.org;Ada Muster;Host
'''
    table('form-twice.csv', twice, 'refuse: 2 4 duplicates')
    table('form-twice-first.csv', twice, [('ada@example.org', 'Ada'), want[1]], settings=['duplicates = "first"'])
    last = (want[0][0], want[0][1], 'moderator')
    table('form-twice-last.csv', twice, [want[1], last], [last, want[1]], settings=['duplicates = "last"'])
    table('form-twice-same.csv', 'Email;Name\nada@example.org;Ada Muster\nADA@example.org;Ada Muster\nben@example.org;Ben Beispiel',
          ['warn: 2 3', *want])
    table('form-ids-same.csv', 'id;email;name\n17;ada@example.org;Ada\n17;ben@example.org;Ben', 'refuse: 2 3 17')
    table('form-ids-column-of-order.csv', 'Order ID;Email;Name\n17;ada@example.org;Ada Muster\n17;ben@example.org;Ben Beispiel', want)
    table('form-no-addresses.csv', 'Name;Class\nAda Muster;5a\nBen Beispiel;5b', [('', 'Ada Muster'), ('', 'Ben Beispiel')],
          about='Names alone are enough for printed links.')
    table('form-gap.csv', 'Name;Email;Company\nAda Muster;ada@example.org;A\nCleo Probe;;B\nBen Beispiel;ben@example.org;C',
          ['warn: 3', want[0], ('', 'Cleo Probe'), want[1]], 'refuse: 3')
    table('form-namesakes.csv', 'Name;Email\nAda Muster;ada@example.org\nAda Muster;ada.two@example.org', [want[0], ('ada.two@example.org', 'Ada Muster')])
