#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who is root in a user namespace only makes pairs there, and puts no end into
# a namespace that is not theirs.
. "$(dirname "$0")/pair.inc" || exit 1
need jq unshare
ours || skip "about nsveth"
unshare -Urn true 2>/dev/null || skip "no user namespaces"

unshare -Urn ip link add ea type "$PAIR" peer name eb ||
	fail "cannot make a pair at home"
# shellcheck disable=SC2016	# for the inner shell
out=$(unshare -Urn bash -c 'ip link add ea type "$0" peer name intruder netns 1' "$PAIR" 2>&1) &&
	fail "put an end into the first namespace"
grep -qi "permit\|CAP_NET_ADMIN" <<<"$out" || fail "refused otherwise: $out"
ip link show intruder >/dev/null 2>&1 && fail "the end is there"
exit 0
