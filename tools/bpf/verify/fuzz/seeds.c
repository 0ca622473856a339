// SPDX-License-Identifier: GPL-2.0-only
/*
 * seeds.h.
 */
#include "seeds.h"

unsigned int bv_seed;
