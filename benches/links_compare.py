"""Compare two link files row by row.

    python3 benches/links_compare.py ONE.csv OTHER.csv

All cells must be equal. Where links differ, both tokens are decoded (not verified)
and the first claim that differs is named. Prints "N rows equal", or the first five
differences and exits 1. Needs PyJWT 2.
"""

import csv
import sys
from itertools import zip_longest

import jwt

SHOWN = 5
NOTHING = object()


def first_difference(one, other, path=""):
    """The path and the two values where two JSON values first differ, or None."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            found = first_difference(
                one.get(key, NOTHING), other.get(key, NOTHING), f"{path}.{key}".lstrip(".")
            )
            if found:
                return found
        return None
    # 1 and True are equal in Python, but not for a server.
    if type(one) is type(other) and one == other:
        return None
    return path, *("absent" if value is NOTHING else repr(value) for value in (one, other))


def explain_links(one, other):
    """Say in one line why two links differ."""
    parts = []
    for link in (one, other):
        base, mark, token = link.partition("?jwt=")
        token, _, fragment = token.partition("#")
        if not mark:
            return f"no ?jwt= in {link!r}"
        parts.append((base, token, fragment))
    (base_1, token_1, fragment_1), (base_2, token_2, fragment_2) = parts
    if base_1 != base_2:
        return f"before the token: {base_1!r} / {base_2!r}"
    if fragment_1 != fragment_2:
        return f"after the token: {fragment_1!r} / {fragment_2!r}"
    try:
        decoded = [
            jwt.decode_complete(token, options={"verify_signature": False})
            for token in (token_1, token_2)
        ]
    except jwt.InvalidTokenError as error:
        return f"a token cannot be read: {error}"
    for part in ("header", "payload"):
        found = first_difference(decoded[0][part], decoded[1][part])
        if found:
            return f"{part}, {found[0]}: {found[1]} / {found[2]}"
    segments = zip(("header", "payload", "signature"), token_1.split("."), token_2.split("."))
    unequal = ", ".join(name for name, a, b in segments if a != b)
    return f"the same claims in other bytes: {unequal}"


def explain_rows(heading, one, other):
    """Say in one line why two rows differ."""
    if one is None or other is None:
        return f"only in the {'second' if one is None else 'first'} file"
    if len(one) != len(other):
        return f"{len(one)} / {len(other)} cells"
    for column, a, b in zip(heading, one, other):
        if a != b:
            return f"{column}: " + (explain_links(a, b) if column == "link" else f"{a!r} / {b!r}")
    return f"more cells than the heading has: {one[len(heading) :]!r} / {other[len(heading) :]!r}"


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: links_compare.py ONE.csv OTHER.csv")
    differences = rows = 0
    with (
        open(sys.argv[1], newline="", encoding="utf-8") as one,
        open(sys.argv[2], newline="", encoding="utf-8") as other,
    ):
        readers = csv.reader(one), csv.reader(other)
        heading, other_heading = (next(reader, []) for reader in readers)
        if heading != other_heading or not heading:
            sys.exit(f"headings: {heading!r} / {other_heading!r}")
        for rows, (a, b) in enumerate(zip_longest(*readers), start=1):
            if a != b:
                differences += 1
                print(f"row {rows}: {explain_rows(heading, a, b)}")
                if differences == SHOWN:
                    break
    if differences:
        sys.exit(1)
    print(f"{rows} rows equal")


if __name__ == "__main__":
    main()
