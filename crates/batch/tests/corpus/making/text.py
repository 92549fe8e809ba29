"""Encodings, delimiters, quotes and line ends of text files."""
import csv

from .base import ADA_BEN, office_csv, put, rows, write_csv
from .sheets import book

WEST = ['Zoë Groß', 'André Müller', 'François Lefèvre', 'Jürgen Böhm', 'Mónica Núñez', 'Åse Sørensen']
SCRIPTS = {
    # The number of the encoding in LibreOffice, its name in Python, its label for `encoding`, and people.
    'windows-1252': (1, 'cp1252', WEST),
    'iso-8859-15': (22, 'iso8859-15', ['Zoë Groß', 'Œdipe Lefèvre', 'Šárka Žák', 'Jürgen Böhm', 'André Müller']),
    'windows-1250': (33, 'cp1250', ['Łukasz Żółć', 'Jiří Dvořák', 'Božena Němcová', 'Gábor Őze', 'Małgorzata Wiśniewska',
                                    'Zdeněk Šťastný']),
    'iso-8859-2': (13, 'iso8859-2', ['Łukasz Żółć', 'Jiří Dvořák', 'Božena Němcová', 'Gábor Őze', 'Małgorzata Wiśniewska',
                                     'Zdeněk Šťastný']),
    'windows-1251': (34, 'cp1251', ['Анна Иванова', 'Борис Петров', 'Оксана Шевченко', 'Юрий Щербаков']),
    'koi8-r': (74, 'koi8-r', ['Анна Иванова', 'Борис Петров', 'Ольга Сидорова', 'Юрий Щербаков']),
    'ibm866': (30, 'cp866', ['Анна Иванова', 'Борис Петров', 'Ольга Сидорова', 'Юрий Щербаков']),
    'windows-1253': (35, 'cp1253', ['Άννα Παπαδοπούλου', 'Γιώργος Νικολάου', 'Ελένη Δημητρίου']),
    'iso-8859-7': (18, 'iso8859-7', ['Άννα Παπαδοπούλου', 'Γιώργος Νικολάου', 'Ελένη Δημητρίου']),
    'windows-1254': (36, 'cp1254', ['Ayşe Yılmaz', 'Çağrı Şahin', 'İbrahim Öztürk', 'Gülşah Doğan']),
    'windows-1256': (38, 'cp1256', ['أحمد حسن', 'فاطمة علي', 'محمد سعيد']),
    'windows-1257': (39, 'cp1257', ['Jānis Bērziņš', 'Eglė Žukauskienė', 'Līga Ķirse', 'Šarūnas Čekauskas']),
    'shift_jis': (64, 'cp932', ['山田 太郎', '佐藤 花子', '鈴木 一郎']),
    'euc-jp': (69, 'euc-jp', ['山田 太郎', '佐藤 花子', '鈴木 一郎']),
    'gbk': (67, 'gbk', ['张伟', '王芳', '李娜', '刘洋']),
    'big5': (68, 'big5', ['陳志明', '林美玲', '黃淑芬', '張家豪']),
    'euc-kr': (79, 'euc-kr', ['김민준', '이서연', '박지훈', '최지우']),
    'macintosh': (2, 'mac-roman', WEST),
}


def numbered(names):
    return [(f'guest{at}@example.org', name) for at, name in enumerate(names, 1)]


def make():
    for label, (charset, codec, names) in SCRIPTS.items():
        people = numbered(names)
        # `Note` is in the script of the names, too: a real list has more text than names.
        table = [['Name', 'Email', 'Note'], *([name, email, f'{name}: ok'] for email, name in people)]
        data = office_csv(book(table), 'xlsx', ';', charset)
        assert data.decode(codec).startswith('Name;Email'), label
        assert names[0] in data.decode(codec), label
        # A wrong guess would give people wrong names, so only the right one is read.
        if label == 'macintosh':
            put(f'text-{label}.csv', data, people, 'refuse: encoding',
                about='Bytes that Windows-1252 reads as other letters and signs.')
        else:
            put(f'text-{label}.csv', data, people, *['refuse: encoding'] * (label != 'windows-1252'))
        put(f'text-{label}-named.csv', data, people, settings=[f'encoding = "{label}"'])
    west = numbered(WEST)
    table = [['Name', 'Email'], *([name, email] for email, name in west)]
    for codec in ['cp850', 'cp437']:
        dos = [(email, name) for email, name in west if codec == 'cp850' or 'ø' not in name]
        data = write_csv([['Name', 'Email'], *([name, email] for email, name in dos)], codec, delimiter=';')
        put(f'text-{codec}.csv', data, dos, 'refuse: encoding',
            about='An encoding of MS-DOS that the WHATWG standard does not have: read as another one, names are wrong.')
    source = book(table)
    put('text-office-utf16.csv', office_csv(source, 'xlsx', '\t', 65535), west, about='LibreOffice: Unicode.')
    put('text-office-utf8.csv', office_csv(source, 'xlsx', ','), west)
    put('text-office-pipe.csv', office_csv(source, 'xlsx', '|'), west)
    put('text-office-tab.txt', office_csv(source, 'xlsx', '\t'), west)
    put('text-office-quoted.csv', office_csv(source, 'xlsx', ';', quote_all=True), west)
    put('text-excel-utf8.csv', write_csv(table, 'utf-8-sig', delimiter=';'), west, about='Excel: CSV UTF-8.')
    put('text-excel-unicode.txt', b'\xff\xfe' + write_csv(table, 'utf-16-le', dialect='excel-tab'), west,
        about='Excel: Unicode text.')
    put('text-utf16-be.csv', b'\xfe\xff' + write_csv(table, 'utf-16-be'), west)
    put('text-utf16-le-no-bom.csv', write_csv(table, 'utf-16-le', delimiter=';'), west)
    put('text-utf16-be-no-bom.csv', write_csv(table, 'utf-16-be', delimiter='\t'), west)
    put('text-utf8-decomposed.csv', write_csv([['Name', 'E-Mail'], ['Jo\u0308rg Mu\u0308ller', 'jm@example.org']]),
        [('jm@example.org', 'Jörg Müller')], [('jm@example.org', 'Jo\u0308rg Mu\u0308ller')])
    put('text-mojibake.csv', 'Name;Email\nJÃ¼rgen BÃ¶hm;jb@example.org\nAndrÃ© MÃ¼ller;am@example.org\n',
        ['warn: JÃ¼rgen', ('jb@example.org', 'JÃ¼rgen BÃ¶hm'), ('am@example.org', 'AndrÃ© MÃ¼ller')], 'refuse: JÃ¼rgen',
        about='UTF-8 that was taken for Windows-1252 before: never repaired without a word.')
    dialects()
    quotes()


def dialects():
    table = [['Vorname', 'Nachname', 'E-Mail', 'Bemerkung'], ['Ada', 'Muster', 'ada@example.org', 'kommt; später'],
             ['Ben', 'Beispiel', 'ben@example.org', 'sagt, "vielleicht"']]
    want = ADA_BEN
    for name, options in {
        'excel': {'dialect': 'excel'}, 'excel-tab': {'dialect': 'excel-tab'}, 'unix': {'dialect': 'unix'},
        'all': {'quoting': csv.QUOTE_ALL, 'delimiter': ';'}, 'nonnumeric': {'quoting': csv.QUOTE_NONNUMERIC},
        'pipe': {'delimiter': '|'}, 'cr': {'lineterminator': '\r', 'delimiter': ';'},
        'lf': {'lineterminator': '\n', 'quoting': csv.QUOTE_ALL},
    }.items():
        put(f'csv-{name}.csv', write_csv(table, **options), want)
    escaped = {'quoting': csv.QUOTE_ALL, 'doublequote': False, 'escapechar': '\\'}
    put('csv-backslash.csv', write_csv(table, **escaped), want, 'refuse: 3 quot',
        about='Quotation marks escaped with a backslash, as MySQL writes them.')
    put('csv-single-quotes.csv', "'Name','Email'\n'Ada Muster','ada@example.org'\n'Ben Beispiel','ben@example.org'\n",
        want, 'refuse: 1', 'refuse: 2')
    put('csv-sep.csv', 'sep=;\r\nName;Email\r\nAda Muster;ada@example.org\r\nBen Beispiel;ben@example.org\r\n', want)
    put('csv-sep-tab.csv', b'\xff\xfe' + 'sep=\t\r\nName\tEmail\r\nAda Muster\tada@example.org\r\nBen Beispiel\tben@example.org\r\n'
        .encode('utf-16-le'), want)
    put('csv-sep-quoted.csv', '\ufeff"sep=,"\r\n"Name","Email"\r\n"Ada Muster","ada@example.org"\r\n'
        '"Ben Beispiel","ben@example.org"\r\n', want)
    put('csv-comma-in-names.csv', 'Name;Email\nMuster, Ada;ada@example.org\nBeispiel, Ben;ben@example.org\n'
        'Probe, Cleo;cleo@example.org\n', [*want, ('cleo@example.org', 'Cleo Probe')],
        about='There are as many commas as semicolons. All names are written family name first.')
    put('csv-delimiter-named.csv', 'Name;Email;Note\nAda Muster;ada@example.org;a, b\nBen Beispiel;ben@example.org;c, d\n',
        want, settings=['delimiter = ";"'])
    put('csv-ragged.csv', 'Name,Email,Phone,Note\r\nAda Muster,ada@example.org\r\nBen Beispiel,ben@example.org,1\r\n', want)
    put('csv-trailing.csv', 'Name;Email;;;\r\nAda Muster;ada@example.org;;;\r\nBen Beispiel;ben@example.org;;;\r\n;;;;\r\n;;;;\r\n',
        want)
    put('csv-trailing-commas.csv', 'Name,Email\nAda Muster,ada@example.org,,\nBen Beispiel,ben@example.org,\n,,,\n', want)
    put('csv-more-cells.csv', 'Name,Email,Note\nAda Muster,ada@example.org,late, but comes\nBen Beispiel,ben@example.org,\n',
        'refuse: 2 4', about='A comma that was not quoted moves the cells after it.')
    put('csv-more-cells-before.csv', 'Company,Name,Email\nDoe, Roe and Co,Ada Muster,ada@example.org\nB Ltd,Ben Beispiel,ben@example.org\n',
        'refuse: 2 4')
    put('csv-semicolons-at-end.csv', 'Name,Email;;\nAda Muster,ada@example.org;;\nBen Beispiel,ben@example.org;;\n', want,
        'refuse: 1', 'refuse: 2')
    put('csv-nbsp.csv', '\u00a0Name\u00a0;\u200bE-Mail\nAda\u00a0Muster;\u00a0ada@example.org\u200b\n\u200eBen Beispiel;ben@example.org\u00a0\n',
        want)
    put('csv-nul.csv', b'Name;Email\nAda\0 Muster;ada@example.org\nBen Beispiel;ben@example.org\n', want, 'refuse: nul',
        'refuse: text')
    put('csv-no-newline-at-end.csv', 'Name;Email\r\nAda Muster;ada@example.org\r\nBen Beispiel;ben@example.org', want)
    put('csv-mixed-line-ends.csv', 'Name;Email\r\nAda Muster;ada@example.org\nBen Beispiel;ben@example.org\r\n', want)
    put('csv-aligned.txt', 'Name           Email\nAda Muster     ada@example.org\nBen Beispiel   ben@example.org\n', want, 'refuse: 1',
        'refuse: column', about='Columns that are aligned with spaces.')


def quotes():
    want = ADA_BEN
    put('quote-blank-before.csv', 'Name, Email\n"Ada Muster", "ada@example.org"\n"Ben Beispiel", "ben@example.org"\n', want)
    put('quote-text-after.csv', 'Name;Email\n"Ada" Muster;ada@example.org\nBen Beispiel;ben@example.org\n', 'refuse: 2 quot')
    put('quote-in-the-middle.csv', 'Name;Size;Email\nAda Muster;15" wide;ada@example.org\nBen Beispiel;13" wide;ben@example.org\n',
        'refuse: 2 quot')
    put('quote-never-closed.csv', 'Name;Email\nAda Muster;ada@example.org\n"Ben Beispiel;ben@example.org\nCleo;cleo@example.org\n',
        'refuse: 3 quot')
    put('quote-takes-two-rows.csv', 'Email;Name\nada@example.org;"Ada\nben@example.org;Ben"\ncleo@example.org;Cleo\n', 'refuse: 2',
        about='The quotation marks are balanced, and a person is inside the name of another.')
    put('quote-line-break.csv', 'Name;Email;Note\n"Ada\nMuster";ada@example.org;"two\nlines"\nBen Beispiel;ben@example.org;\n',
        ['warn: 2 line break', *want], 'refuse: 2')
    put('quote-address-as-name.csv', 'Name;Email\nada@example.org;ada@example.org\nBen Beispiel;ben@example.org\n',
        ['warn: 2 ada@example.org', ('ada@example.org', 'ada@example.org'), want[1]],
        ['warn: 2 ada@example.org', ('ada@example.org', 'ada'), want[1]], 'refuse: 2')
    put('quote-lines.csv', 'Note;Name;Email\n"one\ntwo\n\nthree";Ada Muster;ada@example.org\n;Ben Beispiel;not an address\n',
        'refuse: 6 address', about='Lines are counted as an editor counts them.')
    put('quote-typographic.csv', 'Name;Email\n“Ada Muster”;ada@example.org\n„Ben Beispiel“;ben@example.org\n', want,
        [('ada@example.org', '“Ada Muster”'), ('ben@example.org', '„Ben Beispiel“')], 'refuse: 2')
