#!/usr/bin/env bash
# Looks for inputs that break a fuzz target, for a time such as 30s or 5m: `bash fuzz/run.sh TARGET TIME`. It needs
# cargo-bolero and a C++ compiler. An input that fails is written into fuzz/tests/__fuzz__/TARGET/crashes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-} time=${2:-1m}
inputs=fuzz/tests/__fuzz__/$target
if [ -z "$target" ] || [ ! -d "$inputs/corpus" ]; then
    echo "usage: bash fuzz/run.sh TARGET TIME; targets: $(cd fuzz/tests/__fuzz__ && echo *)" >&2
    exit 2
fi
if ! cargo bolero help >/dev/null 2>&1; then
    echo "error: cargo-bolero is missing" >&2
    echo "  hint: cargo install --locked --version 0.13.5 --no-default-features --features libfuzzer cargo-bolero" >&2
    exit 2
fi
# What libFuzzer finds goes on from run to run, but not into git: thousands of inputs.
found=target/fuzz/found/$target
mkdir -p "$found"
# AddressSanitizer would need a nightly Rust, and there is next to no `unsafe` in which it could find anything. Paths are
# relative, because bolero separates them with spaces.
cargo bolero test --package meetmint-fuzz --sanitizer NONE -T "$time" --timeout 30s \
    --corpus-dir "$found" --crashes-dir "$inputs/crashes" --engine-args="$inputs/corpus" -- "$target"
