// SPDX-License-Identifier: GPL-2.0
/* Why a frame was dropped: numbers and names. */
#include <kunit/test.h>
#include <linux/ctype.h>

#include "crossing.h"
#include "reason.h"

#define REASON(id)	{ NSBRIDGE_REASON_##id, #id }

static const struct {
	enum nsbridge_reason reason;
	const char *id;
} reasons[] = {
	REASON(UNSPEC), REASON(POLICY), REASON(UNKNOWN), REASON(NOBODY),
	REASON(SPOOF), REASON(QUOTA), REASON(NEIGH), REASON(MTU), REASON(DOWN),
	REASON(RESERVED), REASON(INVALID), REASON(HAIRPIN), REASON(NO_MEMORY),
	REASON(BACKLOG), REASON(VLAN),
};

/* The name is the identifier in small letters, with dashes. */
static bool named(const char *name, const char *id)
{
	for (; *name && *id; name++, id++)
		if (*name != (*id == '_' ? '-' : tolower(*id)))
			return false;
	return *name == *id;
}

static void reason_test(struct kunit *test)
{
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, NSB_REASONS, ARRAY_SIZE(reasons));
	for (i = 0; i < NSB_REASONS; i++) {
		const char *name = nsb_reason_name(i);

		KUNIT_ASSERT_NOT_NULL(test, name);
		KUNIT_EXPECT_EQ(test, i, reasons[i].reason);
		KUNIT_EXPECT_TRUE_MSG(test, named(name, reasons[i].id),
				      "%s is called %s", reasons[i].id, name);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, name, nsb_reason_name(j));
	}
	KUNIT_EXPECT_STREQ(test, "unspec", nsb_reason_name(NSB_REASONS));
	KUNIT_EXPECT_STREQ(test, "unspec", nsb_reason_name(-1));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reason_test),
	{}
};

static struct kunit_suite suite = {
	.name		= "nsbridge-reason",
	.test_cases	= cases,
};

kunit_test_suite(suite);
