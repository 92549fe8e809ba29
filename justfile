# Recipes for people and CI. To get just, run `pip install rust-just`; it is optional.

# list the recipes
default:
    @just --list

# run the tests and the checks of the code, in the same order as CI
ci: test fmt-check lint cycles doc floor licenses

# run all tests; those that need a missing program say so and are skipped
test:
    cargo test --workspace --all-features --locked

# run the long tests: kills, full disks and power cuts at every moment, random histories, thread schedules, and tokens at every age of a server
torture:
    MEETMINT_TORTURE=1 cargo test --release -p meetmint --locked --test cli -- --include-ignored --nocapture torture:: full_disk:: power:: model::
    MEETMINT_TORTURE=1 cargo test --release -p meetmint-mailer --locked --lib delivery:: -- --nocapture
    MEETMINT_TORTURE=1 cargo test -p meetmint-core --locked --test judge

# read a hundred thousand generated lists whose people are known: each is read right, or refused
silence lists="100000" seed="1":
    MEETMINT_LISTS={{ lists }} MEETMINT_SEED={{ seed }} cargo test --release -p meetmint-batch --locked --test silence -- --nocapture

# read a million lists with random mistakes: none may panic, hang or take much memory
mutate runs="1000000" seed="1":
    MEETMINT_RUNS={{ runs }} MEETMINT_SEED={{ seed }} cargo test --release -p meetmint-batch --locked --test mutate -- --nocapture

# fuzz a target (heading, leak, reply, roster, settings, template, token) with libFuzzer; needs cargo-bolero and a C++ compiler
fuzz target minutes="1":
    bash fuzz/run.sh {{ quote(target) }} {{ quote(minutes) }}m

# compare the table of tokens, and tokens at random, with Jitsi's own plugins: JITSI_PLUGINS is a checkout of jitsi-meet, and perhaps `:` and one of jitsi-contrib/prosody-plugins
judge runs="1000" seed="1":
    MEETMINT_RUNS={{ runs }} MEETMINT_SEED={{ seed }} JITSI_PLUGINS="${JITSI_PLUGINS:?is not set}" JITSI_PLUGINS_FROM={{ quote(invocation_directory()) }} cargo test -p meetmint-core --locked --test judge -- --ignored --nocapture

# write what is made from the program: docs/commands.md and docs/schemas
docs:
    MEETMINT_UPDATE=1 cargo test -p meetmint --locked --bin meetmint reference
    MEETMINT_UPDATE=1 cargo test -p meetmint --all-features --locked --test cli schemas_are_those

# check the formatting
fmt-check:
    cargo fmt --all --check

# run clippy; warnings are errors here, but not in other builds
lint:
    cargo clippy --workspace --all-targets --all-features --locked -- --deny warnings

# check that no source files import each other in a cycle
cycles:
    python3 .ci/cycles.py

# break the code in places that matter, and check that a test notices each
mutations *names:
    python3 .ci/mutations.py {{ names }}

# build the API documentation, private items included
doc:
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --all-features --locked --no-deps --document-private-items

# check that no dependency requires a newer Rust than Cargo.toml states
floor:
    python3 .ci/floor.py

# check licenses, banned crates and sources of dependencies by deny.toml, without a network
licenses:
    python3 .ci/deny.py

# check the same and the advisories about vulnerabilities; needs cargo-deny and a network
deny:
    cargo deny --locked check

# run the first command of the README
sample:
    cargo run --release --locked -- send --meeting samples/town-hall

# build the archive, the Debian package, the bill of materials and their sums into target/dist/out; --twice builds again elsewhere and compares; needs cargo-auditable
dist *options:
    python3 dist/build.py {{ options }}

# take pictures of every kind of message, light, dark and 375 pixels wide; needs Chromium
screenshots folder:
    cargo build --locked
    python3 tests/mails/screenshots.py target/debug/meetmint {{ folder }}

# compare `links` with a short Python script: speed and memory; the options can be numbers of rows
bench-links *options:
    cargo build --release --locked
    python3 benches/bench_links.py target/release/meetmint {{ options }}

# compare `send` with Postfix's smtp-source, a bare sender in Rust and nodemailer; with a round trip of 30 ms; memory, `plan`, a folder; takes minutes
bench-send *options:
    cargo build --release --locked -p meetmint -p bare-sender
    python3 benches/bench_send.py target/release/meetmint {{ options }}

# count the instructions of a row, a link, a message and others, and compare them with benches/instructions.toml; needs valgrind
bench-instructions *options:
    cargo build --release --locked
    python3 benches/bench_instructions.py target/release/meetmint {{ options }}

# send to a server that refuses, defers and closes connections, and compare the time with a calm run; takes minutes
bench-weather *options:
    cargo build --release --locked
    python3 benches/bench_weather.py target/release/meetmint {{ options }}

# compare `links` from an XLSX workbook with reading the workbook with calamine alone
bench-workbook rows="100000":
    cargo build --release --locked
    cargo build --release --locked -p meetmint-batch --example calamine_cells
    python3 benches/bench_workbook.py target/release/meetmint target/release/examples/calamine_cells {{ rows }}
