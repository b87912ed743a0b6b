#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The harness itself, on the stock drivers: a bridge forwards, floods what it
# does not know, and everything is gone afterwards.
# on: 6.12
# shellcheck source=tests/net/lib.sh
. "$(dirname "$0")/lib.sh"
export KIND=bridge PAIR=veth
need tcpdump socat
need_kind bridge veth

setup_ns host red blue green
no_ipv6 host red blue green
bridge_up host br0
port red 10.1.0.1/24 02:00:00:00:00:01
port blue 10.1.0.2/24
port green 10.1.0.3/24

check "red reaches blue" reaches red 10.1.0.2
check "blue reaches green" reaches blue 10.1.0.3
check_fails "nobody has 10.1.0.9" reaches red 10.1.0.9
check_eq "the address asked for" 02:00:00:00:00:01 "$(mac_of red eth0)"

watch blue eth0 ether dst 02:00:00:00:00:99
watch green eth0 ether dst 02:00:00:00:00:99
send_frame red eth0 "$(frame 02:00:00:00:00:99 02:00:00:00:00:01 88b5)" 3
check_eq "an unknown destination is flooded to blue" 3 "$(seen blue eth0)"
check_eq "and to green" 3 "$(seen green eth0)"

before=$(stat_of blue eth0 rx_packets)
check "red reaches blue again" reaches red 10.1.0.2
check_num "blue counted it" "$(stat_of blue eth0 rx_packets)" -gt "$before"
check_says "a second br0 is refused" "File exists" \
	ip_ns host link add br0 type "$KIND"
