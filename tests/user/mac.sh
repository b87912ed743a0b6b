# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# MAC addresses: which texts are none.
for mac in 02:00:00:00:00 02:00:00:00:00:00:00 02:00:00:00:00:g0 02:00:00:00:00:100 \
	02:00:00:00:00: :02:00:00:00:00 '02:00:00:00:00: 1' 02:00:00:00:00:-1; do
	nsb fdb add "$mac" dev lo
	ok "\"$mac\" is refused" refused 2 "is not a MAC address"
done
