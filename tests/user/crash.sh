# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Killed at any moment, "lab up" leaves what "lab down" can take away.
big_lab()
{
	printf 'name: %s-big\nkind: stock\nipv6: off\nbridges: [{name: br0}]\n' "$TEST_LAB"
	echo "namespaces:"
	for i in $(seq 40); do
		echo "  - name: n$i"
	done
	echo "processes: [{namespace: n1, command: sleep 1$$}, {namespace: n2, command: sleep 1$$}]"
	echo "ports:"
	for i in $(seq 40); do
		echo "  - {namespace: n$i, device: eth0, bridge: br0, addresses: [10.3.0.$i/24]}"
	done
}

if ! have_stock; then
	skip "lab down after a crash" "needs root, veth and bridge"
else
	big_lab >"$WORK/big.yaml"
	before=$(ls /run/netns)
	# KILLS at random moments; the build takes some 100 ms
	for kill in $(seq "${KILLS:-8}"); do
		delay=$(awk -v seed="$$$kill" 'BEGIN { srand(seed); printf "%.4f", rand() * 0.15 }')
		"$NSBRIDGE" lab up "$WORK/big.yaml" 2>/dev/null &
		pid=$!
		sleep "$delay"
		kill -9 $pid 2>/dev/null
		wait $pid 2>/dev/null
		[ -e "/run/nsbridge/labs/$TEST_LAB-big.lab" ] || continue
		nsb lab list
		ok "killed after $delay s: lab list still works" eval 'code_is 0 && out_has "$TEST_LAB-big"'
		nsb lab down "$TEST_LAB-big"
		for i in $(seq 50); do
			left=$(pgrep -cxf "sleep 1$$")
			[ "$left" -gt 0 ] || break
			sleep 0.1
		done
		ok "killed after $delay s: lab down takes all away" \
			eval 'code_is 0 && no_names_left && [ "$(ls /run/netns)" = "$before" ] && [ "$left" = 0 ]'
	done

	# the same for "lab apply", from one file to the other and back
	sed 's/br0/br1/; /name: n[23]/d; /namespace: n[23]/d; s/sleep 1/sleep 2/' "$WORK/big.yaml" >"$WORK/less.yaml"
	nsb lab up "$WORK/big.yaml"
	for kill in $(seq $((${KILLS:-8} / 2))); do
		delay=$(awk -v seed="$$$kill" 'BEGIN { srand(seed); printf "%.4f", rand() * 0.3 }')
		[ $((kill % 2)) -eq 0 ] && to=big || to=less
		"$NSBRIDGE" lab apply "$WORK/$to.yaml" 2>/dev/null &
		pid=$!
		sleep "$delay"
		kill -9 $pid 2>/dev/null
		wait $pid 2>/dev/null
		nsb lab apply "$WORK/$to.yaml"
		ok "apply killed after $delay s: again it is done" eval 'code_is 0 && quiet'
		nsb lab diff "$TEST_LAB-big" "$WORK/$to.yaml"
		ok "and nothing differs" eval 'code_is 0 && quiet'
	done
	# killed when a namespace had its name, and the name nothing behind it
	nsb lab apply "$WORK/big.yaml"
	ip netns del "$TEST_LAB-big.n7"
	: >"/run/netns/$TEST_LAB-big.n7"
	nsb lab apply "$WORK/big.yaml"
	ok "a name without a namespace is filled" eval 'code_is 0 && quiet'
	nsb lab diff "$TEST_LAB-big"
	ok "so that nothing differs" eval 'code_is 0 && quiet'
	nsb lab down "$TEST_LAB-big"
	ok "and all of it goes" eval 'code_is 0 && no_names_left'
	nsb lab up "$WORK/big.yaml"
	ok "after that it comes up as ever" eval 'code_is 0 && quiet'
	nsb lab down "$TEST_LAB-big"
	ok "and goes" eval 'code_is 0 && no_names_left'
fi
