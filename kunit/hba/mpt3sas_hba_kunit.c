// SPDX-License-Identifier: GPL-2.0
/*
 * mpt3sas against a virtual controller: the driver as it is, from probe() to
 * remove(). Most cases run twice: with NVMe drives on firmware without RAID,
 * and with volumes on firmware with RAID.
 */
#include <kunit/test.h>

#include "hba_host.h"
#include "mpt_driver.h"
#include "mpt_model.h"

#define VOLUMES		1	/* channels */
#define DRIVES		2

static struct mpt *mpt;
/* What a case is about: NVMe drives, or volumes. */
static enum mpt_kind kind;
static unsigned int channel;

static void mpt3sas_flush(struct Scsi_Host *shost)
{
	struct MPT3SAS_ADAPTER *ioc = shost_priv(shost);

	flush_workqueue(ioc->firmware_event_thread);
}

static bool mpt3sas_recovers(struct Scsi_Host *shost)
{
	struct MPT3SAS_ADAPTER *ioc = shost_priv(shost);

	return ioc->shost_recovery;
}

static int mpt3sas_volumes(struct Scsi_Host *shost)
{
	struct MPT3SAS_ADAPTER *ioc = shost_priv(shost);

	guard(spinlock_irqsave)(&ioc->raid_device_lock);
	return list_count_nodes(&ioc->raid_device_list);
}

static const struct mpt_driver mpt3sas_driver = {
	.flush = mpt3sas_flush,
	.recovers = mpt3sas_recovers,
	.volumes = mpt3sas_volumes,
};

static const struct mpt_profile {
	const char *name;
	enum mpt_kind kind;
	unsigned int channel;
	const struct mpt_driver *driver;
} profiles[] = {
	{ "NVMe drives", MPT_NVME, DRIVES, &mpt3sas_driver },
	{ "volumes", MPT_VOLUME, VOLUMES, &mpt3sas_driver },
}, leapraid = { "leapraid", MPT_VOLUME, VOLUMES, &leapraid_driver };
/*
 * The profile of a case without parameters, that of a case that wants volumes,
 * and that of the case at hand.
 */
static const struct mpt_profile *usual, *with_volumes, *profile;

KUNIT_ARRAY_PARAM_DESC(mpt, profiles, name);

/*
 * Devices appear before the event or the first scan that adds them is done with
 * them.
 */
static void expect_settled(struct kunit *test, unsigned int n)
{
	int i;

	expect_devices(test, n);
	for (i = 0; i < 200 && shost->async_scan; i++)
		msleep(20);
	KUNIT_EXPECT_FALSE(test, shost->async_scan);
	profile->driver->flush(shost);
	KUNIT_EXPECT_EQ(test, n, devices());
}

/* Three devices of a kind, none of which was deleted yet: ids 0, 1, 2. */
static void prepare(struct kunit *test, const struct mpt_profile *to)
{
	unsigned int nr;

	profile = to;
	kind = profile->kind;
	channel = profile->channel;
	mpt = mpt_alloc(test);
	mpt->raid = kind == MPT_VOLUME;
	mpt->leapraid = profile == &leapraid;
	for (nr = 0; nr < 3; nr++)
		mpt_plug(mpt, kind, nr, false);
}

static void add(struct kunit *test)
{
	mpt_start(test, mpt);
	shost = pci_get_drvdata(mpt->v->pdev);
	KUNIT_ASSERT_NOT_NULL(test, shost);
}

static void connect_to(struct kunit *test, const struct mpt_profile *to)
{
	prepare(test, to);
	add(test);
}

static void connect(struct kunit *test)
{
	connect_to(test, test->param_value ?: usual);
}

/* The driver's first scan is over. */
static void start(struct kunit *test)
{
	connect(test);
	expect_settled(test, 3);
}

/* What the firmware was asked for; too large for a stack. */
static struct counts {
	int other_writes;
	int writes;
	int requests[256];
	int commands[256];
} before, now;

static void count(struct counts *counts)
{
	int i;

	counts->other_writes = atomic_read(&mpt->other_writes);
	counts->writes = atomic_read(&mpt->writes);
	for (i = 0; i < 256; i++) {
		counts->requests[i] = atomic_read(&mpt->requests[i]);
		counts->commands[i] = atomic_read(&mpt->commands[i]);
	}
}

/*
 * Since count(&before) the firmware got @io INQUIRYs, and nothing else but requests to read pages
 * about volumes that come back.
 */
static void expect_inquiries_only(struct kunit *test, int io, bool pages)
{
	int i;

	/* Let commands arrive that were sent, but not waited for. */
	msleep(100);
	count(&now);
	KUNIT_EXPECT_EQ(test, before.other_writes, now.other_writes);
	KUNIT_EXPECT_EQ(test, before.writes, now.writes);
	for (i = 0; i < 256; i++) {
		KUNIT_EXPECT_EQ_MSG(test, i == INQUIRY ? io : 0,
				    now.commands[i] - before.commands[i], "command %02x", i);
		if (pages && i == MPI2_FUNCTION_CONFIG)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, i == MPI2_FUNCTION_SCSI_IO_REQUEST ? io : 0,
				    now.requests[i] - before.requests[i], "function %02x", i);
	}
}

/* The driver has forgotten what is gone: a rescan does not look for it. */
static void expect_nothing_missing(struct kunit *test)
{
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_inquiries_only(test, 0, false);
}

/*
 * The driver finds the devices, each kind on its channel, but no blocked ones.
 */
static void mpt_test_first_scan_finds_devices(struct kunit *test)
{
	start(test);
	KUNIT_EXPECT_TRUE(test, has(channel, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));
	KUNIT_EXPECT_TRUE(test, has(channel, 2, 0));
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]));
	mpt_plug(mpt, MPT_SAS, 1, false);
	expect_settled(test, 4);
	KUNIT_EXPECT_TRUE(test, has(0, 0, 0));
	if (mpt->leapraid)
		return;
	mpt_plug(mpt, MPT_NVME, 7, false);
	mpt_plug(mpt, MPT_NVME, 8, true);
	expect_settled(test, 5);
}

/* A rescan that finds nothing missing sends nothing, and writes no register. */
static void mpt_test_idle_rescan_sends_nothing(struct kunit *test)
{
	start(test);
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "%lld us\n", write_us);
	KUNIT_EXPECT_LT(test, write_us, IDLE_US);
	expect_inquiries_only(test, 0, false);
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/* Deleted devices come back, with the commands that the midlayer sends in a hot-add of them. */
static void mpt_test_deleted_devices_come_back(struct kunit *test)
{
	struct scsi_device *one, *after;
	int io;

	start(test);
	one = scsi_device_lookup(shost, channel, 1, 0);
	KUNIT_ASSERT_NOT_NULL(test, one);
	io = atomic_read(&mpt->commands[INQUIRY]);
	mpt_plug(mpt, kind, 3, false);
	expect_settled(test, 4);
	io = atomic_read(&mpt->commands[INQUIRY]) - io;

	delete(test, channel, 0, 0);
	delete(test, channel, 2, 0);
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	kunit_info(test, "two devices: %lld us, %d commands each\n", write_us, io);
	KUNIT_EXPECT_EQ(test, 4, devices());
	expect_inquiries_only(test, 2 * io, kind == MPT_VOLUME);
	after = scsi_device_lookup(shost, channel, 1, 0);
	KUNIT_EXPECT_PTR_EQ(test, one, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(one);
}

/*
 * A device comes back by its address, too. Nothing is found at an address
 * without a device.
 */
static void mpt_test_typed_address_finds_device(struct kunit *test)
{
	start(test);
	delete(test, channel, 1, 0);
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("1 8 0\n"));
	KUNIT_EXPECT_EQ(test, mpt->leapraid ? -EINVAL : 6, scan("2 8 0\n"));
	expect_inquiries_only(test, 0, false);
	KUNIT_EXPECT_EQ(test, -EINVAL, scan("3 1 0\n"));
	KUNIT_EXPECT_EQ(test, 6, scan(channel == VOLUMES ? "1 1 0\n" : "2 1 0\n"));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));
	delete(test, channel, 1, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- 1 0\n"));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));
	delete(test, channel, 1, 0);
	KUNIT_EXPECT_EQ(test, 6, scan(channel == VOLUMES ? "1 - -\n" : "2 - -\n"));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/*
 * A write to "scan" that waits for an INQUIRY which a device does not answer.
 */
static struct fake_hba_thread *hanging_rescan(struct kunit *test, u16 nr)
{
	delete(test, channel, nr, 0);
	mpt_answer(mpt, kind, nr, MPT_HANG);
	return run_until_held(test, scan_all, &mpt->is_held);
}

/* A device that is pulled while the rescan waits for its INQUIRY is not there after that. */
static void mpt_test_device_is_pulled_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	mpt_unplug(mpt, kind, 1);
	mpt_plug(mpt, kind, 6, false);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 3);
	KUNIT_EXPECT_FALSE(test, has(channel, 1, 0));
	KUNIT_EXPECT_TRUE(test, has(channel, 3, 0));
	expect_nothing_missing(test);
}

/*
 * A device that a user deletes while the rescan waits for another one stays
 * away until the next rescan.
 */
static void mpt_test_deleted_in_rescan_stays_away(struct kunit *test)
{
	struct fake_hba_thread *writer, *user;

	start(test);
	writer = hanging_rescan(test, 2);
	user = delete_in_scan(test, channel, 1, 0);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, user));
	expect_settled(test, 2);
	KUNIT_EXPECT_TRUE(test, has(channel, 2, 0));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* A device that is pulled while a user deletes it is gone for good. */
static void mpt_test_pulled_while_deleted_is_gone(struct kunit *test)
{
	struct fake_hba_thread *writer, *user;

	start(test);
	/* The user has to wait for the rescan of another device. */
	writer = hanging_rescan(test, 2);
	user = delete_in_scan(test, channel, 1, 0);
	mpt_unplug(mpt, kind, 1);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, user));
	expect_settled(test, 2);
	KUNIT_EXPECT_TRUE(test, has(channel, 2, 0));
	expect_nothing_missing(test);
}

/* A device that is pulled after a user has deleted it is gone for good. */
static void mpt_test_pulled_after_delete_is_gone(struct kunit *test)
{
	start(test);
	delete(test, channel, 0, 0);
	mpt_unplug(mpt, kind, 0);
	expect_settled(test, 2);
	expect_nothing_missing(test);
	/* The device has a new id when it is back. */
	mpt_plug(mpt, kind, 0, false);
	expect_settled(test, 3);
	KUNIT_EXPECT_TRUE(test, has(channel, 3, 0));
}

/*
 * A volume that goes while the driver reads its pages for a rescan is gone
 * after the rescan.
 */
static void mpt_test_volume_goes_while_configured(struct kunit *test)
{
	struct fake_hba_thread *writer;
	int i;

	connect_to(test, with_volumes);
	expect_settled(test, 3);
	delete(test, VOLUMES, 1, 0);
	mpt_keep_pages(mpt);
	writer = run_until_held(test, scan_all, &mpt->is_held);
	mpt_announce_gone(mpt, MPT_VOLUME, 1);
	for (i = 0; i < 200 && profile->driver->volumes(shost) > 2; i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, 2, profile->driver->volumes(shost));
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 2);
	KUNIT_EXPECT_FALSE(test, has(VOLUMES, 1, 0));
	mpt_unplug(mpt, MPT_VOLUME, 1);
	expect_settled(test, 2);
}

/* The driver has reset the failed firmware once, and has looked for devices. */
static void expect_reset(struct kunit *test)
{
	int i;

	for (i = 0; i < 500 && (atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]) < 2 ||
				profile->driver->recovers(shost)); i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, 2, atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]));
	KUNIT_EXPECT_FALSE(test, profile->driver->recovers(shost));
	profile->driver->flush(shost);
}

/*
 * SAS drives are on channel 0, below rphys, where users' scans have always
 * found them. The rescan leaves them to the SAS transport class, which asks
 * each drive for its LUNs.
 */
static void mpt_test_sas_drives_are_left_to_sas(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	mpt_plug(mpt, MPT_SAS, 0, false);
	mpt_plug(mpt, MPT_SAS, 3, false);
	expect_settled(test, 5);
	KUNIT_EXPECT_TRUE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(0, 1, 0));
	delete(test, 0, 0, 0);
	delete(test, channel, 1, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_TRUE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));
	KUNIT_EXPECT_EQ(test, 5, devices());

	/* One goes while a rescan waits for another device. */
	writer = hanging_rescan(test, 1);
	mpt_unplug(mpt, MPT_SAS, 0);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 4);
	KUNIT_EXPECT_FALSE(test, has(0, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(0, 1, 0));
	KUNIT_EXPECT_TRUE(test, has(channel, 1, 0));

	/* A reset finds all of them again. */
	mpt_fail(mpt);
	expect_reset(test);
	expect_settled(test, 4);
}

/* Users killed while they wait leave nothing behind. The others scan. */
static void mpt_test_killed_rescans_leave_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer, *second;

	start(test);
	fake_hba_param(test, "inq_timeout", "600");
	delete(test, channel, 2, 0);
	writer = hanging_rescan(test, 1);
	interrupted_rescans(test);
	second = fake_hba_run(test, scan_all, NULL);
	fake_hba_wait_asleep(test, second);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, second));
	KUNIT_EXPECT_EQ(test, 3, devices());
}

/* With scsi_mod.scan=manual the first "- - -" is the first scan, and the next is a rescan. */
static void mpt_test_manual_scan_is_first_scan(struct kunit *test)
{
	fake_hba_param(test, "scan", "manual");
	connect(test);
	KUNIT_EXPECT_EQ(test, 0, devices());
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]));
	count(&before);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_inquiries_only(test, 0, false);
}

/* A host that nobody has scanned yet can be unbound. */
static void mpt_test_unbinds_before_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "manual");
	connect(test);
	remove = fake_hba_run(test, unbind, mpt->v);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/* A host that nobody has scanned yet is suspended and resumed. */
static void mpt_test_suspends_before_first_scan(struct kunit *test)
{
	fake_hba_param(test, "scan", "manual");
	connect(test);
	suspend_and_resume(test);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Unbinding waits for a command of the first scan, and removes all devices. */
static void mpt_test_unbind_waits_for_first_scan(struct kunit *test)
{
	struct fake_hba_thread *remove;

	fake_hba_param(test, "scan", "async");
	prepare(test, test->param_value ?: usual);
	mpt_answer(mpt, kind, 1, MPT_HANG);
	add(test);
	remove = unbind_in_first_scan(test, mpt->v, &mpt->is_held);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 60));
}

/* An NVMe drive that is blocked is shown by no scan. */
static void mpt_test_blocked_drive_is_not_shown(struct kunit *test)
{
	start(test);
	mpt_plug(mpt, MPT_NVME, 9, true);
	mpt_plug(mpt, MPT_NVME, 5, false);
	expect_settled(test, 4);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, scan("2 3 0\n"));
	KUNIT_EXPECT_EQ(test, 4, devices());
	KUNIT_EXPECT_TRUE(test, has(DRIVES, 4, 0));
	mpt_unplug(mpt, MPT_NVME, 9);
	expect_settled(test, 4);
}

/* Unbinding waits for the rescan's command, and removes all devices. */
static void mpt_test_unbind_waits_for_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer, *remove;
	struct Scsi_Host *host;

	start(test);
	delete(test, channel, 1, 0);
	writer = hanging_rescan(test, 0);
	host = scsi_host_get(shost);
	KUNIT_ASSERT_NOT_NULL(test, host);
	remove = fake_hba_run(test, unbind, mpt->v);
	fake_hba_wait_asleep(test, remove);
	mpt_release(mpt);
	/* leapraid does not notice that the command has ended, and waits for 30 s. */
	KUNIT_EXPECT_EQ(test, 0, join_within(test, remove, 40));
	fake_hba_join(test, writer);
	KUNIT_EXPECT_TRUE(test, list_empty(&host->__devices));
	scsi_host_put(host);
}

/* If a card is pulled while a rescan waits, the rescan ends. */
static void mpt_test_pulled_card_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 0);
	vpci_pull(mpt->v);
	fake_hba_join(test, writer);
}

/* A reset ends the command of a rescan. After the next rescan the device is there again. */
static void mpt_test_rescan_survives_reset(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	mpt_answer(mpt, kind, 1, MPT_ANSWER);
	mpt_fail(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_reset(test);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* The device that a rescan waits for is gone after the reset: nobody may wait for it. */
static void mpt_test_nobody_waits_for_lost_device(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	mpt_lose(mpt, kind, 1);
	mpt_fail(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 2);
	KUNIT_EXPECT_FALSE(test, has(channel, 1, 0));
	expect_reset(test);
	expect_nothing_missing(test);
}

/*
 * A volume that a user has deleted comes back by itself after a reset, under a
 * new id, as before. An NVMe drive stays away until somebody scans.
 */
static void mpt_test_reset_brings_volume_back(struct kunit *test)
{
	start(test);
	delete(test, channel, 1, 0);
	mpt_fail(mpt);
	expect_reset(test);
	expect_settled(test, kind == MPT_VOLUME ? 3 : 2);
	KUNIT_EXPECT_EQ(test, kind == MPT_VOLUME, has(channel, 3, 0));
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	KUNIT_EXPECT_EQ(test, kind == MPT_NVME, has(channel, 1, 0));
}

/* No rescan waits for ever because of a PCI error, and the next one finds what is there. */
static void mpt_test_pci_error_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	mpt_answer(mpt, kind, 1, MPT_ANSWER);
	reset_slot(test, mpt->v->pdev);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	msleep(1000);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* A rescan ends if the platform gives the slot up, and finds nothing from then on. */
static void mpt_test_lost_slot_ends_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	writer = hanging_rescan(test, 1);
	fail_slot(test, mpt->v);
	join_within(test, writer, 300);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	KUNIT_EXPECT_FALSE(test, has(channel, 1, 0));
}

/*
 * A rescan does not wait for ever for a device that never answers, not even to
 * task management: error handling gives the device up, and the others stay.
 */
static void mpt_test_silent_device_is_given_up(struct kunit *test)
{
	struct fake_hba_thread *writer;
	ktime_t begin;

	if (!IS_ENABLED(CONFIG_UML_TIME_TRAVEL_SUPPORT))
		kunit_skip(test, "minutes, which pass at once where time travels");
	start(test);
	delete(test, channel, 1, 0);
	mpt_answer(mpt, kind, 1, MPT_NEVER);
	writer = run_until_held(test, scan_all, &mpt->is_held);
	begin = ktime_get();
	KUNIT_EXPECT_EQ(test, 6, join_within(test, writer, 600));
	kunit_info(test, "given up after %lld s\n", ktime_ms_delta(ktime_get(), begin) / 1000);
	KUNIT_EXPECT_GT(test, atomic_read(&mpt->requests[MPI2_FUNCTION_SCSI_TASK_MGMT]), 0);
	/* The first scan's, and one for each reset. */
	KUNIT_EXPECT_GT(test, atomic_read(&mpt->requests[MPI2_FUNCTION_PORT_ENABLE]), 1);
	KUNIT_EXPECT_FALSE(test, has(channel, 1, 0));
	KUNIT_EXPECT_TRUE(test, runs(channel, 0));
	KUNIT_EXPECT_TRUE(test, runs(channel, 2));
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Nonsense from the firmware removes no device, and keeps none away. */
static void mpt_test_garbage_removes_nothing(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	mpt_babble(mpt);
	expect_settled(test, 3);
	writer = hanging_rescan(test, 1);
	mpt_babble(mpt);
	mpt_answer(mpt, kind, 1, MPT_GARBAGE);
	mpt_finish_held(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 2);
	mpt_answer(mpt, kind, 1, MPT_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* I/O to devices that are there goes on while others are deleted and come back. */
static void mpt_test_io_goes_on_in_rescan(struct kunit *test)
{
	struct fake_hba_thread *writer;
	struct io *on_first, *on_last;
	int i;

	start(test);
	mpt_plug(mpt, kind, 3, false);
	expect_settled(test, 4);
	on_first = io_begin(test, channel, 0, 0);
	on_last = io_begin(test, channel, 3, 0);
	for (i = 0; i < 10; i++) {
		delete(test, channel, 1, 0);
		delete(test, channel, 2, 0);
		KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
		KUNIT_EXPECT_EQ(test, 4, devices());
	}
	writer = hanging_rescan(test, 1);
	io_expect_progress(test, on_first);
	io_expect_progress(test, on_last);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	io_end(test, on_first);
	io_end(test, on_last);
	KUNIT_EXPECT_GE(test, atomic_read(&mpt->chains), on_first->rounds + on_last->rounds);
}

/* A deleted device also comes back after the machine was suspended. */
static void mpt_test_deleted_comes_back_after_suspend(struct kunit *test)
{
	start(test);
	delete(test, channel, 2, 0);
	suspend_and_resume(test);
	expect_devices(test, kind == MPT_VOLUME ? 3 : 2);
	delete(test, channel, 1, 0);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
}

/* Probe and removal leave nothing that keeps the driver from a second probe. */
static void mpt_test_driver_binds_again(struct kunit *test)
{
	start(test);
	vpci_unbind(mpt->v);
	vpci_bind(mpt->v);
	shost = pci_get_drvdata(mpt->v->pdev);
	KUNIT_ASSERT_NOT_NULL(test, shost);
	expect_settled(test, 3);
}

/*
 * A drive that gets a new handle, while it is deleted or while it is there,
 * works with the new handle.
 */
static void mpt_test_new_handle_is_used(struct kunit *test)
{
	struct io *io;

	start(test);
	delete(test, DRIVES, 1, 0);
	mpt_move(mpt, 1);
	mpt_move(mpt, 2);
	expect_settled(test, 2);
	KUNIT_EXPECT_EQ(test, 6, scan("- - -\n"));
	expect_settled(test, 3);
	io = io_begin(test, DRIVES, 1, 0);
	io_expect_progress(test, io);
	io_end(test, io);
	io = io_begin(test, DRIVES, 2, 0);
	io_expect_progress(test, io);
	io_end(test, io);
}

/*
 * A reset does not touch a device that is being scanned. Here that is a SAS
 * drive, which the base scans, too.
 */
static void mpt_test_reset_leaves_scan_alone(struct kunit *test)
{
	struct fake_hba_thread *writer;

	start(test);
	mpt_plug(mpt, MPT_SAS, 0, false);
	expect_settled(test, 4);
	delete(test, 0, 0, 0);
	mpt_answer(mpt, MPT_SAS, 0, MPT_HANG);
	mpt_fail(mpt);
	msleep(1100);
	/* The rescan waits for the reset, and after the reset for the drive. */
	writer = run_until_held(test, scan_all, &mpt->is_held);
	msleep(2000);
	mpt_release(mpt);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, writer));
	expect_settled(test, 4);
}

/*
 * A reset comes while the driver adds a device and waits for a command that
 * only the reset ends.
 */
static void mpt_test_reset_ends_hot_add(struct kunit *test)
{
	start(test);
	mpt_announce_gone(mpt, kind, 1);
	expect_settled(test, 2);
	mpt_answer(mpt, kind, 1, MPT_HANG);
	reinit_completion(&mpt->is_held);
	mpt_announce(mpt, kind, 1);
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(&mpt->is_held, 10 * HZ));
	mpt_answer(mpt, kind, 1, MPT_ANSWER);
	mpt_fail(mpt);
	expect_reset(test);
	expect_settled(test, 3);
}

/* The firmware hides a volume while the first scan waits for it. */
static void mpt_test_volume_is_hidden_in_first_scan(struct kunit *test)
{
	struct scsi_device *sdev;

	prepare(test, with_volumes);
	mpt_answer(mpt, MPT_VOLUME, 1, MPT_HANG);
	add(test);
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(&mpt->is_held, 10 * HZ));
	mpt_hide(mpt, 1);
	msleep(100);
	profile->driver->flush(shost);
	mpt_release(mpt);
	expect_settled(test, 3);
	sdev = scsi_device_lookup(shost, VOLUMES, 1, 0);
	KUNIT_ASSERT_NOT_NULL(test, sdev);
	KUNIT_EXPECT_TRUE(test, sdev->no_uld_attach);
	scsi_device_put(sdev);
}

/* An event that is tried again every second does not outlive the driver. */
static void mpt_test_event_ends_with_driver(struct kunit *test)
{
	int pages;

	start(test);
	pages = atomic_read(&mpt->requests[MPI2_FUNCTION_CONFIG]);
	mpt_pretend(mpt);
	msleep(1500);
	KUNIT_EXPECT_GT(test, atomic_read(&mpt->requests[MPI2_FUNCTION_CONFIG]), pages);
	vpci_unbind(mpt->v);
	msleep(1500);
}

/*
 * The driver finds out by itself that a card was pulled, and gives the card up
 * after six seconds without an answer.
 */
static void mpt_test_pulled_card_is_given_up(struct kunit *test)
{
	connect_to(test, with_volumes);
	expect_settled(test, 3);
	vpci_pull(mpt->v);
	msleep(1000);
}

static void mpt_test_exit(struct kunit *test)
{
	struct mpt_dev *dev, *next;

	WRITE_ONCE(io_ends, true);
	if (mpt && mpt->plugged) {
		mpt_release(mpt);
		vpci_del(mpt->v);
		list_for_each_entry_safe(dev, next, &mpt->devs, list)
			kfree(dev);
	}
	mpt = NULL;
	/* kmemleak must not find the host through this pointer. */
	shost = NULL;
	fake_hba_test_exit(test);
}

#define CASE(fn)	KUNIT_CASE_PARAM(fn, mpt_gen_params)
#define CASE_SLOW(fn)	KUNIT_CASE_PARAM_ATTR(fn, mpt_gen_params, { .speed = KUNIT_SPEED_SLOW })

static struct kunit_case mpt_cases[] = {
	CASE(mpt_test_first_scan_finds_devices),
	CASE(mpt_test_idle_rescan_sends_nothing),
	CASE(mpt_test_deleted_devices_come_back),
	CASE(mpt_test_typed_address_finds_device),
	CASE(mpt_test_device_is_pulled_in_rescan),
	CASE(mpt_test_deleted_in_rescan_stays_away),
	CASE(mpt_test_pulled_while_deleted_is_gone),
	CASE(mpt_test_pulled_after_delete_is_gone),
	KUNIT_CASE(mpt_test_volume_goes_while_configured),
	CASE_SLOW(mpt_test_sas_drives_are_left_to_sas),
	CASE_SLOW(mpt_test_killed_rescans_leave_nothing),
	CASE(mpt_test_manual_scan_is_first_scan),
	CASE(mpt_test_unbinds_before_first_scan),
	CASE(mpt_test_suspends_before_first_scan),
	CASE(mpt_test_unbind_waits_for_first_scan),
	KUNIT_CASE(mpt_test_blocked_drive_is_not_shown),
	CASE(mpt_test_unbind_waits_for_rescan),
	CASE(mpt_test_pulled_card_ends_rescan),
	CASE_SLOW(mpt_test_rescan_survives_reset),
	CASE_SLOW(mpt_test_nobody_waits_for_lost_device),
	CASE_SLOW(mpt_test_reset_brings_volume_back),
	CASE_SLOW(mpt_test_pci_error_ends_rescan),
	CASE_SLOW(mpt_test_lost_slot_ends_rescan),
	CASE_SLOW(mpt_test_silent_device_is_given_up),
	CASE(mpt_test_garbage_removes_nothing),
	CASE_SLOW(mpt_test_io_goes_on_in_rescan),
	CASE(mpt_test_deleted_comes_back_after_suspend),
	CASE(mpt_test_driver_binds_again),
	{}
};

static int mpt_test_init(struct kunit *test)
{
	usual = &profiles[0];
	with_volumes = &profiles[1];
	return fake_hba_test_init(test);
}

static struct kunit_suite mpt_suite = {
	.name = "mpt3sas_hba",
	.init = mpt_test_init,
	.exit = mpt_test_exit,
	.test_cases = mpt_cases,
};

/* On the base these crash the kernel: a suite of their own, which is not run there. */
static struct kunit_case mpt_lost_cases[] = {
	KUNIT_CASE(mpt_test_new_handle_is_used),
	KUNIT_CASE_SLOW(mpt_test_reset_ends_hot_add),
	KUNIT_CASE_SLOW(mpt_test_reset_leaves_scan_alone),
	KUNIT_CASE_SLOW(mpt_test_event_ends_with_driver),
	KUNIT_CASE_SLOW(mpt_test_pulled_card_is_given_up),
	{}
};

static struct kunit_suite mpt_lost_suite = {
	.name = "mpt3sas_hba_lost",
	.init = mpt_test_init,
	.exit = mpt_test_exit,
	.test_cases = mpt_lost_cases,
};

static struct kunit_case leapraid_cases[] = {
	KUNIT_CASE(mpt_test_first_scan_finds_devices),
	KUNIT_CASE(mpt_test_idle_rescan_sends_nothing),
	KUNIT_CASE(mpt_test_deleted_devices_come_back),
	KUNIT_CASE(mpt_test_typed_address_finds_device),
	KUNIT_CASE(mpt_test_device_is_pulled_in_rescan),
	KUNIT_CASE(mpt_test_deleted_in_rescan_stays_away),
	KUNIT_CASE(mpt_test_pulled_while_deleted_is_gone),
	KUNIT_CASE(mpt_test_pulled_after_delete_is_gone),
	KUNIT_CASE(mpt_test_volume_goes_while_configured),
	KUNIT_CASE_SLOW(mpt_test_sas_drives_are_left_to_sas),
	KUNIT_CASE_SLOW(mpt_test_killed_rescans_leave_nothing),
	KUNIT_CASE(mpt_test_manual_scan_is_first_scan),
	KUNIT_CASE(mpt_test_unbinds_before_first_scan),
	KUNIT_CASE(mpt_test_suspends_before_first_scan),
	KUNIT_CASE(mpt_test_unbind_waits_for_first_scan),
	KUNIT_CASE_SLOW(mpt_test_unbind_waits_for_rescan),
	KUNIT_CASE(mpt_test_pulled_card_ends_rescan),
	KUNIT_CASE_SLOW(mpt_test_rescan_survives_reset),
	KUNIT_CASE_SLOW(mpt_test_nobody_waits_for_lost_device),
	KUNIT_CASE_SLOW(mpt_test_reset_brings_volume_back),
	KUNIT_CASE_SLOW(mpt_test_pci_error_ends_rescan),
	KUNIT_CASE_SLOW(mpt_test_lost_slot_ends_rescan),
	KUNIT_CASE_SLOW(mpt_test_silent_device_is_given_up),
	KUNIT_CASE(mpt_test_garbage_removes_nothing),
	KUNIT_CASE_SLOW(mpt_test_io_goes_on_in_rescan),
	KUNIT_CASE(mpt_test_deleted_comes_back_after_suspend),
	KUNIT_CASE(mpt_test_driver_binds_again),
	{}
};

static int leapraid_test_init(struct kunit *test)
{
	usual = &leapraid;
	with_volumes = &leapraid;
	return fake_hba_test_init(test);
}

static struct kunit_suite leapraid_suite = {
	.name = "leapraid_hba",
	.init = leapraid_test_init,
	.exit = mpt_test_exit,
	.test_cases = leapraid_cases,
};

/* Cases that the base would not survive. */
static struct kunit_case leapraid_lost_cases[] = {
	KUNIT_CASE_SLOW(mpt_test_reset_ends_hot_add),
	KUNIT_CASE(mpt_test_volume_is_hidden_in_first_scan),
	KUNIT_CASE_SLOW(mpt_test_reset_leaves_scan_alone),
	KUNIT_CASE_SLOW(mpt_test_pulled_card_is_given_up),
	{}
};

static struct kunit_suite leapraid_lost_suite = {
	.name = "leapraid_hba_lost",
	.init = leapraid_test_init,
	.exit = mpt_test_exit,
	.test_cases = leapraid_lost_cases,
};

kunit_test_suites(&mpt_suite, &mpt_lost_suite, &leapraid_suite, &leapraid_lost_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
