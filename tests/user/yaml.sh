# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2016,SC2034
# What is wrong in a lab's file is said with file, line and key.
lab_file()
{
	cat >"$WORK/$1.yaml"
}

# says NAME WORDS: "lab up" of that file is refused with FILE:WORDS.
says()
{
	nsb lab up "$WORK/$1.yaml"
	ok "$3" refused 1 "$WORK/$1.yaml$2"
}

lab_file key <<'END'
name: x
namespaces:
  - name: a
    colour: red
END
says key ':3: Unexpected key: colour' "an unknown key"

lab_file number <<'END'
name: x
namespaces: [{name: a}]
bridges:
  - name: b
    mtu: huge
END
says number ":5: Invalid uint64_t value: 'huge' (in mapping field 'mtu')" "a number that is none"

lab_file missing <<'END'
name: x
namespaces:
  - name: a
ports:
  - {namespace: a, bridge: b}
END
says missing ':5: Missing required mapping field: device' "a key that is missing"

lab_file noname <<'END'
namespaces: []
END
says noname ':1: Missing required mapping field: name' "a lab without a name"

lab_file syntax <<'END'
name: x
namespaces:
  - name: [a
ports: }
END
says syntax ':4: did not find expected' "what is not YAML"

: >"$WORK/empty.yaml"
says empty ': nothing is in it' "an empty file"

lab_file kind <<'END'
name: x
kind: lions
END
says kind ":2: Invalid ENUM value: lions (in mapping field 'kind')" "an unknown kind"

lab_file long <<'END'
name: x
namespaces: [{name: a}]
bridges: [{name: b}]
ports:
  - namespace: a
    device: sixteen-letters-
    bridge: b
END
says long ':6: ports[0].device: "sixteen-letters-" is too long for a device: 15' "a device's name that is too long"

lab_file peer <<'END'
name: x
namespaces: [{name: long-namespace}]
bridges: [{name: b}]
ports:
  - {namespace: long-namespace, device: eth0, bridge: b}
END
says peer ':5: ports[0].peer: "long-namespace-eth0" is too long' "a derived name that is too long"

lab_file bridge <<'END'
name: x
bridges:
  - name: this-is-too-long
END
says bridge ':3: bridges[0].name: "this-is-too-long" is too long' "a bridge's name that is too long"

lab_file twice <<'END'
name: x
namespaces:
  - name: a
  - name: a
END
says twice ':4: namespaces[1].name: "a" is there twice' "a name that is there twice"

lab_file reference <<'END'
name: x
namespaces: [{name: a}]
ports:
  - {namespace: a, device: e, bridge: b}
END
says reference ':4: ports[0].bridge: no bridge "b" in this lab' "a bridge that is not there"

lab_file labname <<'END'
# a comment
name: a.b
END
says labname ':2: name: "a.b" must be letters' "a lab's name with a dot"

lab_file address <<'END'
name: x
namespaces: [{name: a}, {name: b}]
cables:
  - ends:
      - {namespace: a, device: e, addresses: [10.0.0.1/24]}
      - {namespace: b, device: e, addresses: [10.0.0.300/24]}
END
says address ':4: cables[0].addresses: "10.0.0.300/24" is no address' "an address that is none"

lab_file group <<'END'
name: x
namespaces: [{name: a}]
bridges: [{name: b}]
ports:
  - {namespace: a, device: e, bridge: b, mac: 03:00:00:00:00:01}
END
says group ':5: ports[0].mac: "03:00:00:00:00:01" is a group address' "a group address for a device"

lab_file ends <<'END'
name: x
namespaces: [{name: a}]
cables:
  - ends: [{namespace: a, device: e}]
END
says ends ':4: Insufficient entries' "a cable with one end"

lab_file check <<'END'
name: x
namespaces: [{name: a}]
checks:
  - ping: {from: a, to: 10.0.0.9}
END
says check ':4: checks[0].ping: no namespace of this lab has the address "10.0.0.9"' "a check of an address that nobody has"

lab_file both <<'END'
name: x
checks:
  - ping: {from: a, to: 10.0.0.9}
    tcp: {from: a, to: 10.0.0.9}
END
says both ':3: checks[0]: a check is one of' "a check that is two"

lab_file verdict <<'END'
name: x
bridges: [{name: b, default_verdict: unset}]
END
says verdict ":2: Invalid ENUM value: unset" "a verdict that is none"

lab_file rule <<'END'
name: x
namespaces: [{name: a}]
bridges: [{name: b}]
verdicts:
  - {bridge: b, from: a, to: any, verdict: deny}
  - {bridge: b, from: b, to: a, verdict: allow}
  - {bridge: b, from: a, to: c, verdict: allow}
END
says rule ':7: verdicts[2].to: "c" is no namespace of this lab' "a rule for a namespace that is not there"

lab_file anyany <<'END'
name: x
bridges: [{name: b}]
verdicts:
  - {bridge: b, from: any, verdict: deny}
END
says anyany ':4: verdicts[0]: from any to any is what "default_verdict"' "a rule from any to any"

lab_file nobridge <<'END'
name: x
namespaces: [{name: a}]
verdicts:
  - {bridge: b, from: a, verdict: deny}
END
says nobridge ':4: verdicts[0].bridge: no bridge "b" in this lab' "a rule of a bridge that is not there"

lab_file any <<'END'
name: x
namespaces: [{name: any}]
bridges: [{name: b}]
verdicts:
  - {bridge: b, from: any, to: any, verdict: deny}
END
says any ':5: verdicts[0].from: "any" is also a namespace' "a namespace that is called any"

nsb lab up "$WORK/no-such.yaml"
ok "a file that is not there" refused 1 "$WORK/no-such.yaml: No such file"
nsb lab up "$WORK/"
ok "a directory" refused 1 "Is a directory"
for lab in "$USER_DIR"/labs/*.yaml; do
	nsb lab check "$lab"
	ok "the bundled $(basename "$lab") is well formed" refused 1 'is up: build it with'
done
