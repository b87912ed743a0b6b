#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tables and a chart of what tests/bench/run has measured.

    report.py RESULTS CHART.svg
"""
import collections
import statistics
import sys

PATHS = ["veth", "veth-bridge", "macvlan", "ipvlan", "netkit", "nsveth", "nsbridge",
         "nsbridge-veth"]
OURS = ("nsveth", "nsbridge", "nsbridge-veth")


def table(title, head, rows):
    if not rows:
        return
    cells = [head] + rows
    width = [max(len(str(r[i])) for r in cells) for i in range(len(head))]
    print(title)
    for r in cells:
        print("  " + "  ".join(str(c).ljust(width[i]) if i == 0 else str(c).rjust(width[i])
                               for i, c in enumerate(r)))
    print()


def spread(values):
    m = statistics.median(values)
    return f"{100 * (max(values) - min(values)) / m:.1f} %" if m else "-"


def chart(data, path):
    """Bars: instructions per frame, by kernel and way."""
    bar, gap, left, scale = 16, 5, 130, 460 / max(v for d in data.values() for v in d.values())
    y, out = 34, []
    for kernel, values in data.items():
        out.append(f'<text x="8" y="{y}" class="h">Linux {kernel}</text>')
        y += 10
        for name in PATHS:
            if name not in values:
                continue
            v = values[name]
            kind = "o" if name in OURS else "s"
            out.append(f'<text x="{left - 6}" y="{y + 12}" class="n">{name}</text>'
                       f'<rect x="{left}" y="{y}" width="{v * scale:.0f}" height="{bar}" class="{kind}"/>'
                       f'<text x="{left + v * scale + 5:.0f}" y="{y + 12}">{v:,.0f}'
                       f' ({v / values["veth"]:.2f})</text>')
            y += bar + gap
        y += 26
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="740" height="{y}" font-family="sans-serif"'
                ' font-size="12"><style>.h{font-weight:bold;font-size:13px}.n{text-anchor:end}'
                '.o{fill:#2a6f97}.s{fill:#b8bec4}text{fill:#222}'
                '@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>'
                '<text x="8" y="14">Instructions per 64-byte frame from namespace to namespace '
                '(and ratio to a bare veth pair): less is better</text>')
        f.write("".join(out) + "</svg>\n")


def frames(kernel, rows):
    cost = collections.defaultdict(list)
    for path, size, sent, received, ns in rows:
        if path != "none" and int(received) < int(sent):
            print(f"# {kernel} {path}: of {sent} frames {received} arrived")
        cost[int(size), path].append(int(ns) / int(sent))
    result = {}
    for size in sorted({s for s, _ in cost}):
        none = statistics.median(cost[size, "none"])
        net = {p: statistics.median(cost[size, p]) - none for p in PATHS if cost[size, p]}
        if size == 64:
            result = net
        table(f"Linux {kernel}: instructions per frame of {size} bytes, net of the generator's {none:.0f}",
              ["way", "median", "spread", "to veth"],
              [[p, f"{v:.0f}", spread(cost[size, p]), f"{v / net['veth']:.3f}"] for p, v in net.items()])
    return result


def talk(kernel, streams, echoes):
    rate, rtt = collections.defaultdict(list), collections.defaultdict(list)
    for path, size, ns in streams:
        rate[path].append(8 * int(size) / int(ns))
    for path, _, ns in echoes:
        rtt[path].append(int(ns))
    if not rate or not rtt["veth"]:
        return
    base = statistics.median(rate["veth-bridge"])
    table(f"Linux {kernel}: TCP stream in bits per instruction, ping in instructions there and back",
          ["way", "stream", "to veth-bridge", "ping", "to veth"],
          [[p, f"{statistics.median(rate[p]):.2f}", f"{statistics.median(rate[p]) / base:.2f}",
            f"{statistics.median(rtt[p]):.0f}",
            f"{statistics.median(rtt[p]) / statistics.median(rtt['veth']):.2f}"]
           for p in PATHS if rate[p] and rtt[p]])


def size(kernel, kinds):
    own = {"arp": 0}
    for path, _, ns in kinds["unicast"]:
        own["entries"] = own["ports"] = int(ns)
    for kind, what in (("entries", "a unicast frame, by entries in the table"),
                       ("ports", "a unicast frame, by ports"),
                       ("arp", "an ARP request, by ports")):
        cost = {(p, int(n)): int(ns) for p, n, ns in kinds[kind]}
        if kind == "arp":
            own["arp"] = cost.pop(("none", 0), 0)
        rows = []
        for path in ("nsbridge", "veth-bridge"):
            ns = sorted(n for p, n in cost if p == path)
            for n in ns:
                v = cost[path, n] - own[kind]
                first = cost[path, ns[0]] - own[kind]
                rows.append([path, f"{n:,}", v, f"{v / first:.2f}"])
        table(f"Linux {kernel}: instructions for {what}", ["way", "how many", "median", "to the first"], rows)


def cpus(kernel, rows):
    times = collections.defaultdict(list)
    for path, n, ns in rows:
        times[path, n].append(int(ns))
    out = []
    for path in ("nsbridge", "veth-bridge"):
        if times[path, "1"]:
            one, two = (statistics.median(times[path, n]) for n in "12")
            out.append([path, f"{one / two:.2f}", spread(times[path, "1"]), spread(times[path, "2"])])
    table(f"Linux {kernel}: two flows, speed on two CPUs against one (noisy: an emulator's wall clock)",
          ["way", "ratio", "spread on one", "on two"], out)


def best(rows):
    """Of rows of (key..., frames, ns) the best and the median of each key, in ns a frame."""
    every = collections.defaultdict(list)
    for *key, n, ns in rows:
        every[tuple(key)].append(int(ns) / int(n))
    return {k: (min(v), statistics.median(v), len(v)) for k, v in every.items()}


def native(kernel, kinds):
    """Nanoseconds. Only the best of many rounds compare, as whatever disturbs only adds."""
    got = best((path, n, ns) for path, _, n, ns in kinds["native"])
    if got:
        none, rounds = got[("none",)][0], got[("none",)][2]
        base = got[("veth",)][0] - none
        table(f"{kernel}: nanoseconds per frame of 64 bytes, net of the generator's {none:.0f}, "
              f"best of {rounds} rounds in turn",
              ["way", "best", "median", "to veth"],
              [[p, f"{got[p,][0] - none:.0f}", f"{got[p,][1] - got['none',][1]:.0f}",
                f"{(got[p,][0] - none) / base:.2f}"] for p in PATHS if (p,) in got])
    got = best(kinds["full"])
    for what, text in (("same", "always to one address, by entries in the table"),
                       ("any", "each to another address at random, by entries to choose from")):
        net = {int(n): got[what, path, n][0] - got[what, "none", n][0]
               for w, path, n in got if w == what and path != "none"}
        first = min(net, default=None)
        table(f"{kernel}: nanoseconds per frame, {text}", ["entries", "best", "to the first"],
              [[f"{n:,}", f"{net[n]:.0f}", f"{net[n] / net[first]:.2f}"] for n in sorted(net)])


def dumps(kernel, kinds):
    """What it costs to look at a big bridge. In an emulator that counts, a millisecond is a
    million instructions."""
    table(f"{kernel}: memory of the kernel", ["of", "how many", "bytes each"],
          [[what, f"{int(n):,}", f"{int(size) / int(n):.0f}"] for what, n, size in kinds["memory"]])
    table(f"{kernel}: the kernel's part of a dump", ["of", "messages", "bytes each", "ms", "at work", "ns each",
                                                     "longest read, us"],
          [[what, f"{int(n):,}", f"{int(size) / max(int(n), 1):.0f}", ms, work,
            f"{int(work) * 1e6 / max(int(n), 1):.0f}", longest]
           for what, n, size, ms, work, longest in kinds["dump"]])
    table(f"{kernel}: the command", ["what", "rows", "ms", "at work", "MiB at most", "bytes a row"],
          [[what, f"{int(n):,}", ms, work, f"{int(kib) / 1024:.0f}", f"{int(kib) * 1024 / max(int(n), 1):.0f}"]
           for what, n, ms, work, kib in kinds["command"]])
    for work, kib in kinds["top"]:
        print(f"{kernel}: one more look of crossing top: {work} ms at work, {int(kib) / 1024:.0f} MiB in all\n")
    table(f"{kernel}: a frame of 64 bytes while dumps run, the generator's own cost included",
          ["dumps of", "ns, those of dumps taken off", "dumps' share of the time"],
          [[what, f"{(int(ns) - int(others)) / int(n):.0f}", f"{100 * int(others) / int(ns):.0f} %"]
           for what, n, ns, others in kinds["beside"]])


def main():
    kernels = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(sys.argv[1], encoding="ascii") as f:
        for line in f:
            kernel, kind, *rest = line.split()
            kernels[kernel][kind].append(rest)
    net = {}
    for kernel, kinds in kernels.items():
        if kinds["frame"]:
            net[kernel] = frames(kernel, kinds["frame"])
        talk(kernel, kinds["stream"], kinds["echo"])
        size(kernel, kinds)
        cpus(kernel, kinds["cpus"])
        native(kernel, kinds)
        dumps(kernel, kinds)
    if net:
        chart(net, sys.argv[2])
    for kernel, v in net.items():
        print(f"bench: crossing kernel={kernel} " + " ".join(
            f"{name}={v['nsbridge'] / v[p]:.2f}"
            for name, p in (("veth", "veth"), ("bridge", "veth-bridge"), ("macvlan", "macvlan"),
                            ("ipvlan", "ipvlan"), ("netkit", "netkit")) if p in v))


main()
