"""Write a roster of any length for the benchmarks. The bytes are the same every time.

    python3 benches/make_roster.py ROWS OUT.csv

The columns are `email,name,role,avatar`, about 85 bytes a row. 20 % of the names are
not ASCII, 3 % contain a comma and 1 % quotes. 5 % of the people are moderators, the
rest participants. 60 % have an avatar. No two addresses are equal.
"""

import csv
import random
import sys
from unicodedata import normalize

FIRST = """Ada Alan Barbara Brian Carol Dennis Donald Edith Frances Grace Hedy Ivan Jean
Karen Ken Leslie Linus Margaret Niklaus Olga Peter Radia Sophie Tim Ursula Whitfield""".split()

LAST = """Adams Baker Carter Dawson Ellis Foster Gibson Hopper Irving Jensen Keller Lamarr
Miller Norris Owens Perlman Quinn Ritchie Sanders Thompson Underwood Vaughan Wilson Young""".split()

# Names with the local parts of their addresses.
WORLD = [
    (normalize("NFC", name), local)
    for name, local in [
        ("Zoë Müller", "zoe.mueller"),
        ("José Núñez", "jose.nunez"),
        ("Françoise Lefèvre", "f.lefevre"),
        ("Søren Bjørnstad", "soren.b"),
        ("Małgorzata Żółć", "m.zolc"),
        ("Jiří Růžička", "jiri.ruzicka"),
        ("İlker Işık", "ilker.isik"),
        ("Nguyễn Thị Ánh", "anh.nguyen"),
        ("Ελένη Παππά", "eleni.pappa"),
        ("Олена Шевчук", "o.shevchuk"),
        ("ليلى حداد", "layla.haddad"),
        ("נועה פרץ", "noa.peretz"),
        ("प्रिया शर्मा", "priya.sharma"),
        ("ศิริพร ใจดี", "siriporn.j"),
        ("李小明", "li.xiaoming"),
        ("山田 花子", "yamada.hanako"),
        ("김민준", "kim.minjun"),
        ("ნინო ბერიძე", "nino.beridze"),
    ]
]


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdecimal():
        sys.exit("usage: make_roster.py ROWS OUT.csv")
    rows, out = int(sys.argv[1]), sys.argv[2]
    # Of the module's methods, only random() is documented to give the same numbers in every Python version.
    chance = random.Random(2031).random

    def one_of(items):
        return items[int(chance() * len(items))]

    with open(out, "w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["email", "name", "role", "avatar"])
        for number in range(rows):
            if chance() < 0.20:
                name, local = one_of(WORLD)
            else:
                first, last = one_of(FIRST), one_of(LAST)
                name, local = f"{first} {last}", f"{first}.{last}".lower()
            dressing = chance()
            if dressing < 0.03:
                name += ", PhD"
            elif dressing < 0.04:
                name += ' "Max"'
            role = "moderator" if chance() < 0.05 else "participant"
            avatar = f"https://cdn.example.org/photos/{number}.jpg" if chance() < 0.60 else ""
            writer.writerow([f"{local}.{number}@example.org", name, role, avatar])


if __name__ == "__main__":
    main()
