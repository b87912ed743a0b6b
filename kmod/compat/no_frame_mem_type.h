/* SPDX-License-Identifier: GPL-2.0 */
static inline void nsb_rxq_of_frame(struct xdp_rxq_info *rxq,
				    const struct xdp_frame *frame)
{
	rxq->mem = frame->mem;
}
