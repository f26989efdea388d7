// SPDX-License-Identifier: GPL-2.0
/*
 * hpsa without hardware: h->dev[] is filled by hand, and the driver's own functions for
 * scsi_devices, events and rescans run against the fake HBA, which answers the
 * commands. No command of the driver's reaches a controller, as there is none. Never
 * part of the series; scripts/lists puts it into build/test.
 */
#include <kunit/test.h>
#include "../hpsa.c"

#include "list_host.h"

/* A device as the firmware reports it; a disk gets its number when it is added. */
struct list_dev {
	u8 number;
	bool disk;
	int bus;
	int target;
	int lun;
	bool hidden;
	u8 offline;
	u8 id;
};

static const struct list_dev volume0 = { 1, false, HPSA_RAID_VOLUME_BUS, 0, 0 };
static const struct list_dev volume1 = { 2, false, HPSA_RAID_VOLUME_BUS, 0, 1 };
static const struct list_dev volume1_offline = {
	2, false, HPSA_RAID_VOLUME_BUS, 0, 1, .offline = HPSA_LV_UNDERGOING_RPI
};
static const struct list_dev volume1_replaced = {
	2, false, HPSA_RAID_VOLUME_BUS, 0, 1, .id = 1,
	.offline = HPSA_LV_UNDERGOING_RPI
};
static const struct list_dev external = {
	3, false, HPSA_EXTERNAL_RAID_VOLUME_BUS, 5, 2
};
static const struct list_dev disk0 = { 4, true, HPSA_PHYSICAL_DEVICE_BUS, -1, -1 };
static const struct list_dev disk1 = { 5, true, HPSA_PHYSICAL_DEVICE_BUS, -1, -1 };
static const struct list_dev hidden = {
	6, false, HPSA_RAID_VOLUME_BUS, 0, 2, .hidden = true
};

static struct ctlr_info *ctlr;
static struct fake_hba_gate init_gate;

static int list_sdev_init(struct scsi_device *sdev)
{
	fake_hba_gate_pass(&init_gate);
	return hpsa_driver_template.sdev_init(sdev);
}

static struct hpsa_scsi_dev_t *list_device(const struct list_dev *dev)
{
	struct hpsa_scsi_dev_t *device = kzalloc_obj(*device);

	if (!device)
		return NULL;
	kref_init(&device->refcount);
	device->bus = dev->bus;
	device->target = dev->target;
	device->lun = dev->lun;
	device->physical_device = dev->disk;
	device->expose_device = !dev->hidden;
	device->volume_offline = dev->offline;
	device->devtype = TYPE_DISK;
	device->scsi3addr[0] = dev->number;
	device->scsi3addr[3] = dev->disk ? 0 : 0x40;
	device->device_id[0] = dev->id;
	device->sas_address = dev->number;
	return device;
}

/* The driver's own scan, which the firmware answered with these devices. */
static void list_event(const struct list_dev *const devs[])
{
	struct hpsa_scsi_dev_t *sd[8];
	int i, n = 0;

	for (i = 0; devs[i]; i++) {
		sd[n] = list_device(devs[i]);
		if (sd[n])
			n++;
	}
	adjust_hpsa_scsi_table(ctlr, sd, n);
	for (i = 0; i < n; i++)
		kfree(sd[i]);
}

#define LIST_VOLUME0	1, 0, 0
#define LIST_VOLUME1	1, 0, 1
#define LIST_DISK0	0, 0, 0

#define LIST_EVENT(...) \
	list_event((const struct list_dev *const[]){ __VA_ARGS__, NULL })

static struct hpsa_scsi_dev_t *list_find(const struct list_dev *dev)
{
	int i;

	for (i = 0; i < ctlr->ndevices; i++)
		if (ctlr->dev[i]->scsi3addr[0] == dev->number)
			return ctlr->dev[i];
	return NULL;
}

/* As hpsa_remove_one() does before scsi_remove_host(). */
static void list_detach(struct Scsi_Host *shost)
{
	scsi_stop_scanning(shost);
	hpsa_delete_sas_host(ctlr);
}

/* A host whose first scan is over, and has found nothing yet. */
static struct fake_hba *list_host(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, true);

	list_use(hba, &hpsa_driver_template);
	hba->sht.sdev_init = list_sdev_init;
	hba->detach = list_detach;
	*(struct ctlr_info **)shost_priv(hba->shost) = ctlr;
	ctlr->scsi_host = hba->shost;
	hba->shost->max_channel = 3;
	hba->shost->max_id = HPSA_MAX_LUN;
	hba->shost->max_lun = 0x3fff;
	/* Disks that report two LUNs */
	fake_hba_target(hba, HPSA_PHYSICAL_DEVICE_BUS, 0, 2);
	fake_hba_target(hba, HPSA_PHYSICAL_DEVICE_BUS, 1, 2);
	fake_hba_target(hba, HPSA_RAID_VOLUME_BUS, 0, 3);
	fake_hba_target(hba, HPSA_EXTERNAL_RAID_VOLUME_BUS, 5, 3);
	list_add_host(test, hba);
	KUNIT_ASSERT_EQ(test, 0, hpsa_add_sas_host(ctlr));
	return hba;
}

#include "list_cases.h"

/* A deleted volume comes back; others, and what is hidden, do not change. */
static void list_test_deleted_volume_comes_back(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct scsi_device *before, *after;
	int inquiries;

	LIST_EVENT(&volume0, &volume1, &external, &hidden);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	before = scsi_device_lookup(hba->shost, 1, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, before);

	inquiries = list_inquiries(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));

	fake_hba_delete(hba, 1, 0, 1);
	fake_hba_delete(hba, 2, 5, 2);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 1, 0, 1));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 2, 5, 2));
	KUNIT_EXPECT_EQ(test, inquiries + 2, list_inquiries(hba));

	after = scsi_device_lookup(hba->shost, 1, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, before, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(before);
}

/*
 * The address of a volume brings the volume back. The address of a hidden
 * volume, or of no volume, brings nothing.
 */
static void list_test_typed_address_finds_device(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&volume1, &hidden);
	fake_hba_delete(hba, 1, 0, 1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 2\n"));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 1\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 1, 0, 1));
}

/* A deleted disk comes back below its rphy, once, whatever LUNs it reports. */
static void list_test_deleted_disk_comes_back(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&disk0, &disk1, &volume0);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	fake_hba_delete(hba, 0, 1, 0);
	KUNIT_EXPECT_FALSE(test, list_find(&disk1)->has_sdev);
	/* LUN 1 would be the disk once more. */
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "0 1 1\n"));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 0, 1, 0));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "0 - -\n"));
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 0, atomic_read(&hba->commands[REPORT_LUNS]));
}

/* A volume that has gone offline is not named until it is back. */
static void list_test_offline_volume_is_not_named(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&volume0, &volume1);
	fake_hba_delete(hba, 1, 0, 1);
	LIST_EVENT(&volume0, &volume1_offline);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	LIST_EVENT(&volume0, &volume1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
}

/* A volume that was replaced by one that is not ready is added, as on 7.3. */
static void list_test_replaced_volume_is_added(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&volume0, &volume1);
	LIST_EVENT(&volume0, &volume1_replaced);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_NOT_NULL(test, list_find(&volume1));
}

/*
 * A volume that goes and comes back is a different device for whoever still
 * holds the first one.
 */
static void list_test_held_device_is_not_used_again(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct scsi_device *sdev;

	LIST_EVENT(&volume0, &volume1);
	sdev = scsi_device_lookup(hba->shost, 1, 0, 1);
	KUNIT_ASSERT_NOT_NULL(test, sdev);
	LIST_EVENT(&volume0);
	KUNIT_EXPECT_NULL(test, sdev->hostdata);
	LIST_EVENT(&volume0, &volume1);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	scsi_device_put(sdev);
	KUNIT_EXPECT_TRUE(test, list_find(&volume1)->has_sdev);
}

/* A user deletes a device while the driver removes it. */
static long list_delete_volume1(void *hba)
{
	struct scsi_device *sdev;

	sdev = scsi_device_lookup(((struct fake_hba *)hba)->shost, 1, 0, 1);
	if (sdev) {
		scsi_remove_device(sdev);
		scsi_device_put(sdev);
	}
	return 0;
}

static void list_test_two_removals_remove_one_device(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *user, *event;

	LIST_EVENT(&volume0, &volume1);
	mutex_lock(&hba->shost->scan_mutex);
	user = fake_hba_run(test, list_delete_volume1, hba);
	fake_hba_wait_asleep(test, user);
	event = fake_hba_run(test, list_event_volume0, NULL);
	fake_hba_wait_asleep(test, event);
	mutex_unlock(&hba->shost->scan_mutex);
	fake_hba_join(test, user);
	fake_hba_join(test, event);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* Nothing is named, and nothing is removed, once the controller is locked up. */
static void list_test_lockup_names_nothing(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	int cpu;

	LIST_EVENT(&volume0, &volume1);
	fake_hba_delete(hba, 1, 0, 1);
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(ctlr->lockup_detected, cpu) = 1;
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

static int list_init(struct kunit *test)
{
	ctlr = kzalloc_obj(*ctlr);
	if (!ctlr)
		return -ENOMEM;
	ctlr->pdev = kunit_kzalloc(test, sizeof(*ctlr->pdev), GFP_KERNEL);
	ctlr->lockup_detected = alloc_percpu(u32);
	if (!ctlr->pdev || !ctlr->lockup_detected)
		return -ENOMEM;
	INIT_LIST_HEAD(&ctlr->offline_device_list);
	spin_lock_init(&ctlr->lock);
	spin_lock_init(&ctlr->devlock);
	spin_lock_init(&ctlr->offline_device_lock);
	spin_lock_init(&ctlr->scan_lock);
	spin_lock_init(&ctlr->reset_lock);
	ctlr->scan_finished = 1;
	fake_hba_gate_init(&init_gate);
	return fake_hba_test_init(test);
}

static void list_exit(struct kunit *test)
{
	struct offline_device_entry *entry, *next;
	int i;

	fake_hba_test_exit(test);
	/* No scsi_device is left that holds a reference. */
	for (i = 0; i < ctlr->ndevices; i++)
		KUNIT_EXPECT_EQ(test, 1, kref_read(&ctlr->dev[i]->refcount));
	hpsa_free_device_info(ctlr);
	list_for_each_entry_safe(entry, next, &ctlr->offline_device_list,
				 offline_list)
		kfree(entry);
	free_percpu(ctlr->lockup_detected);
	kfree(ctlr);
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_test_deleted_volume_comes_back),
	KUNIT_CASE(list_test_nothing_missing_sends_nothing),
	KUNIT_CASE(list_test_typed_address_finds_device),
	KUNIT_CASE(list_test_deleted_disk_comes_back),
	KUNIT_CASE(list_test_offline_volume_is_not_named),
	KUNIT_CASE(list_test_replaced_volume_is_added),
	KUNIT_CASE(list_test_gone_device_is_not_named),
	KUNIT_CASE(list_test_device_goes_before_look),
	KUNIT_CASE(list_test_device_goes_after_look),
	KUNIT_CASE(list_test_user_and_event_add_once),
	KUNIT_CASE(list_test_held_device_is_not_used_again),
	KUNIT_CASE(list_test_two_removals_remove_one_device),
	KUNIT_CASE(list_test_lockup_names_nothing),
	KUNIT_CASE(list_test_removal_ends_hot_add),
	{}
};

static struct kunit_suite list_suite = {
	.name = "hpsa_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
