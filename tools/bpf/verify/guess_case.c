// SPDX-License-Identifier: GPL-2.0-only
/*
 * guess.h: cases of the corpus under guess.c, as the verifier leaves them and with lookups
 * that stay calls, each as it is and optimised, in some contexts and with values of maps
 * that are anything.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include "casefile.h"
#include "engine.h"
#include "guess.h"
#include "host_user.h"
#include "verify.h"

#define CONTEXTS	4

/* near the ends of ranges, or anything; what nobody writes stays, and so do bytes between */
static void fill_values(u64 seed)
{
	struct user_area map;
	u32 i, k, n;

	for (i = 0; user_map_area(i, &map); i++)
		for (k = 0; !map.constant && k < map.count; k++)
			for (n = 0; n < map.value_size; n++) {
				seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
				map.start[map.values + k * map.stride + n] =
					seed >> 62 ? seed >> 40 : -(seed >> 50 & 1);
			}
}

static bool run_once(const struct bpf_case *c, const struct bv_request *req,
		     const struct bv_result *res, u32 way, u32 nth)
{
	const struct guess_task task = {
		.type = req->type, .res = res, .way = way, .window = 200, .depth = 3,
		.each = 12, .steps = 200000, .seed = nth,
	};
	void *ctx;
	bool good;

	user_maps_end();
	user_maps_start(c);
	if (nth)
		fill_values(nth);
	ctx = nth ? user_context_random(req->type, c, nth) : user_context(req->type, c);
	good = guess_run(&task, ctx);
	free(ctx);
	return good;
}

/**
 * guess_case() - does a case without privilege tell nothing?
 * @c:		the case, which is accepted; its maps are made anew
 * @req:	its program; @as_written is changed
 *
 * Return: false if it tells something, or is refused now; guess_told() says what.
 */
bool guess_case(const struct bpf_case *c, struct bv_request *req)
{
	bool good = true;
	u32 written, nth;

	user_maps_masked(true);
	for (written = 0; written < 2 && good; written++) {
		struct bv_result res = { 0 };

		req->as_written = written;
		if (bpf_check(req, &res)) {
			good = false;
			break;
		}
		for (nth = 0; nth < CONTEXTS && good; nth++)
			good = run_once(c, req, &res, 0, nth) &&
			       run_once(c, req, &res, ENGINE_OPT, nth);
		/* maps have been made anew, and references to the old forgotten */
		bv_pool_free(&res.pool);
	}
	user_maps_masked(false);
	return good;
}
