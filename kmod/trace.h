/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: every frame that is forwarded, and every one that is dropped. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nsbridge

#if !defined(NSB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define NSB_TRACE_H

#include <linux/etherdevice.h>
#include <linux/tracepoint.h>

#include "crossing.h"
#include "reason.h"

DECLARE_EVENT_CLASS(nsb_frame,
	TP_PROTO(const struct nsb_crossing *x, const struct sk_buff *skb,
		 enum nsbridge_reason reason, bool copy),
	TP_ARGS(x, skb, reason, copy),
	TP_STRUCT__entry(
		__field(u64, from)
		__field(u64, to)
		__array(u8, source, ETH_ALEN)
		__array(u8, dest, ETH_ALEN)
		__field(u16, protocol)
		__field(unsigned int, len)
		__field(u8, reason)
		__field(bool, copy)
	),
	TP_fast_assign(
		__entry->from = nsb_side_cookie(x->from);
		__entry->to = nsb_side_cookie(x->to);
		ether_addr_copy(__entry->source, eth_hdr(skb)->h_source);
		ether_addr_copy(__entry->dest, eth_hdr(skb)->h_dest);
		__entry->protocol = ntohs(skb->protocol);
		__entry->len = skb->len;
		__entry->reason = reason;
		__entry->copy = copy;
	),
	TP_printk("from=%llu to=%llu %pM > %pM protocol=0x%04x len=%u%s%s%s",
		  __entry->from, __entry->to, __entry->source, __entry->dest,
		  __entry->protocol, __entry->len,
		  __entry->copy ? " copy" : "",
		  __entry->reason ? " reason=" : "",
		  __entry->reason ? nsb_reason_name(__entry->reason) : "")
);

/* A frame is on its way to where it goes. Namespaces are told by their cookies,
 * 0 is nowhere.
 */
DEFINE_EVENT(nsb_frame, nsb_forward,
	TP_PROTO(const struct nsb_crossing *x, const struct sk_buff *skb,
		 enum nsbridge_reason reason, bool copy),
	TP_ARGS(x, skb, reason, copy)
);

DEFINE_EVENT(nsb_frame, nsb_drop,
	TP_PROTO(const struct nsb_crossing *x, const struct sk_buff *skb,
		 enum nsbridge_reason reason, bool copy),
	TP_ARGS(x, skb, reason, copy)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
