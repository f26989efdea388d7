# SPDX-License-Identifier: GPL-2.0
# Each target is one small script; `scripts/NAME --help` says what it does and takes.
# SHELL=1 asks for a shell in the guest of `make boot`; make itself goes on with its own.
ifeq ($(SHELL),1)
override SHELL := /bin/sh
export GUEST_SHELL := 1
endif
# Settings of ours are given on make's command line; what is exported is meant for other trees. BASE goes with KTREE.
unexport ARCH LLVM $(if $(KTREE),,BASE)
$(foreach v,ARCH LLVM BASE,$(if $(filter command,$(word 1,$(origin $v))),$(eval export $v)))
.PHONY: apply help refresh status kunit lists hba canary mutants reproduce drivers lint check check-full boot bench send clean distclean

apply:
	@scripts/apply

help:
	@echo "make, make KTREE=~/linux BASE=v7.3: build/linux with the series applied"
	@sed -n 's/^| `\(make[^|]*\)` | \(.*\) |$$/\1: \2/p' docs/hacking.md | tr -d '\140'

refresh:
	@scripts/refresh

status:
	@scripts/status

kunit:
	@TREE=$(or $(TREE),work) scripts/kunit

lists:
	@TREE=$(or $(TREE),work) scripts/lists

hba:
	@TREE=$(or $(TREE),work) scripts/hba

canary:
	@scripts/canary

mutants:
	@scripts/mutants

reproduce:
	@scripts/reproduce "$(PATCH)"

drivers:
	@scripts/drivers $(ARCH)

lint:
	@scripts/lint

check:
	@scripts/check

check-full:
	@scripts/check-full "$(PART)"

boot:
	@scripts/boot $(TEST)

bench:
	@scripts/bench

send:
	@scripts/send $(TOPIC)

backport-%:
	@scripts/backport $*

clean:
	@scripts/clean

distclean:
	@scripts/clean --all
