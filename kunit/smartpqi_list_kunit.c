// SPDX-License-Identifier: GPL-2.0
/*
 * smartpqi without hardware: its device list is filled by hand, and its own functions
 * for scsi_devices, events and rescans run against the fake HBA, which answers the
 * commands. No request of the driver's reaches a controller, as there is none. Never
 * part of the series; scripts/lists puts it into build/test.
 */
#include <kunit/test.h>
#include "../smartpqi/smartpqi_init.c"
#include "../smartpqi/smartpqi_sas_transport.c"
#include "../smartpqi/smartpqi_sis.c"

#include "list_host.h"

/* A device as the firmware reports it; a disk has no id before it has an rphy. */
struct list_dev {
	u8 number;
	bool disk;
	int bus;
	int target;
	int lun;
};

static const struct list_dev volume0 = { 1, false, PQI_RAID_VOLUME_BUS, 0, 0 };
static const struct list_dev volume1 = { 2, false, PQI_RAID_VOLUME_BUS, 0, 1 };
static const struct list_dev external = {
	3, false, PQI_EXTERNAL_RAID_VOLUME_BUS, 5, 2
};
static const struct list_dev disk0 = { 4, true, PQI_PHYSICAL_DEVICE_BUS };
static const struct list_dev disk1 = { 5, true, PQI_PHYSICAL_DEVICE_BUS };

static struct pqi_ctrl_info *ctrl;
static struct pci_dev *ctrl_pdev;
static struct fake_hba_gate init_gate;
static enum scsi_qc_status (*answer)(struct Scsi_Host *, struct scsi_cmnd *);

/* As pqi_scsi_queue_command() ends commands for what is not on the list. */
static enum scsi_qc_status list_queuecommand(struct Scsi_Host *shost,
					     struct scsi_cmnd *cmd)
{
	if (cmd->device->hostdata)
		return answer(shost, cmd);
	set_host_byte(cmd, DID_NO_CONNECT);
	scsi_done(cmd);
	return 0;
}

static int list_sdev_init(struct scsi_device *sdev)
{
	fake_hba_gate_pass(&init_gate);
	return pqi_driver_template.sdev_init(sdev);
}

static struct pqi_scsi_dev *list_device(const struct list_dev *dev)
{
	struct pqi_scsi_dev *device = kzalloc_obj(*device);

	if (!device)
		return NULL;
	kref_init(&device->kref);
	device->bus = dev->bus;
	device->target = dev->target;
	device->lun = dev->lun;
	device->target_lun_valid = !dev->disk;
	device->is_physical_device = dev->disk;
	device->is_external_raid_device = dev->bus == PQI_EXTERNAL_RAID_VOLUME_BUS;
	device->device_type = SA_DEVICE_TYPE_SAS;
	device->lun_count = 1;
	device->scsi3addr[0] = dev->number;
	device->wwid[0] = dev->number;
	device->volume_id[0] = dev->number;
	device->sas_address = dev->number;
	return device;
}

/* The driver's own scan, which the firmware answered with these devices. */
static void list_event(const struct list_dev *const devs[], bool physdevs_known,
		       bool logdevs_known)
{
	struct pqi_scsi_dev *new[8];
	int i, n = 0;

	guard(mutex)(&ctrl->scan_mutex);
	for (i = 0; devs[i]; i++) {
		new[n] = list_device(devs[i]);
		if (new[n])
			n++;
	}
	pqi_update_device_list(ctrl, new, n, physdevs_known, logdevs_known);
	for (i = 0; i < n; i++)
		if (!new[i]->keep_device)
			pqi_put_device(new[i]);
}

#define LIST_VOLUME0	1, 0, 0
#define LIST_VOLUME1	1, 0, 1
#define LIST_DISK0	0, 0, 0

#define LIST_EVENT(...) \
	list_event((const struct list_dev *const[]){ __VA_ARGS__, NULL }, true, true)

static struct pqi_scsi_dev *list_find(const struct list_dev *dev)
{
	struct pqi_scsi_dev *device;

	list_for_each_entry(device, &ctrl->scsi_device_list, scsi_device_list_entry)
		if (device->scsi3addr[0] == dev->number)
			return device;
	return NULL;
}

/* As pqi_unregister_scsi() does before scsi_remove_host(). */
static void list_detach(struct Scsi_Host *shost)
{
	struct pqi_scsi_dev *device;
	unsigned long flags;

	scsi_stop_scanning(shost);
	spin_lock_irqsave(&ctrl->scsi_device_list_lock, flags);
	list_for_each_entry(device, &ctrl->scsi_device_list, scsi_device_list_entry)
		device->sas_port = NULL;
	spin_unlock_irqrestore(&ctrl->scsi_device_list_lock, flags);
	pqi_delete_sas_host(ctrl);
}

/* A host whose driver has scanned, and has found nothing yet. */
static struct fake_hba *list_host(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, true);

	answer = hba->sht.queuecommand;
	hba->sht.queuecommand = list_queuecommand;
	list_use(hba, &pqi_driver_template);
	hba->sht.sdev_init = list_sdev_init;
	hba->detach = list_detach;
	*(struct pqi_ctrl_info **)shost_priv(hba->shost) = ctrl;
	ctrl->scsi_host = hba->shost;
	hba->shost->max_channel = PQI_MAX_BUS;
	hba->shost->max_lun = 0x3fff;
	hba->shost->max_id = ~0;
	fake_hba_target(hba, PQI_PHYSICAL_DEVICE_BUS, 0, 1);
	fake_hba_target(hba, PQI_PHYSICAL_DEVICE_BUS, 1, 1);
	fake_hba_target(hba, PQI_RAID_VOLUME_BUS, 0, 2);
	fake_hba_target(hba, PQI_EXTERNAL_RAID_VOLUME_BUS, 5, 3);
	list_add_host(test, hba);
	KUNIT_ASSERT_EQ(test, 0, pqi_add_sas_host(hba->shost, ctrl));
	return hba;
}

#include "list_cases.h"

/* A deleted volume comes back; others, and what the driver does not have, do not change. */
static void list_test_deleted_volume_comes_back(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct scsi_device *before, *after;
	int inquiries;

	LIST_EVENT(&volume0, &volume1, &external);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	before = scsi_device_lookup(hba->shost, 1, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, before);

	inquiries = list_inquiries(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));

	fake_hba_delete(hba, 1, 0, 1);
	fake_hba_delete(hba, 3, 5, 2);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 1, 0, 1));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 3, 5, 2));
	/* The fake HBA answers with 36 bytes, which need one INQUIRY each. */
	KUNIT_EXPECT_EQ(test, inquiries + 2, list_inquiries(hba));

	after = scsi_device_lookup(hba->shost, 1, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, before, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(before);
}

/* A typed address brings a volume back, and one that is not on the list does not. */
static void list_test_typed_address_finds_device(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&volume1);
	fake_hba_delete(hba, 1, 0, 1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 1\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 1, 0, 1));
}

/* A deleted disk comes back below its rphy, with the id that it had. */
static void list_test_deleted_disk_comes_back(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&disk0, &disk1, &volume0);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	fake_hba_delete(hba, 0, 1, 0);
	KUNIT_EXPECT_NULL(test, list_find(&disk1)->sdev);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 0, 1, 0));
	KUNIT_EXPECT_NOT_NULL(test, list_find(&disk1)->sdev);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
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
	KUNIT_EXPECT_NOT_NULL(test, list_find(&volume1)->sdev);
	scsi_device_put(sdev);
	KUNIT_EXPECT_NOT_NULL(test, list_find(&volume1)->sdev);
}

/*
 * A device stays if the driver cannot ask about it: a list that fails is not an
 * empty list.
 */
static void list_test_list_fails(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	const struct list_dev *const only_disk[] = { &disk1, NULL };
	const struct list_dev *const only_volume[] = { &volume1, NULL };
	const struct list_dev *const nothing[] = { NULL };

	LIST_EVENT(&disk0, &disk1, &volume0, &volume1);
	KUNIT_EXPECT_EQ(test, 4, fake_hba_devices(hba));
	list_event(nothing, false, false);
	KUNIT_EXPECT_EQ(test, 4, fake_hba_devices(hba));
	list_event(only_disk, true, false);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	KUNIT_EXPECT_FALSE(test, fake_hba_has(hba, 0, 0, 0));
	list_event(only_volume, false, true);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_FALSE(test, fake_hba_has(hba, 1, 0, 0));
}

/*
 * A disk that does not answer is probed by the event that found it, not by each
 * event.
 */
static void list_test_silent_disk_is_probed_once(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	int inquiries;

	fake_hba_target(hba, 0, 2, 0)->answer = FAKE_HBA_FAIL;
	LIST_EVENT(&disk0, &disk1, &(struct list_dev){ 6, true });
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	inquiries = list_inquiries(hba);
	LIST_EVENT(&disk0, &disk1, &(struct list_dev){ 6, true });
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));

	/*
	 * A disk that a user deleted is exposed by the next event, as on 7.3.
	 */
	fake_hba_delete(hba, 0, 0, 0);
	LIST_EVENT(&disk0, &disk1, &(struct list_dev){ 6, true });
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, 0, 0, 0));
}

/* Nothing is named, and nothing is removed, once the controller is offline. */
static void list_test_offline_names_nothing(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&volume0, &volume1);
	fake_hba_delete(hba, 1, 0, 1);
	ctrl->controller_online = false;
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

static int list_init(struct kunit *test)
{
	ctrl = pqi_alloc_ctrl_info(NUMA_NO_NODE);
	ctrl_pdev = kunit_kzalloc(test, sizeof(*ctrl_pdev), GFP_KERNEL);
	if (!ctrl || !ctrl_pdev)
		return -ENOMEM;
	ctrl->pci_dev = ctrl_pdev;
	ctrl->controller_online = true;
	fake_hba_gate_init(&init_gate);
	return fake_hba_test_init(test);
}

static void list_exit(struct kunit *test)
{
	struct pqi_scsi_dev *device, *next;

	fake_hba_test_exit(test);
	list_for_each_entry_safe(device, next, &ctrl->scsi_device_list,
				 scsi_device_list_entry) {
		list_del(&device->scsi_device_list_entry);
		/* No scsi_device is left that holds a reference. */
		KUNIT_EXPECT_EQ(test, 1, kref_read(&device->kref));
		pqi_put_device(device);
	}
	kfree(ctrl);
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_test_deleted_volume_comes_back),
	KUNIT_CASE(list_test_nothing_missing_sends_nothing),
	KUNIT_CASE(list_test_typed_address_finds_device),
	KUNIT_CASE(list_test_deleted_disk_comes_back),
	KUNIT_CASE(list_test_gone_device_is_not_named),
	KUNIT_CASE(list_test_device_goes_before_look),
	KUNIT_CASE(list_test_device_goes_after_look),
	KUNIT_CASE(list_test_user_and_event_add_once),
	KUNIT_CASE(list_test_held_device_is_not_used_again),
	KUNIT_CASE(list_test_list_fails),
	KUNIT_CASE(list_test_silent_disk_is_probed_once),
	KUNIT_CASE(list_test_offline_names_nothing),
	KUNIT_CASE(list_test_removal_ends_hot_add),
	{}
};

static struct kunit_suite list_suite = {
	.name = "smartpqi_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
