"""Files that are no CSV and no workbook, whatever they are called."""
import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pandas
import vobject

from .base import ADA_BEN, office, put
from .sheets import book
from .workbooks import SMALL, TABLE

NAMES = [('Ada', 'Muster', 'ada@example.org'), ('Ben', 'Beispiel', 'ben@example.org')]

SPREADSHEET_ML = '''<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="Liste"><Table>
  <Row><Cell><Data ss:Type="String">Name</Data></Cell><Cell><Data ss:Type="String">E-Mail</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Ada Muster</Data></Cell><Cell><Data ss:Type="String">ada@example.org</Data></Cell></Row>
  <Row><Cell><Data ss:Type="String">Ben Beispiel</Data></Cell><Cell><Data ss:Type="String">ben@example.org</Data></Cell></Row>
 </Table></Worksheet>
</Workbook>
'''


def make():
    want = ADA_BEN
    source = book(SMALL)
    html = office(source, 'xlsx', 'html:HTML (StarCalc)')
    put('format-office.html', html, want, 'refuse: HTML')
    put('format-html-named.xls', html, want, 'refuse: HTML')
    put('format-pandas-html-named.xls', pandas.DataFrame(SMALL[1:], columns=SMALL[0]).to_html(index=False), want, 'refuse: HTML')
    put('format-tabs-named.xls', 'Name\tE-Mail\r\nAda Muster\tada@example.org\r\nBen Beispiel\tben@example.org\r\n', want)
    put('format-utf16-named.xls', b'\xff\xfe' + 'Name\tE-Mail\r\nAda Muster\tada@example.org\r\nBen Beispiel\tben@example.org\r\n'
        .encode('utf-16-le'), want)
    put('format-xlsx-named.csv', source, want)
    put('format-xlsx-named.xls', source, want)
    put('format-xls-named.xlsx', office(source, 'xlsx', 'xls'), want)
    put('format-csv-named.xlsx', 'Name;E-Mail\nAda Muster;ada@example.org\nBen Beispiel;ben@example.org\n', want)
    put('format-office.fods', office(source, 'xlsx', 'fods:OpenDocument Spreadsheet Flat XML'), want, 'refuse: XML', 'refuse: ODS')
    put('format-xml-named.xls', SPREADSHEET_ML, want, 'refuse: XML', about='Excel 2003 XML, as web programs write it.')
    put('format-office.slk', office(source, 'xlsx', 'slk:SYLK'), want, 'refuse: SYLK')
    put('format-office.dif', office(source, 'xlsx', 'dif:DIF'), want, 'refuse: DIF')
    put('format-office.pdf', office(source, 'xlsx', 'pdf'), 'refuse: PDF')
    put('format-document.docx', office(html, 'html', 'docx:MS Word 2007 XML'), 'refuse: Word')
    put('format-document.odt', office(html, 'html', 'odt:writer8'), 'refuse: text document', 'refuse: OpenDocument', 'refuse: Writer')
    put('format-document.rtf', office(html, 'html', 'rtf:Rich Text Format'), 'refuse: RTF', 'refuse: Rich')
    put('format-archive.zip', zipped({'people.csv': 'Name,Email\nAda Muster,ada@example.org\n'}), 'refuse: zip', 'refuse: archive')
    put('format-list.numbers', zipped({'Index/Document.iwa': b'\0\1', 'Index/Tables/DataList.iwa': b'\0\2', 'preview.jpg': b'\xff\xd8',
                                       'Metadata/Properties.plist': b'bplist00'}), 'refuse: Numbers')
    put('format-list.csv.gz', gzip.compress(b'Name,Email\nAda Muster,ada@example.org\n', mtime=0), 'refuse: gzip', 'refuse: compressed')
    put('format-vcards.vcf', ''.join(vcard(*name) for name in NAMES), want, 'refuse: vCard')
    put('format-objects.json', json.dumps([{'name': f'{a} {b}', 'email': c} for a, b, c in NAMES], indent=2), want, 'refuse: JSON')
    lines = ''.join(json.dumps({'name': f'{a} {b}', 'email': c}) + '\n' for a, b, c in NAMES)
    put('format-lines.jsonl', lines, want, 'refuse: JSON')
    put('format-lines-named.csv', lines, want, 'refuse: JSON')
    put('format-mail.eml', 'From: office@example.org\nTo: Ada Muster <ada@example.org>,\n Ben Beispiel <ben@example.org>\n'
        'Subject: List\nMIME-Version: 1.0\n\nThe list is below.\n', 'refuse: mail', 'refuse: 1')
    put('format-calendar.ics', 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n'
        'DTSTAMP:20261001T100000Z\r\nDTSTART:20261001T100000Z\r\nATTENDEE;CN=Ada Muster:mailto:ada@example.org\r\n'
        'END:VEVENT\r\nEND:VCALENDAR\r\n', 'refuse: calendar')
    with tempfile.TemporaryDirectory() as folder:
        base = sqlite3.connect(f'{folder}/a.db')
        base.execute('CREATE TABLE people (name, email)')
        base.commit()
        base.close()
        put('format-base.sqlite', Path(f'{folder}/a.db').read_bytes(), 'refuse: SQLite')
    put('format-ldif.ldif', 'dn: cn=Ada Muster,mail=ada@example.org\nobjectclass: person\ngivenName: Ada\nsn: Muster\n'
        'cn: Ada Muster\nmail: ada@example.org\n\ndn: cn=Ben Beispiel,mail=ben@example.org\nobjectclass: person\n'
        'givenName: Ben\nsn: Beispiel\ncn: Ben Beispiel\nmail: ben@example.org\n', want, 'refuse: LDIF', 'refuse: 1')
    put('format-page.csv', '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action="/login">'
        '<input name="email"></form></body></html>\n', 'refuse: HTML')
    put('format-xlsb.xlsb', zipped({'[Content_Types].xml': '<?xml version="1.0"?><Types/>', 'xl/workbook.bin': b'\x83\x01\0'}),
        'refuse: xlsb', 'refuse: binary', 'refuse: workbook', 'refuse: damaged')
    put('format-truncated.xlsx', source[:len(source) // 2], 'refuse: damaged', 'refuse: cut', 'refuse: incomplete', 'refuse: complete',
        'refuse: again')
    put('format-truncated.xls', office(source, 'xlsx', 'xls')[:3000], 'refuse: damaged', 'refuse: cut', 'refuse: incomplete',
        'refuse: complete', 'refuse: again', 'refuse: save')
    put('format-empty.csv', '', 'refuse: empty')
    put('format-blank.csv', '\ufeff\r\n\r\n ; ;\r\n', 'refuse: empty')
    put('format-headings-alone.csv', 'Name,Email\n', 'refuse: people')
    put('format-headings-alone.xlsx', book([['Name', 'E-Mail', 'Klasse']]), 'refuse: people')
    put('format-noise.csv', bytes((at * 97 + at // 7) % 256 for at in range(600)), 'refuse: text')
    out = io.StringIO()
    pandas.DataFrame(TABLE[1:], columns=TABLE[0]).to_csv(out)
    put('format-pandas-index.csv', out.getvalue(), want)


def vcard(first, last, email):
    card = vobject.vCard()
    card.add('n').value = vobject.vcard.Name(family=last, given=first)
    card.add('fn').value = f'{first} {last}'
    card.add('email').value = email
    return card.serialize()


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 1, 0, 0, 0)), data)
    return out.getvalue()
