. ./greet.sh
n=0; fail=0
ok() { n=$((n+1)); if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "  ---"; echo "  message: expected '$3', got '$2'"; echo "  ..."; fail=1; fi; }
for file in tests/*.test.sh; do . "./$file"; done
echo "1..$n"
exit $fail
