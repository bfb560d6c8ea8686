#!/usr/bin/env bash
# The long fuzzing campaign: ten minutes over all targets, or as many seconds as the first argument says, with other
# inputs each time. Its figures go to docs/figures/fuzzing.md.
set -Eeuo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly SECONDS_IN_ALL=${1:-600}
readonly PAGE=docs/figures/fuzzing.md

main() {
    local page start status=0
    page=$(mktemp)
    # The page says where it started, so that a failure can be repeated.
    start=$(date +%s)
    cargo build --release --locked --quiet --package pipemason-tests --example fuzz
    cargo run --release --locked --quiet --package pipemason-tests --example fuzz -- \
        --seconds "$SECONDS_IN_ALL" --start "$start" --markdown >"$page" || status=$?
    mkdir -p "${PAGE%/*}"
    mv "$page" "$PAGE"
    chmod 644 "$PAGE"
    cat "$PAGE"
    return "$status"
}

main "$@"
