# Recipes for people and CI. To get just, run `pip install rust-just`; it is optional.

# list the recipes
default:
    @just --list

# run everything that CI runs, in the same order
ci: test fmt-check lint doc floor

# run all tests; those that need a missing program say so and are skipped
test:
    cargo test --workspace --locked

# kill `send` two hundred times, and check that everybody gets exactly one message
torture:
    MEETMINT_TORTURE=1 cargo test --release -p meetmint --locked --test cli torture -- --nocapture

# check the formatting
fmt-check:
    cargo fmt --all --check

# run clippy; warnings are errors here and nowhere else
lint:
    cargo clippy --workspace --all-targets --locked -- --deny warnings

# build the API documentation, private items included
doc:
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --locked --no-deps --document-private-items

# check that no dependency requires a newer Rust than Cargo.toml states
floor:
    python3 .ci/floor.py

# run the first command of the README
sample:
    cargo run --release --locked -- send --meeting samples/town-hall

# compare `links` with a script written by hand: speed and memory
bench-links rows="1000000":
    cargo build --release --locked
    python3 benches/bench_links.py target/release/meetmint {{ rows }}

# compare `send` with Postfix's smtp-source: on the loopback, with a 30 ms round trip, and memory
bench-send *options:
    cargo build --release --locked
    python3 benches/bench_send.py target/release/meetmint {{ options }}
