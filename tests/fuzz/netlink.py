#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Throw messages at the family "nsbridge": valid, nearly valid and random ones.

    netlink.py SPEC COUNT SEED [refused]

SPEC is kmod/netlink/nsbridge.yaml: the operations, attributes and types are
read from it. With "refused" each request must be refused with EPERM.
Whatever is sent, the kernel has to answer the next question; a refusal must be
one of the usual ones; and an answer must be as the specification says.
"""

import errno
import glob
import os
import random
import socket
import struct
import sys
import time

import yaml

REQUEST, MULTI, ACK, DUMP = 1, 2, 4, 0x300
ERROR, DONE = 2, 3
NESTED = 0x8000
CTRL, CTRL_GETFAMILY, CTRL_NAME = 16, 3, 2
SYNC = 0xfffffff0
SIZES = {"u16": 2, "u32": 4, "s32": 4, "u64": 8, "flag": 0}
USUAL = {errno.EPERM, errno.EINVAL, errno.ENOENT, errno.ENODEV, errno.EEXIST, errno.ERANGE,
         errno.EOPNOTSUPP, errno.ENOSPC, errno.EMSGSIZE, errno.EBUSY, errno.EADDRNOTAVAIL,
         errno.ENOLINK, errno.EBADF, errno.ESRCH, errno.ENOMEM}


class Bad(Exception):
    """What the kernel must not do."""


def align(data):
    return data + b"\0" * (-len(data) % 4)


def attr(kind, data):
    return align(struct.pack("HH", 4 + len(data), kind & 0xffff) + data)


def split(data):
    """(type, value) of the attributes in it, which must fill it."""
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        if size < 4 or size > len(data):
            raise Bad("an attribute of %d bytes in %d" % (size, len(data)))
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]
    if data:
        raise Bad("%d bytes behind the last attribute" % len(data))


class Spec:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)
        self.sets = {s["name"]: [dict(a, number=i + 1) for i, a in enumerate(s["attributes"])]
                     for s in spec["attribute-sets"]}
        self.enums = {d["name"]: len(d["entries"]) for d in spec["definitions"]}
        self.ops = []
        by_name = {}
        for number, op in enumerate(spec["operations"]["list"], 1):
            by_name[op["name"]] = op
            op["number"] = number
            if "notify" in op:
                op["attribute-set"] = by_name[op["notify"]]["attribute-set"]
            for mode in ("do", "dump"):
                if mode in op:
                    self.ops.append((number, mode, op["attribute-set"],
                                     op[mode].get("request", {}).get("attributes", [])))
        self.set_of = {op["number"]: op["attribute-set"] for op in by_name.values()}
        self.last = len(by_name)

    def check(self, name, data):
        """Is this what the specification says of the set?"""
        known = {a["number"]: a for a in self.sets[name]}
        for kind, value in split(data):
            a = known.get(kind)
            if not a:
                raise Bad("attribute %d in %s" % (kind, name))
            if a["type"] == "nest":
                self.check(a["nested-attributes"], value)
            elif a["type"] in SIZES and len(value) != SIZES[a["type"]]:
                raise Bad("%s.%s has %d bytes" % (name, a["name"], len(value)))
            elif "enum" in a and struct.unpack("I", value)[0] >= self.enums[a["enum"]]:
                raise Bad("%s.%s is %r" % (name, a["name"], value))
            elif "exact-len" in a.get("checks", {}) and len(value) != a["checks"]["exact-len"]:
                raise Bad("%s.%s has %d bytes" % (name, a["name"], len(value)))


class Fuzz:
    def __init__(self, spec, seed, refused):
        self.spec = spec
        self.rand = random.Random(seed)
        self.refused = refused
        # of this namespace: /sys may be that of another
        self.devices = {name: index for index, name in socket.if_nameindex()}
        self.inodes = []
        for path in glob.glob("/proc/[0-9]*/ns/net"):
            try:
                self.inodes.append(os.stat(path).st_ino)
            except OSError:
                pass
        self.fds = [os.open("/proc/self/ns/net", os.O_RDONLY), 0]
        self.answers = {}
        self.open()
        self.family = self.find()

    def open(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.settimeout(20)
        self.cut = False
        # extack, and strict checking, as a good client asks for
        self.sock.setsockopt(270, 11, 1)
        self.sock.setsockopt(270, 12, self.rand.randrange(2))

    def find(self):
        self.question(1)
        for kind, _, _, body in self.read():
            if kind == CTRL:
                for number, value in split(body[4:]):
                    if number == 1:
                        return struct.unpack("H", value)[0]
        raise Bad("no family nsbridge")

    def question(self, seq):
        """One that has nothing to do with the module, and is always answered."""
        body = struct.pack("BBH", CTRL_GETFAMILY, 1, 0) + attr(CTRL_NAME, b"nsbridge\0")
        self.sock.send(struct.pack("IHHII", 16 + len(body), CTRL, REQUEST, seq, 0) + body)

    def read(self):
        # The kernel fills a dump's messages as far as the largest buffer it has
        # seen, so that a smaller one cuts them off.
        try:
            data, _, how, _ = self.sock.recvmsg(self.rand.choice((4096, 16384, 65536)))
        except socket.timeout:
            raise Bad("no answer in 20 seconds") from None
        except OSError as err:
            if err.errno != errno.ENOBUFS:
                raise
            return
        self.cut = bool(how & socket.MSG_TRUNC)
        while len(data) >= 16:
            size, kind, flags, seq, _ = struct.unpack_from("IHHII", data)
            if self.cut and size > len(data):
                return
            if size < 16 or size > len(data):
                raise Bad("a message of %d bytes in %d" % (size, len(data)))
            yield kind, flags, seq, data[16:size]
            data = data[(size + 3) & ~3:]

    # ---- values

    def number(self, bits):
        r = self.rand
        return r.choice((0, 1, 2, 3, (1 << bits) - 1, 1 << (bits - 1), r.getrandbits(bits),
                         r.randrange(5000))) & ((1 << bits) - 1)

    def value(self, a):
        r, kind, name = self.rand, a["type"], a["name"]
        if kind == "nest":
            inner = [b for b in self.spec.sets[a["nested-attributes"]] if b["type"] != "pad"]
            return b"".join(self.attribute(b) for b in r.sample(inner, r.choice((1, 1, 1, 2, 0))))
        if kind == "binary":
            size = a.get("checks", {}).get("exact-len", r.randrange(40))
            return r.choice((bytes((2, 0, 0, 0, 0, r.randrange(20))), r.randbytes(6)))[:size] \
                if size == 6 else r.randbytes(size)
        if kind not in SIZES:
            return r.randbytes(r.randrange(12))
        bits = 8 * SIZES[kind]
        if not bits:
            return b""
        val = self.number(bits)
        if name in ("ifindex", "port", "far") and r.random() < .9:
            # mostly what it is meant for, else any device
            likely = [i for n, i in self.devices.items() if n[0] == ("b" if name == "ifindex" else "p")]
            val = r.choice(likely * 4 + list(self.devices.values()))
        elif name == "inode" and r.random() < .9:
            val = r.choice(self.inodes)
        elif name == "fd" and r.random() < .7:
            val = r.choice(self.fds)
        elif name == "pid" and r.random() < .7:
            val = os.getpid()
        elif "enum" in a and r.random() < .9:
            val = r.randrange(self.spec.enums[a["enum"]])
        elif name == "vlan" and r.random() < .7:
            val = r.randrange(3)
        return val.to_bytes(bits // 8, "little")

    def attribute(self, a):
        return attr(a["number"] | (NESTED if a["type"] == "nest" else 0), self.value(a))

    # ---- messages

    def valid(self):
        number, mode, name, wanted = self.rand.choice(self.spec.ops)
        known = {a["name"]: a for a in self.spec.sets[name]}
        # for most operations all of them are needed
        some = [w for w in wanted if self.rand.random() < (.9 if mode == "do" else .4)]
        return number, mode, b"".join(self.attribute(known[w]) for w in some)

    def deep(self):
        """A nest in a nest in a nest."""
        data = b""
        for _ in range(self.rand.randrange(2, 400)):
            data = attr(self.rand.randrange(1, 8) | NESTED, data)
        return data

    def spoilt(self, number, mode, body):
        """One thing about it is wrong."""
        r = self.rand
        how = r.randrange(9)
        if how == 0:
            body = body[:r.randrange(len(body) + 1)]
        elif how == 1 and body:
            at = r.randrange(len(body))
            body = body[:at] + bytes((r.randrange(256),)) + body[at + 1:]
        elif how == 2:
            body += body
        elif how == 3:
            body += r.randbytes(r.randrange(1, 64))
        elif how == 4:
            # an attribute that is not for this operation
            _, _, name, _ = r.choice(self.spec.ops)
            body += self.attribute(r.choice(self.spec.sets[name]))
        elif how == 5:
            mode = "dump" if mode == "do" else "do"
        elif how == 6:
            number = r.randrange(256)
        elif how == 7:
            body += self.deep()
        elif len(body) >= 4:
            # the length of the first attribute
            body = struct.pack("H", r.choice((0, 1, 3, 4, 5, 0xffff, len(body) + 1))) + body[2:]
        return number, mode, body

    def message(self):
        chance = self.rand.random()
        number, mode, body = self.valid()
        if chance > .5:
            number, mode, body = self.spoilt(number, mode, body)
        if chance > .9:
            body = self.rand.randbytes(self.rand.randrange(200))
        flags = REQUEST | ACK | (DUMP if mode == "dump" else 0)
        if chance > .95:
            flags = REQUEST | self.rand.randrange(0x1000)
        return number, flags, body

    # ---- what comes back

    def refusal(self, body):
        err = -struct.unpack_from("i", body)[0]
        self.answers[err] = self.answers.get(err, 0) + 1
        if err and err not in USUAL:
            raise Bad("refused with %s" % errno.errorcode.get(err, err))
        return err

    def collect(self, seq, leave):
        """All answers up to that to the question; of a dump up to its end, if it
        is not left in the middle."""
        dumping = asked = False
        ops = self.spec.last
        while not asked or dumping:
            for kind, flags, got, body in self.read():
                if got == SYNC:
                    asked = True
                elif got != seq:
                    raise Bad("an answer to nothing, %d and not %d" % (got, seq))
                elif kind == ERROR:
                    if not self.refusal(body) and self.refused:
                        raise Bad("not refused")
                elif kind == DONE:
                    dumping = False
                    if self.refusal(body) == 0 and self.refused:
                        raise Bad("not refused")
                elif kind == self.family:
                    if self.refused:
                        raise Bad("an answer without the right to one")
                    dumping = bool(flags & MULTI)
                    if not 0 < body[0] <= ops:
                        raise Bad("an answer of operation %d" % body[0])
                    self.spec.check(self.spec.set_of[body[0]], body[4:])
            # what was cut off may have been the end
            if self.cut or dumping and leave:
                self.sock.close()
                self.open()
                return

    def one(self, seq):
        number, flags, body = self.message()
        data = struct.pack("BBH", number & 0xff, self.rand.choice((1, 1, 1, 0, 255)), 0) + body
        size = 16 + len(data)
        if self.rand.random() < .01:
            # the kernel drops what is longer than it is, and must not read on
            size += self.rand.choice((1, 4, 4096, 1 << 31))
        self.sock.send(struct.pack("IHHII", size & 0xffffffff, self.family, flags, seq, 0) + data)
        self.question(SYNC)
        self.collect(seq, self.rand.random() < .3)

    def run(self, count, until):
        for i in range(count):
            if until and time.monotonic() > until:
                return i
            state = self.rand.getstate()
            try:
                self.one(i + 2)
            except Bad as bad:
                self.rand.setstate(state)
                number, flags, body = self.message()
                raise Bad("%s, after message %d: operation %d flags %#x attributes %s" %
                          (bad, i, number, flags, body.hex())) from None
        return count


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__.strip())
    seed, count = int(sys.argv[3]), int(sys.argv[2])
    fuzz = Fuzz(Spec(sys.argv[1]), seed, "refused" in sys.argv[4:])
    start = time.monotonic()
    try:
        # a slow machine sends fewer, rather than none of what comes after
        limit = float(os.environ.get("NSB_FUZZ_SECONDS", "0"))
        sent = fuzz.run(count, start + limit if limit else 0)
    except Bad as bad:
        sys.exit("seed %d: %s" % (seed, bad))
    told = ", ".join("%s %d" % (errno.errorcode.get(e, "done"), n)
                     for e, n in sorted(fuzz.answers.items()))
    print("%d messages in %.1f s, seed %d: %s" % (sent, time.monotonic() - start, seed, told))


main()
