# what people and CI type; `pip install rust-just` brings just, and nobody needs it

# list the recipes
default:
    @just --list

# everything CI runs, in CI's order
ci: test fmt-check lint doc floor

# all tests; those that need something not installed say so and pass over
test:
    cargo test --workspace --locked

# kill sends two hundred times: everybody gets exactly one
torture:
    MEETMINT_TORTURE=1 cargo test --release -p meetmint --locked --test cli torture -- --nocapture

# is everything formatted?
fmt-check:
    cargo fmt --all --check

# lint; warnings fail here, and only here
lint:
    cargo clippy --workspace --all-targets --locked -- --deny warnings

# the documentation, private items too
doc:
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --locked --no-deps --document-private-items

# does a dependency ask for a newer Rust than we say?
floor:
    python3 .ci/floor.py

# the README's first command
sample:
    cargo run --release --locked -- send --meeting samples/town-hall

# links against the script somebody would write by hand: speed and memory
bench-links rows="1000000":
    cargo build --release --locked
    python3 benches/bench_links.py target/release/meetmint {{ rows }}

# sending against Postfix's smtp-source: on the loopback, with 30 ms of round trip, and memory
bench-send *options:
    cargo build --release --locked
    python3 benches/bench_send.py target/release/meetmint {{ options }}
