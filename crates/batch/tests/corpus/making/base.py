"""Writes a list and what is expected of it, and runs LibreOffice."""
import csv
import io
import subprocess
import tempfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent
made = set()


def put(name, data, *alternatives, settings=(), about=None):
    """Writes a list and its .want. An alternative is a text (`refuse: …`) or a list of people and `warn: …` lines."""
    assert name not in made, name
    made.add(name)
    (CORPUS / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    lines = [f'# {about}'] if about else []
    lines += [f'with: {line}' for line in settings]
    for at, alternative in enumerate(alternatives):
        lines += ['or'] if at else []
        lines += [alternative] if isinstance(alternative, str) else [person(one) for one in alternative]
    (CORPUS / f'{name}.want').write_text('\n'.join(lines) + '\n')


def person(one):
    """The line of a person: (address, name), (address, name, role), or with further `key=value` parts."""
    if isinstance(one, str):
        return one
    email, name, *more = one
    role = more.pop(0) if more and '=' not in more[0] else 'participant'
    return '\t'.join([email, name, role, *more])


def rows(text, delimiter=';'):
    """The cells of a table in a string: one line a row."""
    return list(csv.reader(io.StringIO(text.strip('\n')), delimiter=delimiter))


def write_csv(table, encoding='utf-8', **dialect):
    """A table as Python's csv module writes it."""
    out = io.StringIO(newline='')
    csv.writer(out, **dialect).writerows(table)
    return out.getvalue().encode(encoding)


def office(data, source, to):
    """Converts a document with LibreOffice. `to` is an ending, perhaps with a filter and its options."""
    ending = to.split(':')[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f'in.{source}'
        path.write_bytes(data)
        out = Path(folder) / 'out'
        subprocess.run(['soffice', '--headless', '--convert-to', to, '--outdir', out, path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        return (out / f'in.{ending}').read_bytes()


def office_csv(data, source, delimiter=',', charset=76, quote_all=False):
    """A sheet as LibreOffice exports it to CSV; `charset` is its number for an encoding."""
    options = f'{ord(delimiter)},34,{charset},1,,0,{str(quote_all).lower()},true,false'
    return office(data, source, f'csv:Text - txt - csv (StarCalc):{options}')


ADA_BEN = [('ada@example.org', 'Ada Muster'), ('ben@example.org', 'Ben Beispiel')]
