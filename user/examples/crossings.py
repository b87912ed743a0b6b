#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Lists what crossed, as an example of a client with the kernel's ynl library:

    crossings.py LINUX [SPEC]

LINUX is a kernel's source, whose tools/net/ynl is the library; SPEC is
kmod/netlink/nsbridge.yaml. All that is known of messages comes from there.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def name(ns):
    """The name of a namespace: what "ip netns" calls it, or its inode."""
    for entry in os.scandir("/run/netns") if os.path.isdir("/run/netns") else ():
        if entry.stat().st_ino == ns["inode"]:
            return entry.name
    return str(ns["inode"])


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip())
    linux = sys.argv[1]
    spec = sys.argv[2] if len(sys.argv) > 2 else os.path.join(
        HERE, "../../kmod/netlink/nsbridge.yaml")
    sys.path.insert(0, os.path.join(linux, "tools/net/ynl/pyynl"))
    from lib import YnlFamily

    family = YnlFamily(spec, os.path.join(linux, "Documentation/netlink/genetlink.yaml"))
    print("%-16s %-16s %10s %12s  %s" % ("from", "to", "frames", "bytes", "drops"))
    for c in family.dump("crossing-get", {}):
        to = name(c["to"]) if "to" in c else "(%s)" % c["target"]
        drops = ", ".join("%s %d" % (d["reason"], d["frames"]) for d in c.get("drop", []))
        print("%-16s %-16s %10d %12d  %s" % (name(c["from"]), to, c["frames"], c["bytes"],
                                             drops or "-"))


main()
