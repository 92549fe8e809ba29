"""The script somebody would write by hand: a personal Jitsi link for each row of a roster.

    python3 benches/links_baseline.py ROSTER OUT.csv KEYFILE --url https://meet.example.org
        --room town-hall --app-id example --sub meet.example.org --nbf 1930998600 --exp 1931011200
        [--alg RS256 --kid NAME]

`just bench-links` measures meetmint against it and compares the two outputs byte
for byte; so the claims, their order and the cells are those of `meetmint links`.
KEYFILE holds the app secret (HS256, HS384, HS512) or a private key in PEM (RS256, RS384,
RS512). Needs PyJWT 2, and cryptography for RSA; without cryptography installed PyJWT
starts and makes HS tokens faster, so measure those that way.
"""

import argparse
import csv
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timezone
from hashlib import sha256

import jwt


class PlainEncoder(json.JSONEncoder):
    """PyJWT asks for JSON with \\u escapes; this writes names as they are."""

    def __init__(self, **options):
        super().__init__(**{**options, "ensure_ascii": False})


compact_json = PlainEncoder(separators=(",", ":")).encode


def arguments():
    parser = argparse.ArgumentParser(description="Mint a Jitsi link for each row of a roster.")
    parser.add_argument("roster")
    parser.add_argument("out")
    parser.add_argument("key", help="file with the app secret, or with an RSA private key in PEM")
    parser.add_argument("--alg", default="HS256")
    parser.add_argument("--kid")
    parser.add_argument("--url", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--sub", required=True)
    parser.add_argument("--nbf", type=int, required=True)
    parser.add_argument("--exp", type=int, required=True)
    return parser.parse_args()


def load_key(path, alg):
    with open(path, "rb") as file:
        data = file.read()
    if alg.startswith("HS"):
        return data.removesuffix(b"\n").removesuffix(b"\r")
    # Parsed once: PyJWT would parse PEM text again for every token.
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(data, password=None)


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def cell(text):
    """Text that a spreadsheet would run as a formula gets a ' in front."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def main():
    args = arguments()
    key = load_key(args.key, args.alg)
    headers = {"kid": args.kid} if args.kid else None
    base = f"{args.url.rstrip('/')}/{args.room}?jwt="
    valid_from, valid_until = utc(args.nbf), utc(args.exp)

    with (
        open(args.roster, newline="", encoding="utf-8") as source,
        open(args.out, "w", newline="", encoding="utf-8") as target,
    ):
        reader, writer = csv.reader(source), csv.writer(target)
        heading = next(reader)
        email_at, name_at, role_at = map(heading.index, ("email", "name", "role"))
        avatar_at = heading.index("avatar") if "avatar" in heading else None
        writer.writerow(["email", "name", "role", "room", "valid_from", "valid_until", "link"])

        for row in reader:
            email, name = row[email_at], row[name_at]
            role = row[role_at].lower() or "participant"
            avatar = row[avatar_at] if avatar_at is not None else ""
            moderator = role == "moderator"

            user = {"id": email.lower(), "name": name, "email": email}
            if avatar:
                user["avatar"] = avatar
            user["moderator"] = moderator
            user["affiliation"] = "owner" if moderator else "member"
            claims = {
                "aud": "jitsi",
                "iss": args.app_id,
                "sub": args.sub,
                "room": args.room,
                "nbf": args.nbf,
                "exp": args.exp,
                "moderator": moderator,
                "context": {"user": user},
            }
            digest = sha256(compact_json(claims).encode()).digest()
            claims["jti"] = urlsafe_b64encode(digest)[:22].decode()

            token = jwt.encode(
                claims, key, args.alg, headers, json_encoder=PlainEncoder, sort_headers=False
            )
            writer.writerow(
                [cell(email), cell(name), role, args.room, valid_from, valid_until, base + token]
            )


if __name__ == "__main__":
    main()
