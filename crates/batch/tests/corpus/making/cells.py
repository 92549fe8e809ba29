"""How people write addresses, names, yes and no, languages, zones."""
from .base import ADA_BEN, put, write_csv
from .exports import table

# Cells of the column of addresses that are read as ada@example.org.
READ = {
    'mailto': 'mailto:ada@example.org', 'brackets': '<ada@example.org>', 'padded': '  ada@example.org ', 'text-formula': '="ada@example.org"',
    'full-width': 'ada＠example.org', 'soft-hyphen': 'ada@exam\u00adple.org', 'bidi': '\u202aada@example.org\u202c', 'quoted': '"ada@example.org"',
    'mailto-subject': 'mailto:ada@example.org?subject=Hello',
}
# Cells that are read so, or refused with their line.
READ_OR_REFUSED = {
    'dot': 'ada@example.org.', 'comma-at-end': 'ada@example.org,', 'bracket': 'ada@example.org>', 'apostrophe': "'ada@example.org'",
    'apostrophe-before': "'ada@example.org", 'semicolon': 'ada@example.org;', 'percent': 'ada%40example.org', 'entity': 'ada&#64;example.org',
    'text-after': 'ada@example.org (only in the morning, please)',
}
# Cells that are refused with their line, and the words in question.
REFUSED = {
    'two': ('ada@example.org; ada@example.net', '2'), 'two-slash': ('ada@example.org / ada@example.net', '2'),
    'two-and': ('ada@example.org und ada@example.net', '2'), 'two-lines': ('ada@example.org\nada@example.net', '2'), 'no-at': ('ada.example.org', '2'), 'comma': ('ada@example,org', '2'),
    'space': ('ada muster@example.org', '2'), 'two-dots': ('ada..muster@example.org', '2'), 'no-domain': ('ada@', '2'),
    'at-written': ('ada (at) example.org', '2'), 'local': ('ada@localhost', '2'), 'exchange': ('/o=ExchangeLabs/ou=External/cn=Recipients/cn=ada', '2 Exchange'),
    'phone': ('+49 151 1234567', '2'), 'url': ('https://example.org/ada', '2'), 'number-error': ('#N/A', '2'),
}


def make():
    want = ADA_BEN
    others = [['Ben Beispiel', 'ben@example.org'], ['Cleo Probe', 'cleo@example.org'], ['Dan Test', 'dan@example.org']]
    rest = [(email, name) for name, email in others]
    for name, cell in READ.items():
        put(f'address-{name}.csv', write_csv([['Name', 'Email'], ['Ada Muster', cell], *others]), [want[0], *rest])
    for name, cell in READ_OR_REFUSED.items():
        put(f'address-{name}.csv', write_csv([['Name', 'Email'], ['Ada Muster', cell], *others]), [want[0], *rest], 'refuse: 2')
    for name, (cell, says) in REFUSED.items():
        put(f'address-{name}.csv', write_csv([['Name', 'Email'], ['Ada Muster', cell], *others]), f"refuse: {says}")
    for name, cell in {'dash': '-', 'na': 'n/a', 'invisible': '\u200b\u00a0', 'none': 'keine', 'unknown': 'unknown'}.items():
        put(f'address-missing-{name}.csv', write_csv([['Name', 'Email'], ['Ada Muster', cell], *others]),
            ['warn: 2', ('', 'Ada Muster'), *rest], 'refuse: 2')
    put('address-idn.csv', write_csv([['Name', 'Email'], ['Ada Muster', 'ada@müller.example'], *others]), [('ada@müller.example', 'Ada Muster'), *rest],
        [('ada@xn--mller-kva.example', 'Ada Muster'), *rest])
    put('address-plus.csv', write_csv([['Name', 'Email'], ["Ada O'Muster", "ada.o'muster+town_hall@mail.example.org"], *others]),
        [("ada.o'muster+town_hall@mail.example.org", "Ada O'Muster"), *rest])
    for name, cells in {'angle': ['Ada Muster <ada@example.org>', 'Ben Beispiel <ben@example.org>'],
                        'last-first': ['"Muster, Ada" <ada@example.org>', '"Beispiel, Ben" <ben@example.org>'],
                        'round': ['Ada Muster (ada@example.org)', 'Ben Beispiel (ben@example.org)'],
                        'address-first': ['ada@example.org (Ada Muster)', 'ben@example.org (Ben Beispiel)']}.items():
        put(f'mailbox-{name}.csv', write_csv([['Participants', 'Class'], [cells[0], '5a'], [cells[1], '5b']]), want, 'refuse: columns',
            'refuse: email', about='Name and address in one cell.')
        put(f'mailbox-{name}-email.csv', write_csv([['Email', 'Class'], [cells[0], '5a'], [cells[1], '5b']]), want, 'refuse: 2')
        put(f'mailbox-{name}-named.csv', write_csv([['Name', 'Email'], ['Ada Muster', cells[0]], ['Ben Beispiel', cells[1]]]), want, 'refuse: 2 3')
    put('mailbox-names-differ.csv', write_csv([['Name', 'Email'], ['Cleo Probe', 'Ada Muster <ada@example.org>'], *others[:1]]),
        ['warn: 2', ('ada@example.org', 'Cleo Probe'), rest[0]], [('ada@example.org', 'Cleo Probe'), rest[0]], 'refuse: 2')
    table('typo-domain.csv', 'Name;Email\nAda Muster;ada@gmial.com\nBen Beispiel;ben@example.con\nCleo Probe;cleo@hotmial.com',
          ['warn: 2 gmail.com 3 4', ('ada@gmial.com', 'Ada Muster'), ('ben@example.con', 'Ben Beispiel'), ('cleo@hotmial.com', 'Cleo Probe')],
          'refuse: 2 gmail.com')
    table('typo-near-duplicate.csv', 'Name;Email\nAda Muster;ada.muster@example.org\nAda Muster;ada.mustr@example.org\nBen Beispiel;ben@example.org',
          ['warn: 2 3', ('ada.muster@example.org', 'Ada Muster'), ('ada.mustr@example.org', 'Ada Muster'), want[1]], 'refuse: 2 3')
    names(want)
    words(want)


def names(want):
    table('name-entity.csv', 'Name;Email\nBen O&#39;Neil;ben@example.org\nAda &amp; Co;ada@example.org',
          [('ben@example.org', "Ben O'Neil"), ('ada@example.org', 'Ada & Co')], ['warn: 2', ('ben@example.org', 'Ben O&#39;Neil'), ('ada@example.org', 'Ada &amp; Co')],
          'refuse: 2')
    table('name-spaces.csv', 'First name;Last name;Email\n  Ada ;\u00a0Muster  ;ada@example.org\nBen  Otto;Beispiel;ben@example.org',
          [want[0], ('ben@example.org', 'Ben Otto Beispiel')], delimiter=',')
    table('name-last-first.csv', 'Email;Name\nada@example.org;Muster, Ada\nben@example.org;BEISPIEL, Ben', [want[0], ('ben@example.org', 'Ben BEISPIEL')])
    table('name-last-first-some.csv', 'Email;Name\nada@example.org;Muster, Ada\nben@example.org;Ben Beispiel',
          [('ada@example.org', 'Muster, Ada'), want[1]], ['warn: 2', want[0], want[1]], 'refuse: 2', about='Not all names have the comma: shown as they are.')
    table('name-suffix.csv', 'Email;Name\nada@example.org;Ada Muster, PhD\nben@example.org;Ben Beispiel, MD',
          [('ada@example.org', 'Ada Muster, PhD'), ('ben@example.org', 'Ben Beispiel, MD')], about='A comma before a degree.')
    table('name-text-formula.csv', 'Email;Name;Member\n"=""ada@example.org""";"=""Ada Muster""";"=""00123"""\nben@example.org;"=""Ben Beispiel""";"=""00124"""', want)
    table('name-half-missing.csv', 'First name;Last name;Email\nAda;;ada@example.org\n;Beispiel;ben@example.org\nCleo;Probe;cleo@example.org',
          [('ada@example.org', 'Ada'), ('ben@example.org', 'Beispiel'), ('cleo@example.org', 'Cleo Probe')])
    table('name-dashes.csv', 'First name;Last name;Email\nAda;-;ada@example.org\nBen;n/a;ben@example.org',
          [('ada@example.org', 'Ada'), ('ben@example.org', 'Ben')], 'refuse: 2 3')
    table('name-display-partly.csv', 'First Name;Last Name;Display Name;Email\nAda;Muster;Ada Muster;ada@example.org\nBen;Beispiel;;ben@example.org', want)
    table('name-nickname.csv', 'Nickname;Full name;Email\nadi;Ada Muster;ada@example.org\nbenny;Ben Beispiel;ben@example.org', want)
    table('name-of-company.csv', 'Company name;Contact name;Email\nA Ltd;Ada Muster;ada@example.org\nB Ltd;Ben Beispiel;ben@example.org', want, 'refuse: columns')
    table('name-of-event.csv', 'Event Name;Email;Attendee Name\nTown hall;ada@example.org;Ada Muster\nTown hall;ben@example.org;Ben Beispiel', want)
    table('name-user-name.csv', 'Username;First name;Last name;Email\namuster;Ada;Muster;ada@example.org\nbbeispiel;Ben;Beispiel;ben@example.org', want)
    table('name-emoji.csv', 'Name;Email\nAda 🎓 Muster;ada@example.org\n\u202eBen Beispiel;ben@example.org', [('ada@example.org', 'Ada 🎓 Muster'), want[1]])
    table('name-braces.csv', 'Email;Name\nada@example.org;Ada {Muster} Probe\nben@example.org;{{ title }}', [('ada@example.org', 'Ada {Muster} Probe'), ('ben@example.org', '{{ title }}')])


def words(want):
    hosts = [(want[0][0], want[0][1], 'moderator'), want[1]]
    for name, (yes, no) in {'tick': ('✓', ''), 'boxes': ('☑', '☐'), 'x': ('x', ''), 'german': ('WAHR', 'FALSCH'), 'french': ('VRAI', 'FAUX'),
                            'spanish': ('Sí', 'No'), 'english': ('TRUE', 'FALSE'), 'digits': ('1', '0')}.items():
        table(f'yes-{name}.csv', f'Name;Email;Moderator\nAda Muster;ada@example.org;{yes}\nBen Beispiel;ben@example.org;{no}', hosts)
    table('yes-maybe.csv', 'Name;Email;Moderator\nAda Muster;ada@example.org;maybe\nBen Beispiel;ben@example.org;no', 'refuse: 2 maybe')
    table('role-words.csv', 'Name;Email;Role\nAda Muster;ada@example.org;Gastgeberin\nBen Beispiel;ben@example.org;Teilnehmer', hosts)
    table('role-unknown.csv', 'Name;Email;Role\nAda Muster;ada@example.org;Speaker\nBen Beispiel;ben@example.org;Guest', 'refuse: 2 Speaker')
    table('role-ticket-type.csv', 'Name;Email;Ticket type\nAda Muster;ada@example.org;Moderator\nBen Beispiel;ben@example.org;Host', want,
          about='A ticket type never makes a moderator.')
    table('language-names.csv', 'Name;Email;Sprache\nAda Muster;ada@example.org;Deutsch\nBen Beispiel;ben@example.org;English',
          [(*want[0], 'language=de'), (*want[1], 'language=en')])
    table('language-unknown.csv', 'Name;Email;Language\nAda Muster;ada@example.org;de\nBen Beispiel;ben@example.org;Klingonish', 'refuse: 3 Klingonish')
    table('zone-windows.csv', 'Email;Name;Time Zone\nada@example.org;Ada Muster;W. Europe Standard Time\nben@example.org;Ben Beispiel;Eastern Standard Time',
          [(*want[0], 'zone=Europe/Berlin'), (*want[1], 'zone=America/New_York')])
    table('zone-zoom.csv', 'Email;Name;Time Zone\nada@example.org;Ada Muster;(GMT+01:00) Amsterdam, Berlin, Rome, Stockholm, Vienna\nben@example.org;Ben Beispiel;(GMT-05:00) Eastern Time (US and Canada)',
          [(*want[0], 'zone=Europe/Berlin'), (*want[1], 'zone=America/New_York')], want, 'refuse: 2')
    table('zone-offset.csv', 'Email;Name;Time Zone\nada@example.org;Ada Muster;UTC+2\nben@example.org;Ben Beispiel;UTC', want)
    table('zone-unknown.csv', 'Email;Name;Time Zone\nada@example.org;Ada Muster;Europe/Berlim\nben@example.org;Ben Beispiel;Europe/Berlin', 'refuse: 2 Europe/Berlin')
