# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# Without the kernel module the command says what to type.
nsb crossing show
if [ "$CODE" -eq 0 ] || err_has "CAP_NET_ADMIN"; then
	for what in crossing matrix monitor deny namespace fdb "fdb add"; do
		skip "$what without the module" "the module is loaded"
	done
else
	hint='load the module with "modprobe nsbridge"'
	ok "crossing show without the module" refused 1 "$hint"
	nsb crossing matrix
	ok "crossing matrix without the module" refused 1 "$hint"
	nsb crossing monitor
	ok "crossing monitor without the module" refused 1 "$hint"
	nsb crossing deny bridge lo from "pid:$$" to any
	ok "crossing deny without the module" refused 1 "$hint"
	nsb namespace show
	ok "namespace show without the module" refused 1 "$hint"
	nsb -j fdb show
	ok "fdb show without the module" refused 1 "$hint"
	nsb fdb add 02:00:00:00:00:01 dev lo
	ok "fdb add without the module" refused 1 "$hint"
fi
