# Builds the image of dist/Containerfile and uses it. Arguments: a bare Debian as the base, the folder with the package and
# the Containerfile, and a folder for buildah.
set -euo pipefail
base=$1
packages=$2
storage=$3
# No storage driver, no runtime and no name service is needed in this way: it works in a container, too.
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
buildah() { command buildah --root "$storage/root" --runroot "$storage/run" "$@"; }

container=$(buildah from scratch)
buildah copy --quiet "$container" "$base" / >/dev/null
buildah commit --quiet "$container" debian-base >/dev/null
buildah rm "$container" >/dev/null
buildah build --quiet --build-arg BASE=localhost/debian-base --tag meetmint --file "$packages/Containerfile" "$packages" >/dev/null

container=$(buildah from localhost/meetmint)
settings=$(buildah inspect --type image localhost/meetmint)
for expected in '"User": "1000:1000"' '"/meeting": {}' '"WorkingDir": "/meeting"' 'MEETMINT_MEETING=/meeting'; do
    grep --quiet --fixed-strings "$expected" <<<"$settings" || { echo "the image lacks $expected" >&2; exit 1; }
done
# With a folder of the host as the volume: what is written belongs to whoever runs it. Podman and Docker mount it in place of
# the image's own volume; `buildah run` has to be told to forget that one.
buildah config --volume /meeting- "$container"
folder=$storage/meeting
mkdir --mode 0700 "$folder"
chown 1000:1000 "$folder"
run() { buildah run --volume "$folder:/meeting" "$container" -- "$@"; }
run meetmint init -q
run meetmint check -q
run meetmint send -q
test "$(find "$folder/outbox" -name '*.eml' | wc -l)" -eq 2
test "$(stat --format %u:%a "$folder/app-secret")" = 1000:600
test "$(run id --user)" = 1000
buildah rm "$container" >/dev/null
