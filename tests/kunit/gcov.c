// SPDX-License-Identifier: GPL-2.0
/* The kernel's own gcov (kernel/gcov) as a module, for a kernel that was built
 * without it: files in /sys/kernel/debug/gcov, as Documentation/dev-tools/gcov
 * tells, which stay when the module that was measured goes. Taken from the
 * sources of the kernel that this is built for.
 */
#include <linux/init.h>
#include <linux/module.h>

#undef device_initcall
#define device_initcall(fn)	\
	static int nsb_##fn(void) { return fn(); }

#include "../kernel/gcov/base.c"
#include "../kernel/gcov/gcc_base.c"
#include "../kernel/gcov/gcc_4_7.c"
#include "../kernel/gcov/fs.c"

static int __init nsb_gcov(void)
{
	return nsb_gcov_init() ?: nsb_gcov_fs_init();
}

module_init(nsb_gcov);

MODULE_DESCRIPTION("The kernel's gcov as a module");
MODULE_LICENSE("GPL");
