"""The meetings and people of the set of messages: what can be long, foreign or unusual in a mail, each once.

A meeting's `server` is what stands under `[server]` and which key checks the tokens; `people` are the rows of its
roster. All times are local times in Berlin, in a week without a change of the clocks.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

KEYS = Path(__file__).resolve().parents[2] / "crates/core/tests/keys"
SECRET = "a secret that only these tests know, and no server"
PRACTICE_SECRET = "practice-only-these-tests-know-it-and-no-server"
ORGANIZER = "events@example.org"
ZONE = "Europe/Berlin"
# Winter time in Berlin, for all dates of the set.
BERLIN = timezone(timedelta(hours=1))
DURATION = timedelta(minutes=90)


@dataclass(frozen=True)
class Person:
    """A row of a roster."""

    email: str
    name: str
    title: str = "Autumn town hall"
    room: str = "town-hall"
    start: str = "2031-03-11 14:00"
    role: str = ""
    own_zone: str = ""

    def begins(self):
        return datetime.strptime(self.start, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)

    def ends(self):
        return self.begins() + DURATION

    def with_(self, **cells):
        return replace(self, **cells)


@dataclass(frozen=True)
class Meeting:
    """A meeting folder: its `[server]`, the file with its key, and what checks its tokens."""

    name: str
    server: str
    key_file: str
    key: str
    algorithm: str
    verifier: str
    issuer: str
    subject: str
    link_start: str
    people: tuple
    sender: str = "Events team"

    def settings(self):
        return f"""[server]
{self.server}

[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Autumn town hall"
room = "town-hall"
start = "2031-03-11 14:00"
zone = "{ZONE}"
duration = "90m"

[roster]
file = "people.csv"
per_row = ["title", "room", "start"]

[mail]
from = "{self.sender} <{ORGANIZER}>"
"""


ADA = Person("ada@example.org", "Ada Lovelace")
HOST = Person("grace@example.org", "Grace Hopper", role="moderator")
# As long as meetmint allows a name to be in full, with words of ordinary length; and a title of two lines on a screen.
LONG = Person(
    "maximiliana@example.org",
    ("Maximiliana Alexandrina Wilhelmina von und zu Hohenlohe-Waldenburg-Schillingsfuerst " * 2)[:100].strip(),
    title="Quarterly planning of the working group on accessibility, translation and the documentation of "
    "everything that members of the association have asked for since the last general assembly",
    room="quarterly-planning-of-the-working-group-on-accessibility",
)
UNBROKEN = Person("donau@example.org", "Donaudampfschifffahrtsgesellschaft" * 2, title="Rindfleischetikettierung" * 4)
ARABIC = Person("layla@example.org", "ليلى عبد الرحمن", title="اجتماع الفريق الربع سنوي للتخطيط", room="فريق")
HEBREW = Person("noa@example.org", "נועה בן־דוד", title="ישיבת תכנון רבעונית", role="moderator")
CJK = Person("wang@example.org", "王小明", title="第三季度规划会议：无障碍与翻译", room="规划")
NEPAL = Person("sita@example.org", "Sita Gurung", own_zone="Asia/Kathmandu")
MARKUP = Person("bob@example.org", "Bob <b>O'Hara</b> & \"Sons\"", title="Q&A: <costs> & \"benefits\"")
NAMELESS = Person("reception@example.org", "")
OWN = Person(ORGANIZER, "Events team", role="moderator")
EVERYTHING = ARABIC.with_(
    email="everything@example.org",
    name=" ".join(["ليلى عبد الرحمن بنت محمد"] * 4)[:100].strip(),
    title="اجتماع الفريق الربع سنوي للتخطيط والترجمة وسهولة الوصول لجميع الأعضاء في الجمعية",
    role="moderator",
    own_zone="America/St_Johns",
)
SOME = (ADA, HOST, EVERYTHING, OWN)
ALL = (ADA, HOST, LONG, UNBROKEN, ARABIC, HEBREW, CJK, NEPAL, MARKUP, NAMELESS, OWN, EVERYTHING)


def debian(secret_or_key):
    return f'kind = "debian"\nurl = "https://meet.example.org"\napp_id = "acme"\n{secret_or_key}'


def by_secret(name, secret, people):
    setting = 'secret = { file = "app-secret" }'
    return Meeting(name, debian(setting), "app-secret", secret, "HS256", secret, "acme", "meet.example.org",
                   "https://meet.example.org/", people)


def by_key(name, server, issuer, subject, link_start, sender):
    key, public = (KEYS / file for file in ("pkcs8.pem", "public.pem"))
    return Meeting(name, server, "server.pk", key.read_text(), "RS256", public.read_text(), issuer, subject, link_start, SOME,
                   sender)


APP = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef"
MEETINGS = (
    by_secret("secret", SECRET, ALL),
    by_key("rsa", debian('key = { file = "server.pk" }\nkey_id = "2031-a"'), "acme", "meet.example.org",
           "https://meet.example.org/", "Büro für Öffentlichkeitsarbeit und Veranstaltungen der Universität Zürich"),
    by_key("jaas", f'kind = "jaas"\napp_id = "{APP}"\nkey = {{ file = "server.pk" }}\nkey_id = "4f21"', "chat", APP,
           f"https://8x8.vc/{APP}/", "株式会社サンプル 広報部"),
    by_secret("practice", PRACTICE_SECRET, SOME),
)
