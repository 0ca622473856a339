// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drops of a known number, for dropmon: datagrams that nobody receives.
 *
 *	drops CLOSED FILTERED	so many to a port that is closed, and so many to a
 *				socket whose filter lets nothing pass
 */
#include <stdio.h>
#include <stdlib.h>
#include "traffic.h"

int main(int argc, char **argv)
{
	int closed, filtered;

	if (argc != 3) {
		fprintf(stderr, "usage: drops CLOSED FILTERED\n");
		return 2;
	}
	closed = atoi(argv[1]);
	filtered = atoi(argv[2]);
	if (traffic_to_nobody(closed) != closed || traffic_filtered(filtered) != filtered) {
		perror("drops");
		return 1;
	}
	printf("drops: %d datagrams to a closed port, %d to a socket that filters all\n",
	       closed, filtered);
	return 0;
}
