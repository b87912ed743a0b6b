# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# The headline lab on the stock drivers: what it shows there.
sed "s/^name:.*/name: $TEST_LAB-dup/" "$USER_DIR/labs/duplicate-mac.yaml" \
	>"$WORK/dup.yaml"
if ! have_stock; then
	skip "duplicate-mac on the stock drivers" "needs root, veth and bridge"
else
	nsb lab up kind stock "$WORK/dup.yaml"
	ok "duplicate-mac comes up on the stock drivers" code_is 0
	nsb -j lab check "$TEST_LAB-dup"
	ok "the stock bridge does not pass it, as the file says" \
		eval 'code_is 0 && json_ok && out_has "\"expect\":\"fault\""'
	ok "frames enter the wrong namespace there" \
		eval 'grep -o "\"wrong\":[0-9]*" "$WORK/out" | grep -qv ":0$"'
	nsb lab down "$TEST_LAB-dup"
	ok "and down" eval 'code_is 0 && no_names_left'

	nsb lab compare "$WORK/dup.yaml"
	if [ "$CODE" -eq 0 ]; then
		ok "compare ends with the line for scripts" \
			eval 'tail -n 1 "$WORK/out" | grep -Eq "^demo: bridge sent=[0-9]+ right=[0-9]+ wrong=[0-9]+ lost=[0-9]+; nsbridge sent=200 right=200 wrong=0 lost=0$"'
	else
		ok "compare without the module says what to type" refused 1 'modprobe nsbridge'
	fi
	ok "nothing is left of it" no_names_left
fi
