# SPDX-License-Identifier: GPL-2.0
# For people; what the kernel's build system reads is in Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local

all: ## the module (when this kernel's headers are here) and the command
	@if [ -e "$(KDIR)/Makefile" ]; then \
		$(MAKE) --no-print-directory module; \
	else \
		echo "No headers of the running kernel in $(KDIR): only the command is built."; \
		echo "For the module, type: apt-get install linux-headers-$$(uname -r)"; \
		echo "               or:  make KDIR=/path/to/headers module"; \
	fi
	@$(MAKE) --no-print-directory user

module: ## nsbridge.ko, for the running kernel or KDIR=/path/to/headers
	@[ -e "$(KDIR)/Makefile" ] || { \
		echo "No kernel headers in $(KDIR); type: apt-get install linux-headers-$$(uname -r)"; \
		echo "                                or: make KDIR=/path/to/headers module"; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

user: ## the command and the plugins for ip
	$(MAKE) -C user

test: ## all tests: static, command, kunit, debug kernel, virtual machines
	@tests/vm/deps.sh
	-@tests/vm/deps.sh fuzz
	@tests/run

test-all: ## the same, with every script in every kernel (an hour)
	@tests/vm/deps.sh
	-@tests/vm/deps.sh fuzz
	@tests/run -a

test-quick: ## kunit and behaviour in the debug kernel only
	@tests/vm/deps.sh
	@tests/run -q

test-labs: ## every bundled lab on both kernels, 100 crashes, a lab of 1,000 (half an hour)
	@tests/vm/deps.sh
	$(MAKE) -C user
	KILLS=100 ONLY=crash NSBRIDGE=$(CURDIR)/user/nsbridge sh tests/user/run.sh
	tests/user/docker.sh
	tests/vm/run.sh -k 6.1 -c -- tests/user/labs.sh tests/user/replicas.sh
	tests/vm/uml.sh -V fast run -c -- "tests/user/lab_time.sh 200"
	tests/vm/run.sh -k 6.1 -c -m 2048 -q "-icount shift=0,sleep=off -cpu max,-erms,-fsrm" -a tsc=reliable -- \
		"tests/user/lab_time.sh 1000 exact"
	tests/vm/run.sh -k 6.12 -c -- tests/user/labs.sh tests/user/replicas.sh

test-attacks: ## every attack, stock bridge beside nsbridge, and a table (half an hour)
	@tests/vm/deps.sh
	@tests/run /attack_

test-counters: ## crossings, tcpdump, ip -s link and ethtool -S count the same, on three kernels
	@tests/vm/deps.sh
	@tests/run /bridge_tcpdump

test-scale: ## 10,000 ports, 1,000,000 entries, ARP among 1,000 namespaces (K=...)
	@tests/vm/deps.sh
	@tests/vm/run.sh -k $(or $(K),6.1) -m 4096 -t 7200 -- \
		"tests/net/bridge_scale.sh full" "tests/net/bridge_arp.sh 1000"

test-race: ## pairs of things at once, thousands of times: debug kernel, then two processors (TIMES=20, K=)
	@tests/vm/deps.sh
	@tests/vm/uml.sh run -t 7200 -- "tests/net/bridge_race.sh $(or $(TIMES),20)"
	@tests/vm/run.sh -k $(or $(K),6.1) -s 2 -t 7200 -- "tests/net/bridge_race.sh $(or $(TIMES),20)"

soak: ## 10,000,000 frames while everything changes, then 1,000 rounds (K=, FRAMES=, SEED=)
	@tests/vm/deps.sh
	@tests/vm/run.sh -k $(or $(K),6.1) -s 2 -m 2048 -t 14400 -- \
		"tests/net/bridge_soak.sh $(or $(FRAMES),10000000) $(or $(SEED),1)" \
		"tests/net/bridge_rounds.sh 1000"

memory: ## bytes per pair, port, namespace, entry and crossing, on three kernels
	@tests/vm/deps.sh
	@for k in 6.1 6.12 7.3; do \
		tests/vm/run.sh -k $$k -s 2 -t 1800 -- tests/bench/memory.sh | sed -n "s/^@/$$k/p"; \
	done

test-kcsan: ## data races: a KCSAN kernel on two processors, its first build takes 15 minutes
	@tests/vm/deps.sh
	@tests/vm/kcsan.sh
	@tests/run '^kcsan/'

fuzz: ## the command's parsers and the netlink family for long (MINUTES=10, SEED=at random)
	@tests/vm/deps.sh
	-@tests/vm/deps.sh fuzz
	tests/fuzz/parsers.sh -t $$(($(or $(MINUTES),10) * 30)) \
		-c $${XDG_CACHE_HOME:-$$HOME/.cache}/nsbridge/corpus
	@s=$$(($(or $(MINUTES),10) * 20)); \
	tests/vm/uml.sh run -t $$((s * 4 + 120)) -c -- \
		"tests/fuzz/netlink.sh 100000000 $(or $(SEED),$$(date +%s)) $$s"

test-debug: ## everything in the debug kernel: kunit, network, attacks, faults (an hour)
	@tests/vm/deps.sh
	@tests/run '^(kunit|live|uml)(/|$$)'
	@$(MAKE) --no-print-directory test-fault

# ALL=all refuses also what the rest of the kernel asks for meanwhile. To load a module
# is left out of that: tracing warns when it has no memory (kernel/trace/trace_events.c)
test-fault: ## each request for memory of each operation refused in turn (ALL=all: hours)
	@tests/vm/deps.sh
	@tests/vm/uml.sh run -F -c -t 30000 -- "tests/net/fault_link.sh $(or $(ALL),ours)" \
		"tests/net/fault_genl.sh $(or $(ALL),ours)" "tests/net/fault_frames.sh all" \
		"tests/net/fault_module.sh ours"

coverage: ## which lines of kmod/ and user/ the tests run (an hour)
	@tests/vm/deps.sh
	@tests/coverage/run

demo: ## a lab in a virtual machine, in under a minute (the first time: minutes)
	@tests/vm/demo.sh

vm-shell: ## a shell in a virtual machine with the module loaded (K=6.1|6.12|7.3)
	@tests/vm/deps.sh build demo
	@tests/vm/run.sh -k $(or $(K),6.1) --shell

test-dkms: ## dkms on Debian 12, 13 and unstable, five kernels, in throw-away systems (root)
	@tests/vm/deps.sh package
	@tests/dkms/run

test-deb: ## the packages on Debian 12, 13, unstable: life, booted, podman, mininet, RPM (root)
	@tests/vm/deps.sh package demo
	@tests/dkms/deb

ARM64 := seed pair_create bridge_far bridge_counters bridge_switch
test-arm64: ## the module for arm64, and some of tests/net in an emulated machine
	@tests/vm/deps.sh build demo arm64
	@tests/vm/run.sh -k 6.12-arm64 -c -p -- $(ARM64:%=tests/net/%.sh)

bench: ## every way from namespace to namespace measured, side by side (an hour)
	@tests/vm/deps.sh
	@tests/bench/run

analyse: ## clang's and gcc's analysers, coccinelle, sparse; a few minutes
	@tests/vm/deps.sh build test analyse
	@tests/static/analyse

check: ## checkpatch, sparse, builds for every kernel, shellcheck
	@tests/vm/deps.sh
	@tests/run static

uapi: ## UAPI header and its manual page, after a change of kmod/netlink/nsbridge.yaml
	@tests/static/spec.sh -w
	/usr/bin/python3 user/man/netlink.py kmod/netlink/nsbridge.yaml >user/man/nsbridge-netlink.7

install: ## module (running kernel or KDIR), command, plugins (PREFIX, DESTDIR)
	$(MAKE) -C user install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	if [ -f nsbridge.ko ]; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=updates \
			$(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install; \
	fi

dkms-install: ## module under dkms, rebuilt for every later kernel (KVER=release)
	dkms/manage.sh install $(KVER)

dkms-remove: ## out of dkms again (all kernels, or KVER=release)
	dkms/manage.sh remove $(KVER)

OUT ?= deb
deb: ## Debian packages nsbridge-dkms and nsbridge (OUT=folder)
	dkms/build-deb.sh $(OUT)

rpm: OUT = rpm
rpm: ## RPM packages dkms-nsbridge and nsbridge (OUT=folder)
	dkms/build-rpm.sh $(OUT) $(RPMBUILD)

clean: ## what make has made here (the cache stays: ~/.cache/nsbridge)
	[ ! -e user/Makefile ] || $(MAKE) -C user clean
	[ ! -d kmod ] || find kmod tests/kunit \( -name '*.o' -o -name '.*.cmd' \) -delete
	rm -rf *.ko *.o *.mod *.mod.c .*.cmd .*.o Module.symvers modules.order .tmp_versions

help: ## this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1|\2/p' Makefile | \
		while IFS='|' read -r t d; do printf '%-20s %s\n' "$$t" "$$d"; done

.PHONY: all module user test test-all test-quick fuzz bench analyse demo vm-shell check uapi install dkms-install dkms-remove \
	soak memory test-counters test-race test-kcsan test-debug test-fault coverage test-attacks test-labs test-scale test-dkms test-deb test-arm64 deb rpm clean help
