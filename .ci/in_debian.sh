# Runs in a bare Debian: installs the package, uses it as a stranger would, removes it, and tries the archive.
set -euo pipefail

apt-get install --quiet --quiet --yes --no-install-recommends /packages/meetmint_*.deb
meetmint --version
meetmint man -q /tmp/man
for page in /tmp/man/*; do
    gunzip --stdout "/usr/share/man/man1/$(basename "$page").gz" | cmp - "$page"
done
meetmint completions bash | cmp - /usr/share/bash-completion/completions/meetmint
meetmint completions zsh | cmp - /usr/share/zsh/vendor-completions/_meetmint
meetmint completions fish | cmp - /usr/share/fish/vendor_completions.d/meetmint.fish
gunzip --stdout /usr/share/doc/meetmint/THIRD-PARTY.gz >/tmp/third-party
grep --quiet '^aws-lc-sys ' /tmp/third-party
bash -c 'source /usr/share/bash-completion/completions/meetmint && complete -p meetmint' >/tmp/complete

useradd --create-home ada
su ada --command '
    set -eu
    cd
    cp -r /usr/share/doc/meetmint/examples/town-hall .
    meetmint check -q --meeting town-hall
    meetmint send --meeting town-hall
    test "$(find town-hall/outbox -name "*.eml" | wc -l)" -eq 60
    # From nothing to the first messages.
    meetmint init -q autumn
    cd autumn
    meetmint check -q
    meetmint send -q
    test "$(find outbox -name "*.eml" | wc -l)" -eq 2
    cd outbox
    meetmint status -q >/dev/null
'

apt-get purge --quiet --quiet --yes meetmint
for left in /usr/bin/meetmint /usr/share/doc/meetmint /usr/share/man/man1/meetmint.1.gz; do
    test ! -e "$left"
done

cd /tmp
tar --extract --file /packages/meetmint-*.tar.gz
cd meetmint-*/
bin/meetmint --version
bin/meetmint send -q --meeting samples/town-hall
test "$(find samples/town-hall/outbox -name '*.eml' | wc -l)" -eq 60
test -s share/man/man1/meetmint-send.1 -a -s share/completions/meetmint.elv
# The oldest glibc that it claims to need is no newer than this one, which runs it.
grep --quiet "glibc" REQUIREMENTS.txt
