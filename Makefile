# SPDX-License-Identifier: GPL-2.0-only
#
# Driver of the overlay: unpacks and strips a Linux 6.1, lays our files over it,
# builds and boots the result. README.md says how to use it. Everything it makes
# is under out/.
#
#	TARBALL=	a linux 6.1.y tarball instead of Debian's linux-source-6.1
#	J=		jobs, default all processors
#	DEBUG=1		with KASAN, lockdep and the rest of series/config/debug.config

SHELL		:= /bin/sh
OUT		:= $(CURDIR)/out
TARBALL		?=
J		?= $(shell nproc)
DEBUG		?=
export J

CONFIG		:= $(CURDIR)/series/config
ifeq ($(DEBUG),)
QEMU		:= $(OUT)/qemu
QEMU_CONFIG	:= $(CONFIG)/common.config $(CONFIG)/qemu.config
else
QEMU		:= $(OUT)/qemu-debug
QEMU_CONFIG	:= $(CONFIG)/common.config $(CONFIG)/qemu.config $(CONFIG)/debug.config
endif
IMAGE		?= $(QEMU)/arch/x86/boot/bzImage

.PHONY: help packages base tree kernel um image stock stock-um stock-image vm demo \
	test debug-test check bench series series-check clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(CURDIR)/Makefile | expand -t 24

packages: ## install what the build needs (root), or say what is missing
	@series/packages.sh

base: packages ## Linux 6.1 without upstream's BPF, in out/base
	@series/base.sh $(OUT) $(TARBALL)

tree: base ## base + hook patches + overlay, in out/tree
	@series/tree.py $(OUT)

kernel: tree ## the x86-64 kernel, in out/qemu
	@series/kernel.sh $(OUT)/tree $(QEMU) x86_64 $(QEMU_CONFIG)

um: tree ## User-Mode Linux, in out/um
	@series/kernel.sh $(OUT)/tree $(OUT)/um um $(CONFIG)/um-common.config $(CONFIG)/um.config

image: ## print the path of the built kernel
	@echo $(QEMU)/arch/x86/boot/bzImage

stock: packages ## the peer: upstream's BPF, same configuration
	@STOCK=1 series/base.sh $(OUT) $(TARBALL)
	@series/kernel.sh $(OUT)/stock $(OUT)/stock-build x86_64 \
		$(CONFIG)/common.config $(CONFIG)/stock.config

stock-um: packages ## the peer as User-Mode Linux, for native times
	@STOCK=1 series/base.sh $(OUT) $(TARBALL)
	@series/kernel.sh $(OUT)/stock $(OUT)/stock-um um $(CONFIG)/um-common.config

stock-image: ## print the path of the peer
	@echo $(OUT)/stock-build/arch/x86/boot/bzImage

# CMD= command, FILES= host[:guest] ..., VM= further options of series/vm
vm: ## boot the kernel and run CMD in it
	@series/vm --kernel $(IMAGE) $(foreach f,$(FILES),--file $(f)) $(VM) \
		-- sh -c '$(subst ','\'',$(CMD))'

demo: kernel ## count real packets with programs in the booted kernel, and find drops
	@$(MAKE) -s -C samples/bpf OUT=$(OUT)/samples
	@series/vm --kernel $(IMAGE) --file $(OUT)/samples:/samples --time 120 \
		$(VM) -- /samples/demo

test: packages ## every test; the last line is the sum
	@series/test.py $(ONLY)

check: base ## style, kernel-doc, layers, sizes, manifest: seconds
	@series/check.sh

debug-test: ## the tests on a kernel that watches itself; half an hour
	@$(MAKE) -s kernel DEBUG=1
	@series/debug.sh $(OUT)/qemu-debug $(ONLY)

bench: kernel stock um stock-um ## ours against the peer, under instruction counting
	@tools/testing/selftests/bpf/bench/run

series: tree ## the patch series, in out/series, checked with git am
	@series/series.py $(OUT)

series-check: tree ## the same, and build at every patch
	@series/series.py --build $(OUT)

clean: ## forget everything that was built
	rm -rf $(OUT)
