/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases that are the same for each driver whose list is tested, see scripts/lists. Included by its
 * file after init_gate, the devices volume0, volume1, external and disk0 (LIST_VOLUME0, LIST_VOLUME1 and
 * LIST_DISK0 are channel, id and LUN), LIST_EVENT(), list_find() and list_host().
 */

static void list_hang(struct fake_hba *hba, unsigned int channel,
		      unsigned int id, u64 lun)
{
	fake_hba_hang(hba, channel, id);
}

static long list_rescan(void *hba)
{
	return fake_hba_sysfs_scan(hba, "1 - -\n");
}

/* A rescan that has nothing to bring back does not wait for another scan. */
static void list_test_nothing_missing_sends_nothing(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;

	LIST_EVENT(&volume0, &volume1, &external);
	mutex_lock(&hba->shost->scan_mutex);
	scan = fake_hba_run(test, list_rescan, hba);
	fake_hba_wait_idle(test, scan);
	KUNIT_EXPECT_FALSE(test, fake_hba_running(scan));
	mutex_unlock(&hba->shost->scan_mutex);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
}

/* What the firmware no longer reports is not named, though a user deleted it before. */
static void list_test_gone_device_is_not_named(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	int inquiries;

	LIST_EVENT(&volume0, &volume1, &disk0);
	fake_hba_delete(hba, LIST_VOLUME1);
	fake_hba_delete(hba, LIST_DISK0);
	LIST_EVENT(&volume0);
	inquiries = list_inquiries(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));
}

static long list_event_volume0(void *unused)
{
	LIST_EVENT(&volume0);
	return 0;
}

/* A volume goes after the rescan has named it, before sdev_init() looks for it. */
static void list_test_device_goes_before_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *event;

	LIST_EVENT(&volume0, &volume1);
	fake_hba_delete(hba, LIST_VOLUME1);
	fake_hba_gate_arm(&init_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &init_gate);
	event = fake_hba_run(test, list_event_volume0, NULL);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, event));
	KUNIT_EXPECT_NULL(test, list_find(&volume1));
	fake_hba_gate_open(&init_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A volume goes after sdev_init() has found it: the event removes the device. */
static void list_test_device_goes_after_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *event;

	LIST_EVENT(&volume0, &volume1);
	fake_hba_delete(hba, LIST_VOLUME1);
	list_hang(hba, LIST_VOLUME1);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_held(hba);
	event = fake_hba_run(test, list_event_volume0, NULL);
	/* It waits for scan_mutex. */
	fake_hba_wait_asleep(test, event);
	KUNIT_EXPECT_NULL(test, list_find(&volume1));
	fake_hba_release(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, event));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

static long list_event_both(void *unused)
{
	LIST_EVENT(&volume0, &volume1);
	return 0;
}

/* A user and the driver find the same new volume: there is one device for it. */
static void list_test_user_and_event_add_once(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *event;

	LIST_EVENT(&volume0);
	fake_hba_gate_arm(&init_gate);
	event = fake_hba_run(test, list_event_both, NULL);
	fake_hba_gate_wait(test, &init_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_asleep(test, scan);
	fake_hba_gate_open(&init_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, event));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
}

/* Removal while a user's rescan has a command in flight. */
static void list_test_removal_ends_hot_add(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *remove;

	LIST_EVENT(&volume0, &volume1, &disk0);
	fake_hba_delete(hba, LIST_VOLUME0);
	fake_hba_delete(hba, LIST_VOLUME1);
	list_hang(hba, LIST_VOLUME1);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_held(hba);
	remove = fake_hba_run(test, fake_hba_remove_host, hba);
	fake_hba_wait_asleep(test, remove);
	fake_hba_release(hba);
	fake_hba_join(test, scan);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}
