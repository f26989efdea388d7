// SPDX-License-Identifier: GPL-2.0
/*
 * mpi3mr without hardware: its own functions for events fill its device list, and its own
 * functions for targets, scsi_devices and rescans run against the fake HBA, which answers
 * the commands. No request of the driver's reaches a controller, as there is none. Never
 * part of the series; scripts/lists puts it into build/test.
 */
#include <kunit/test.h>
#include "../mpi3mr/mpi3mr.h"

/* The driver's memory is behind its Scsi_Host, where the fake HBA has none. */
static struct mpi3mr_ioc *ioc;
#define shost_priv(shost) ((void *)((shost) ? ioc : NULL))

#include "../mpi3mr/mpi3mr_os.c"
#include "../mpi3mr/mpi3mr_fw.c"
#include "../mpi3mr/mpi3mr_app.c"
#include "../mpi3mr/mpi3mr_transport.c"

#include "list_host.h"

/* A device as the firmware reports it, on the one channel that is not the rphys'. */
struct list_dev {
	u16 id;
	u8 form;
	u16 flags;
};

static const struct list_dev volume0 = { 0, MPI3_DEVICE_DEVFORM_VD };
static const struct list_dev volume1 = { 1, MPI3_DEVICE_DEVFORM_VD };
static const struct list_dev external = { 5, MPI3_DEVICE_DEVFORM_PCIE };
static const struct list_dev disk0 = { 7, MPI3_DEVICE_DEVFORM_PCIE };
static const struct list_dev hidden = {
	3, MPI3_DEVICE_DEVFORM_PCIE, MPI3_DEVICE0_FLAGS_HIDDEN
};

#define LIST_VOLUME0	1, 0, 0
#define LIST_VOLUME1	1, 1, 0
#define LIST_DISK0	1, 7, 0

#define LIST_HANDLE(dev) ((dev)->id + 0x10)

static struct fake_hba_gate init_gate;
static struct fake_hba_target *targets[8];
static enum scsi_qc_status (*answer)(struct Scsi_Host *, struct scsi_cmnd *);

/* As mpi3mr_qcmd() ends commands for a device that is gone. */
static enum scsi_qc_status list_queuecommand(struct Scsi_Host *shost,
					     struct scsi_cmnd *cmd)
{
	struct mpi3mr_stgt_priv_data *priv = scsi_target(cmd->device)->hostdata;

	if (cmd->device->hostdata && !priv->dev_removed &&
	    priv->dev_handle != MPI3MR_INVALID_DEV_HANDLE)
		return answer(shost, cmd);
	set_host_byte(cmd, DID_NO_CONNECT);
	scsi_done(cmd);
	return 0;
}

static int list_target_alloc(struct scsi_target *starget)
{
	fake_hba_gate_pass(&init_gate);
	return mpi3mr_driver_template.target_alloc(starget);
}

static bool worker_is_held;

/* Send an event of the firmware, and do the work that it causes. */
static void list_reply(u8 event, const void *data, size_t len)
{
	struct mpi3_event_notification_reply *reply;

	reply = kzalloc(sizeof(*reply) + len, GFP_KERNEL);
	if (!reply)
		return;
	reply->event = event;
	reply->event_data_length = DIV_ROUND_UP(len, 4);
	memcpy((void *)reply + offsetof(typeof(*reply), event_data), data, len);
	mpi3mr_os_handle_events(ioc, reply);
	if (!worker_is_held)
		flush_workqueue(ioc->fwevt_worker_thread);
	kfree(reply);
}

static void list_plug(const struct list_dev *dev)
{
	struct mpi3_device_page0 page = {
		.dev_handle = cpu_to_le16(LIST_HANDLE(dev)),
		.persistent_id = cpu_to_le16(dev->id),
		.wwid = cpu_to_le64(dev->id + 1),
		.queue_depth = cpu_to_le16(8),
		.flags = cpu_to_le16(dev->flags),
		.device_form = dev->form,
	};

	if (dev->form == MPI3_DEVICE_DEVFORM_VD) {
		page.device_specific.vd_format.vd_state = MPI3_DEVICE0_VD_STATE_OPTIMAL;
	} else {
		page.device_specific.pcie_format.device_info =
			cpu_to_le16(MPI3_DEVICE0_PCIE_DEVICE_INFO_TYPE_NVME_DEVICE);
		page.device_specific.pcie_format.maximum_data_transfer_size =
			cpu_to_le32(SZ_1M);
		page.device_specific.pcie_format.page_size = 12;
	}
	list_reply(MPI3_EVENT_DEVICE_ADDED, &page, sizeof(page));
}

static void list_status(const struct list_dev *dev, u8 reason)
{
	struct mpi3_event_data_device_status_change change = {
		.reason_code = reason,
		.dev_handle = cpu_to_le16(LIST_HANDLE(dev)),
	};

	list_reply(MPI3_EVENT_DEVICE_STATUS_CHANGE, &change, sizeof(change));
}

static void list_pull(u8 form, u16 handle)
{
	DEFINE_RAW_FLEX(struct mpi3_event_data_pcie_topology_change_list, topo,
			port_entry, 1);
	struct mpi3_event_data_device_status_change change = {
		.reason_code = MPI3_EVENT_DEV_STAT_RC_VD_NOT_RESPONDING,
		.dev_handle = cpu_to_le16(handle),
	};

	if (form == MPI3_DEVICE_DEVFORM_VD) {
		list_reply(MPI3_EVENT_DEVICE_STATUS_CHANGE, &change, sizeof(change));
		return;
	}
	topo->num_entries = 1;
	topo->port_entry[0].attached_dev_handle = cpu_to_le16(handle);
	topo->port_entry[0].port_status = MPI3_EVENT_PCIE_TOPO_PS_NOT_RESPONDING;
	list_reply(MPI3_EVENT_PCIE_TOPOLOGY_CHANGE_LIST, topo, __struct_size(topo));
}

/* A device that the firmware has, as far as the driver knows. */
static struct mpi3mr_tgt_dev *list_find(const struct list_dev *dev)
{
	struct mpi3mr_tgt_dev *tgtdev;

	guard(spinlock_irqsave)(&ioc->tgtdev_lock);
	list_for_each_entry(tgtdev, &ioc->tgtdev_list, list)
		if (tgtdev->perst_id == dev->id &&
		    tgtdev->state == MPI3MR_DEV_CREATED)
			return tgtdev;
	return NULL;
}

/* The firmware has these devices now. */
static void list_event(const struct list_dev *const devs[])
{
	static const struct list_dev *const all[] = {
		&volume0, &volume1, &external, &disk0, &hidden
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (j = 0; devs[j] && devs[j] != all[i]; j++)
			;
		if (devs[j] && !list_find(all[i]))
			list_plug(all[i]);
		else if (!devs[j] && list_find(all[i]))
			list_pull(all[i]->form, LIST_HANDLE(all[i]));
	}
}

#define LIST_EVENT(...) \
	list_event((const struct list_dev *const[]){ __VA_ARGS__, NULL })

/* As mpi3mr_remove() does before sas_remove_host(). */
static void list_detach(struct Scsi_Host *shost)
{
	struct workqueue_struct *wq;

	ioc->stop_drv_processing = 1;
	mpi3mr_cleanup_fwevt_list(ioc);
	scoped_guard(spinlock_irqsave, &ioc->fwevt_lock) {
		wq = ioc->fwevt_worker_thread;
		ioc->fwevt_worker_thread = NULL;
	}
	if (wq)
		destroy_workqueue(wq);
}

/* A host whose first scan is over, and has found nothing. */
static struct fake_hba *list_host(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, true);
	unsigned int id;

	answer = hba->sht.queuecommand;
	hba->sht.queuecommand = list_queuecommand;
	list_use(hba, &mpi3mr_driver_template);
	hba->sht.target_alloc = list_target_alloc;
	hba->detach = list_detach;
	ioc->shost = hba->shost;
	hba->shost->max_channel = 1;
	hba->shost->max_lun = -1;
	hba->shost->max_id = 16;
	for (id = 0; id < ARRAY_SIZE(targets); id++)
		targets[id] = fake_hba_target(hba, 1, id, 1);
	list_add_host(test, hba);
	return hba;
}

#include "list_cases.h"

/* A deleted drive and a deleted volume come back; others do not change. */
static void list_test_deleted_device_comes_back(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct scsi_device *before, *after;
	int inquiries;

	LIST_EVENT(&volume0, &volume1, &disk0);
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	before = scsi_device_lookup(hba->shost, LIST_VOLUME0);
	KUNIT_ASSERT_NOT_NULL(test, before);
	fake_hba_delete(hba, LIST_VOLUME1);
	fake_hba_delete(hba, LIST_DISK0);
	inquiries = list_inquiries(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 3, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, inquiries + 2, list_inquiries(hba));
	after = scsi_device_lookup(hba->shost, LIST_VOLUME0);
	KUNIT_EXPECT_PTR_EQ(test, before, after);
	if (after)
		scsi_device_put(after);
	scsi_device_put(before);
}

/* A typed address brings a drive back, and what the firmware does not have is refused. */
static void list_test_typed_address_finds_device(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&disk0);
	fake_hba_delete(hba, LIST_DISK0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 2 0\n"));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 7 0\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, LIST_DISK0));
}

/* What is hidden is named neither by the driver nor by a user. */
static void list_test_hidden_is_not_named(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_EVENT(&hidden, &disk0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 3 0\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));

	/* A drive that a user has deleted is hidden, and shown again. */
	fake_hba_delete(hba, LIST_DISK0);
	list_status(&disk0, MPI3_EVENT_DEV_STAT_RC_HIDDEN);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 7 0\n"));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	list_status(&disk0, MPI3_EVENT_DEV_STAT_RC_NOT_HIDDEN);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, LIST_DISK0));
}

/* A drive that did not answer its hot-add is found later, and goes when it is pulled. */
static void list_test_silent_drive_is_found_later(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_target *silent = targets[disk0.id];

	WRITE_ONCE(silent->answer, FAKE_HBA_FAIL);
	LIST_EVENT(&volume0, &disk0);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_NOT_NULL(test, list_find(&disk0));
	WRITE_ONCE(silent->answer, FAKE_HBA_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, LIST_DISK0));
	LIST_EVENT(&volume0);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A drive without a handle, as in a reset, does not answer, and is found once it has one. */
static void list_test_device_without_handle_is_silent(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	int inquiries;

	LIST_EVENT(&volume0, &disk0);
	fake_hba_delete(hba, LIST_DISK0);
	inquiries = list_inquiries(hba);
	mpi3mr_invalidate_devhandles(ioc);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 7 0\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));

	/* The firmware names both again. */
	list_plug(&volume0);
	list_plug(&disk0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
}

static struct fake_hba_gate worker_gate;

static void list_wait(struct work_struct *work)
{
	fake_hba_gate_pass(&worker_gate);
}

static DECLARE_WORK(list_wait_work, list_wait);

/* From here on the top halves of events run, and the bottom halves do not. */
static void list_hold_worker(void)
{
	fake_hba_gate_init(&worker_gate);
	fake_hba_gate_arm(&worker_gate);
	queue_work(ioc->fwevt_worker_thread, &list_wait_work);
	worker_is_held = true;
}

static void list_release_worker(void)
{
	worker_is_held = false;
	fake_hba_gate_open(&worker_gate);
	flush_workqueue(ioc->fwevt_worker_thread);
}

/*
 * A device whose removal has begun gets no target, because the removal would
 * not see the target.
 */
static void list_test_removed_rphy_gets_no_target(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	int inquiries;

	LIST_EVENT(&volume0, &volume1, &disk0);
	fake_hba_delete(hba, LIST_VOLUME1);
	fake_hba_delete(hba, LIST_DISK0);
	inquiries = list_inquiries(hba);
	list_hold_worker();
	LIST_EVENT(&volume0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 1 0\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 7 0\n"));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));
	list_release_worker();
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A device that is gone is freed, and one that is back before its removal is done is not. */
static void list_test_gone_device_is_freed(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct mpi3mr_tgt_dev *gone, *back;

	LIST_EVENT(&volume0, &disk0);
	gone = list_find(&disk0);
	KUNIT_ASSERT_NOT_NULL(test, gone);
	mpi3mr_tgtdev_get(gone);
	LIST_EVENT(&volume0);
	KUNIT_EXPECT_EQ(test, 1, kref_read(&gone->ref_count));
	mpi3mr_tgtdev_put(gone);

	back = list_find(&volume0);
	list_hold_worker();
	LIST_EVENT(&disk0);
	LIST_EVENT(&volume0, &disk0);
	list_release_worker();
	KUNIT_EXPECT_PTR_EQ(test, back, list_find(&volume0));
	/* The list and the target hold one reference each. */
	KUNIT_EXPECT_EQ(test, 2, kref_read(&back->ref_count));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, LIST_VOLUME0));
}

static int list_init(struct kunit *test)
{
	ioc = kzalloc_obj(*ioc);
	if (!ioc)
		return -ENOMEM;
	spin_lock_init(&ioc->fwevt_lock);
	spin_lock_init(&ioc->tgtdev_lock);
	spin_lock_init(&ioc->sas_node_lock);
	spin_lock_init(&ioc->trigger_lock);
	INIT_LIST_HEAD(&ioc->fwevt_list);
	INIT_LIST_HEAD(&ioc->tgtdev_list);
	INIT_LIST_HEAD(&ioc->delayed_rmhs_list);
	INIT_LIST_HEAD(&ioc->enclosure_list);
	INIT_LIST_HEAD(&ioc->hba_port_table_list);
	INIT_LIST_HEAD(&ioc->sas_expander_list);
	strscpy(ioc->name, "mpi3mr0");
	ioc->sas_transport_enabled = 1;
	ioc->scsi_device_channel = 1;
	ioc->driver_pg2 = kzalloc_obj(*ioc->driver_pg2);
	/* No command is free, so that requests to the firmware wait. */
	ioc->devrem_bitmap = bitmap_alloc(MPI3MR_NUM_DEVRMCMD, GFP_KERNEL);
	ioc->fwevt_worker_thread = alloc_ordered_workqueue("list", 0);
	if (!ioc->driver_pg2 || !ioc->devrem_bitmap || !ioc->fwevt_worker_thread)
		return -ENOMEM;
	bitmap_fill(ioc->devrem_bitmap, MPI3MR_NUM_DEVRMCMD);
	fake_hba_gate_init(&init_gate);
	return fake_hba_test_init(test);
}

static void list_exit(struct kunit *test)
{
	struct delayed_dev_rmhs_node *delayed, *next_delayed;
	struct mpi3mr_tgt_dev *tgtdev, *next;

	fake_hba_test_exit(test);
	list_for_each_entry_safe(tgtdev, next, &ioc->tgtdev_list, list) {
		/* No target is left that holds a reference. */
		KUNIT_EXPECT_EQ_MSG(test, 1, kref_read(&tgtdev->ref_count),
				    "id %u", tgtdev->perst_id);
		KUNIT_EXPECT_NULL(test, tgtdev->starget);
		mpi3mr_tgtdev_del_from_list(ioc, tgtdev, true);
	}
	list_for_each_entry_safe(delayed, next_delayed, &ioc->delayed_rmhs_list, list)
		kfree(delayed);
	bitmap_free(ioc->devrem_bitmap);
	kfree(ioc->driver_pg2);
	kfree(ioc);
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_test_deleted_device_comes_back),
	KUNIT_CASE(list_test_nothing_missing_sends_nothing),
	KUNIT_CASE(list_test_typed_address_finds_device),
	KUNIT_CASE(list_test_hidden_is_not_named),
	KUNIT_CASE(list_test_gone_device_is_not_named),
	KUNIT_CASE(list_test_device_goes_before_look),
	KUNIT_CASE(list_test_device_goes_after_look),
	KUNIT_CASE(list_test_user_and_event_add_once),
	KUNIT_CASE(list_test_silent_drive_is_found_later),
	KUNIT_CASE(list_test_gone_device_is_freed),
	KUNIT_CASE(list_test_removed_rphy_gets_no_target),
	KUNIT_CASE(list_test_device_without_handle_is_silent),
	KUNIT_CASE(list_test_removal_ends_hot_add),
	{}
};

static struct kunit_suite list_suite = {
	.name = "mpi3mr_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
