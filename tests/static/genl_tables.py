#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Print the tables of a generic-netlink family in one form, from C source.

    genl_tables.py HEADER SOURCE

The generator writes split operations, and the module has to write what 6.1
knows. What is printed is the same for both: each operation with its policy,
entry by entry, nested ones included, and no names of tables or functions.
"""

import re
import sys

# ETH_ALEN is spelled out by the generator.
NUMBERS = {"ETH_ALEN": "6"}


def uncomment(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def numbers(header):
    """The values of the enums in the UAPI header, which count from NAME = 1."""
    values = {}
    for body in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", header, flags=re.S):
        value = 0
        for item in filter(None, map(str.strip, body.split(","))):
            name, _, given = map(str.strip, item.partition("="))
            if given.isdigit():
                value = int(given)
            elif given:
                continue
            values[name] = value
            value += 1
    return values


def initialisers(text, kind):
    """NAME and BODY of each "KIND NAME[...] = { BODY };"."""
    found = re.findall(r"\b%s\s+(\w+)(?:\[[^\]]*\])?[\w\s]*=\s*\{(.*?)\n\};" % kind,
                       text, flags=re.S)
    return dict(found)


def fields(body):
    """.NAME = VALUE pairs, of an initialiser without braces in it."""
    return dict(re.findall(r"\.(\w+)\s*=\s*([^,]+?)\s*(?:,|$)", body.strip()))


class Tables:
    def __init__(self, header, source):
        self.values = numbers(header)
        self.policies = {name: self.entries(body) for name, body in
                         initialisers(source, "struct nla_policy").items()}
        self.source = source

    def entries(self, body):
        """(attribute, what is said of it), by number."""
        found = re.findall(r"\[(\w+)\]\s*=\s*(\{[^}]*\}|\w+\([^)]*\))\s*,", body)
        if len(found) != body.count("["):
            sys.exit("cannot read a policy:\n" + body)
        return sorted(found, key=lambda e: self.values[e[0]])

    def policy(self, name, depth=1):
        for attr, what in self.policies[name]:
            what = re.sub(r"\w+", lambda m: NUMBERS.get(m[0], m[0]), what)
            nested = re.fullmatch(r"NLA_POLICY_NESTED(_ARRAY)?\((\w+)\)", what)
            if nested:
                what = "NLA_POLICY_NESTED%s" % (nested[1] or "")
            print("%s[%s] = %s" % ("\t" * depth, attr, " ".join(what.split())))
            if nested:
                self.policy(nested[2], depth + 1)

    def maxattr(self, text):
        size = re.fullmatch(r"ARRAY_SIZE\((\w+)\) - 1", text)
        if size:
            return self.values[self.policies[size[1]][-1][0]]
        return self.values[text]

    def operation(self, body):
        op = fields(body)
        flags = [f.strip() for f in op.pop("flags", "").split("|")]
        flags = sorted(f for f in flags if f and not f.startswith("GENL_CMD_CAP_"))
        # Operations that are not split have one policy for both.
        modes = [m for m in ("doit", "dumpit") if op.pop(m, None)]
        cmd = op.pop("cmd")
        maxattr = self.maxattr(op.pop("maxattr"))
        policy = op.pop("policy")
        for mode in modes:
            print("%s %s" % (cmd, mode))
            print("\tflags %s" % " | ".join(flags))
            print("\tmaxattr %d" % maxattr)
            for name in sorted(op):
                print("\t%s %s" % (name, op[name]))
            self.policy(policy)

    def show(self):
        ops = (initialisers(self.source, r"struct genl_split_ops") or
               initialisers(self.source, r"struct genl_ops"))
        (body,) = ops.values()
        found = re.findall(r"\{(.*?)\}", body, flags=re.S)
        if not found:
            sys.exit("no operations")
        # by number: the order in the table is nobody's affair
        for op in sorted(found, key=lambda b: self.values[fields(b)["cmd"]]):
            self.operation(op)

        (body,) = initialisers(self.source, "struct genl_multicast_group").values()
        for group in re.findall(r"\{(.*?)\}", body, flags=re.S):
            # flags of a group are nothing that the generator writes
            print("group %s" % re.search(r'"\w+"|NSBRIDGE_MCGRP_\w+', group)[0])

        (body,) = initialisers(self.source, "struct genl_family").values()
        family = fields(body)
        for name in ("name", "version", "netnsok", "parallel_ops"):
            print("family %s %s" % (name, family.get(name)))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        header = uncomment(file.read())
    with open(sys.argv[2], encoding="utf-8") as file:
        source = uncomment(file.read())
    # names of strings in the header stand for the strings
    for name, text in re.findall(r'#define\s+(NSBRIDGE_MCGRP_\w+)\s+("\w+")', header):
        source = re.sub(r"\b%s\b" % name, text, source)
    Tables(header, source).show()


main()
