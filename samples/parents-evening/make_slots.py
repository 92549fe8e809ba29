"""Write slots.xlsx, the roster of this sample: 12 teachers, 10 slots each, and 60 families with two slots each.

    pip install openpyxl; python3 make_slots.py
"""

from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

SLOTS = 10
FIRST = datetime(2031, 11, 18, 17, 0)
TEACHERS = [
    ("Ms Weber", "weber", "Maths"), ("Mr Okafor", "okafor", "English"), ("Ms Dubois", "dubois", "French"),
    ("Mr Kowalski", "kowalski", "Physics"), ("Ms Yılmaz", "yilmaz", "Biology"), ("Mr Brandt", "brandt", "History"),
    ("Ms Ivanova", "ivanova", "Chemistry"), ("Mr Costa", "costa", "Music"), ("Ms Lindqvist", "lindqvist", "Art"),
    ("Mr Haddad", "haddad", "Geography"), ("Ms Novák", "novak", "Sports"), ("Mr Sato", "sato", "Computing"),
]
FAMILIES = """Abbasi Adler Baker Bauer Becker Bianchi Braun Çelik Chen Cohen Demir Diallo Dietrich Dvořák Ebert Eriksson Fischer
Franke García Gruber Haas Hansen Hoffmann Horvát Ibrahim Jansen Jensen Kaya Keller Klein Koch Krüger Kumar Lang Lehmann Leroy
López Maier Mendes Meyer Müller Nagy Neumann Nguyễn Nowak Öztürk Park Peters Popescu Richter Rossi Roth Sánchez Schäfer Schmidt
Silva Suzuki Vogel Wagner Żak""".split()
ASCII = str.maketrans("ÇÖÜÄçöüäáéíóăěřżŻễůýž", "COUAcouaaeioaerzZeuyz")


def slots():
    """The teacher, the family and the start of each slot. A family sees two teachers, never both at once."""
    for number, teacher in enumerate(TEACHERS):
        for slot in range(SLOTS):
            family = number // 2 * SLOTS + (slot if number % 2 == 0 else (slot + 3) % SLOTS)
            yield teacher, FAMILIES[family], FIRST + timedelta(minutes=15 * slot)


def main():
    book = Workbook()
    sheet = book.active
    sheet.title = "Slots"
    sheet.append(["start", "room", "title", "role", "name", "email"])
    for (name, key, subject), family, start in slots():
        room, title = f"parents-evening-{key}", f"{subject}: {name} and family {family}"
        address = family.translate(ASCII).lower()
        sheet.append([start, room, title, "moderator", name, f"{key}@school.example.org"])
        sheet.append([start, room, title, "participant", f"Family {family}", f"{address}@example.org"])
    for (cell,) in sheet.iter_rows(min_row=2, max_col=1):
        cell.number_format = "dd.mm.yyyy hh:mm"
    for column, width in zip("ABCDEF", [17, 27, 42, 12, 20, 32]):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    book.save(Path(__file__).with_name("slots.xlsx"))


if __name__ == "__main__":
    main()
