#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inside a host with rpm: the RPM packages are installed and removed. It is
# Debian's dkms that builds, and Debian's kernel: --nodeps.
# shellcheck source=tests/dkms/lib.sh
. "$(dirname "$0")/lib.sh"

KERNEL=$(kernels)
# scriptlets build for the kernel that runs, which here is another's
cat >/usr/local/bin/uname <<END
#!/bin/sh
[ "\$1" = -r ] && echo "$KERNEL" || exec /usr/bin/uname "\$@"
END
chmod +x /usr/local/bin/uname
# what RPM's own systems have from the start
mkdir -p /usr/src /usr/lib64 /usr/share/{licenses,man/man{4,5,7,8}} \
	/usr/share/{zsh/site-functions,fish/vendor_completions.d}
rpm_do() { rpm --define "_install_script_path $PATH" "$@"; }
rpm -qa >/dev/null 2>&1
files "$WORK/before"
ok "rpm -i" rpm_do -i --nodeps /mnt/exchange/rpm/*/*nsbridge*.rpm
ok "depmod finds the module" module_found "$KERNEL"
ok "the command starts" nsbridge -V
ok "rpm -V finds nothing amiss" rpm -V --nodeps nsbridge dkms-nsbridge
ok "rpm -e" rpm_do -e --nodeps nsbridge dkms-nsbridge
ok "nobody finds the module" module_gone "$KERNEL"
# rpm's own database, and what Debian has no owner for
left() { nothing_left | grep '^[<>]' | grep -vE '/var/lib/rpm|/root/.rpmdb|/usr/lib64'; }
ok "nothing is left" not left
done_testing
