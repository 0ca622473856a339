// SPDX-License-Identifier: GPL-2.0-only
/*
 * The classic program by which a team device in load-balancing mode chooses the port
 * of a packet: its four bytes, exclusive-or, modulo the ports.
 *
 * Speaks netlink itself. Runs as root.
 */
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/if_team.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include "classic_asm.h"
#include "tapdev.h"

#define TEAM "teambpf0"
#define PORTS 3

/* ---- netlink --------------------------------------------------------------------------- */

struct message {
	struct nlmsghdr h;
	char room[4096];
};

static void *append(struct message *m, const void *data, unsigned int len)
{
	char *at = (char *)m + NLMSG_ALIGN(m->h.nlmsg_len);

	if (data)
		memcpy(at, data, len);
	m->h.nlmsg_len = NLMSG_ALIGN(m->h.nlmsg_len) + len;
	return at;
}

static struct nlattr *put_attr(struct message *m, unsigned short type, const void *data,
			       unsigned int len)
{
	struct nlattr attr = { NLA_HDRLEN + len, type }, *at;

	at = append(m, &attr, sizeof(attr));
	append(m, data, len);
	return at;
}

static void end_nest(struct message *m, struct nlattr *nest)
{
	nest->nla_len = (char *)m + NLMSG_ALIGN(m->h.nlmsg_len) - (char *)nest;
}

static void begin(struct message *m, unsigned short type, unsigned short flags)
{
	memset(m, 0, sizeof(*m));
	m->h = (struct nlmsghdr){
		NLMSG_HDRLEN, type, NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0,
	};
}

/* errno that the kernel answers with, 0 for none; an answer before it goes to @got */
static int talk(int fd, struct message *m, void *got, unsigned int room)
{
	struct message answer;
	struct nlmsgerr *err = NLMSG_DATA(&answer.h);
	struct pollfd in = { .fd = fd, .events = POLLIN };
	int n;

	if (send(fd, m, m->h.nlmsg_len, 0) != (ssize_t)m->h.nlmsg_len)
		return errno;
	while (poll(&in, 1, 2000) == 1) {
		n = recv(fd, &answer, sizeof(answer), 0);
		if (n < (int)NLMSG_HDRLEN)
			return EIO;
		if (answer.h.nlmsg_type == NLMSG_ERROR)
			return -err->error;
		if (got)
			memcpy(got, &answer, n < (int)room ? (unsigned int)n : room);
	}
	return ETIMEDOUT;
}

/* ---- team devices -------------------------------------------------------------------------- */

static int route = -1, generic = -1, family;

static bool make_team(void)
{
	struct ifinfomsg info = { };
	struct nlattr *nest;
	struct message m;

	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	append(&m, &info, sizeof(info));
	put_attr(&m, IFLA_IFNAME, TEAM, sizeof(TEAM));
	nest = put_attr(&m, IFLA_LINKINFO, NULL, 0);
	put_attr(&m, IFLA_INFO_KIND, "team", 4);
	end_nest(&m, nest);
	return !talk(route, &m, NULL, 0);
}

static bool remove_team(void)
{
	struct ifinfomsg info = { .ifi_index = if_nametoindex(TEAM) };
	struct message m;

	begin(&m, RTM_DELLINK, 0);
	append(&m, &info, sizeof(info));
	return !talk(route, &m, NULL, 0);
}

static bool add_port(const char *name)
{
	struct ifinfomsg info = { .ifi_index = if_nametoindex(name) };
	__u32 master = if_nametoindex(TEAM);
	struct message m;

	begin(&m, RTM_NEWLINK, 0);
	append(&m, &info, sizeof(info));
	put_attr(&m, IFLA_MASTER, &master, sizeof(master));
	return !talk(route, &m, NULL, 0);
}

/* the number of generic netlink's family "team", 0: there is none */
static int find_family(void)
{
	struct genlmsghdr ask = { CTRL_CMD_GETFAMILY, 1, 0 };
	struct message m, got = { };
	struct nlattr *attr;
	char *end;

	begin(&m, GENL_ID_CTRL, 0);
	append(&m, &ask, sizeof(ask));
	put_attr(&m, CTRL_ATTR_FAMILY_NAME, TEAM_GENL_NAME, sizeof(TEAM_GENL_NAME));
	if (talk(generic, &m, &got, sizeof(got)))
		return 0;
	end = (char *)&got + got.h.nlmsg_len;
	attr = (struct nlattr *)((char *)&got + NLMSG_HDRLEN + GENL_HDRLEN);
	while ((char *)attr + NLA_HDRLEN <= end && attr->nla_len >= NLA_HDRLEN) {
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(__u16 *)((char *)attr + NLA_HDRLEN);
		attr = (struct nlattr *)((char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return 0;
}

/* errno of setting option @name, of netlink's type @type */
static int set_option(const char *name, unsigned char type, const void *data, unsigned int len)
{
	struct genlmsghdr ask = { TEAM_CMD_OPTIONS_SET, TEAM_GENL_VERSION, 0 };
	__u32 team = if_nametoindex(TEAM);
	struct nlattr *list, *item;
	struct message m;
	int err;

	begin(&m, family, 0);
	append(&m, &ask, sizeof(ask));
	put_attr(&m, TEAM_ATTR_TEAM_IFINDEX, &team, sizeof(team));
	list = put_attr(&m, TEAM_ATTR_LIST_OPTION | NLA_F_NESTED, NULL, 0);
	item = put_attr(&m, TEAM_ATTR_ITEM_OPTION | NLA_F_NESTED, NULL, 0);
	put_attr(&m, TEAM_ATTR_OPTION_NAME, name, strlen(name) + 1);
	put_attr(&m, TEAM_ATTR_OPTION_TYPE, &type, 1);
	put_attr(&m, TEAM_ATTR_OPTION_DATA, data, len);
	end_nest(&m, item);
	end_nest(&m, list);
	err = talk(generic, &m, NULL, 0);
	/* done, but nobody listened to the event */
	return err == ESRCH ? 0 : err;
}

/* netlink attribute types as the kernel counts them for options */
#define OPTION_STRING	5
#define OPTION_BINARY	11

static int set_program(const struct sock_filter *insns, unsigned int len)
{
	return set_option("bpf_hash_func", OPTION_BINARY, insns, len * sizeof(*insns));
}

/* ---- which port a packet takes ---------------------------------------------------------------- */

static int port[PORTS], tx = -1;

/* takes all that came through a port: is a frame of ours there? The kernel sends others */
static bool came(int fd)
{
	unsigned char frame[128];
	bool ours = false;

	while (read(fd, frame, sizeof(frame)) > 0)
		ours |= frame[12] == 0x88 && frame[13] == 0xb5;
	return ours;
}

/* the port that a frame with @word takes; -1: none */
static int takes(__u32 word)
{
	unsigned char frame[64] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };
	struct pollfd in[PORTS];
	int i;

	word = htonl(word);
	memcpy(frame + 20, &word, 4);
	for (i = 0; i < PORTS; i++) {
		in[i] = (struct pollfd){ .fd = port[i], .events = POLLIN };
		came(port[i]);
	}
	if (send(tx, frame, sizeof(frame), 0) != sizeof(frame))
		return -1;
	while (poll(in, PORTS, 100) > 0)
		for (i = 0; i < PORTS; i++)
			if (in[i].revents & POLLIN && came(port[i]))
				return i;
	return -1;
}

/* Ports have places of their own, in the order they were enabled: found by asking.
 * True where each word takes the port that its bytes say.
 */
static bool takes_by_word(const int *places)
{
	static const __u32 words[] = {
		0, 1, 2, 3, 77, 0x01000000, 0x01020304, 0xffffffff, 0x80000001, 0x00ff00fe,
	};
	unsigned int i, wrong = 0;

	for (i = 0; i < COUNT(words); i++) {
		unsigned int fold = (words[i] ^ words[i] >> 8 ^ words[i] >> 16 ^
				     words[i] >> 24) & 0xff;

		if (takes(words[i]) != places[fold % PORTS]) {
			printf("# word %#x\n", words[i]);
			wrong++;
		}
	}
	return !wrong;
}

static void test_choice(void)
{
	static const struct sock_filter word[] = { LD_ABS(BPF_W, 20), RET_A };
	static const struct sock_filter swapped[] = {
		LD_ABS(BPF_W, 20), STMT(BPF_ALU | BPF_ADD | BPF_K, 1), RET_A,
	};
	static const struct sock_filter bad[] = { LD_ABS(BPF_W, 20) };
	static const struct sock_filter behind[] = { LD_ABS(BPF_W, 64), RET_K(1) };
	int places[PORTS], i;

	ok(!set_program(word, COUNT(word)), "bpf_hash_func");
	for (i = 0; i < PORTS; i++)
		places[i] = takes(i);
	ok(places[0] >= 0 && places[1] >= 0 && places[2] >= 0 && places[0] != places[1] &&
	   places[1] != places[2] && places[0] != places[2], "three numbers, three ports");
	ok(takes_by_word(places), "the exclusive-or of the number's bytes, modulo three");
	ok(set_program(bad, COUNT(bad)) == EINVAL, "a bad program: EINVAL");
	ok(set_option("bpf_hash_func", OPTION_BINARY, word, 7) == EINVAL,
	   "not a whole instruction: EINVAL");
	ok(takes_by_word(places), "which change nothing");
	ok(!set_program(swapped, COUNT(swapped)) && takes(0) == places[1] &&
	   takes(1) == places[2], "replace");
	ok(!set_program(behind, COUNT(behind)) && takes(5) == places[0],
	   "a load behind the end is number 0");
	ok(!set_program(word, COUNT(word)) && takes_by_word(places), "and back");
	ok(!set_program(NULL, 0) && takes(1) >= 0, "without program it sends as well");
}

static void test_all(void)
{
	char name[IFNAMSIZ];
	unsigned int i;
	bool well;

	route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	generic = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	family = find_family();
	if (!family || !make_team()) {
		skip("team devices: need CONFIG_NET_TEAM");
		return;
	}
	well = !set_option("mode", OPTION_STRING, "loadbalance", sizeof("loadbalance"));
	for (i = 0; i < PORTS; i++) {
		snprintf(name, sizeof(name), "tapteam%u", i);
		port[i] = open_tun(name, IFF_TAP | IFF_NO_PI);
		fcntl(port[i], F_SETFL, O_NONBLOCK);
		well &= port[i] >= 0 && add_port(name);
	}
	well &= bring_up(TEAM, 1500);
	tx = open_sniffer(TEAM, SOCK_RAW);
	if (ok(well && tx >= 0, "a team of three taps, balancing load"))
		test_choice();
	close(tx);
	ok(remove_team(), "remove it");
	for (i = 0; i < PORTS; i++)
		close(port[i]);
	close(route);
	close(generic);
}

int main(void)
{
	return in_every_mode(test_all);
}
