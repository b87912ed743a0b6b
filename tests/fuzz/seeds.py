#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Answers for answers.c to begin with, one of each kind that the specification
knows, with all its attributes.

    seeds.py SPECIFICATION FOLDER
"""
import struct
import sys

import yaml

FAMILY = 32
RTM_NEWLINK = 16
MULTI = 2


def attr(kind, data):
    pad = -len(data) % 4
    return struct.pack("=HH", len(data) + 4, kind) + data + b"\0" * pad


def message(kind, body, flags=MULTI):
    return struct.pack("=IHHII", len(body) + 16, kind, flags, 0, 0) + body


def datagram(*messages):
    body = b"".join(messages)
    return struct.pack("=H", len(body)) + body


class Spec:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)
        self.sets = {s["name"]: s["attributes"] for s in spec["attribute-sets"]}
        self.operations = spec["operations"]["list"]

    def value(self, a):
        kind = a["type"]
        if kind == "nest":
            return b"".join(attr(i + 1, self.value(b)) for i, b in
                            enumerate(self.sets[a["nested-attributes"]]) if b["type"] != "pad")
        if kind == "binary":
            return bytes(range(2, 2 + a.get("checks", {}).get("exact-len", 6)))
        size = {"flag": 0, "pad": 0, "u8": 1, "u16": 2, "u32": 4, "s32": 4, "u64": 8}[kind]
        return (1).to_bytes(size, "little") if size else b""

    def answer(self, number, operation):
        body = struct.pack("=BBH", number, 1, 0)
        for i, a in enumerate(self.sets[operation["attribute-set"]]):
            if a["type"] == "pad":
                continue
            for _ in range(2 if a.get("multi-attr") else 1):
                body += attr(i + 1, self.value(a))
        return message(FAMILY, body)


def link():
    slave = b"".join(attr(i, b"\1\0\0\0\0\0\0\0"[:8 if i in (11, 12) else 4 if i in (8, 10) else 1])
                     for i in range(1, 13))
    info = attr(1, b"nsveth\0") + attr(4, b"nsbridge\0") + attr(5, slave)
    body = struct.pack("=BBHiII", 0, 0, 1, 7, 3, 0)
    body += attr(3, b"eth0\0") + attr(10, struct.pack("=I", 3)) + attr(5, struct.pack("=I", 8))
    body += attr(37, struct.pack("=i", 4)) + attr(33, b"\1") + attr(18, info)
    return message(RTM_NEWLINK, body)


def error(text, code=-22):
    head = struct.pack("=i", code) + struct.pack("=IHHII", 20, FAMILY, 5, 0, 0)
    return message(2, head + attr(1, text + b"\0") + attr(2, struct.pack("=I", 20)), 0x100 | 0x200)


def main():
    spec, folder = Spec(sys.argv[1]), sys.argv[2]
    which = {"crossing-get": (0, 1), "namespace-get": (2,), "fdb-get": (3,), "port-get": (4,)}
    seeds = {"link": b"\5" + datagram(link(), link()), "one": b"\6" + datagram(link()),
             "error": b"\7" + datagram(error(b"no such thing")),
             "no-errno": b"\7" + datagram(error(b"", -2 ** 31)),
             "done": b"\0" + datagram(message(3, struct.pack("=i", -2) + attr(1, b"gone\0"), MULTI | 0x200))}
    for number, operation in enumerate(spec.operations, 1):
        name = operation["name"]
        # a notification is the answer to another operation
        like = next((o for o in spec.operations if o["name"] == operation.get("notify")), operation)
        one = spec.answer(number, like)
        for kind in which.get(name, ()):
            seeds[f"{name}.{kind}"] = bytes([kind]) + datagram(one, one)
        if "event" in operation or "notify" in operation:
            seeds[name] = b"\x08" + datagram(one) + datagram(one)
    for name, data in seeds.items():
        with open(f"{folder}/{name}", "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
