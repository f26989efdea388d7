// SPDX-License-Identifier: GPL-2.0
/*
 * hpsa against a virtual controller: the driver as it is, from probe() to remove().
 */
#include <kunit/test.h>

#include "hba_host.h"
#include "hpsa_model.h"
#include "../hpsa_cmd.h"

static struct hp *hp;

/* Devices as the midlayer has them. */
#define VOLUME(lun)	1, 0, lun
#define EXTERNAL(lun)	2, 5, lun
#define DISK(id)	0, id, 0
/* Two disks, two volumes, one of an external array, and the controller itself. */
#define DEVICES		6

static int is_host(struct device *dev, const void *unused)
{
	return scsi_is_host_device(dev);
}

static void bound(struct kunit *test)
{
	struct device *host = device_find_child(&hp->v->pdev->dev, NULL, is_host);

	KUNIT_ASSERT_NOT_NULL(test, host);
	shost = dev_to_shost(host);
	put_device(host);
}

static void prepare(struct kunit *test)
{
	hp = hp_alloc(test);
	hp_plug(hp, HP_DISK, 1);
	hp_plug(hp, HP_DISK, 2);
	hp_plug(hp, HP_MASKED, 3);
	hp_plug(hp, HP_VOLUME, 0);
	hp_plug(hp, HP_VOLUME, 1);
	hp_plug(hp, HP_EXTERNAL, 2);
}

static void start(struct kunit *test)
{
	prepare(test);
	hp_start(test, hp);
	bound(test);
	expect_devices(test, DEVICES);
	wait_for_device_probe();
}

/*
 * Make the driver look for changes now. By itself it does so every 30 seconds,
 * if it has been told of one.
 */
static void rescan_by_driver(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, host_write("rescan", "1\n"), 0);
	wait_for_device_probe();
}

/* The driver finds all devices, each kind on its channel, but none masked. */
static void hp_test_first_scan_finds_devices(struct kunit *test)
{
	struct scsi_device *sdev;

	start(test);
	shost_for_each_device(sdev, shost)
		kunit_info(test, "%u:%u:%llu\n", sdev->channel, sdev->id, sdev->lun);
	KUNIT_EXPECT_TRUE(test, has(VOLUME(0)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(EXTERNAL(2)));
}

/* A rescan that finds nothing missing sends nothing, and writes no register. */
static void hp_test_idle_rescan_sends_nothing(struct kunit *test)
{
	struct counts before;

	start(test);
	count(&hp->asked, &before);
	KUNIT_EXPECT_EQ(test, 6, scan("1 - -\n"));
	kunit_info(test, "%lld us\n", write_us);
	KUNIT_EXPECT_LT(test, write_us, IDLE_US);
	expect_io_only(test, &hp->asked, &before, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "with two disks: %lld us\n", write_us);
	expect_io_only(test, &hp->asked, &before, 0);
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/*
 * Deleted volumes come back, with the commands that the midlayer sends to new
 * volumes and nothing else. The driver by itself does not bring them back.
 */
static void hp_test_deleted_volumes_come_back(struct kunit *test)
{
	struct scsi_device *before, *after;
	struct counts counts;
	int io;

	start(test);
	before = scsi_device_lookup(shost, VOLUME(0));
	KUNIT_ASSERT_NOT_NULL(test, before);
	hp_unplug(hp, HP_VOLUME, 1);
	hp_unplug(hp, HP_EXTERNAL, 2);
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, DEVICES - 2, devices());
	hp_plug(hp, HP_VOLUME, 1);
	hp_plug(hp, HP_EXTERNAL, 2);
	count(&hp->asked, &counts);
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
	io = atomic_read(&hp->asked.io) - counts.io;
	kunit_info(test, "new: %d requests of the driver\n", atomic_read(&hp->asked.own) - counts.own);

	delete(test, VOLUME(1));
	delete(test, EXTERNAL(2));
	wait_for_device_probe();
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, DEVICES - 2, devices());
	count(&hp->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 - -\n"));
	kunit_info(test, "two volumes: %lld us, %d commands\n", write_us, io);
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
	expect_io_only(test, &hp->asked, &counts, io);
	after = scsi_device_lookup(shost, VOLUME(0));
	KUNIT_EXPECT_PTR_EQ(test, before, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(before);
}

/*
 * A deleted disk comes back with the id that it had, and the driver sends
 * nothing to the firmware.
 */
static void hp_test_deleted_disk_comes_back(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, DISK(1));
	count(&hp->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("0 - -\n"));
	KUNIT_EXPECT_TRUE(test, has(DISK(1)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
	KUNIT_EXPECT_EQ(test, counts.own, atomic_read(&hp->asked.own));
	KUNIT_EXPECT_EQ(test, counts.other_writes, atomic_read(&hp->asked.other_writes));
}

/*
 * A deleted volume comes back by its address, too. An address without a device
 * sends nothing.
 */
static void hp_test_typed_address_finds_device(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, VOLUME(1));
	count(&hp->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 0 3\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("2 4 0\n"));
	expect_io_only(test, &hp->asked, &counts, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, scan("5 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("1 0 1\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	delete(test, VOLUME(1));
	KUNIT_EXPECT_EQ(test, 6, scan("- 0 1\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
}

/* A write to "scan" that waits for a command which a volume does not answer. */
static struct fake_hba_thread *hanging_rescan(struct kunit *test, u16 lun)
{
	delete(test, VOLUME(lun));
	wait_for_device_probe();
	hp_answer(hp, HP_VOLUME, lun, HP_HANG);
	return run_until_held(test, scan_all, &hp->is_held);
}

static long driver_scans(void *unused)
{
	return host_write("rescan", "1\n");
}

/*
 * The firmware no longer lists a volume that answers the rescan. The driver
 * removes the volume after the rescan.
 */
static void hp_test_volume_goes_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *driver;

	start(test);
	writer = hanging_rescan(test, 1);
	hp_unlist(hp, HP_VOLUME, 1);
	hp_plug(hp, HP_VOLUME, 6);
	driver = fake_hba_run(test, driver_scans, NULL);
	fake_hba_wait_asleep(test, driver);
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_join(test, driver));
	KUNIT_EXPECT_FALSE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(6)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/*
 * A volume that a user deletes while the rescan waits for another volume stays
 * away until the next rescan.
 */
static void hp_test_deleted_in_rescan_stays_away(struct kunit *test)
{
	struct fake_hba_thread *writer, *user;

	start(test);
	writer = hanging_rescan(test, 1);
	user = delete_in_scan(test, VOLUME(0));
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, user));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_FALSE(test, has(VOLUME(0)));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/* Users killed while they wait leave nothing behind. The others scan. */
static void hp_test_killed_rescans_leave_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer, *second;

	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	delete(test, EXTERNAL(2));
	writer = hanging_rescan(test, 1);
	interrupted_rescans(test);
	second = fake_hba_run(test, scan_all, NULL);
	fake_hba_wait_asleep(test, second);
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, second));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/* I/O to devices that are there goes on while others are deleted and come back. */
static void hp_test_io_goes_on_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;
	struct io *on_volume;
	int i;

	start(test);
	on_volume = io_begin(test, VOLUME(0));
	for (i = 0; i < 10; i++) {
		delete(test, VOLUME(1));
		delete(test, EXTERNAL(2));
		KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
		KUNIT_EXPECT_EQ(test, DEVICES, devices());
	}
	writer = hanging_rescan(test, 1);
	io_expect_progress(test, on_volume);
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	io_end(test, on_volume);
}

/*
 * A volume that fails stays away, and others come back. The volume comes back
 * once it has recovered.
 */
static void hp_test_failed_volume_stays_away(struct kunit *test)
{
	start(test);
	delete(test, VOLUME(1));
	delete(test, EXTERNAL(2));
	hp_answer(hp, HP_VOLUME, 1, HP_SILENT);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_FALSE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(EXTERNAL(2)));
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/* A list that the firmware does not give is not a list without devices. */
static void hp_test_list_fails(struct kunit *test)
{
	static const u8 lists[] = { HPSA_REPORT_PHYS, HPSA_REPORT_LOG };
	int i, own, all;

	start(test);
	own = atomic_read(&hp->asked.own);
	rescan_by_driver(test);
	all = atomic_read(&hp->asked.own) - own;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		hp_answer_list(hp, lists[i], HP_SILENT);
		own = atomic_read(&hp->asked.own);
		rescan_by_driver(test);
		/* Without the list the driver asks about no device. */
		KUNIT_EXPECT_LT(test, atomic_read(&hp->asked.own) - own, all);
		KUNIT_EXPECT_EQ(test, DEVICES, devices());
	}
}

/* A rescan does not wait for the driver's scan. */
static void hp_test_rescan_runs_in_driver_scan(struct kunit *test)
{
	struct fake_hba_thread *driver, *writer;

	start(test);
	delete(test, VOLUME(1));
	hp_answer_list(hp, HPSA_REPORT_LOG, HP_HANG);
	driver = run_until_held(test, driver_scans, &hp->is_held);
	writer = fake_hba_run(test, scan_all, NULL);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_join(test, driver));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/* The command of a rescan times out: its volume is reset, and the rescan ends. */
static void hp_test_rescan_survives_reset(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	fake_hba_param(test, "inq_timeout", "1");
	writer = hanging_rescan(test, 1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_NE(test, 0, atomic_read(&hp->asked.resets));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/* Unbinding waits for the rescan's command. */
static void hp_test_unbind_waits_for_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;

	start(test);
	delete(test, VOLUME(0));
	writer = hanging_rescan(test, 1);
	remove = fake_hba_run(test, unbind, hp->v);
	fake_hba_wait_asleep(test, remove);
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	fake_hba_join(test, writer);
}

/* Unbinding waits for a command of the first scan, and removes all devices. */
static void hp_test_unbind_waits_for_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "async");
	prepare(test);
	hp_answer(hp, HP_VOLUME, 1, HP_HANG);
	hp_add(test, hp);
	remove = unbind_in_first_scan(test, hp->v, &hp->is_held);
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/*
 * Nonsense from the firmware removes no device, and keeps none away: an answer to a command that
 * was never sent, and a status that does not exist.
 */
static void hp_test_garbage_removes_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	hp_babble(hp);
	KUNIT_EXPECT_TRUE(test, fake_hba_running(writer));
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
	delete(test, VOLUME(1));
	hp_answer(hp, HP_VOLUME, 1, HP_GARBAGE);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, DEVICES - 1, devices());
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

static void needs_time_travel(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_UML_TIME_TRAVEL_SUPPORT))
		kunit_skip(test, "a minute, which passes at once where time travels");
}

/*
 * The firmware reports that one volume has gone and that another one has come while a rescan waits
 * for a third. The driver adds and removes them when the rescan is over.
 */
static void hp_test_event_waits_for_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;
	int i, own;

	needs_time_travel(test);
	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	writer = hanging_rescan(test, 1);
	hp_unplug(hp, HP_EXTERNAL, 2);
	hp_plug(hp, HP_VOLUME, 6);
	own = atomic_read(&hp->asked.own);
	hp_event(hp);
	ssleep(20);
	/* The driver has asked for the volumes that there are, and waits for the rescan. */
	KUNIT_EXPECT_GT(test, atomic_read(&hp->asked.own), own);
	KUNIT_EXPECT_FALSE(test, has(VOLUME(6)));
	hp_release(hp);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	for (i = 0; i < 200 && (has(EXTERNAL(2)) || !has(VOLUME(6))); i++)
		msleep(20);
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(6)));
	KUNIT_EXPECT_FALSE(test, has(EXTERNAL(2)));
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
}

/*
 * If the firmware dies, a waiting rescan ends. The driver notices by the
 * heartbeat that the firmware is dead.
 */
static void hp_test_lockup_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	needs_time_travel(test);
	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	writer = hanging_rescan(test, 1);
	hp_panic(hp);
	join_within(test, writer, 200);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, DEVICES - 1, devices());
}

/*
 * The firmware dies while the driver scans because of an event. The scan ends,
 * no device is considered gone, and the driver can be unbound.
 */
static void hp_test_lockup_ends_event_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;
	int i;

	needs_time_travel(test);
	start(test);
	/* The work item that watches for events has run once, and was queued again. */
	ssleep(20);
	hp_answer_list(hp, HPSA_REPORT_LOG, HP_HANG);
	reinit_completion(&hp->is_held);
	hp_event(hp);
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(&hp->is_held, 30 * HZ));
	hp_panic(hp);
	/* The driver sees it by the heartbeat, which has to be the same for 30 seconds. */
	for (i = 0; i < 60; i++)
		ssleep(1);
	KUNIT_EXPECT_EQ(test, DEVICES, devices());
	remove = fake_hba_run(test, unbind, hp->v);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 200));
}

/*
 * If the firmware dies, unbinding no longer waits for the command of a rescan,
 * and ends.
 */
static void hp_test_lockup_ends_unbind(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;

	needs_time_travel(test);
	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	writer = hanging_rescan(test, 1);
	remove = fake_hba_run(test, unbind, hp->v);
	fake_hba_wait_asleep(test, remove);
	hp_panic(hp);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 200));
	fake_hba_join(test, writer);
}

/*
 * If a card is pulled while a rescan waits, the rescan ends once the driver has
 * noticed that the heartbeat has stopped.
 */
static void hp_test_pulled_card_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	needs_time_travel(test);
	start(test);
	writer = hanging_rescan(test, 0);
	vpci_pull(hp->v);
	fake_hba_join(test, writer);
}

/* Probe and removal leave nothing that keeps the driver from a second probe. */
static void hp_test_driver_binds_again(struct kunit *test)
{
	start(test);
	vpci_unbind(hp->v);
	vpci_bind(hp->v);
	wait_for_device_probe();
	bound(test);
	expect_devices(test, DEVICES);
}

static void hp_test_exit(struct kunit *test)
{
	struct hp_dev *dev, *next;

	WRITE_ONCE(io_ends, true);
	if (hp && hp->plugged) {
		hp_release(hp);
		vpci_del(hp->v);
		list_for_each_entry_safe(dev, next, &hp->devs, list)
			kfree(dev);
	}
	hp = NULL;
	/* kmemleak must not find the host through this pointer. */
	shost = NULL;
	fake_hba_test_exit(test);
}

static struct kunit_case hp_cases[] = {
	KUNIT_CASE(hp_test_first_scan_finds_devices),
	KUNIT_CASE(hp_test_idle_rescan_sends_nothing),
	KUNIT_CASE(hp_test_deleted_volumes_come_back),
	KUNIT_CASE(hp_test_deleted_disk_comes_back),
	KUNIT_CASE(hp_test_typed_address_finds_device),
	KUNIT_CASE(hp_test_volume_goes_in_rescan),
	KUNIT_CASE(hp_test_deleted_in_rescan_stays_away),
	KUNIT_CASE_SLOW(hp_test_killed_rescans_leave_nothing),
	KUNIT_CASE_SLOW(hp_test_io_goes_on_in_rescan),
	KUNIT_CASE(hp_test_failed_volume_stays_away),
	KUNIT_CASE(hp_test_list_fails),
	KUNIT_CASE(hp_test_rescan_runs_in_driver_scan),
	KUNIT_CASE(hp_test_unbind_waits_for_rescan),
	KUNIT_CASE(hp_test_unbind_waits_for_first_scan),
	KUNIT_CASE(hp_test_garbage_removes_nothing),
	KUNIT_CASE_SLOW(hp_test_rescan_survives_reset),
	KUNIT_CASE(hp_test_driver_binds_again),
	KUNIT_CASE_SLOW(hp_test_event_waits_for_rescan),
	{}
};

static struct kunit_suite hp_suite = {
	.name = "hpsa_hba",
	.init = fake_hba_test_init,
	.exit = hp_test_exit,
	.test_cases = hp_cases,
};

/* Without "Do not disable a controller twice" the driver warns after these. */
static struct kunit_case hp_lost_cases[] = {
	KUNIT_CASE_SLOW(hp_test_pulled_card_ends_rescan),
	KUNIT_CASE_SLOW(hp_test_lockup_ends_rescan),
	KUNIT_CASE_SLOW(hp_test_lockup_ends_event_scan),
	KUNIT_CASE_SLOW(hp_test_lockup_ends_unbind),
	{}
};

static struct kunit_suite hp_lost_suite = {
	.name = "hpsa_hba_lost",
	.init = fake_hba_test_init,
	.exit = hp_test_exit,
	.test_cases = hp_lost_cases,
};

kunit_test_suites(&hp_suite, &hp_lost_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
