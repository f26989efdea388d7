// SPDX-License-Identifier: GPL-2.0
/*
 * mpi3mr against a virtual controller: the driver as it is, from probe() to remove().
 */
#include <kunit/test.h>

#include "hba_host.h"
#include "mpi3mr_model.h"

#define NVME	MPI3_DEVICE_DEVFORM_PCIE
#define VD	MPI3_DEVICE_DEVFORM_VD
#define SAS	MPI3_DEVICE_DEVFORM_SAS_SATA

static struct m3 *m3;

/* Devices appear before the event that adds them has been fully handled. */
static void expect_settled(struct kunit *test, unsigned int n)
{
	struct mpi3mr_ioc *mrioc = shost_priv(shost);

	expect_devices(test, n);
	flush_workqueue(mrioc->fwevt_worker_thread);
}

/* Two NVMe drives and a virtual drive, none of which was deleted yet. */
static void prepare(struct kunit *test, bool multipath)
{
	m3 = m3_alloc(test);
	m3->multipath = multipath;
	m3_plug(m3, 2, NVME, false);
	m3_plug(m3, 5, NVME, false);
	m3_plug(m3, 9, VD, false);
	m3_plug(m3, 11, NVME, true);
}

static void connect_to(struct kunit *test, bool multipath)
{
	prepare(test, multipath);
	m3_start(test, m3);
	wait_for_device_probe();
	shost = pci_get_drvdata(m3->v->pdev);
	KUNIT_ASSERT_NOT_NULL(test, shost);
}

static void connect(struct kunit *test)
{
	connect_to(test, false);
}

/* The driver's first scan is over. */
static void start(struct kunit *test)
{
	connect(test);
	expect_settled(test, 3);
}

struct counts {
	int other_writes;
	int requests[256];
};

static void count(struct counts *counts)
{
	int i;

	counts->other_writes = atomic_read(&m3->other_writes);
	for (i = 0; i < 256; i++)
		counts->requests[i] = atomic_read(&m3->requests[i]);
}

/* Since @before the firmware got @io commands for devices, and nothing else. */
static void expect_io_only(struct kunit *test, struct counts *before, int io)
{
	struct counts now;
	int i;

	/* Let commands arrive that were sent, but not waited for. */
	msleep(100);
	count(&now);
	KUNIT_EXPECT_EQ(test, before->other_writes, now.other_writes);
	for (i = 0; i < 256; i++)
		KUNIT_EXPECT_EQ_MSG(test, i == MPI3_FUNCTION_SCSI_IO ? io : 0,
				    now.requests[i] - before->requests[i], "function %02x", i);
}

/* The driver finds the drives on its own channel, but no hidden ones. */
static void m3_test_first_scan_finds_devices(struct kunit *test)
{
	start(test);
	KUNIT_EXPECT_TRUE(test, has(1, 2, 0));
	KUNIT_EXPECT_TRUE(test, has(1, 5, 0));
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&m3->requests[MPI3_FUNCTION_PORT_ENABLE]));
}

/* A rescan that finds nothing missing sends nothing, and touches no register. */
static void m3_test_idle_rescan_sends_nothing(struct kunit *test)
{
	struct counts before;

	start(test);
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "%lld us\n", write_us);
	KUNIT_EXPECT_LT(test, write_us, IDLE_US);
	expect_io_only(test, &before, 0);
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/* Deleted drives come back, with the commands of a hot-add and nothing else. */
static void m3_test_deleted_drives_come_back(struct kunit *test)
{
	struct scsi_device *before, *after;
	struct counts counts;
	int io;

	start(test);
	before = scsi_device_lookup(shost, 1, 5, 0);
	KUNIT_ASSERT_NOT_NULL(test, before);
	io = atomic_read(&m3->requests[MPI3_FUNCTION_SCSI_IO]);
	m3_plug(m3, 7, NVME, false);
	expect_settled(test, 4);
	io = atomic_read(&m3->requests[MPI3_FUNCTION_SCSI_IO]) - io;

	delete(test, 1, 2, 0);
	delete(test, 1, 9, 0);
	count(&counts);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "two drives: %lld us, %d commands each\n", write_us, io);
	KUNIT_EXPECT_EQ(test, 4, devices());
	expect_io_only(test, &counts, 2 * io);
	after = scsi_device_lookup(shost, 1, 5, 0);
	KUNIT_EXPECT_PTR_EQ(test, before, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(before);
}

/*
 * A drive comes back by its address, too. Nothing is found at an address that
 * has no drive or a hidden one.
 */
static void m3_test_typed_address_finds_device(struct kunit *test)
{
	struct counts counts;

	start(test);
	delete(test, 1, 9, 0);
	count(&counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 8 0\n"));
	KUNIT_EXPECT_EQ(test, 7, scan("1 11 0\n"));
	expect_io_only(test, &counts, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, scan("2 9 0\n"));
	KUNIT_EXPECT_EQ(test, -EINVAL, scan("1 32 0\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("1 9 0\n"));
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
	delete(test, 1, 9, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- 9 0\n"));
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
	delete(test, 1, 9, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("1 - -\n"));
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/* A write to "scan" that waits for an INQUIRY which a drive does not answer. */
static struct fake_hba_thread *hanging_rescan(struct kunit *test, u16 id)
{
	delete(test, 1, id, 0);
	m3_answer(m3, id, M3_HANG);
	return run_until_held(test, scan_all, &m3->is_held);
}

/* A drive that is pulled while the rescan waits for its INQUIRY is not there after that. */
static void m3_test_device_is_pulled_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 5);
	m3_unplug(m3, 5);
	m3_plug(m3, 6, NVME, false);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 3);
	KUNIT_EXPECT_FALSE(test, has(1, 5, 0));
	KUNIT_EXPECT_TRUE(test, has(1, 6, 0));
}

/*
 * A drive that a user deletes while the rescan waits for another drive stays
 * away until the next rescan.
 */
static void m3_test_deleted_in_rescan_stays_away(struct kunit *test)
{
	struct fake_hba_thread *writer, *user;

	start(test);
	writer = hanging_rescan(test, 9);
	user = delete_in_scan(test, 1, 5, 0);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, user));
	expect_settled(test, 2);
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/*
 * SAS drives are on channel 0, below rphys, where users' scans have always
 * found them. The rescan leaves them to the SAS transport class, which asks
 * each drive for its LUNs.
 */
static void m3_test_sas_drives_are_left_to_sas(struct kunit *test)
{
	struct fake_hba_thread *writer;
	struct counts counts;

	start(test);
	m3_plug(m3, 0, SAS, false);
	m3_plug(m3, 3, SAS, false);
	expect_settled(test, 5);
	KUNIT_EXPECT_TRUE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(0, 1, 0));
	count(&counts);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_io_only(test, &counts, 2);

	/* Channel 1 does not show them a second time under the firmware's ids. */
	count(&counts);
	KUNIT_EXPECT_EQ(test, 6, scan("1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("1 3 0\n"));
	expect_io_only(test, &counts, 0);
	KUNIT_EXPECT_EQ(test, 5, devices());

	delete(test, 0, 0, 0);
	delete(test, 1, 5, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(1, 5, 0));
	KUNIT_EXPECT_EQ(test, 5, devices());

	/* One goes while a rescan waits for an NVMe drive. */
	writer = hanging_rescan(test, 5);
	m3_unplug(m3, 0);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 4);
	KUNIT_EXPECT_FALSE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(0, 1, 0));
	KUNIT_EXPECT_TRUE(test, has(1, 5, 0));

	/* A reset finds all of them again. */
	m3_fail(m3);
	msleep(2000);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 4);
}

/* Users killed while they wait leave nothing behind. The others scan. */
static void m3_test_killed_rescans_leave_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer, *second;

	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	delete(test, 1, 9, 0);
	writer = hanging_rescan(test, 5);
	interrupted_rescans(test);
	second = fake_hba_run(test, scan_all, NULL);
	fake_hba_wait_asleep(test, second);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, second));
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/* With scsi_mod.scan=manual the first "- - -" is the first scan, and the next is a rescan. */
static void m3_test_manual_scan_is_first_scan(struct kunit *test)
{
	struct counts counts;

	fake_hba_param(test, "scan", "manual");
	connect(test);
	KUNIT_EXPECT_EQ(test, 0, devices());
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&m3->requests[MPI3_FUNCTION_PORT_ENABLE]));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&m3->requests[MPI3_FUNCTION_PORT_ENABLE]));
	count(&counts);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_io_only(test, &counts, 0);
}

/* A host that nobody has scanned yet can be unbound. */
static void m3_test_unbinds_before_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "manual");
	connect(test);
	remove = fake_hba_run(test, unbind, m3->v);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/* A host that nobody has scanned yet is suspended and resumed. */
static void m3_test_suspends_before_first_scan(struct kunit *test)
{
	fake_hba_param(test, "scan", "manual");
	connect(test);
	suspend_and_resume(test);
	KUNIT_EXPECT_EQ(test, 0, devices());
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Unbinding waits for a command of the first scan, and removes all devices. */
static void m3_test_unbind_waits_for_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "async");
	prepare(test, false);
	m3_answer(m3, 5, M3_HANG);
	m3_start(test, m3);
	remove = unbind_in_first_scan(test, m3->v, &m3->is_held);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/* A drive that is hidden goes, stays away in a rescan, and comes when it is shown. */
static void m3_test_hidden_drive_stays_away(struct kunit *test)
{
	start(test);
	m3_hide(m3, 5, true);
	expect_settled(test, 2);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_FALSE(test, has(1, 5, 0));
	m3_hide(m3, 5, false);
	expect_settled(test, 3);
}

/* Unbinding waits for the rescan's command, and removes all devices. */
static void m3_test_unbind_waits_for_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;

	start(test);
	delete(test, 1, 5, 0);
	writer = hanging_rescan(test, 2);
	remove = fake_hba_run(test, unbind, m3->v);
	fake_hba_wait_asleep(test, remove);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	fake_hba_join(test, writer);
}

/* The hanging command has to be sent again, but the driver does not send it. */
static void block(u16 id)
{
	m3_delay(m3, id);
	m3_answer(m3, id, M3_BUSY);
	m3_finish_held(m3);
	msleep(200);
}

/*
 * If a drive is missing for a while, the command of a rescan waits until the
 * drive is back. Unbinding does not wait for that.
 */
static void m3_test_unbind_waits_for_no_missing_drive(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;

	start(test);
	writer = hanging_rescan(test, 5);
	block(5);
	KUNIT_EXPECT_TRUE(test, fake_hba_running(writer));
	remove = fake_hba_run(test, unbind, m3->v);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	fake_hba_join(test, writer);
}

/*
 * The firmware fails while a rescan waits for a drive and the worker waits for
 * the rescan. The drive is gone after the reset, and neither may wait for the
 * drive.
 */
static void m3_test_nobody_waits_for_lost_drive(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 5);
	m3_unplug(m3, 2);
	/* The reset does not end a command that the firmware does not have. */
	block(5);
	m3_lose(m3, 5);
	m3_fail(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 1);
	KUNIT_EXPECT_TRUE(test, has(1, 9, 0));
}

/* A rescan that meets a reset waits for the reset, and brings back what is there then. */
static void m3_test_rescan_survives_reset(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 5);
	m3_answer(m3, 5, M3_ANSWER);
	m3_fail(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	KUNIT_EXPECT_TRUE(test, has(1, 5, 0));
}

/* If a card is pulled while a rescan waits, the rescan ends. */
static void m3_test_pulled_card_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 2);
	vpci_pull(m3->v);
	fake_hba_join(test, writer);
}

/* No rescan waits for ever because of a PCI error, and the next one finds what is there. */
static void m3_test_pci_error_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 5);
	m3_answer(m3, 5, M3_ANSWER);
	reset_slot(test, m3->v->pdev);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* A rescan ends if the platform gives the slot up, and finds nothing from then on. */
static void m3_test_lost_slot_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 5);
	fail_slot(test, m3->v);
	join_within(test, writer, 300);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_FALSE(test, has(1, 5, 0));
}

/*
 * A rescan does not wait for ever for a drive that never answers: error handling gives the drive
 * up, after resets of the whole controller, and the other drives stay.
 */
static void m3_test_silent_device_is_given_up(struct kunit *test)
{
	struct fake_hba_thread *writer;
	ktime_t begin;

	if (!IS_ENABLED(CONFIG_UML_TIME_TRAVEL_SUPPORT))
		kunit_skip(test, "minutes, which pass at once where time travels");
	start(test);
	writer = hanging_rescan(test, 5);
	begin = ktime_get();
	KUNIT_EXPECT_EQ(test, 6, join_within(test, writer, 300));
	kunit_info(test, "given up after %lld s\n", ktime_ms_delta(ktime_get(), begin) / 1000);
	KUNIT_EXPECT_GT(test, atomic_read(&m3->requests[MPI3_FUNCTION_SCSI_TASK_MGMT]), 0);
	/* The first scan's, and one for each reset. */
	KUNIT_EXPECT_GT(test, atomic_read(&m3->requests[MPI3_FUNCTION_PORT_ENABLE]), 1);
	KUNIT_EXPECT_FALSE(test, has(1, 5, 0));
	KUNIT_EXPECT_TRUE(test, runs(1, 2));
	KUNIT_EXPECT_TRUE(test, runs(1, 9));
	m3_answer(m3, 5, M3_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Nonsense from the firmware removes no drive, and keeps none away. */
static void m3_test_garbage_removes_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	m3_babble(m3);
	expect_settled(test, 3);
	writer = hanging_rescan(test, 5);
	m3_babble(m3);
	m3_answer(m3, 5, M3_GARBAGE);
	m3_finish_held(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 2);
	m3_answer(m3, 5, M3_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/*
 * Without a SAS transport class a user's scan walks the ids and finds all
 * drives, as before.
 */
static void m3_test_multipath_walk_finds_drives(struct kunit *test)
{
	connect_to(test, true);
	expect_settled(test, 3);
	KUNIT_EXPECT_TRUE(test, has(0, 5, 0));
	delete(test, 0, 5, 0);
	delete(test, 0, 9, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("0 5 0\n"));
	KUNIT_EXPECT_TRUE(test, has(0, 5, 0));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	KUNIT_EXPECT_FALSE(test, has(0, 11, 0));
}

/* I/O to drives that are there goes on while others are deleted and come back. */
static void m3_test_io_goes_on_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;
	struct io *on_drive, *on_volume;
	int i;

	start(test);
	m3_plug(m3, 10, VD, false);
	expect_settled(test, 4);
	on_drive = io_begin(test, 1, 2, 0);
	on_volume = io_begin(test, 1, 10, 0);
	for (i = 0; i < 10; i++) {
		delete(test, 1, 5, 0);
		delete(test, 1, 9, 0);
		KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
		KUNIT_EXPECT_EQ(test, 4, devices());
	}
	writer = hanging_rescan(test, 5);
	io_expect_progress(test, on_drive);
	io_expect_progress(test, on_volume);
	m3_release(m3);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	io_end(test, on_drive);
	io_end(test, on_volume);
	KUNIT_EXPECT_GE(test, atomic_read(&m3->chains), on_drive->rounds + on_volume->rounds);
}

/* A deleted drive also comes back after the machine was suspended. */
static void m3_test_deleted_comes_back_after_suspend(struct kunit *test)
{
	start(test);
	delete(test, 1, 9, 0);
	suspend_and_resume(test);
	delete(test, 1, 5, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Probe and removal leave nothing that keeps the driver from a second probe. */
static void m3_test_driver_binds_again(struct kunit *test)
{
	start(test);
	vpci_unbind(m3->v);
	vpci_bind(m3->v);
	wait_for_device_probe();
	shost = pci_get_drvdata(m3->v->pdev);
	KUNIT_ASSERT_NOT_NULL(test, shost);
	expect_settled(test, 3);
}

static void m3_test_exit(struct kunit *test)
{
	struct m3_dev *dev, *next;

	WRITE_ONCE(io_ends, true);
	if (m3 && m3->v) {
		m3_release(m3);
		vpci_del(m3->v);
		list_for_each_entry_safe(dev, next, &m3->devs, list)
			kfree(dev);
	}
	m3 = NULL;
	/* kmemleak must not find the host through this pointer. */
	shost = NULL;
	fake_hba_test_exit(test);
}

static struct kunit_case m3_cases[] = {
	KUNIT_CASE(m3_test_first_scan_finds_devices),
	KUNIT_CASE(m3_test_idle_rescan_sends_nothing),
	KUNIT_CASE(m3_test_deleted_drives_come_back),
	KUNIT_CASE(m3_test_typed_address_finds_device),
	KUNIT_CASE(m3_test_device_is_pulled_in_rescan),
	KUNIT_CASE(m3_test_deleted_in_rescan_stays_away),
	KUNIT_CASE_SLOW(m3_test_sas_drives_are_left_to_sas),
	KUNIT_CASE_SLOW(m3_test_killed_rescans_leave_nothing),
	KUNIT_CASE(m3_test_manual_scan_is_first_scan),
	KUNIT_CASE(m3_test_unbinds_before_first_scan),
	KUNIT_CASE(m3_test_suspends_before_first_scan),
	KUNIT_CASE(m3_test_unbind_waits_for_first_scan),
	KUNIT_CASE(m3_test_hidden_drive_stays_away),
	KUNIT_CASE(m3_test_unbind_waits_for_rescan),
	KUNIT_CASE(m3_test_unbind_waits_for_no_missing_drive),
	KUNIT_CASE(m3_test_pulled_card_ends_rescan),
	KUNIT_CASE_SLOW(m3_test_nobody_waits_for_lost_drive),
	KUNIT_CASE_SLOW(m3_test_rescan_survives_reset),
	KUNIT_CASE_SLOW(m3_test_pci_error_ends_rescan),
	KUNIT_CASE_SLOW(m3_test_lost_slot_ends_rescan),
	KUNIT_CASE_SLOW(m3_test_silent_device_is_given_up),
	KUNIT_CASE(m3_test_garbage_removes_nothing),
	KUNIT_CASE(m3_test_multipath_walk_finds_drives),
	KUNIT_CASE_SLOW(m3_test_io_goes_on_in_rescan),
	KUNIT_CASE(m3_test_deleted_comes_back_after_suspend),
	KUNIT_CASE(m3_test_driver_binds_again),
	{}
};

static struct kunit_suite m3_suite = {
	.name = "mpi3mr_hba",
	.init = fake_hba_test_init,
	.exit = m3_test_exit,
	.test_cases = m3_cases,
};

kunit_test_suite(m3_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
