"""Workbooks: as openpyxl, xlsxwriter, xlwt, odfpy, pandas and LibreOffice write them."""
import datetime
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pandas
import pyexcel
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .base import ADA_BEN, CORPUS, office, put
from .sheets import book, fill, saved, workbook

TABLE = [['Vorname', 'Nachname', 'E-Mail', 'Telefon', 'Klasse', 'Geburtstag', 'Foto erlaubt'],
         ['Ada', 'Muster', 'ada@example.org', 491511234567, 5, datetime.date(2011, 3, 4), True],
         ['Ben', 'Beispiel', 'ben@example.org', 15101, '5b', datetime.date(2012, 12, 31), False]]
SMALL = [['Name', 'E-Mail'], ['Ada Muster', 'ada@example.org'], ['Ben Beispiel', 'ben@example.org']]
FORMATS = {'xls': 'xls', 'ods': 'ods', 'xlsx': 'xlsx', 'xlsm': 'xlsm:Calc MS Excel 2007 VBA XML'}


def make():
    want = ADA_BEN
    source = book(TABLE, title='Teilnehmer')
    put('book-openpyxl.xlsx', source, want)
    for ending, to in FORMATS.items():
        put(f'book-office.{ending}', office(source, 'xlsx', to), want)
    put('book-office-strict.xlsx', office(source, 'xlsx', 'xlsx:Calc Office Open XML'), want)
    out = io.BytesIO()
    with pandas.ExcelWriter(out) as writer:
        pandas.DataFrame(TABLE[1:], columns=TABLE[0]).to_excel(writer)
    put('book-pandas-index.xlsx', out.getvalue(), want, about='The index is a first column without a heading.')
    out = io.BytesIO()
    pandas.DataFrame(TABLE[1:], columns=TABLE[0]).to_excel(out, index=False, engine='odf', sheet_name='Liste')
    put('book-pandas.ods', out.getvalue(), want)
    with tempfile.TemporaryDirectory() as folder:
        pyexcel.save_as(array=SMALL, dest_file_name=f'{folder}/a.ods')
        ods = Path(f'{folder}/a.ods').read_bytes()
        put('book-pyexcel.ods', ods, want)
        put('book-packed-again.ods', packed_again(ods), want)
    old = xlwt.Workbook()
    sheet = old.add_sheet('Gäste')
    for down, cells in enumerate(SMALL):
        for right, value in enumerate(cells):
            sheet.write(down, right, value)
    out = io.BytesIO()
    old.save(out)
    put('book-xlwt.xls', out.getvalue(), want)
    with_xlsxwriter(want)
    places(want)
    hidden(want)
    values(want)
    formulas(want)
    passwords()


def packed_again(ods):
    """A document as an archive program packs its unpacked parts: all compressed, `mimetype` not the first."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as parts, zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(parts.namelist()):
            packed.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_xlsxwriter(want):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {'in_memory': True}) as made:
        sheet = made.add_worksheet('Gäste')
        sheet.add_table(0, 0, 2, 1, {'data': [['Ada Muster', ''], ['Ben Beispiel', '']],
                                     'columns': [{'header': 'Name'}, {'header': 'E-Mail'}]})
        for row, email in enumerate(['ada@example.org', 'ben@example.org'], 1):
            sheet.write_url(row, 1, f'mailto:{email}', string=email)
        sheet.set_row(0, 30)
    put('book-xlsxwriter-links.xlsx', out.getvalue(), want, about='A table with addresses as hyperlinks.')
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {'constant_memory': True}) as made:
        sheet = made.add_worksheet()
        bold = made.add_format({'bold': True})
        for down, cells in enumerate(SMALL):
            for right, value in enumerate(cells):
                sheet.write_string(down, right, value)
        sheet.write_rich_string(1, 0, 'Ada ', bold, 'Muster')
    put('book-xlsxwriter-inline.xlsx', out.getvalue(), want, about='Inline strings, one with two formats.')


def places(want):
    put('book-starts-anywhere.xlsx', book(SMALL, first=(4, 3)), want)
    put('book-starts-anywhere.ods', office(book(SMALL, first=(4, 3)), 'xlsx', 'ods'), want)
    made = workbook([['Teilnehmerliste 2026', None, None], *[[*row, None] for row in SMALL]])
    made.active.merge_cells('A1:C1')
    for ending in ['xlsx', 'xls', 'ods']:
        data = saved(made)
        put(f'book-merged-title.{ending}', data if ending == 'xlsx' else office(data, 'xlsx', ending), want)
    two = [['Person', None, 'Kontakt', None], ['Vorname', 'Nachname', 'E-Mail', 'Telefon'],
           ['Ada', 'Muster', 'ada@example.org', '1'], ['Ben', 'Beispiel', 'ben@example.org', '2']]
    made = workbook(two)
    made.active.merge_cells('A1:B1')
    made.active.merge_cells('C1:D1')
    put('book-merged-headings.xlsx', saved(made), want, 'refuse: header_row')
    made = workbook([['Name', 'E-Mail'], ['Ada Muster', 'ada@example.org'], [None, 'ada.two@example.org']])
    made.active.merge_cells('A2:A3')
    put('book-merged-names.xlsx', saved(made), 'refuse: 3', [('ada@example.org', 'Ada Muster'), ('ada.two@example.org', 'Ada Muster')],
        ['warn: 3', ('ada@example.org', 'Ada Muster'), ('ada.two@example.org', 'ada.two')],
        about='One name beside two addresses.')
    made = workbook([['Anleitung', None], ['Bitte im zweiten Blatt eintragen', None]], title='Anleitung')
    fill(made.create_sheet('Liste'), SMALL)
    put('book-second-sheet.xlsx', saved(made), want, 'refuse: sheet Liste')
    put('book-second-sheet-named.xlsx', saved(made), want, settings=['sheet = "Liste"'])
    put('book-second-sheet-named.ods', office(saved(made), 'xlsx', 'ods'), want, settings=['sheet = "Liste"'])
    put('book-sheet-unknown.xlsx', saved(made), 'refuse: sheet Gäste Liste', settings=['sheet = "Gäste"'])
    made = workbook([['Name', 'Email'], ['Alte Liste', 'old@example.org']], title='Alt')
    fill(made.create_sheet('Neu'), SMALL)
    made.active.sheet_state = 'hidden'
    made.active = 1
    for ending in ['xlsx', 'xls', 'ods']:
        data = saved(made)
        put(f'book-hidden-sheet.{ending}', data if ending == 'xlsx' else office(data, 'xlsx', ending), want)
    made = openpyxl.Workbook()
    fill(made.create_sheet('Liste'), SMALL)
    put('book-empty-first-sheet.xlsx', saved(made), want, 'refuse: sheet Liste')
    made = workbook(SMALL, title='Montag')
    fill(made.create_sheet('Dienstag'), [SMALL[0], ['Cleo Probe', 'cleo@example.org']])
    put('book-two-lists.xlsx', saved(made), ['warn: Dienstag', *want], 'refuse: Dienstag',
        about='Another visible sheet has people, too.')
    put('book-empty.xlsx', book([]), 'refuse: empty')


def hidden(want):
    table = [['Name', 'E-Mail', 'Klasse'], ['Ada Muster', 'ada@example.org', '3b'], ['Cleo Probe', 'cleo@example.org', '4a'],
             ['Ben Beispiel', 'ben@example.org', '3b']]
    made = workbook(table)
    made.active.auto_filter.ref = 'A1:C4'
    made.active.auto_filter.add_filter_column(2, ['3b'])
    made.active.row_dimensions[3].hidden = True
    everybody = [want[0], ('cleo@example.org', 'Cleo Probe'), want[1]]
    for ending in ['xlsx', 'xls', 'ods']:
        data = saved(made) if ending == 'xlsx' else office(saved(made), 'xlsx', ending)
        put(f'book-filtered.{ending}', data, 'refuse: hidden_rows 1')
        put(f'book-filtered-keep.{ending}', data, everybody, settings=['hidden_rows = "keep"'])
        put(f'book-filtered-skip.{ending}', data, want, settings=['hidden_rows = "skip"'])
    made = workbook([['Nr', *table[0]], *([at, *row] for at, row in enumerate(table[1:], 1))])
    made.active.column_dimensions['C'].hidden = True
    for ending in ['xlsx', 'xls', 'ods']:
        data = saved(made) if ending == 'xlsx' else office(saved(made), 'xlsx', ending)
        put(f'book-hidden-column.{ending}', data, everybody, about='The addresses are in a hidden column.')


def values(want):
    table = [['ID', 'Name', 'E-Mail'], [12345, 'Ada Muster', 'ada@example.org'], [900000000000017, 'Ben Beispiel', 'ben@example.org']]
    parts = [('ada@example.org', 'Ada Muster', 'id=12345'), ('ben@example.org', 'Ben Beispiel', 'id=900000000000017')]
    for ending in ['xlsx', 'xls', 'ods']:
        put(f'book-number-id.{ending}', book(table) if ending == 'xlsx' else office(book(table), 'xlsx', ending), parts)
    when = [datetime.datetime(2031, 7, 15, 14, 30), datetime.datetime(2031, 7, 16, 9, 0)]
    table = [['Name', 'E-Mail', 'Start', 'Dauer'], ['Ada Muster', 'ada@example.org', when[0], datetime.timedelta(minutes=90)],
             ['Ben Beispiel', 'ben@example.org', when[1], datetime.time(0, 45)]]
    people = [('ada@example.org', 'Ada Muster', 'start=2031-07-15T12:30:00Z', 'end=2031-07-15T14:00:00Z'),
              ('ben@example.org', 'Ben Beispiel', 'start=2031-07-16T07:00:00Z', 'end=2031-07-16T07:45:00Z')]
    for system in ['1900', '1904']:
        made = openpyxl.Workbook()
        if system == '1904':
            made.epoch = CALENDAR_MAC_1904
        fill(made.active, table)
        made.active['D2'].number_format = '[h]:mm'
        data = saved(made)
        for ending in ['xlsx', 'xls', 'ods']:
            data_of = data if ending == 'xlsx' else office(data, 'xlsx', ending)
            put(f'book-dates-{system}.{ending}', data_of, people, settings=['per_row = ["start", "duration"]'])
    made = workbook([['Name', 'E-Mail', 'Klasse', 'Bemerkung'], ['Ada Muster', 'ada@example.org', datetime.date(2031, 3, 4), 0.1],
                     ['Ben Beispiel', 'ben@example.org', '4-3', 1e21]])
    put('book-dates-elsewhere.xlsx', saved(made), want, about='Excel made a date of the class 4/3.')
    made = workbook(SMALL)
    made.active['B3'] = '#REF!'
    made.active['B3'].data_type = 'e'
    put('book-error-value.xlsx', saved(made), 'refuse: 3')
    made = workbook([*SMALL, [None, None], ['   ', None]])
    made.active['A30'] = ' '
    put('book-blank-rows.xlsx', saved(made), want)
    made = workbook([['Name', 'E-Mail'], ['Ada Muster', 'Ada schreiben'], ['Ben Beispiel', 'ben@example.org']])
    made.active['B2'].hyperlink = 'mailto:ada@example.org'
    put('book-link-behind-text.xlsx', saved(made), 'refuse: 2', [*want], about='The address is only in the link behind the text.')
    made = workbook(SMALL)
    made.active['B2'].hyperlink = 'mailto:other@example.org'
    put('book-link-differs.xlsx', saved(made), want, 'refuse: 2', about='The text of the cell counts, not the link behind it.')
    made = workbook([['Name', 'E-Mail'], ['Ada\nMuster', 'ada@example.org'], ['Ben Beispiel', 'ben@example.org\n']])
    put('book-line-break.xlsx', saved(made), ['warn: 2', *want], 'refuse: 2')


def formulas(want):
    table = [['Vorname', 'Nachname', 'Name', 'E-Mail'], ['Ada', 'Muster', '=A2&" "&B2', '=LOWER(A2)&"@example.org"'],
             ['Ben', 'Beispiel', '=A3&" "&B3', '=LOWER(A3)&"@example.org"']]
    put('book-formulas-no-values.xlsx', book(table), 'refuse: formula', about='openpyxl stores no results: nobody opened it since.')
    for ending in ['xlsx', 'xls', 'ods']:
        put(f'book-formulas.{ending}', office(book(table), 'xlsx', ending), want)
    one = [*SMALL, ['Cleo Probe', '="cleo"&"@example.org"']]
    put('book-one-formula-no-value.xlsx', book(one), 'refuse: 4')


def passwords():
    """Workbooks with a password: by msoffcrypto, and by LibreOffice, which saves XLSX without one when it is remote."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(book(SMALL))).encrypt('secret', out)
    put('book-password.xlsx', out.getvalue(), 'refuse: password')
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / 'source.xlsx'
        source.write_bytes(book(SMALL))
        subprocess.run(['/usr/bin/python3', CORPUS / 'making' / 'protect.py', folder], check=True, timeout=120)
        for ending in ['xls', 'ods']:
            put(f'book-password.{ending}', (Path(folder) / f'protected.{ending}').read_bytes(), 'refuse: password')
