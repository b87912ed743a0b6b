#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tests of the command, as TAP. They need no kernel module; what needs root is
# skipped without it. NSBRIDGE says which build is tested.
# shellcheck disable=SC2016,SC2034 # conditions are evaluated by ok, in eval
cd "$(dirname "$0")" || exit 1
NSBRIDGE=${NSBRIDGE:-$PWD/../../user/nsbridge}
USER_DIR=$(cd ../../user && pwd)
# shellcheck source=tests/user/lib.sh
. ./lib.sh

WORK=$(mktemp -d)
cleanup()
{
	lab_cleanup
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

echo "TAP version 13"
for subject in ${ONLY:-args names module malformed mac plugin man namespace cable completion lab verbs diff nodes crash faults compare fuzz}; do
	echo "# $subject"
	# shellcheck source=/dev/null
	. "./$subject.sh"
done
echo "1..$COUNT"
[ "$FAILED" -eq 0 ] || echo "# $FAILED of $COUNT failed"
[ "$FAILED" -eq 0 ]
