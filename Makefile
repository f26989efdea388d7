# Each target is one small script; `scripts/NAME --help` says what it does and takes.
# SHELL=1 asks for a shell in the guest of `make boot`; make itself goes on with its own.
ifeq ($(SHELL),1)
override SHELL := /bin/sh
export GUEST_SHELL := 1
endif
.PHONY: apply refresh status kunit lists hba canary mutants reproduce drivers lint check check-full boot bench send clean distclean

apply:
	@scripts/apply

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
