#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames without end on one path, for tests/bench/profile to look at.
# shellcheck source=tests/bench/paths.inc
. "$(dirname "$0")/paths.inc"
modprobe -qa pktgen sch_ingress cls_matchall act_gact dummy macvlan ipvlan netkit 2>/dev/null
path_up "$1" || exit
awk '{ print "@ module", $1, $6, $2 }' /proc/modules
sed -n 's/^\([0-9a-f]*\) [tTwW] \([^ ]*\).*/@ symbol \1 \2/p' /proc/kallsyms
generate a eth0 100 64 "$DEST"
echo "@ go"
generate a eth0 100000000 64 "$DEST"
