// SPDX-License-Identifier: GPL-2.0
/*
 * What users' scans, hosts and commands cost. No judgement, just figures, each
 * in a line that scripts/bench collects: "bench: TABLE KEY VALUE...". Never part
 * of the series: scripts/bench puts this file into build/test.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sort.h>
#include <scsi/scsi.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_transport_fc.h>

#include "scsi_fake_hba.h"

#define RUNS 7

static int compare(const void *a, const void *b)
{
	s64 x = *(const s64 *)a, y = *(const s64 *)b;

	return x < y ? -1 : x > y;
}

/* The median, the least and the most of @n times go to the log. */
static void report(const char *what, s64 *ns, unsigned int n)
{
	sort(ns, n, sizeof(*ns), compare, NULL);
	pr_info("bench: %s %lld %lld %lld\n", what, ns[n / 2], ns[0], ns[n - 1]);
}

static void number_desc(const unsigned int *number, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", *number);
}

/* MemAvailable and the time since the boot, once all ports have been probed. */
static void bench_boot(struct kunit *test)
{
	wait_for_device_probe();
	rcu_barrier();
	pr_info("bench: boot %lld %ld\n", ktime_to_ms(ktime_get_boottime()),
		si_mem_available() << (PAGE_SHIFT - 10));
}

/* One volume on channel 1, which only the driver knows, and one LUN a disk. */
static void add_volume(struct fake_hba *hba)
{
	scsi_add_device(hba->shost, 1, 0, 0);
}

static int sum_commands(struct fake_hba *hba)
{
	int op, sum = 0;

	for (op = 0; op < 256; op++)
		sum += atomic_read(&hba->commands[op]);
	return sum;
}

static void reset_counts(struct fake_hba *hba)
{
	int op;

	atomic_set(&hba->target_allocs, 0);
	for (op = 0; op < 256; op++)
		atomic_set(&hba->commands[op], 0);
}

/* The most ids that are walked; what is above is extrapolated by scripts/bench. */
#define WALK_MAX 65536U

/* What 6.17 did: each id of the channels on which there are no remote PHYs. */
static void walk(struct fake_hba *hba)
{
	unsigned int id, ids = min(hba->shost->max_id, WALK_MAX);

	for (id = 0; id < ids; id++)
		scsi_scan_target(&hba->shost->shost_gendev, 1, id,
				 SCAN_WILD_CARD, SCSI_SCAN_MANUAL);
}

struct wildcard {
	unsigned int known;
	unsigned int max_id;
};

static const struct wildcard wildcards[] = {
	{ 1, ~0 }, { 16, ~0 }, { 256, ~0 }, { 4096, ~0 },
	{ 16, 16 }, { 16, 256 }, { 16, 4096 }, { 16, 65536 },
};

static void wildcard_desc(const struct wildcard *w, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u known, max_id %u", w->known,
		 w->max_id);
}

KUNIT_ARRAY_PARAM(wildcard, wildcards, wildcard_desc);

static void bench_wildcard(struct kunit *test)
{
	const struct wildcard *w = test->param_value;
	struct fake_hba *hba = fake_hba_alloc(test, true);
	int i, commands, allocs;
	s64 ns[RUNS], first;
	char what[80];
	ktime_t start;

	fake_hba_driver_scan(hba);
	hba->discover = add_volume;
#ifdef SERIES
	hba->sht.can_rescan = 1;
#endif
	hba->shost->max_channel = 1;
	hba->shost->max_id = w->max_id;
	hba->shost->max_lun = ~0ULL;
	fake_hba_target(hba, 1, 0, 1);
	for (i = 0; i < w->known; i++)
		fake_hba_target(hba, 0, i, 1);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	for (i = 0; i < w->known; i++)
		fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	scsi_scan_host(hba->shost);
	wait_for_device_probe();
	KUNIT_ASSERT_EQ(test, w->known + 1, fake_hba_devices(hba));

	fake_hba_delete(hba, 1, 0, 0);
	reset_counts(hba);
	start = ktime_get();
	fake_hba_sysfs_scan(hba, "- - -\n");
	first = ktime_to_ns(ktime_sub(ktime_get(), start));
	pr_info("bench: volume %u %u %s %d %d %lld\n", w->known, w->max_id,
		fake_hba_has(hba, 1, 0, 0) ? "back" : "missing",
		sum_commands(hba), atomic_read(&hba->target_allocs), first);

	for (i = 0; i < RUNS; i++) {
		reset_counts(hba);
		start = ktime_get();
		fake_hba_sysfs_scan(hba, "- - -\n");
		ns[i] = ktime_to_ns(ktime_sub(ktime_get(), start));
	}
	commands = sum_commands(hba);
	allocs = atomic_read(&hba->target_allocs);
	snprintf(what, sizeof(what), "wildcard %u %u %d %d", w->known,
		 w->max_id, commands, allocs);
	report(what, ns, RUNS);

	reset_counts(hba);
	start = ktime_get();
	walk(hba);
	pr_info("bench: walk %u %u %u %d %d %lld\n", w->known, w->max_id,
		min(w->max_id, WALK_MAX), sum_commands(hba),
		atomic_read(&hba->target_allocs),
		ktime_to_ns(ktime_sub(ktime_get(), start)));
}

#define HOSTS 16

struct host_kind {
	unsigned int can_queue;
	unsigned int queues;
	unsigned int cmd_size;
};

/* A driver's own part of a command is added to that of the fake HBA. */
static const struct host_kind host_kinds[] = {
	{ 32, 1, 0 }, { 32, 2, 0 }, { 256, 1, 0 }, { 256, 2, 0 },
	{ 1024, 1, 0 }, { 1024, 2, 0 }, { 1024, 2, 1024 },
	{ 4096, 1, 0 }, { 4096, 2, 0 }, { 4096, 2, 1024 },
};

static void host_kind_desc(const struct host_kind *k, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u commands, %u queues, %u bytes",
		 k->can_queue, k->queues, k->cmd_size);
}

KUNIT_ARRAY_PARAM(host_kind, host_kinds, host_kind_desc);

static unsigned long free_kib(void)
{
	struct sysinfo info;

	/* What is freed by RCU. */
	rcu_barrier();
	si_meminfo(&info);
	return info.freeram << (PAGE_SHIFT - 10);
}

/*
 * The fake driver's hooks for a command do more from one patch on: that is not
 * what is measured here.
 */
static struct fake_hba *alloc_host(struct kunit *test,
				   const struct host_kind *k)
{
	struct fake_hba *hba = fake_hba_alloc(test, false);

	hba->sht.init_cmd_priv = NULL;
	hba->sht.exit_cmd_priv = NULL;
	hba->sht.cmd_size += k->cmd_size;
	hba->shost->can_queue = k->can_queue;
	hba->shost->nr_hw_queues = k->queues;
#ifdef SERIES
	hba->shost->defer_tags = 1;
#endif
	return hba;
}

/* Hosts without devices. */
static void run_idle(struct kunit *test, bool last)
{
	const struct host_kind *k = test->param_value;
	s64 add[HOSTS], remove[HOSTS];
	struct fake_hba *hbas[HOSTS];
	unsigned long before, after;
	char what[80];
	ktime_t start;
	int i;

	for (i = 0; i < HOSTS; i++)
		hbas[i] = alloc_host(test, k);
	before = free_kib();
	for (i = 0; i < HOSTS; i++) {
		start = ktime_get();
		KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hbas[i]));
		add[i] = ktime_to_ns(ktime_sub(ktime_get(), start));
	}
	after = free_kib();
	for (i = 0; i < HOSTS; i++) {
		start = ktime_get();
		fake_hba_remove(hbas[i]);
		remove[i] = ktime_to_ns(ktime_sub(ktime_get(), start));
	}
	if (!last)
		return;
	pr_info("bench: memory %u %u %u %ld\n", k->can_queue, k->queues,
		k->cmd_size, ((long)before - (long)after) / HOSTS);
	snprintf(what, sizeof(what), "add %u %u %u", k->can_queue, k->queues,
		 k->cmd_size);
	report(what, add, HOSTS);
	snprintf(what, sizeof(what), "remove %u %u %u", k->can_queue,
		 k->queues, k->cmd_size);
	report(what, remove, HOSTS);
}

static void bench_idle(struct kunit *test)
{
	/* The first time the slabs grow. */
	run_idle(test, false);
	run_idle(test, true);
}

/* A host that gets a device: what adding the host does not cost, the device costs. */
static void run_first(struct kunit *test, const char *table)
{
	const struct host_kind *k = test->param_value;
	s64 add[HOSTS], scan[HOSTS], both[HOSTS];
	struct fake_hba *hba;
	int i, found = 0;
	char what[80];
	ktime_t start;

	for (i = 0; i < HOSTS; i++) {
		hba = alloc_host(test, k);
		fake_hba_target(hba, 0, 1, 1);
		start = ktime_get();
		if (fake_hba_add(hba))
			continue;
		add[i] = ktime_to_ns(ktime_sub(ktime_get(), start));
		start = ktime_get();
		scsi_scan_target(&hba->shost->shost_gendev, 0, 1, 0,
				 SCSI_SCAN_MANUAL);
		scan[i] = ktime_to_ns(ktime_sub(ktime_get(), start));
		both[i] = add[i] + scan[i];
		found += fake_hba_devices(hba);
		fake_hba_remove(hba);
	}
	KUNIT_ASSERT_EQ(test, HOSTS, found);
	snprintf(what, sizeof(what), "%s-first %u %u %u", table, k->can_queue,
		 k->queues, k->cmd_size);
	report(what, scan, HOSTS);
	snprintf(what, sizeof(what), "%s-both %u %u %u", table, k->can_queue,
		 k->queues, k->cmd_size);
	report(what, both, HOSTS);
}

static void bench_first(struct kunit *test)
{
	run_first(test, "used");
}

#define PRESSURE_KIB (32 << 10)

/* The same while all memory but PRESSURE_KIB is taken. */
static void bench_pressure(struct kunit *test)
{
	LIST_HEAD(pages);
	struct page *page, *next;

	while (si_mem_available() << (PAGE_SHIFT - 10) > PRESSURE_KIB) {
		page = alloc_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
		if (!page)
			break;
		list_add(&page->lru, &pages);
	}
	run_first(test, "pressure");
	list_for_each_entry_safe(page, next, &pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

static const unsigned int targets[] = { 1, 16, 256 };

KUNIT_ARRAY_PARAM(targets, targets, number_desc);

/* The first scan of a host with targets of one LUN each. */
static void bench_first_scan(struct kunit *test)
{
	unsigned int n = *(const unsigned int *)test->param_value, i, run;
	s64 ns[RUNS];
	char what[80];

	for (run = 0; run < RUNS; run++) {
		struct fake_hba *hba = fake_hba_alloc(test, false);
		ktime_t start;

		hba->shost->max_id = n;
		for (i = 0; i < n; i++)
			fake_hba_target(hba, 0, i, 1);
		KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
		start = ktime_get();
		scsi_scan_host(hba->shost);
		wait_for_device_probe();
		ns[run] = ktime_to_ns(ktime_sub(ktime_get(), start));
		KUNIT_ASSERT_EQ(test, n, fake_hba_devices(hba));
		fake_hba_remove(hba);
	}
	snprintf(what, sizeof(what), "first-scan %u", n);
	report(what, ns, RUNS);
}

#define COMMANDS 20000

/* Synchronous commands, one after another. */
static void run_commands(struct kunit *test, const char *what,
			 struct scsi_device *sdev, const u8 *cdb, void *buffer,
			 unsigned int len)
{
	s64 ns[RUNS];
	int run, i;

	for (run = 0; run < RUNS; run++) {
		ktime_t start = ktime_get();

		for (i = 0; i < COMMANDS; i++)
			KUNIT_ASSERT_EQ(test, 0,
					scsi_execute_cmd(sdev, cdb, REQ_OP_DRV_IN,
							 buffer, len, 10 * HZ, 0, NULL));
		ns[run] = ktime_to_ns(ktime_sub(ktime_get(), start)) / COMMANDS;
	}
	report(what, ns, RUNS);
}

static void bench_fake_commands(struct kunit *test)
{
	static const u8 test_unit_ready[6] = { TEST_UNIT_READY };
	struct fake_hba *hba = fake_hba_alloc(test, false);
	struct scsi_device *sdev;

	fake_hba_target(hba, 0, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	scsi_scan_host(hba->shost);
	wait_for_device_probe();
	sdev = scsi_device_lookup(hba->shost, 0, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, sdev);
	run_commands(test, "command fake-hba", sdev, test_unit_ready, NULL, 0);
	scsi_device_put(sdev);
	fake_hba_remove(hba);
}

static void bench_debug_commands(struct kunit *test)
{
	static const u8 read10[10] = { READ_10, [8] = 8 };
	void *buffer = kunit_kmalloc(test, 4096, GFP_KERNEL);
	struct scsi_device *sdev = NULL;
	struct Scsi_Host *shost;
	unsigned int n;

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	for (n = 0; n < 256 && !sdev; n++) {
		shost = scsi_host_lookup(n);
		if (!shost)
			continue;
		if (!strcmp(shost->hostt->proc_name ?: "", "scsi_debug"))
			sdev = scsi_device_lookup(shost, 0, 0, 0);
		scsi_host_put(shost);
	}
	KUNIT_ASSERT_NOT_NULL(test, sdev);
	run_commands(test, "command scsi_debug", sdev, read10, buffer, 4096);
	scsi_device_put(sdev);
}

#define PORTS 4
#define HANG_MS 100

static long scan_last_port(void *hba)
{
	return fake_hba_sysfs_scan(hba, "0 3 0\n");
}

static long plug(void *hba)
{
	fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	return 0;
}

/* The first PORTS - 1 targets hang for HANG_MS each. */
static void hang(struct fake_hba *hba)
{
	int i;

	for (i = 0; i < PORTS - 1; i++)
		fake_hba_hang(hba, 0, i);
}

/* How long @waiter takes on @on, when a scan of @hanging has come to the first that hangs. */
static s64 run_beside(struct kunit *test, struct fake_hba *hanging,
		      struct fake_hba *on, long (*waiter)(void *hba))
{
	struct fake_hba_thread *thread;
	ktime_t start;
	s64 ns;

	start = ktime_get();
	thread = fake_hba_run(test, waiter, on);
	/* A waiter that need not wait is done at once. */
	usleep_range(5000, 6000);
	while (fake_hba_running(thread)) {
		msleep(HANG_MS);
		fake_hba_release_held(hanging);
		usleep_range(5000, 6000);
	}
	ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	fake_hba_release(hanging);
	fake_hba_join(test, thread);
	return ns;
}

/* The same beside the wildcard of a user on the same host. */
static s64 run_beside_user(struct kunit *test, struct fake_hba *hba,
			   long (*waiter)(void *hba))
{
	struct fake_hba_thread *user;
	s64 ns;

	hang(hba);
	user = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_held(hba);
	ns = run_beside(test, hba, hba, waiter);
	fake_hba_join(test, user);
	return ns;
}

static void forget_devices(struct fake_hba *hba)
{
	struct scsi_device *sdev;

	shost_for_each_device(sdev, hba->shost)
		scsi_remove_device(sdev);
}

/* A user names one remote port beside another user's wildcard. */
static s64 run_narrow(struct kunit *test, struct scsi_transport_template *fc)
{
	struct fc_rport_identifiers ids = { .roles = FC_PORT_ROLE_FCP_TARGET };
	struct fake_hba *hba = fake_hba_alloc(test, false);
	unsigned int i;
	s64 ns;

	hba->shost->transportt = fc;
	hba->shost->max_id = PORTS;
	for (i = 0; i < PORTS; i++)
		fake_hba_target(hba, 0, i, 1);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	for (i = 0; i < PORTS; i++) {
		struct fc_rport *rport;

		ids.node_name = i + 1;
		ids.port_name = i + 1;
		ids.port_id = i + 1;
		rport = fc_remote_port_add(hba->shost, 0, &ids);
		KUNIT_ASSERT_NOT_NULL(test, rport);
		flush_work(&rport->scan_work);
	}
	forget_devices(hba);
	ns = run_beside_user(test, hba, scan_last_port);
	fc_remove_host(hba->shost);
	fake_hba_remove(hba);
	return ns;
}

static void bench_narrow(struct kunit *test)
{
	static struct fc_function_template functions;
	struct scsi_transport_template *fc = fc_attach_transport(&functions);
	s64 ns[RUNS];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, fc);
	for (i = 0; i < RUNS; i++)
		ns[i] = run_narrow(test, fc);
	fc_release_transport(fc);
	report("wait narrow", ns, RUNS);
}

/* A SAS host with PORTS end devices that users' scans look at. */
static struct fake_hba *sas_host(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, true);
	unsigned int i;

	hba->shost->max_id = ~0;
	for (i = 0; i < PORTS + 1; i++)
		fake_hba_target(hba, 0, i, 1);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	for (i = 0; i < PORTS; i++)
		fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	forget_devices(hba);
	return hba;
}

static void run_on_sas_host(struct kunit *test, const char *what,
			    long (*waiter)(void *hba))
{
	s64 ns[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		struct fake_hba *hba = sas_host(test);

		ns[i] = run_beside_user(test, hba, waiter);
		fake_hba_remove(hba);
	}
	report(what, ns, RUNS);
}

/* A disk is plugged in beside a user's wildcard. */
static void bench_plug(struct kunit *test)
{
	run_on_sas_host(test, "wait plug", plug);
}

/* A host is removed beside a user's wildcard. */
static void bench_remove(struct kunit *test)
{
	run_on_sas_host(test, "wait remove", fake_hba_remove_host);
}

/* A host whose first scan has come to the first of its targets that hang. */
static struct fake_hba *hanging_host(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, false);
	unsigned int i;

	hba->shost->max_id = PORTS;
	for (i = 0; i < PORTS; i++)
		fake_hba_target(hba, 0, i, 1);
	hang(hba);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	scsi_scan_host(hba->shost);
	fake_hba_wait_held(hba);
	return hba;
}

/* A user scans one host beside the first scan of another one. */
static void bench_other_host(struct kunit *test)
{
	s64 ns[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		struct fake_hba *on = sas_host(test), *hba = hanging_host(test);

		ns[i] = run_beside(test, hba, on, fake_hba_scan_all);
		wait_for_device_probe();
		fake_hba_remove(hba);
		fake_hba_remove(on);
	}
	report("wait other-host", ns, RUNS);
}

/* A disk is plugged into a host whose user waits for the first scan of another one. */
static void bench_other_plug(struct kunit *test)
{
	s64 ns[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		struct fake_hba *on = sas_host(test), *hba = hanging_host(test);
		struct fake_hba_thread *user;

		user = fake_hba_run(test, fake_hba_scan_all, on);
		msleep(20);
		ns[i] = run_beside(test, hba, on, plug);
		fake_hba_join(test, user);
		wait_for_device_probe();
		fake_hba_remove(hba);
		fake_hba_remove(on);
	}
	report("wait other-plug", ns, RUNS);
}

static struct kunit_case bench_cases[] = {
	KUNIT_CASE(bench_boot),
	KUNIT_CASE(bench_narrow),
	KUNIT_CASE(bench_plug),
	KUNIT_CASE(bench_other_host),
	KUNIT_CASE(bench_other_plug),
	KUNIT_CASE(bench_remove),
	KUNIT_CASE_PARAM(bench_wildcard, wildcard_gen_params),
	KUNIT_CASE_PARAM(bench_idle, host_kind_gen_params),
	KUNIT_CASE_PARAM(bench_first, host_kind_gen_params),
	KUNIT_CASE_PARAM(bench_pressure, host_kind_gen_params),
	KUNIT_CASE_PARAM(bench_first_scan, targets_gen_params),
	KUNIT_CASE(bench_fake_commands),
	KUNIT_CASE(bench_debug_commands),
	{}
};

static struct kunit_suite bench_suite = {
	.name = "zz_bench",
	.init = fake_hba_test_init,
	.exit = fake_hba_test_exit,
	.test_cases = bench_cases,
};
kunit_test_suite(bench_suite);

MODULE_DESCRIPTION("figures of scans, hosts and commands");
MODULE_LICENSE("GPL");
