"""Take pictures of what people receive: each kind of message, light, dark, and 375 pixels wide.

    just screenshots FOLDER         or: python3 tests/mails/screenshots.py MEETMINT FOLDER [PATTERN]

Makes the messages with MEETMINT, and writes FOLDER/MESSAGE.LOOK.png and FOLDER/index.html, which shows them side by side
with their subjects. Pictures that are there already are replaced. PATTERN chooses other messages than the usual ones,
such as "*.everything" or "jaas.*". Needs Chromium.
"""

import email
import email.policy
import sys
import tempfile
from fnmatch import fnmatch
from html import escape
from pathlib import Path

from browser import Browser
from make import make

LOOKS = {"light": (800, False), "dark": (800, True), "375": (375, False), "375-dark": (375, True)}
# Every kind of message to a participant, where the host's differs, the host's, too, and a few that are unusual.
USUAL = [
    "secret.invite.ada",
    "secret.invite.grace",
    "secret.invite.events",
    "secret.invite.sita",
    "secret.invite.maximiliana",
    "secret.invite.layla",
    "secret.invite.wang",
    "secret.test-copy.ada",
    "secret.update-time.ada",
    "secret.update-time.sita",
    "secret.update-title.ada",
    "secret.update-title.maximiliana",
    "secret.update-secret.ada",
    "secret.update-everything.grace",
    "secret.update-everything.layla",
    "secret.remind-day.ada",
    "secret.remind-day.grace",
    "secret.cancel.ada",
    "secret.cancel.events",
    "secret.removal.grace",
    "secret.back-on.ada",
    "practice.invite.ada",
    "rsa.invite.ada",
    "jaas.update-back.everything",
]


def html_and_subject(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return message.get_body(("html",)).get_content(), message["Subject"]


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    index = ["<!DOCTYPE html><meta charset='utf-8'><title>Messages</title><body style='font-family:sans-serif'>"]
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        make(sys.argv[1], Path(folder) / "set")
        files = sorted((Path(folder) / "set/messages").glob("*.eml"))
        if len(sys.argv) == 4:
            chosen = [path for path in files if fnmatch(path.stem, sys.argv[3])]
        else:
            chosen = [path for name in USUAL for path in files if path.stem == name]
        page = browser.page()
        pictures = 0
        for path in chosen:
            html, subject = html_and_subject(path)
            index.append(f"<h2>{escape(path.stem)}</h2><p>{escape(subject)}</p><p>")
            for look, (width, dark) in LOOKS.items():
                page.look(width, dark)
                page.show(html)
                name = f"{path.stem}.{look}.png"
                (out / name).write_bytes(page.screenshot())
                index.append(f"<img src='{name}' alt='' style='width:{width // 2}px;vertical-align:top'>")
                pictures += 1
    (out / "index.html").write_text("\n".join(index), encoding="utf-8")
    print(f"{pictures} pictures of {len(chosen)} messages in {out}")


if __name__ == "__main__":
    main()
