# SPDX-License-Identifier: GPL-2.0-only
# Proof of the verifier's value domains, in user space and on the kernel's sources.
#
#	make -f domain.mk test		enumeration and its seeds, about a minute on one core
#	make -f domain.mk prove		TAP of the enumeration, with the precision table
#	make -f domain.mk seeds		each seeded wrong operator must be found
#	make -f domain.mk smt		proof of all 64-bit operands and its seeds (needs z3)
#	make -f domain.mk smt-all	also what takes longer
#	make -f domain.mk full		every pair of 4-bit operands, of 7-bit ranges and
#					6-bit combinations in sync, some minutes
#	make -f domain.mk table		rewrite domain_precision.txt
#	make -f domain.mk cost		instructions per operation (needs valgrind)
#
# O= names the folder for the programs; DOMAIN_ROUNDS= and SEED= the random part's.

here	:= $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
top	:= $(abspath $(here)/../../../../..)
V	:= $(top)/kernel/bpf/verifier
O	?= $(top)/out/domain
DOMAIN_ROUNDS ?= 300000
SEED	?= 0x9e3779b97f4a7c15

domain-inc := -I$(top)/tools/bpf/verify/include -I$(V) -I$(top)/include \
	      -I$(top)/include/uapi
domain-flags := -std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-parameter $(domain-inc)
domain-ubsan := -fsanitize=undefined -fno-sanitize-recover=all
domain-src := $(V)/tnum.c $(V)/scalar.c $(V)/scalar_grow.c
domain-deps := $(wildcard $(V)/*.h) $(wildcard $(here)/domain_*.h) $(domain-src)
domain-seeds := 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 26 27 28 29 30 51 54 55 101
table	:= $(here)domain_precision.txt

programs := $(O)/cases $(O)/parts4 $(O)/parts5 $(O)/parts6 $(O)/parts7 $(O)/sync5 \
	    $(O)/sync6 $(O)/product4 $(O)/random8 $(O)/random64 \
	    $(O)/product4-ubsan $(O)/random64-ubsan
seeded	:= $(foreach s,$(domain-seeds),$(O)/product4-seed$(s))

tabled = "$(O)/parts4 $1" "$(O)/parts5 $1" "$(O)/parts6 $1" "$(O)/parts7 $1 61" \
	 "$(O)/sync5 $1" "$(O)/sync6 $1 17" "$(O)/product4 $1 31"
proofs = "$(O)/cases" $(call tabled,$(table)) \
	 "$(O)/random8 150000 $(SEED)" "$(O)/random64 $(DOMAIN_ROUNDS) $(SEED)" \
	 "$(O)/product4-ubsan '' 509" "$(O)/random64-ubsan 50000 $(SEED)"
wrongs = $(foreach s,$(domain-seeds),"! $(O)/product4-seed$(s) $(table) 31")

test: $(programs) $(seeded)
	@sh $(here)domain_run.sh $(proofs) $(wrongs)

prove: $(programs)
	@sh $(here)domain_run.sh $(proofs)

seeds: $(seeded)
	@sh $(here)domain_run.sh $(wrongs)

smt:
	@$(here)prove/prove.py -o $(O)

smt-all:
	@$(here)prove/prove.py -a -o $(O)

full: $(O)/product4 $(O)/parts7 $(O)/sync6
	@sh $(here)domain_run.sh "$(O)/product4 '' 1" "$(O)/parts7 ''" "$(O)/sync6 ''"

table: $(programs)
	@for run in $(call tabled,''); do eval "$$run"; done | \
		sed -n 's/^# \([0-9]*:[a-z].*\)/\1/p' | \
		awk '{ print $$1, $$2, $$3, $$4 }' > $(table)

cost: $(O)/cost
	@sh $(here)domain_cost.sh $(O)/cost

$(O)/cases: $(here)domain_cases.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -o $@ $< $(domain-src)

$(O)/parts%: $(here)domain_parts.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -DBV_BITS=$* -o $@ $< $(V)/tnum.c

$(O)/sync%: $(here)domain_sync.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -DBV_BITS=$* -o $@ $< $(domain-src)

$(O)/product4: $(here)domain_product.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -DBV_BITS=4 -o $@ $< $(domain-src)

$(O)/product4-ubsan: $(here)domain_product.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) $(domain-ubsan) -DBV_BITS=4 -o $@ $< $(domain-src)

$(O)/random8: $(here)domain_random.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -DBV_BITS=8 -o $@ $< $(domain-src)

$(O)/random64: $(here)domain_random.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -o $@ $< $(domain-src)

$(O)/random64-ubsan: $(here)domain_random.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) $(domain-ubsan) -o $@ $< $(domain-src)

$(O)/product4-seed%: $(here)domain_product.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -O1 -DBV_SEED=$* -DBV_BITS=4 -o $@ $< $(domain-src)

$(O)/cost: $(here)domain_cost.c $(domain-deps) | $(O)
	@$(CC) $(domain-flags) -o $@ $< $(domain-src)

$(O):
	@mkdir -p $@

.PHONY: test prove seeds smt smt-all full table cost
