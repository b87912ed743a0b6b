#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of a bridge follows the secondary addresses of a port's far end,
# and is reached through the port's own "bridge fdb".
# on: uml 6.1
. "$(dirname "$0")/pair.inc" || exit 1
ours || skip "about nsveth"
setup_ns host red
no_ipv6 host red
bridge_up host br0
port red 10.1.0.1/24 02:00:00:00:00:01
mac=02:00:00:00:00:77

# knows MAC [dev DEV]: it is in the bridge's table
knows() {
	local m=$1
	shift
	bridge_ns host fdb show "$@" | grep -q "^$m .*master br0"
}

for how in "" "dev p-red"; do
	# shellcheck disable=SC2086	# words are meant
	knows 02:00:00:00:00:01 $how || fail "the far end's address is not there ($how)"
done
bridge_ns red fdb add $mac dev eth0 self permanent || fail "no second address"
knows $mac || fail "a second address is not there"
# as any device shows its own multicast list
bridge_ns host fdb show dev p-red | grep -q '^33:33:00:00:00:01.*self' ||
	bridge_ns host fdb show dev p-red | grep -q '^01:00:5e:00:00:01.*self' ||
	fail "the port does not show its own addresses"
bridge_ns red fdb del $mac dev eth0 self
knows $mac && fail "a second address is still there"

# added while the far end is down, known when it comes up
ip_ns red link set eth0 down
bridge_ns red fdb add $mac dev eth0 self permanent
ip_ns red link set eth0 up
wait_for 5 knows $mac || fail "a second address is not there after up"
bridge_ns red fdb del $mac dev eth0 self

bridge_ns host fdb add $mac dev p-red self static || fail "nothing added to the port"
knows $mac || fail "what was added is not there"
bridge_ns host fdb del $mac dev p-red self || fail "nothing deleted from the port"
knows $mac && fail "what was deleted is still there"

# no port, no bridge's table
ip_ns host link set p-red nomaster
bridge_ns host fdb show dev p-red | grep -q master && fail "no port, and shows the table"
bridge_ns host fdb add $mac dev p-red self permanent || fail "nothing added to the device"
bridge_ns host fdb show dev p-red | grep -q "^$mac self permanent" || fail "not its own"
exit 0
