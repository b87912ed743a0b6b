#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write nsbridge-netlink(7) from the specification of the family.

    netlink.py SPECIFICATION >nsbridge-netlink.7
"""

import re
import sys

import yaml

HEAD = r""".\" SPDX-License-Identifier: GPL-2.0
.\" Written by netlink.py from kmod/netlink/nsbridge.yaml; "make uapi" does it.
.TH NSBRIDGE\-NETLINK 7 2026-11-22 nsbridge "nsbridge manual"
.SH NAME
nsbridge\-netlink \- generic netlink family of namespace-aware bridges"""

MIDDLE = r"""A request that is refused is answered with a message that says why, and with
the attribute at fault, where extended acknowledgements are on.
A dump that changed under way has the flag NLM_F_DUMP_INTR.
.PP
Names are those of the specification
.IR kmod/netlink/nsbridge.yaml ,
with which any YNL client can talk to the family; in
.I <linux/nsbridge.h>
they are in capitals, with underscores, and with the prefix NSBRIDGE_CMD_ for
operations and NSBRIDGE_A_ with the name of the set for attributes.
The settings of links are not here but in rtnetlink, see
.I <linux/if_nsbridge.h>
and
.BR nsbridge (4)."""

TAIL = r""".SH SEE ALSO
.BR nsbridge (4),
.BR nsbridge (8),
.BR netlink (7)"""


def text(words):
    """Running text: a line for each sentence, as roff wants it."""
    words = " ".join(words.split()).replace("\\", r"\e").replace("-", r"\-")
    words = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", words)
    out = []
    for sentence in re.split(r"(?<=[.:]) (?=[A-Z\\])", words):
        while len(sentence) > 78:
            cut = sentence.rfind(" ", 0, 78)
            out.append(sentence[:cut])
            sentence = sentence[cut + 1:]
        out.append(sentence)
    return ["\\&" + line if line[0] in ".'" else line for line in out]


def name(word):
    """A name in bold on a line of its own."""
    return ".B " + word.replace("-", r"\-")


def listing(words):
    """Names in bold, with commas, and a full stop."""
    out = []
    for i, word in enumerate(words):
        end = "." if i == len(words) - 1 else ","
        out.append(".BR %s %s" % (word.replace("-", r"\-"), end))
    return out


def definitions(spec):
    """The lists of values."""
    out = [".SH VALUES"]
    for enum in spec["definitions"]:
        out += [".SS " + enum["name"].replace("-", r"\-")]
        out += text(enum.get("doc", "")) if enum.get("doc") else []
        value = enum.get("value-start", 0)
        for entry in enum["entries"]:
            if isinstance(entry, str):
                entry = {"name": entry}
            value = entry.get("value", value)
            out += [".TP", r".BR %s " % entry["name"].replace("-", r"\-") + '" (%d)"' % value]
            out += text(entry["doc"]) if "doc" in entry else [r"\&"]
            value += 1
    return out


def form(attr):
    """The type of an attribute, in brackets."""
    kind = attr["type"]
    if kind == "nest":
        kind = "nest of " + attr["nested-attributes"]
    elif "enum" in attr:
        kind += ", a value of " + attr["enum"]
    elif kind == "binary":
        checks = attr.get("checks", {})
        if "exact-len" in checks:
            kind = "%d bytes" % checks["exact-len"]
    if attr.get("multi-attr"):
        kind += ", repeated"
    return kind.replace("-", r"\-")


def attributes(spec):
    """The sets of attributes."""
    out = [".SH ATTRIBUTES"]
    for group in spec["attribute-sets"]:
        out += [".SS " + group["name"].replace("-", r"\-")]
        out += text(group["doc"]) if "doc" in group else []
        for attr in group["attributes"]:
            if attr["type"] == "pad":
                continue
            out += [".TP", ".BR %s \" (%s)\"" % (attr["name"].replace("-", r"\-"), form(attr))]
            out += text(attr["doc"]) if "doc" in attr else [r"\&"]
    return out


def directions(spec, op):
    """What goes with an operation, for each way it can be called."""
    out = []
    for how, what in (("do", "Request"), ("dump", "Dump")):
        if how not in op:
            continue
        request = op[how].get("request", {}).get("attributes", [])
        reply = op[how].get("reply", {}).get("attributes", [])
        out += [".IP"]
        out += [what + (", with" if request else ".")] + listing(request)
        out += ["Answered with"] + listing(reply) if reply else []
    if "event" in op:
        out += [".IP", "Sent with"] + listing(op["event"]["attributes"])
    if "notify" in op:
        out += [".IP", "Sent in the form of an answer to"] + listing([op["notify"]])
    if "mcgrp" in op:
        out += ["Sent to the group"] + listing([op["mcgrp"]])
    return out


def operations(spec):
    """All operations."""
    out = [".SH OPERATIONS"]
    for op in spec["operations"]["list"]:
        out += [".TP", name(op["name"])] + text(op["doc"]) + directions(spec, op)
    return out


def main():
    """Write the page."""
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    out = [HEAD, ".SH DESCRIPTION"]
    out += ["The name of the family is", ".BR %s ." % spec["name"]]
    out += text(spec["doc"]) + [MIDDLE]
    groups = [group["name"] for group in spec["mcast-groups"]["list"]]
    out += ["Its multicast groups are" if len(groups) > 1 else "Its multicast group is"]
    out += listing(groups)
    out += operations(spec) + attributes(spec) + definitions(spec) + [TAIL]
    print("\n".join(out))


main()
