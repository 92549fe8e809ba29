"""Mint a personal Jitsi link for each row of a roster: the hand-written script that meetmint is compared with.

    python3 benches/links_baseline.py ROSTER OUT.csv KEYFILE --url https://meet.example.org
        --room town-hall --app-id example --sub meet.example.org --nbf 1930998600 --exp 1931011200
        [--alg RS256 --kid NAME]

`just bench-links` runs it and compares its output with that of `meetmint links` byte for
byte, so the claims, their order and the cells are the same. KEYFILE contains the app
secret (HS256, HS384, HS512) or a private key in PEM format (RS256, RS384, RS512). Needs
PyJWT 2, and cryptography for RSA. Without cryptography, PyJWT starts faster and makes HS
tokens faster, so leave it out for those.
"""

import argparse
import csv
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timezone
from hashlib import sha256

import jwt


class PlainEncoder(json.JSONEncoder):
    """Ignores PyJWT's ensure_ascii=True: meetmint writes names without \\u escapes."""

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
    # Given PEM text, PyJWT would parse it again for every token.
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(data, password=None)


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def cell(text):
    """Text with a ' before it if spreadsheet programs would evaluate it as a formula."""
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
