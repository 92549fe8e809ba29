#!/usr/bin/env bash
# Builds the packages twice, and tests them: sums, bill of materials, list of dependencies, lintian, installation in a bare
# Debian, the archive, and a container. The argument is Cargo's target folder for the first build.
#
# What lacks a program is skipped, or fails with MEETMINT_SERVERS=required.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-target/dist}
step() { printf '\n-- %s\n' "$*"; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
lacks() {
    for program in "$@"; do
        command -v "$program" >"$scratch/program" && continue
        [ "${MEETMINT_SERVERS:-}" != required ] || { echo "$program is missing" >&2; exit 1; }
        echo "skipped: $program is missing" >&2
        return 0
    done
    return 1
}

step "two builds in different folders"
python3 dist/build.py --twice --target "$target" --out "$scratch/dist"
cp dist/Containerfile "$scratch/dist"
(cd "$scratch/dist" && sha256sum --check --strict --quiet SHA256SUMS)

step "bill of materials, and the list of dependencies in the program"
if python3 -c "import cyclonedx.validation.json" 2>"$scratch/errors"; then
    python3 .ci/sbom.py "$scratch/dist"
else
    lacks cyclonedx-python-lib || true
fi

step "lintian"
lacks lintian || lintian --allow-root --fail-on error,warning "$scratch"/dist/*.deb

step "a bare Debian: the package, then the archive"
if ! lacks debootstrap; then
    [ "$(id -u)" -eq 0 ] || { echo "skipped: only root can make a chroot" >&2; exit 0; }
    debootstrap --variant=minbase bookworm "$scratch/debian" >"$scratch/debootstrap.log" || { tail "$scratch/debootstrap.log"; exit 1; }
    # Apt downloads as another user, who cannot reach the scratch folder otherwise.
    mkdir "$scratch/debian/packages"
    cp "$scratch"/dist/*.deb "$scratch"/dist/*.tar.gz .ci/in_debian.sh "$scratch/debian/packages"
    # The base of the container is as bare as before.
    cp --archive "$scratch/debian" "$scratch/base"
    env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        chroot "$scratch/debian" bash /packages/in_debian.sh
fi

step "a container"
if [ -d "$scratch/base" ] && ! lacks buildah; then
    rm -r "$scratch/base/packages"
    bash .ci/container.sh "$scratch/base" "$scratch/dist" "$scratch/containers"
fi
