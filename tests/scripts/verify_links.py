"""Verify the links of a link file with PyJWT, independently of meetmint.

    python3 tests/scripts/verify_links.py LINKS.csv ROSTER.csv SECRETFILE --aud jitsi
        --iss town-hall --sub meet.example.org --room autumn-town-hall
        [--default-role participant] [--now SECONDS] [--url https://meet.example.org]
        [--features speaker=screen-sharing,recording]

Each token must have a valid HS256 signature and exactly the claims that follow from
its row of the roster; rows are matched by order. `--url` also checks where links start,
and `--features` (once for each role) checks `context.features`: roles without it must
have none. Prints "60 links verified", or every problem and exits 1. Needs PyJWT 2.
"""

import argparse
import csv
import json
import re
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timezone
from hashlib import sha256

import jwt

COLUMNS = ["email", "name", "role", "room", "valid_from", "valid_until", "link"]
CLAIMS = {"aud", "iss", "sub", "room", "nbf", "exp", "moderator", "context", "jti"}
LINK = re.compile(
    r"(?P<url>https?://[^?#\s]+)/(?P<room>[^/?#\s]+)\?jwt=(?P<token>[\w.-]+)(#\S*)?", re.ASCII
)
JTI = re.compile(rb',"jti":"([A-Za-z0-9_-]{22})"\}$')


def arguments():
    parser = argparse.ArgumentParser(description="Verify a link file against its roster.")
    parser.add_argument("links")
    parser.add_argument("roster")
    parser.add_argument("secret", help="file with the app secret")
    parser.add_argument("--aud", required=True)
    parser.add_argument("--iss", required=True)
    parser.add_argument("--sub", required=True)
    parser.add_argument("--room", required=True)
    parser.add_argument("--default-role", default="participant")
    parser.add_argument("--now", type=int, default=int(time.time()), help="unix seconds")
    parser.add_argument("--url", help="where every link starts")
    parser.add_argument("--features", action="append", type=role_features, metavar="ROLE=A,B")
    return parser.parse_args()


def role_features(text):
    role, _, features = text.partition("=")
    return role, set(features.split(","))


def read_csv(path):
    """The heading, and each row as a dict. A byte-order mark is skipped."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, strict=True)
        return reader.fieldnames or [], list(reader)


def without_quote(cell):
    """A cell without the ' that keeps spreadsheet programs from evaluating it as a formula."""
    return cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell


def mail_form(address):
    """The address with its domain in ASCII: lotte@bücher.example is lotte@xn--bcher-kva.example."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def unix(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()


def has_null(value):
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    if isinstance(value, list):
        return any(map(has_null, value))
    return value is None


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key is repeated in {keys}")
    return dict(pairs)


def check_token(token, secret, args):
    """The claims of a token that PyJWT accepts, and problems of its encoding."""
    decoded = jwt.decode_complete(
        token,
        secret,
        algorithms=["HS256"],
        audience=args.aud,
        issuer=args.iss,
        options={
            "require": ["aud", "iss", "sub", "nbf", "exp", "jti"],
            "strict_aud": True,
            # PyJWT would use the real clock; the caller checks against --now.
            "verify_exp": False,
            "verify_nbf": False,
        },
    )
    problems = []
    if decoded["header"] != {"typ": "JWT", "alg": "HS256"}:
        problems.append(f"header is {decoded['header']}")
    segment = token.split(".")[1]
    payload = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    json.loads(payload, object_pairs_hook=unique_keys)
    jti = JTI.search(payload)
    if not jti:
        problems.append("jti is not the last claim, or not 22 characters of base64url")
    else:
        rest = payload[: jti.start()] + b"}"
        if urlsafe_b64encode(sha256(rest).digest())[:22] != jti[1]:
            problems.append("jti is not the hash of the other claims")
    return decoded["payload"], problems


def check_row(row, person, secret, args):
    """All problems of one row of the link file."""
    problems = []

    def expect(what, found, wanted):
        # 1 and True are equal in Python, but not for a server.
        if type(found) is not type(wanted) or found != wanted:
            problems.append(f"{what} is {found!r}, not {wanted!r}")

    email, name = person["email"].strip(), person["name"].strip()
    role = (person.get("role") or "").strip().lower() or args.default_role
    avatar = (person.get("avatar") or "").strip()
    moderator = role == "moderator"

    if None in row or None in row.values():
        return ["more or fewer cells than the heading has"]
    # The column may have the address as written; the claims have its ASCII form.
    expect("column email", mail_form(without_quote(row["email"])), mail_form(email))
    expect("column name", without_quote(row["name"]), name)
    expect("column role", row["role"], role)
    expect("column room", row["room"], args.room)

    link = LINK.fullmatch(row["link"])
    if not link:
        return problems + [f"link is not URL/ROOM?jwt=TOKEN: {row['link']!r}"]
    expect("the link's room", link["room"].lower(), args.room)
    if args.url:
        expect("the link's start", link["url"], args.url.rstrip("/"))

    try:
        claims, of_form = check_token(link["token"], secret, args)
        problems += of_form
    except (jwt.InvalidTokenError, ValueError) as error:
        return problems + [f"token refused: {error}"]

    if set(claims) != CLAIMS:
        return problems + [f"missing or unexpected claims: {sorted(set(claims) ^ CLAIMS)}"]
    if has_null(claims):
        problems.append("a claim is null")
    expect("sub", claims["sub"], args.sub)
    expect("room", claims["room"], args.room)
    expect("moderator", claims["moderator"], moderator)

    expect("nbf", claims["nbf"], int(unix(row["valid_from"])))
    expect("exp", claims["exp"], int(unix(row["valid_until"])))
    if not claims["nbf"] < claims["exp"]:
        problems.append("the window ends before it begins")
    if not args.now < claims["exp"]:
        problems.append(f"expired at {row['valid_until']}")

    context = dict(claims["context"])
    user = dict(context.pop("user", {}))
    wanted = {
        "id": mail_form(email).lower(),
        "name": name,
        "email": mail_form(email),
        "moderator": moderator,
        "affiliation": "owner" if moderator else "member",
    }
    if avatar:
        wanted["avatar"] = avatar
    for key in {**wanted, **user}:
        expect(f"context.user.{key}", user.get(key), wanted.get(key))

    features = context.pop("features", {})
    expect("the rest of context", context, {})
    for feature, value in features.items():
        if not isinstance(value, bool):
            problems.append(f"feature {feature} is {value!r}")
    if args.features:
        granted = {feature for feature, value in features.items() if value}
        expect("features", granted, dict(args.features).get(role, set()))
    return problems


def main():
    args = arguments()
    with open(args.secret, "rb") as file:
        secret = file.read().removesuffix(b"\n").removesuffix(b"\r")
    heading, links = read_csv(args.links)
    _, people = read_csv(args.roster)

    problems = []
    if heading[: len(COLUMNS)] != COLUMNS:
        sys.exit(f"{args.links}: heading is {','.join(heading)}, not {','.join(COLUMNS)}")
    if len(links) != len(people):
        problems.append(f"{len(links)} links for {len(people)} people")
    if len({row["link"] for row in links}) != len(links):
        problems.append("two people have the same link")
    for number, (row, person) in enumerate(zip(links, people), start=1):
        try:
            found = check_row(row, person, secret, args)
        except (AttributeError, TypeError, ValueError) as error:
            found = [f"cannot be read: {error!r}"]
        problems += [f"row {number} ({person['email']}): {problem}" for problem in found]

    if problems or not links:
        print("\n".join(problems or ["no links"]))
        sys.exit(1)
    print(f"{len(links)} links verified")


if __name__ == "__main__":
    main()
