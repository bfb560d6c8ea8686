#!/usr/bin/env bash
# The campaign of mutants: each rule that decides is changed in one place, built, and tested; a change that no test
# notices is a rule that nobody holds. It takes hours. The figures go to docs/figures/mutants.md.
#
# A survivor that cannot be noticed, because it changes nothing, is explained in mutants-explained.txt beside this
# file: a line `<file>: <change>` as cargo-mutants words it, without line and column, below a comment that says why.
# Any other survivor is a failure.
#
# usage: mutants.sh [GROUP...]
set -Eeuo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly MUTANTS=27.1.0
readonly PAGE=docs/figures/mutants.md
readonly EXPLAINED=tests/campaigns/mutants-explained.txt
readonly TARGET="${CARGO_TARGET_DIR:-target}"
readonly RESULTS="$TARGET/mutants-results"
readonly GROUPS_IN_ORDER=(run program roadmap commands replies proof)

# Sets `modules` to what is changed, `package` and `tests` to what is asked first. The survivors are then shown to all
# tests of the core and of the machines, except for the complete walks, which take a minute each.
describe() {
    package=pipemason-core
    case $1 in
        run) modules=(run/step run/spend run/unit_set run/inputs) package=pipemason-tests tests=(stories:: properties::) ;;
        program) modules=(program) tests=(program::) ;;
        roadmap) modules=(roadmap) tests=(roadmap:: program::) ;;
        commands) modules=(command permission trigger) tests=(command:: permission:: trigger::) ;;
        replies) modules=(reply) tests=(reply::) ;;
        proof) modules=(proof) tests=(proof::) ;;
        *) echo "unknown group: $1 (known: ${GROUPS_IN_ORDER[*]})" >&2 && exit 2 ;;
    esac
}

need_mutants() {
    mutants=cargo-mutants
    [[ $(cargo-mutants --version 2>/dev/null) == *" $MUTANTS" ]] && return
    mutants="$TARGET/tools/bin/cargo-mutants"
    [[ -x $mutants ]] || cargo install --locked --quiet "cargo-mutants@$MUTANTS" --root "$TARGET/tools"
}

# mutate GROUP ARGUMENT...: one pass over what no earlier pass of the group has killed.
mutate() {
    local group=$1 module files=() status=0
    shift
    for module in "${modules[@]}"; do
        files+=(--file "runner/core/src/$module.rs" --file "runner/core/src/$module/**")
    done
    "$mutants" mutants --package pipemason-core "${files[@]}" --iterate --profile mutants --colors never --no-times \
        --jobs "$(nproc)" --output "$RESULTS/$group" "$@" || status=$?
    # 2 and 3: some were missed, or ran out of time.
    [[ $status -eq 0 || $status -eq 2 || $status -eq 3 ]] || exit "$status"
    count "$group"
}

# Adds what the pass has shown to the figures of the group.
count() {
    local out="$RESULTS/$1/mutants.out"
    killed=$((killed + $(wc -l <"$out/caught.txt")))
    unviable=$((unviable + $(wc -l <"$out/unviable.txt")))
    endless=$(wc -l <"$out/timeout.txt")
}

# survivors GROUP: as `<file>: <change>`.
survivors() { sed -E 's/:[0-9]+:[0-9]+: /: /' "$RESULTS/$1/mutants.out/missed.txt"; }

run_group() {
    local group=$1 killed=0 unviable=0 endless=0 survived unexplained
    local package modules tests
    describe "$group"
    rm -rf "${RESULTS:?}/$group"
    mkdir -p "$RESULTS/$group"
    if [[ $package == pipemason-core ]]; then
        mutate "$group" --minimum-test-timeout 10 --cargo-arg=--lib -- -- "${tests[@]}"
    else
        # The tool would look for these tests in the package it changes, to see whether they pass without a change.
        cargo test --locked --quiet --profile mutants --package "$package" --test machine -- "${tests[@]}"
        mutate "$group" --baseline skip --timeout 60 --test-package "$package" --cargo-arg=--test=machine \
            -- -- "${tests[@]}"
    fi
    mutate "$group" --minimum-test-timeout 10 --test-package pipemason-core,pipemason-tests -- -- --skip walk::
    survivors "$group" | grep -vxF -f "$EXPLAINED" >"$RESULTS/$group/unexplained" || true
    survived=$(survivors "$group" | wc -l)
    unexplained=$(wc -l <"$RESULTS/$group/unexplained")
    printf '| %s | %d | %d | %d | %d | %d | %d |\n' "$group" $((killed + unviable + endless + survived)) \
        "$killed" "$endless" "$unviable" $((survived - unexplained)) "$unexplained" >"$RESULTS/$group/row"
}

page() {
    cat <<'TEXT'
# Mutants

Figures of the last campaign; `tests/campaigns/mutants.sh` repeats it and writes this page anew. Each mutant is one
change of one rule that decides. *Caught* is one that a test noticed; *endless* one that did not come to an end, which is
noticed, too; *unviable* one that does not compile; *explained* one that changes nothing that could be noticed, with the reason in
[`mutants-explained.txt`](../../tests/campaigns/mutants-explained.txt); *missed* one that should have been noticed.

| group | mutants | caught | endless | unviable | explained | missed |
|---|--:|--:|--:|--:|--:|--:|
TEXT
    cat "$RESULTS"/*/row
    # As a block of code, empty if all is well.
    printf '\n'
    sed 's/^/    missed: /' "$RESULTS"/*/unexplained
}

main() {
    local group groups=("$@") mutants
    [[ -f $EXPLAINED ]] || { echo "$EXPLAINED is missing" >&2 && exit 2; }
    [[ ${#groups[@]} -gt 0 ]] || groups=("${GROUPS_IN_ORDER[@]}")
    need_mutants
    for group in "${groups[@]}"; do
        run_group "$group"
    done
    mkdir -p "${PAGE%/*}"
    page >"$PAGE"
    cat "$PAGE"
    ! grep -q . "$RESULTS"/*/unexplained
}

main "$@"
