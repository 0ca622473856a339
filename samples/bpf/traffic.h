/* SPDX-License-Identifier: GPL-2.0-only */
/* Known traffic on the loopback device, and what the kernel itself counted of it. */
#ifndef SAMPLES_TRAFFIC_H
#define SAMPLES_TRAFFIC_H

/* segments and datagrams that IPv4 received since boot, from /proc/net/snmp */
struct traffic_counts {
	long long tcp;
	long long udp;
};

int traffic_counted(struct traffic_counts *counts);

/* a socket that receives every IPv4 frame arriving at the interface, once; or -1 */
int traffic_raw_socket(const char *interface);
/* sends datagrams to a bound socket on 127.0.0.1; how many arrived, or -1 */
int traffic_udp(int datagrams);
/* sends datagrams to a port of 127.0.0.1 that nobody has; how many, or -1 */
int traffic_to_nobody(int datagrams);
/* sends datagrams to a socket whose filter drops them; how many, or -1 */
int traffic_filtered(int datagrams);
/* sends lone TCP segments with RST set, which no stack answers; how many, or -1 */
int traffic_tcp_segments(int segments);
/* one TCP connection that sends and echoes messages; 0 or -1 */
int traffic_tcp_echo(int messages);

#endif /* SAMPLES_TRAFFIC_H */
