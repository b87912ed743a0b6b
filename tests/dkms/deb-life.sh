#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inside a host: the packages from their installation to their purge. With
# "boot SCRIPT" they are installed, and the disk of a virtual machine is made
# that runs tests/dkms/SCRIPT; with "newer SCRIPT" its kernel is the one that
# waits in /srv/upgrade.
# shellcheck source=tests/dkms/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=$(kernels)
apt_do() { apt-get -y --no-install-recommends "$@"; }
version_is() { dpkg-query -W -f '${Version}\n' nsbridge nsbridge-dkms | grep -vxF "$1" && return 1; true; }
# without IP_LIB_DIR: where Debian's ip looks
ip_knows() { ip link help nsbridge 2>&1 | grep neigh_guard &&
	ip link help nsbridge_slave 2>&1 | grep trusted && ip link help nsveth 2>&1 | grep peer; }
pages() { ls /usr/share/man/man8/nsbridge.8.gz /usr/share/man/man8/nsbridge-crossing.8.gz \
	/usr/share/man/man4/nsbridge.4.gz /usr/share/man/man5/nsbridge-lab.5.gz; }
labs() { ls /usr/share/nsbridge/labs/*.yaml; }

# disk SCRIPT: /mnt/exchange/{vmlinuz,initrd,disk}
disk() {
	cp -rL /mnt/nsbridge/tests /opt/tests
	cp -r /mnt/nsbridge/dkms /opt/dkms
	cp /mnt/exchange/tools/* /usr/local/bin/
	cat >/etc/systemd/system/booted.service <<-END
		[Unit]
		After=NetworkManager.service systemd-networkd.service
		[Service]
		Type=oneshot
		ExecStart=/bin/bash /opt/tests/dkms/$1
		ExecStopPost=/bin/systemctl --force --force poweroff
		[Install]
		WantedBy=multi-user.target
	END
	systemctl -q enable booted.service systemd-networkd.service || return
	echo 'debian' >/etc/hostname
	: >/etc/machine-id
	cp "/boot/vmlinuz-$KERNEL" /mnt/exchange/vmlinuz ||
		cp "/lib/modules/$KERNEL/vmlinuz" /mnt/exchange/vmlinuz || return
	cp "/boot/initrd.img-$KERNEL" /mnt/exchange/initrd || return
	# without what is mounted on it
	mkdir -p /tmp/root
	mount --bind / /tmp/root || return
	rm -rf /srv/upgrade/* /usr/share/doc/* /var/cache/apt
	mke2fs -q -F -t ext4 -d /tmp/root /mnt/exchange/disk 5G
}

case ${1:-} in
boot|newer)
	ok "apt install" apt_do install /mnt/exchange/now/nsbridge_*.deb /mnt/exchange/now/nsbridge-dkms_*.deb
	if [ "$1" = newer ]; then
		ok "a newer kernel and its headers" apt-get -y install /srv/upgrade/*.deb
		KERNEL=$(kernels | grep -vxF "$KERNEL")
	fi
	ok "dkms has built the module of $KERNEL" module_found "$KERNEL"
	ok "a disk is made of it" disk "$2"
	done_testing
	;;
esac

mkdir -p /usr/src /usr/local/bin
files "$WORK/before"
ok "apt install" apt_do install /mnt/exchange/now/nsbridge_*.deb /mnt/exchange/now/nsbridge-dkms_*.deb
ok "both are installed" version_is "$VERSION"
ok "depmod finds the module" module_found "$KERNEL"
ok "signed with the key of dkms" signed "$KERNEL"
ok "the command starts" nsbridge -V
ok "labs" labs
ok "ip knows the kinds" ip_knows
[ ! -d /usr/share/man/man8 ] || ok "manual pages" pages
ok "apt remove" apt_do remove nsbridge nsbridge-dkms
ok "nobody finds the module" module_gone "$KERNEL"
ok "apt install again" apt_do install /mnt/exchange/now/nsbridge_*.deb /mnt/exchange/now/nsbridge-dkms_*.deb
OLD=$VERSION
ok "upgrade" apt_do install /mnt/exchange/next/*.deb
VERSION=$(dpkg-query -W -f '${Version}' nsbridge)
ok "a newer version is installed" dpkg --compare-versions "$VERSION" gt "$OLD"
ok "depmod finds the new module" module_found "$KERNEL"
ok "nothing is left of the old one" not test -e "/usr/src/nsbridge-$OLD" -o \
	-e "/var/lib/dkms/nsbridge/$OLD"
ok "apt purge" apt_do purge nsbridge nsbridge-dkms
ok "nobody finds the module any more" module_gone "$KERNEL"
ok "nothing is left" nothing_left
done_testing
