// SPDX-License-Identifier: GPL-2.0
/*
 * smartpqi against a virtual controller: the driver as it is, from probe() to remove(), but for
 * vpci_ram.h.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>

#include "hba_host.h"
#include "pqi_model.h"

static struct pq *pq;
static struct pqi_ctrl_info *ctrl;

/* Devices as the midlayer has them. */
#define VOLUME(lun)	1, 0, lun
#define EXTERNAL(lun)	3, 5, lun
#define DISK(id)	0, id, 0
#define CONTROLLER	2, 0, 0

static void bound(struct kunit *test)
{
	ctrl = pci_get_drvdata(pq->v->pdev);
	KUNIT_ASSERT_NOT_NULL(test, ctrl);
	shost = ctrl->scsi_host;
	/* This worker tells the firmware the time. */
	flush_delayed_work(&ctrl->update_time_work);
}

/*
 * Two disks and three volumes, none of which was deleted yet, and the
 * controller itself.
 */
static void prepare(struct kunit *test)
{
	pq = pq_alloc(test);
	pq_plug(pq, PQ_DISK, 1);
	pq_plug(pq, PQ_DISK, 2);
	pq_plug(pq, PQ_MASKED, 3);
	pq_plug(pq, PQ_VOLUME, 0);
	pq_plug(pq, PQ_VOLUME, 1);
	pq_plug(pq, PQ_EXTERNAL, 2);
}

static void start(struct kunit *test)
{
	prepare(test);
	pq_start(test, pq);
	bound(test);
	expect_devices(test, 6);
	wait_for_device_probe();
}

/* The driver was told of a change, and looks 5 seconds later, or now. */
static void driver_looks(struct kunit *test)
{
	int i;

	for (i = 0; i < 200 && pq_events_pending(pq); i++)
		msleep(20);
	KUNIT_EXPECT_FALSE(test, pq_events_pending(pq));
	synchronize_irq(ctrl->event_irq);
	flush_work(&ctrl->event_work);
	flush_delayed_work(&ctrl->rescan_work);
	wait_for_device_probe();
}

/* The driver finds all devices, each kind on its channel, but none masked. */
static void pq_test_first_scan_finds_devices(struct kunit *test)
{
	start(test);
	KUNIT_EXPECT_TRUE(test, has(DISK(0)));
	KUNIT_EXPECT_TRUE(test, has(DISK(1)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(0)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(EXTERNAL(2)));
	KUNIT_EXPECT_TRUE(test, has(CONTROLLER));
}

/*
 * A rescan that finds nothing missing sends nothing, and touches no register. One of all
 * channels asks each disk for its LUNs, as on 7.3.
 */
static void pq_test_idle_rescan_sends_nothing(struct kunit *test)
{
	struct counts before;

	start(test);
	count(&pq->asked, &before);
	KUNIT_EXPECT_EQ(test, 6, scan("1 - -\n"));
	kunit_info(test, "%lld us\n", write_us);
	KUNIT_EXPECT_LT(test, write_us, IDLE_US);
	expect_io_only(test, &pq->asked, &before, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "with two disks: %lld us\n", write_us);
	expect_io_only(test, &pq->asked, &before, 2);
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* Make the driver look now. */
static void rescan_by_driver(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, host_write("rescan", "1\n"), 0);
	flush_delayed_work(&ctrl->rescan_work);
	wait_for_device_probe();
}

/*
 * Deleted volumes come back, with the commands that they get when the driver itself brings
 * them back, and nothing else.
 */
static void pq_test_deleted_volumes_come_back(struct kunit *test)
{
	struct scsi_device *before, *after;
	struct counts counts;
	int io;

	start(test);
	before = scsi_device_lookup(shost, VOLUME(0));
	KUNIT_ASSERT_NOT_NULL(test, before);
	delete(test, VOLUME(1));
	delete(test, EXTERNAL(2));
	wait_for_device_probe();
	count(&pq->asked, &counts);
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, 6, devices());
	io = atomic_read(&pq->asked.io) - counts.io;
	kunit_info(test, "by the driver: %lld us, %d requests of its own\n", write_us,
		   atomic_read(&pq->asked.own) - counts.own);

	delete(test, VOLUME(1));
	delete(test, EXTERNAL(2));
	wait_for_device_probe();
	count(&pq->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 - -\n"));
	kunit_info(test, "two volumes: %lld us, %d commands\n", write_us, io);
	KUNIT_EXPECT_EQ(test, 6, devices());
	expect_io_only(test, &pq->asked, &counts, io);
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
static void pq_test_deleted_disk_comes_back(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, DISK(1));
	count(&pq->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("0 - -\n"));
	KUNIT_EXPECT_TRUE(test, has(DISK(1)));
	KUNIT_EXPECT_EQ(test, 6, devices());
	KUNIT_EXPECT_EQ(test, counts.own, atomic_read(&pq->asked.own));
	KUNIT_EXPECT_EQ(test, counts.other_writes, atomic_read(&pq->asked.other_writes));
}

/*
 * A volume comes back by its address, too. Nothing is found at an address
 * without a device.
 */
static void pq_test_typed_address_finds_device(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, VOLUME(1));
	count(&pq->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 0 3\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("0 2 0\n"));
	expect_io_only(test, &pq->asked, &counts, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, scan("5 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("1 0 1\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	delete(test, VOLUME(1));
	KUNIT_EXPECT_EQ(test, 6, scan("- 0 1\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
}

/*
 * Devices that a user has deleted come back when the driver looks, as on 7.3,
 * and a disk keeps its id.
 */
static void pq_test_driver_brings_devices_back(struct kunit *test)
{
	start(test);
	delete(test, VOLUME(1));
	delete(test, DISK(0));
	pq_plug(pq, PQ_DISK, 5);
	driver_looks(test);
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(DISK(0)));
	KUNIT_EXPECT_EQ(test, 7, devices());
	pq_unplug(pq, PQ_DISK, 5);
	pq_unplug(pq, PQ_EXTERNAL, 2);
	driver_looks(test);
	KUNIT_EXPECT_EQ(test, 5, devices());
	KUNIT_EXPECT_FALSE(test, has(EXTERNAL(2)));
}

/* A write to "scan" that waits for a command which a volume does not answer. */
static struct fake_hba_thread *hanging_rescan(struct kunit *test, u16 lun)
{
	delete(test, VOLUME(lun));
	wait_for_device_probe();
	pq_answer(pq, lun, PQ_HANG);
	return run_until_held(test, scan_all, &pq->is_held);
}

static long driver_scans(void *unused)
{
	schedule_delayed_work(&ctrl->rescan_work, 0);
	flush_delayed_work(&ctrl->rescan_work);
	return 0;
}

/* A volume that goes while the rescan waits for it is not there after that. */
static void pq_test_volume_goes_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *driver;

	start(test);
	writer = hanging_rescan(test, 1);
	pq_unplug(pq, PQ_VOLUME, 1);
	pq_plug(pq, PQ_VOLUME, 6);
	/* The driver unlists the volume, and waits for the rescan. */
	driver = fake_hba_run(test, driver_scans, NULL);
	fake_hba_wait_asleep(test, driver);
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, driver));
	driver_looks(test);
	KUNIT_EXPECT_FALSE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(6)));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/*
 * A volume that a user deletes while the rescan waits for another volume stays
 * away until the next rescan.
 */
static void pq_test_deleted_in_rescan_stays_away(struct kunit *test)
{
	struct fake_hba_thread *writer, *user;

	start(test);
	writer = hanging_rescan(test, 1);
	user = delete_in_scan(test, VOLUME(0));
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, user));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_FALSE(test, has(VOLUME(0)));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* Users killed while they wait leave nothing behind. The others scan. */
static void pq_test_killed_rescans_leave_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer, *second;

	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	delete(test, EXTERNAL(2));
	writer = hanging_rescan(test, 1);
	interrupted_rescans(test);
	second = fake_hba_run(test, scan_all, NULL);
	fake_hba_wait_asleep(test, second);
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, second));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* With scsi_mod.scan=none nothing is scanned, as on 7.3. */
static void pq_test_none_scans_nothing(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, VOLUME(1));
	wait_for_device_probe();
	fake_hba_param(test, "scan", "none");
	count(&pq->asked, &counts);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_io_only(test, &pq->asked, &counts, 0);
	KUNIT_EXPECT_EQ(test, 5, devices());
}

/* I/O to devices that are there goes on while others are deleted and come back. */
static void pq_test_io_goes_on_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;
	struct io *on_volume, *on_disk;
	int i;

	start(test);
	on_volume = io_begin(test, VOLUME(0));
	on_disk = io_begin(test, DISK(0));
	for (i = 0; i < 10; i++) {
		delete(test, VOLUME(1));
		delete(test, DISK(1));
		KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
		KUNIT_EXPECT_EQ(test, 6, devices());
	}
	writer = hanging_rescan(test, 1);
	io_expect_progress(test, on_volume);
	io_expect_progress(test, on_disk);
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	io_end(test, on_volume);
	io_end(test, on_disk);
	/* Pages that happen to be adjacent share a buffer, but not all are. */
	KUNIT_EXPECT_GT(test, atomic_read(&pq->buffers),
			2 * (on_volume->rounds + on_disk->rounds));
}

/*
 * A volume that fails stays away, does not affect the others, and comes back
 * once it has recovered.
 */
static void pq_test_failed_volume_stays_away(struct kunit *test)
{
	start(test);
	delete(test, VOLUME(1));
	delete(test, EXTERNAL(2));
	pq_answer(pq, 1, PQ_SILENT);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_FALSE(test, has(VOLUME(1)));
	KUNIT_EXPECT_TRUE(test, has(EXTERNAL(2)));
	pq_release(pq);
	rescan_by_driver(test);
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* A list that the firmware does not give is not a list without devices. */
static void pq_test_list_fails(struct kunit *test)
{
	start(test);
	pq_answer_list(pq, CISS_REPORT_PHYS, PQ_SILENT);
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, 6, devices());
	pq_answer_list(pq, CISS_REPORT_LOG, PQ_SILENT);
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* The driver's own scan, which waits for the list of volumes. */
static struct fake_hba_thread *hanging_driver(struct kunit *test)
{
	pq_answer_list(pq, CISS_REPORT_LOG, PQ_HANG);
	return run_until_held(test, driver_scans, &pq->is_held);
}

/* A rescan does not wait for the driver's scan. */
static void pq_test_rescan_runs_in_driver_scan(struct kunit *test)
{
	struct fake_hba_thread *driver, *writer;

	start(test);
	delete(test, VOLUME(1));
	driver = hanging_driver(test);
	writer = fake_hba_run(test, scan_all, NULL);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, driver));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

static void lost_in_driver_scan(struct kunit *test, void (*lose)(struct pq *pq))
{
	struct fake_hba_thread *driver;

	start(test);
	driver = hanging_driver(test);
	lose(pq);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, driver));
	flush_work(&ctrl->ctrl_offline_work);
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* A controller that goes offline in the driver's scan has not lost its devices. */
static void pq_test_offline_ends_driver_scan(struct kunit *test)
{
	lost_in_driver_scan(test, pq_break);
}

/* The same, but the driver has to find out by itself. */
static void pq_test_panic_ends_driver_scan(struct kunit *test)
{
	lost_in_driver_scan(test, pq_panic);
}

static long pull(void *unused)
{
	vpci_pull(pq->v);
	return 0;
}

/* A card that is pulled in the driver's scan is removed, and the scan ends. */
static void pq_test_pulled_card_ends_driver_scan(struct kunit *test)
{
	struct fake_hba_thread *driver, *remove;

	start(test);
	driver = hanging_driver(test);
	remove = fake_hba_run(test, pull, NULL);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, driver));
}

/* A volume can have a LUN that is larger than the arrays of a device. */
static void pq_test_large_lun_is_kept(struct kunit *test)
{
	start(test);
	pq_plug(pq, PQ_VOLUME, 256);
	driver_looks(test);
	KUNIT_EXPECT_TRUE(test, has(VOLUME(256)));
	delete(test, VOLUME(256));
	KUNIT_EXPECT_EQ(test, 8, scan("1 0 256\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(256)));
	pq_unplug(pq, PQ_VOLUME, 256);
	driver_looks(test);
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/*
 * Another LUN that a user scans is not the disk: deleting that LUN does not
 * affect LUN 0.
 */
static void pq_test_other_lun_is_not_the_disk(struct kunit *test)
{
	start(test);
	KUNIT_EXPECT_EQ(test, 6, scan("0 0 1\n"));
	/* The firmware answers for any LUN of a disk, as requests have none. */
	delete(test, 0, 0, 1);
	delete(test, DISK(0));
	KUNIT_EXPECT_EQ(test, 6, scan("0 0 0\n"));
	KUNIT_EXPECT_TRUE(test, has(DISK(0)));
	rescan_by_driver(test);
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* A tape drive comes back, and its other LUNs, which are devices of their own, are refused. */
static void pq_test_tape_comes_back(struct kunit *test)
{
	start(test);
	pq_plug(pq, PQ_TAPE, 9);
	driver_looks(test);
	KUNIT_EXPECT_TRUE(test, has(DISK(2)));
	KUNIT_EXPECT_EQ(test, 6, scan("0 2 1\n"));
	KUNIT_EXPECT_FALSE(test, has(0, 2, 1));
	delete(test, DISK(2));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(DISK(2)));
	delete(test, DISK(2));
	rescan_by_driver(test);
	KUNIT_EXPECT_TRUE(test, has(DISK(2)));
}

/* The command of a rescan times out: its volume is reset, and the rescan ends. */
static void pq_test_rescan_survives_reset(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	fake_hba_param(test, "inq_timeout", "1");
	writer = hanging_rescan(test, 1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_NE(test, 0, atomic_read(&pq->asked.resets));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(VOLUME(1)));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/*
 * Unbinding waits for the rescan's command before the driver sends its only
 * request, which flushes the cache.
 */
static void pq_test_unbind_waits_for_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;
	int own;

	start(test);
	delete(test, VOLUME(0));
	writer = hanging_rescan(test, 1);
	own = atomic_read(&pq->asked.own);
	remove = fake_hba_run(test, unbind, pq->v);
	fake_hba_wait_asleep(test, remove);
	msleep(100);
	KUNIT_EXPECT_EQ(test, own, atomic_read(&pq->asked.own));
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	KUNIT_EXPECT_EQ(test, own + 1, atomic_read(&pq->asked.own));
	fake_hba_join(test, writer);
}

/* Unbinding waits for a command of the first scan, and removes all devices. */
static void pq_test_unbind_waits_for_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "async");
	prepare(test);
	pq_answer(pq, 1, PQ_HANG);
	pq_add(test, pq);
	remove = unbind_in_first_scan(test, pq->v, &pq->is_held);
	pq_release(pq);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/* A controller that goes offline ends a rescan that waits, and removes no device. */
static void pq_test_offline_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	pq_break(pq);
	fake_hba_join(test, writer);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	flush_work(&ctrl->ctrl_offline_work);
	KUNIT_EXPECT_EQ(test, 5, devices());
}

/* If a card is pulled while a rescan waits, the rescan ends. */
static void pq_test_pulled_card_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 0);
	vpci_pull(pq->v);
	fake_hba_join(test, writer);
}

/* What a user deleted before the machine was suspended comes back after that. */
static void pq_test_deleted_comes_back_after_suspend(struct kunit *test)
{
	start(test);
	delete(test, VOLUME(1));
	delete(test, DISK(1));
	/*
	 * suspend() locks mutexes that resume() unlocks, so both must run in
	 * the same thread.
	 */
	device_disable_async_suspend(&pq->v->pdev->dev);
	suspend_and_resume(test);
	expect_devices(test, 6);
	delete(test, VOLUME(1));
	delete(test, DISK(1));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, devices());
}

/* Probe and removal leave nothing that keeps the driver from a second probe. */
static void pq_test_driver_binds_again(struct kunit *test)
{
	start(test);
	vpci_unbind(pq->v);
	vpci_bind(pq->v);
	wait_for_device_probe();
	bound(test);
	expect_devices(test, 6);
}

static void pq_test_exit(struct kunit *test)
{
	struct pq_dev *dev, *next;

	WRITE_ONCE(io_ends, true);
	if (pq && pq->plugged) {
		pq_release(pq);
		vpci_del(pq->v);
		list_for_each_entry_safe(dev, next, &pq->devs, list)
			kfree(dev);
	}
	pq = NULL;
	/* kmemleak must not find the host through these pointers. */
	ctrl = NULL;
	shost = NULL;
	fake_hba_test_exit(test);
}

static struct kunit_case pq_cases[] = {
	KUNIT_CASE(pq_test_first_scan_finds_devices),
	KUNIT_CASE(pq_test_idle_rescan_sends_nothing),
	KUNIT_CASE(pq_test_deleted_volumes_come_back),
	KUNIT_CASE(pq_test_deleted_disk_comes_back),
	KUNIT_CASE(pq_test_typed_address_finds_device),
	KUNIT_CASE(pq_test_driver_brings_devices_back),
	KUNIT_CASE(pq_test_volume_goes_in_rescan),
	KUNIT_CASE(pq_test_deleted_in_rescan_stays_away),
	KUNIT_CASE_SLOW(pq_test_killed_rescans_leave_nothing),
	KUNIT_CASE(pq_test_none_scans_nothing),
	KUNIT_CASE_SLOW(pq_test_io_goes_on_in_rescan),
	KUNIT_CASE(pq_test_failed_volume_stays_away),
	KUNIT_CASE(pq_test_list_fails),
	KUNIT_CASE(pq_test_large_lun_is_kept),
	KUNIT_CASE(pq_test_other_lun_is_not_the_disk),
	KUNIT_CASE(pq_test_tape_comes_back),
	KUNIT_CASE(pq_test_rescan_runs_in_driver_scan),
	KUNIT_CASE(pq_test_unbind_waits_for_rescan),
	KUNIT_CASE(pq_test_unbind_waits_for_first_scan),
	KUNIT_CASE(pq_test_offline_ends_rescan),
	KUNIT_CASE(pq_test_pulled_card_ends_rescan),
	KUNIT_CASE_SLOW(pq_test_rescan_survives_reset),
	KUNIT_CASE(pq_test_deleted_comes_back_after_suspend),
	KUNIT_CASE(pq_test_driver_binds_again),
	{}
};

static struct kunit_suite pq_suite = {
	.name = "smartpqi_hba",
	.init = fake_hba_test_init,
	.exit = pq_test_exit,
	.test_cases = pq_cases,
};

/* On the base these never end: a suite of their own, which is not run there. */
static struct kunit_case pq_lost_cases[] = {
	KUNIT_CASE(pq_test_offline_ends_driver_scan),
	KUNIT_CASE_SLOW(pq_test_panic_ends_driver_scan),
	KUNIT_CASE(pq_test_pulled_card_ends_driver_scan),
	{}
};

static struct kunit_suite pq_lost_suite = {
	.name = "smartpqi_hba_lost",
	.init = fake_hba_test_init,
	.exit = pq_test_exit,
	.test_cases = pq_lost_cases,
};

kunit_test_suites(&pq_suite, &pq_lost_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
