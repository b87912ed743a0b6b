// SPDX-License-Identifier: GPL-2.0
/* nsbridge metrics: what is counted, and under which labels. */
#include <stdlib.h>
#include "../lib/err.h"
#include "../lib/out.h"
#include "crossing.h"
#include "metrics.h"

enum {
	FRAMES,
	SEGS,
	BYTES,
	COPIES,
	FLOODED,
	DROPS,
	DENIED,
	LAST_SEEN,
	PORTS,
	ENTRIES,
	USED,
	QUOTA,
	REFUSED,
};

/* Sorted by address, so they are printed in this order. */
static const struct family families[] = {
	[FRAMES] = { "crossing_frames",
		"Frames delivered, copies of flooded ones included.", true },
	[SEGS] = { "crossing_segments",
		"What these frames would be on a wire, after segmentation.", true },
	[BYTES] = { "crossing_bytes",
		"Bytes delivered, Ethernet header included.", true },
	[COPIES] = { "crossing_copies",
		"Of the frames, copies of a flooded one.", true },
	[FLOODED] = { "crossing_flooded",
		"Frames that were flooded, each counted once.", true },
	[DROPS] = { "crossing_drops",
		"Frames dropped, by reason.", true },
	[DENIED] = { "crossing_denied",
		"Whether the verdict on the crossing is deny.", false },
	[LAST_SEEN] = { "crossing_last_seen_seconds",
		"When something was last counted, since 1970.", false },
	[PORTS] = { "namespace_ports",
		"Ports that lead into the namespace.", false },
	[ENTRIES] = { "namespace_fdb_entries",
		"Its entries in the forwarding table.", false },
	[USED] = { "namespace_quota_used",
		"Entries that count against its quota.", false },
	[QUOTA] = { "namespace_quota",
		"Entries it may have besides the addresses of its devices.", false },
	[REFUSED] = { "namespace_refused",
		"Addresses not learned since the quota was used up.", true },
};

static void add_drops(struct metrics *m, const struct crossing *c,
		      const char *const *labels)
{
	const char *with[16];
	char *text;
	int i, n;

	for (n = 0; labels[n]; n++)
		with[n] = labels[n];
	for (i = 0; i < NSB_REASONS; i++) {
		if (!c->drop[i])
			continue;
		with[n] = "reason";
		with[n + 1] = reason_name(i);
		with[n + 2] = NULL;
		text = metrics_labels(with);
		metrics_add(m, &families[DROPS], text, c->drop[i]);
		free(text);
	}
}

static void add_crossing(struct metrics *m, const struct crossing *c,
			 const char *home, const char *dev)
{
	const char *const labels[] = {
		"netns", home, "link", dev, "kind", link_name(c->link),
		"from", netns_name(&m->names, c->from.inode),
		"to", crossing_to(&m->names, c), NULL,
	};
	char *text = metrics_labels(labels);

	if (c->target == NSBRIDGE_TARGET_NOWHERE) {
		metrics_add(m, &families[FLOODED], text, c->flooded);
	} else {
		metrics_add(m, &families[FRAMES], text, c->frames);
		metrics_add(m, &families[SEGS], text, c->segs);
		metrics_add(m, &families[BYTES], text, c->bytes);
		metrics_add(m, &families[COPIES], text, c->copies);
	}
	if (c->has_verdict)
		metrics_add(m, &families[DENIED], text,
			    c->verdict == NSBRIDGE_VERDICT_DENY);
	if (c->last_seen && c->link == NSBRIDGE_LINK_BRIDGE)
		metrics_add(m, &families[LAST_SEEN], text,
			    c->last_seen / 1000000000);
	add_drops(m, c, labels);
	free(text);
}

static void add_side(struct metrics *m, const struct side *s, const char *home,
		     const char *dev)
{
	const char *const labels[] = {
		"netns", home, "bridge", dev,
		"namespace", netns_name(&m->names, s->ns.inode), NULL,
	};
	char *text = metrics_labels(labels);

	metrics_add(m, &families[PORTS], text, s->ports);
	metrics_add(m, &families[ENTRIES], text, s->entries);
	metrics_add(m, &families[USED], text, s->used);
	metrics_add(m, &families[QUOTA], text, s->quota);
	metrics_add(m, &families[REFUSED], text, s->refused);
	free(text);
}

static int collect(struct metrics *m, struct genl *genl, const char *home)
{
	struct dev_cache devs = { 0 };
	const struct crossing *c;
	const struct side *s;
	struct dump dump;
	size_t i;
	int err;

	err = genl_crossings(genl, 0, &dump);
	c = dump.item;
	for (i = 0; i < dump.n && !err; i++)
		add_crossing(m, &c[i], home, dev_cached(&devs, c[i].ifindex));
	free(dump.item);
	if (err)
		goto end;
	err = genl_sides(genl, 0, &dump);
	s = dump.item;
	for (i = 0; i < dump.n && !err; i++)
		add_side(m, &s[i], home, dev_cached(&devs, s[i].ifindex));
	free(dump.item);
end:
	dev_cache_free(&devs);
	return err;
}

int metrics_collect(struct metrics *m, const char *home, bool speak)
{
	struct genl genl;
	int err;

	if (speak ? genl_open(&genl) : genl_try(&genl))
		return -1;
	err = m ? collect(m, &genl, home) : 0;
	if (err && speak)
		genl_fail(&genl, "metrics");
	genl_shut(&genl);
	return err ? -1 : 0;
}
