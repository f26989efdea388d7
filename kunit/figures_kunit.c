// SPDX-License-Identifier: GPL-2.0
/*
 * What a wildcard costs on a SAS host with known devices, what a host without
 * devices costs, and how long one remote port waits for a wildcard. No judgement, just figures; never part of the series:
 * scripts/figures puts it into build/test.
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

/* One volume on channel 1, which only the driver knows, and one LUN a disk. */
static void add_volume(struct fake_hba *hba)
{
	scsi_add_device(hba->shost, 1, 0, 0);
}

static const unsigned int known[] = { 16, 256, 4096 };

static void known_desc(const unsigned int *devices, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", *devices);
}

KUNIT_ARRAY_PARAM(known, known, known_desc);

static void figures_known(struct kunit *test)
{
	unsigned int devices = *(const unsigned int *)test->param_value, i;
	struct fake_hba *hba = fake_hba_alloc(test, true);
	int commands, allocs, op;
	s64 us[RUNS];
	ktime_t start;

	fake_hba_driver_scan(hba);
	hba->discover = add_volume;
#ifdef SERIES
	hba->sht.can_rescan = 1;
#endif
	hba->shost->max_channel = 1;
	hba->shost->max_id = ~0;
	hba->shost->max_lun = ~0ULL;
	fake_hba_target(hba, 1, 0, 1);
	for (i = 0; i < devices; i++)
		fake_hba_target(hba, 0, i, 1);
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	for (i = 0; i < devices; i++)
		fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	scsi_scan_host(hba->shost);
	wait_for_device_probe();
	KUNIT_ASSERT_EQ(test, devices + 1, fake_hba_devices(hba));

	fake_hba_delete(hba, 1, 0, 0);
	for (i = 0; i < RUNS; i++) {
		atomic_set(&hba->target_allocs, 0);
		for (op = 0; op < 256; op++)
			atomic_set(&hba->commands[op], 0);
		start = ktime_get();
		fake_hba_sysfs_scan(hba, "- - -\n");
		us[i] = ktime_us_delta(ktime_get(), start);
		allocs = atomic_read(&hba->target_allocs);
		commands = 0;
		for (op = 0; op < 256; op++)
			commands += atomic_read(&hba->commands[op]);
		if (!i)
			kunit_info(test, "first: %u known, volume %s, target_alloc %d, commands %d, %lld us\n",
				   devices, fake_hba_has(hba, 1, 0, 0) ? "back" : "missing",
				   allocs, commands, us[i]);
	}
	sort(us, RUNS, sizeof(*us), compare, NULL);
	kunit_info(test, "again: %u known, target_alloc %d, commands %d, median of %d %lld us\n",
		   devices, allocs, commands, RUNS, us[RUNS / 2]);
}

#define HOSTS 16

static const unsigned int depths[] = { 32, 256, 1024, 4096 };

KUNIT_ARRAY_PARAM(depth, depths, known_desc);

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
static struct fake_hba *alloc_host(struct kunit *test, unsigned int depth)
{
	struct fake_hba *hba = fake_hba_alloc(test, false);

	hba->sht.init_cmd_priv = NULL;
	hba->sht.exit_cmd_priv = NULL;
	hba->shost->can_queue = depth;
#ifdef SERIES
	hba->shost->defer_tags = 1;
#endif
	return hba;
}

/* Hosts without devices. */
static void run_idle(struct kunit *test, bool report)
{
	unsigned int depth = *(const unsigned int *)test->param_value, i;
	struct fake_hba *hbas[HOSTS];
	s64 add[HOSTS], remove[HOSTS];
	unsigned long before, after;
	ktime_t start;

	for (i = 0; i < HOSTS; i++)
		hbas[i] = alloc_host(test, depth);
	before = free_kib();
	for (i = 0; i < HOSTS; i++) {
		start = ktime_get();
		KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hbas[i]));
		add[i] = ktime_us_delta(ktime_get(), start);
	}
	after = free_kib();
	for (i = 0; i < HOSTS; i++) {
		start = ktime_get();
		fake_hba_remove(hbas[i]);
		remove[i] = ktime_us_delta(ktime_get(), start);
	}
	if (!report)
		return;
	sort(add, HOSTS, sizeof(*add), compare, NULL);
	sort(remove, HOSTS, sizeof(*remove), compare, NULL);
	kunit_info(test, "idle: can_queue %u, %ld KiB a host, add %lld us, remove %lld us\n",
		   depth, ((long)before - (long)after) / HOSTS, add[HOSTS / 2],
		   remove[HOSTS / 2]);
}

static void figures_idle(struct kunit *test)
{
	/* On user-mode Linux the first touch of a page takes longer than all else. */
	run_idle(test, false);
	run_idle(test, true);
}

/* A host that gets a device: what is not paid in the one is in the other. */
static void figures_first(struct kunit *test)
{
	unsigned int depth = *(const unsigned int *)test->param_value, i;
	s64 add[HOSTS], scan[HOSTS], both[HOSTS];
	struct fake_hba *hba;
	ktime_t start;

	for (i = 0; i < HOSTS; i++) {
		hba = alloc_host(test, depth);
		fake_hba_target(hba, 0, 1, 1);
		start = ktime_get();
		KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
		add[i] = ktime_us_delta(ktime_get(), start);
		start = ktime_get();
		scsi_scan_target(&hba->shost->shost_gendev, 0, 1, 0,
				 SCSI_SCAN_MANUAL);
		scan[i] = ktime_us_delta(ktime_get(), start);
		both[i] = add[i] + scan[i];
		fake_hba_remove(hba);
	}
	sort(add, HOSTS, sizeof(*add), compare, NULL);
	sort(scan, HOSTS, sizeof(*scan), compare, NULL);
	sort(both, HOSTS, sizeof(*both), compare, NULL);
	kunit_info(test, "used: can_queue %u, add %lld us, first device %lld us, both %lld us\n",
		   depth, add[HOSTS / 2], scan[HOSTS / 2], both[HOSTS / 2]);
}

#define PORTS 4
#define HANG_MS 100

static long scan_last_port(void *hba)
{
	return fake_hba_sysfs_scan(hba, "0 3 0\n");
}

/* The walk of a wildcard is at the first of three ports that hang for HANG_MS each. */
static s64 run_narrow(struct kunit *test, struct scsi_transport_template *fc)
{
	struct fc_rport_identifiers ids = { .roles = FC_PORT_ROLE_FCP_TARGET };
	struct fake_hba *hba = fake_hba_alloc(test, false);
	struct fake_hba_thread *walk, *narrow;
	struct scsi_device *sdev;
	unsigned int i;
	ktime_t start;
	s64 ms;

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
	shost_for_each_device(sdev, hba->shost)
		scsi_remove_device(sdev);
	for (i = 0; i < PORTS - 1; i++)
		fake_hba_hang(hba, 0, i);
	walk = fake_hba_run(test, fake_hba_scan_all, hba);
	wait_for_completion(&hba->is_held);
	start = ktime_get();
	narrow = fake_hba_run(test, scan_last_port, hba);
	while (fake_hba_running(narrow)) {
		msleep(HANG_MS);
		fake_hba_release_held(hba);
		usleep_range(5000, 6000);
	}
	ms = ktime_ms_delta(ktime_get(), start);
	fake_hba_release(hba);
	fake_hba_join(test, narrow);
	fake_hba_join(test, walk);
	fc_remove_host(hba->shost);
	fake_hba_remove(hba);
	return ms;
}

static void figures_narrow(struct kunit *test)
{
	static struct fc_function_template functions;
	struct scsi_transport_template *fc = fc_attach_transport(&functions);
	s64 ms[RUNS];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, fc);
	for (i = 0; i < RUNS; i++)
		ms[i] = run_narrow(test, fc);
	fc_release_transport(fc);
	sort(ms, RUNS, sizeof(*ms), compare, NULL);
	kunit_info(test, "narrow: one port beside a wildcard at %d that hang for %d ms each: median of %d %lld ms, %lld to %lld\n",
		   PORTS - 1, HANG_MS, RUNS, ms[RUNS / 2], ms[0], ms[RUNS - 1]);
}

static struct kunit_case figures_cases[] = {
	KUNIT_CASE(figures_narrow),
	KUNIT_CASE_PARAM(figures_known, known_gen_params),
	KUNIT_CASE_PARAM(figures_idle, depth_gen_params),
	KUNIT_CASE_PARAM(figures_first, depth_gen_params),
	{}
};

static struct kunit_suite figures_suite = {
	.name = "zz_figures",
	.init = fake_hba_test_init,
	.exit = fake_hba_test_exit,
	.test_cases = figures_cases,
};
kunit_test_suite(figures_suite);

MODULE_DESCRIPTION("figures of user scans");
MODULE_LICENSE("GPL");
