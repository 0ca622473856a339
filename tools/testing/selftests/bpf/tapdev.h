/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices of our own making that packets can be fed through: tap and tun.
 */
#ifndef SELFTESTS_BPF_TAPDEV_H
#define SELFTESTS_BPF_TAPDEV_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

/* a queue of device @name, with what of IFF_TAP, IFF_TUN ... @flags say; or -1 */
static inline int open_tun(const char *name, short flags)
{
	struct ifreq ifr = { .ifr_flags = flags };
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0)
		return -1;
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* bring a device up, with room for @mtu bytes, without autoconfiguration's chatter */
static inline bool bring_up(const char *name, int mtu)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), quiet;
	struct ifreq ifr = { };
	char path[96];
	bool done;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	quiet = open(path, O_WRONLY);
	if (quiet >= 0) {
		if (write(quiet, "1", 1) != 1)
			perror("# disable_ipv6");
		close(quiet);
	}
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	ifr.ifr_mtu = mtu;
	done = !ioctl(fd, SIOCSIFMTU, &ifr);
	done = done && !ioctl(fd, SIOCGIFFLAGS, &ifr);
	ifr.ifr_flags |= IFF_UP;
	done = done && !ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return done;
}

/* a packet socket of kind @type on a device, which sees what comes in; or -1 */
static inline int open_sniffer(const char *name, int type)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, type | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	if (!bind(fd, (void *)&ll, sizeof(ll)))
		return fd;
	close(fd);
	return -1;
}

#endif /* SELFTESTS_BPF_TAPDEV_H */
