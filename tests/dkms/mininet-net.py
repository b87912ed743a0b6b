#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Mininet's hosts on nsveth cables and nsbridge switches: h1 and h2 on s1, h3 on
s2, and a cable between the switches."""
import sys

from mininet.link import Link
from mininet.net import Mininet
from mininet.node import Switch
from mininet.util import quietRun


class Cable(Link):
    """As mininet makes a pair of veth: within the first node, and the second end
    goes to the other one by pid."""
    @classmethod
    def makeIntfPair(cls, intfname1, intfname2, addr1=None, addr2=None,
                     node1=None, node2=None, deleteIntfs=True):
        words = ["ip link add name", intfname1]
        if addr1:
            words += ["address", addr1]
        words += ["type nsveth peer name", intfname2]
        if addr2:
            words += ["address", addr2]
        words += ["netns", str(node2.pid)]
        said = node1.cmd(*words)
        if said.strip():
            raise RuntimeError(said)


class NsBridge(Switch):
    """A switch in the namespace where mininet runs."""
    def connected(self):
        return True

    def start(self, _controllers):
        said = self.cmd("ip link add", self.name, "type nsbridge")
        for intf in self.intfList():
            if self.name in intf.name:
                said += self.cmd("ip link set", intf.name, "master", self.name, "up")
        said += self.cmd("ip link set", self.name, "up")
        if said.strip():
            raise RuntimeError(said)

    def stop(self, deleteIntfs=True):
        self.cmd("ip link del", self.name)
        super().stop(deleteIntfs)


net = Mininet(switch=NsBridge, link=Cable, controller=None)
h1, h2, h3 = (net.addHost(name) for name in ("h1", "h2", "h3"))
s1, s2 = (net.addSwitch(name) for name in ("s1", "s2"))
for ends in ((h1, s1), (h2, s1), (h3, s2), (s1, s2)):
    net.addLink(*ends)
net.start()
lost = net.pingAll(timeout="10")
crossings = quietRun("nsbridge crossing show")
net.stop()
print("lost %s %%\n%s" % (lost, crossings))
sys.exit(0 if lost == 0 and "s1" in crossings else 1)
