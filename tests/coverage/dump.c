// SPDX-License-Identifier: GPL-2.0
/* Linked into the command that is measured: what it has counted is also written
 * when a signal ends it, as "monitor" is ended, and when a child goes with
 * _exit() (-Wl,--wrap=_exit).
 */
#include <gcov.h>
#include <signal.h>
#include <stddef.h>

void __real__exit(int status);

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

static void on_signal(int number)
{
	__gcov_dump();
	/* SA_RESETHAND: now it does what it always did */
	raise(number);
}

static void __attribute__((constructor)) catch(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
	struct sigaction old;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
}
