/* SPDX-License-Identifier: GPL-2.0-only */
/* What count_per_device and its program have in common. */
#ifndef SAMPLES_COUNT_PER_DEVICE_H
#define SAMPLES_COUNT_PER_DEVICE_H

/* of so many packets of a device one is recorded */
#define EVERY 10

/* key of the map: as long as names of devices are */
struct device {
	char name[16];
};

#endif /* SAMPLES_COUNT_PER_DEVICE_H */
