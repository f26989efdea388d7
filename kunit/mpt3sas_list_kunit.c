// SPDX-License-Identifier: GPL-2.0
/*
 * mpt3sas without hardware: its own functions for events fill its device lists, and its own
 * functions for targets and scsi_devices run against the fake HBA, which answers the commands.
 * Requests for configuration pages are answered where the driver would tell the controller
 * about them. Never part of the series; scripts/lists puts it into build/test.
 */
#include <kunit/test.h>
#include "../mpt3sas/mpt3sas_base.h"
#include "list_add.h"

/* The driver's memory is behind its Scsi_Host, where the fake HBA has none. */
static struct MPT3SAS_ADAPTER *adapter;
#define shost_priv(shost) ((void *)((shost) ? adapter : NULL))

#include "../mpt3sas/mpt3sas_base.c"
#include "../mpt3sas/mpt3sas_config.c"
#include "../mpt3sas/mpt3sas_scsih.c"
#include "../mpt3sas/mpt3sas_transport.c"
#include "../mpt3sas/mpt3sas_ctl.c"
#include "../mpt3sas/mpt3sas_trigger_diag.c"
#include "../mpt3sas/mpt3sas_warpdrive.c"
#include "../mpt3sas/mpt3sas_debugfs.c"
#include "../mpt3sas/mpt3sas_hwmon.c"

#include "list_host.h"

#define LIST_IDS	4
/* Handles of the firmware: volumes, NVMe drives, and the one disk that is part of a volume. */
#define LIST_VOLUME	0x10
#define LIST_NVME	0x20
#define LIST_MEMBER	0x30

/*
 * The address of the replies as the firmware sees it. There is one for events,
 * and one for all else.
 */
#define LIST_REPLY_DMA	0x1000
#define LIST_REPLY_SIZE	256

static struct fake_hba_target *volumes[LIST_IDS], *drives[LIST_IDS];
static enum scsi_qc_status (*answer)(struct Scsi_Host *, struct scsi_cmnd *);
static u8 access_status;
static int config_reads, sdev_inits;
static struct fake_hba_gate alloc_gate, configure_gate;

/* As scsih_qcmd() ends commands for a device that is gone. */
static enum scsi_qc_status list_queuecommand(struct Scsi_Host *shost,
					     struct scsi_cmnd *cmd)
{
	struct MPT3SAS_DEVICE *priv = cmd->device->hostdata;

	if (priv && priv->sas_target && !priv->sas_target->deleted &&
	    priv->sas_target->handle != MPT3SAS_INVALID_DEVICE_HANDLE)
		return answer(shost, cmd);
	set_host_byte(cmd, DID_NO_CONNECT);
	scsi_done(cmd);
	return 0;
}

/* What the firmware has in the page that @request asks for; 0: there is no such page. */
static size_t list_page(const Mpi2ConfigRequest_t *request, void *page)
{
	u16 handle = le32_to_cpu(request->PageAddress);
	Mpi2RaidVolPage0_t *vol0 = page;
	Mpi2RaidVolPage1_t *vol1 = page;
	Mpi2RaidPhysDiskPage0_t *physdisk = page;
	Mpi2SasDevicePage0_t *sas = page;
	Mpi2RaidConfigurationPage0_t *config = page;
	Mpi26PCIeDevicePage0_t *pcie0 = page;
	Mpi26PCIeDevicePage2_t *pcie2 = page;

	switch (request->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) {
	case MPI2_CONFIG_PAGETYPE_RAID_VOLUME:
		/* A request for the first volume or disk finds none. */
		if (handle == 0xffff)
			return 0;
		if (request->Header.PageNumber == 1) {
			vol1->WWID = cpu_to_le64(handle);
			return sizeof(*vol1);
		}
		vol0->VolumeType = MPI2_RAID_VOL_TYPE_RAID1;
		vol0->NumPhysDisks = 1;
		return struct_size(vol0, PhysDisk, 1);
	case MPI2_CONFIG_PAGETYPE_RAID_PHYSDISK:
		if (handle == 0xff)
			return 0;
		physdisk->DevHandle = cpu_to_le16(LIST_MEMBER);
		return sizeof(*physdisk);
	case MPI2_CONFIG_PAGETYPE_EXTENDED:
		break;
	default:
		return 0;
	}
	switch (request->ExtPageType) {
	case MPI2_CONFIG_EXTPAGETYPE_SAS_DEVICE:
		sas->DeviceInfo = cpu_to_le32(MPI2_SAS_DEVICE_INFO_SSP_TARGET);
		return sizeof(*sas);
	case MPI2_CONFIG_EXTPAGETYPE_RAID_CONFIG:
		config->NumElements = 1;
		config->ConfigElement[0].ElementFlags =
			cpu_to_le16(MPI2_RAIDCONFIG0_EFLAGS_VOL_PHYS_DISK_ELEMENT);
		config->ConfigElement[0].VolDevHandle = cpu_to_le16(LIST_VOLUME);
		config->ConfigElement[0].PhysDiskDevHandle = cpu_to_le16(LIST_MEMBER);
		return struct_size(config, ConfigElement, 1);
	case MPI2_CONFIG_EXTPAGETYPE_PCIE_DEVICE:
		if (request->Header.PageNumber == 2) {
			pcie2->MaximumDataTransferSize = cpu_to_le32(SZ_1M);
			return sizeof(*pcie2);
		}
		pcie0->WWID = cpu_to_le64(handle);
		pcie0->AccessStatus = access_status;
		pcie0->DeviceInfo = cpu_to_le32(MPI26_PCIE_DEVINFO_NVME);
		pcie0->Flags = cpu_to_le32(MPI26_PCIEDEV0_FLAGS_DEVICE_PRESENT);
		return sizeof(*pcie0);
	}
	return 0;
}

/* The firmware gets a request, and answers at once. */
static void list_put_smid(struct MPT3SAS_ADAPTER *ioc, u16 smid)
{
	const Mpi2ConfigRequest_t *request = mpt3sas_base_get_msg_frame(ioc, smid);
	Mpi2ConfigReply_t *reply = (void *)(ioc->reply + LIST_REPLY_SIZE);
	bool ext = (request->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) ==
		   MPI2_CONFIG_PAGETYPE_EXTENDED;
	u8 page[LIST_REPLY_SIZE] = {};
	size_t len;

	if (request->Function != MPI2_FUNCTION_CONFIG) {
		_scsih_done(ioc, smid, 0, 0);
		mpt3sas_base_free_smid(ioc, smid);
		return;
	}
	len = list_page(request, page);
	memset(reply, 0, sizeof(*reply));
	reply->Function = MPI2_FUNCTION_CONFIG;
	reply->MsgLength = sizeof(*reply) / 4;
	reply->Header = request->Header;
	reply->ExtPageType = request->ExtPageType;
	if (!len) {
		reply->IOCStatus = cpu_to_le16(MPI2_IOCSTATUS_CONFIG_INVALID_PAGE);
	} else if (ext) {
		reply->ExtPageLength = cpu_to_le16(DIV_ROUND_UP(len, 4));
		((MPI2_CONFIG_EXTENDED_PAGE_HEADER *)page)->ExtPageType = request->ExtPageType;
	} else {
		reply->Header.PageLength = DIV_ROUND_UP(len, 4);
	}
	((MPI2_CONFIG_PAGE_HEADER *)page)->PageType = request->Header.PageType;
	if (request->Action == MPI2_CONFIG_ACTION_PAGE_READ_CURRENT) {
		config_reads++;
		memcpy(ioc->config_page, page, sizeof(page));
	}
	mpt3sas_config_done(ioc, smid, 0, LIST_REPLY_DMA + LIST_REPLY_SIZE);
	mpt3sas_base_free_smid(ioc, smid);
}

static u32 list_readl(const void __iomem *doorbell)
{
	return MPI2_IOC_STATE_OPERATIONAL;
}

/* Send an event of the firmware. The work that it causes may hang. */
static void list_send(u8 event, const void *data, size_t len)
{
	Mpi2EventNotificationReply_t *reply = (void *)adapter->reply;

	reply->Event = cpu_to_le16(event);
	reply->EventDataLength = cpu_to_le16(DIV_ROUND_UP(len, 4));
	memcpy(reply->EventData, data, len);
	mpt3sas_scsih_event_callback(adapter, 0, LIST_REPLY_DMA);
}

static void list_send_ir(u8 reason, u16 volume, u16 disk)
{
	DEFINE_RAW_FLEX(Mpi2EventDataIrConfigChangeList_t, list, ConfigElement, 1);

	list->NumElements = 1;
	list->ConfigElement[0].ReasonCode = reason;
	list->ConfigElement[0].VolDevHandle = cpu_to_le16(volume);
	list->ConfigElement[0].PhysDiskDevHandle = cpu_to_le16(disk);
	list_send(MPI2_EVENT_IR_CONFIGURATION_CHANGE_LIST, list, __struct_size(list));
}

static void list_send_nvme(u8 status, u16 handle)
{
	DEFINE_RAW_FLEX(Mpi26EventDataPCIeTopologyChangeList_t, list, PortEntry, 1);

	list->NumEntries = 1;
	list->PortEntry[0].AttachedDevHandle = cpu_to_le16(handle);
	list->PortEntry[0].PortStatus = status;
	list->PortEntry[0].CurrentPortInfo = MPI26_EVENT_PCIE_TOPO_PI_RATE_8_0;
	list_send(MPI2_EVENT_PCIE_TOPOLOGY_CHANGE_LIST, list, __struct_size(list));
}

static void list_ir(u8 reason, u16 volume, u16 disk)
{
	list_send_ir(reason, volume, disk);
	flush_workqueue(adapter->firmware_event_thread);
}

static void list_nvme(u8 status, u16 handle)
{
	list_send_nvme(status, handle);
	flush_workqueue(adapter->firmware_event_thread);
}

#define LIST_ADD_VOLUME(n) list_ir(MPI2_EVENT_IR_CHANGE_RC_VOLUME_CREATED, LIST_VOLUME + (n), 0)
#define LIST_DEL_VOLUME(n) list_ir(MPI2_EVENT_IR_CHANGE_RC_VOLUME_DELETED, LIST_VOLUME + (n), 0)
#define LIST_ADD_NVME(n) list_nvme(MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED, LIST_NVME + (n))
#define LIST_DEL_NVME(n) list_nvme(MPI26_EVENT_PCIE_TOPO_PS_NOT_RESPONDING, LIST_NVME + (n))

/*
 * The driver's entries for a volume and for a drive, which only its worker and
 * removal free.
 */
static struct _raid_device *list_volume(unsigned int n)
{
	guard(spinlock_irqsave)(&adapter->raid_device_lock);
	return mpt3sas_raid_device_find_by_handle(adapter, LIST_VOLUME + n);
}

static struct _pcie_device *list_drive(unsigned int n)
{
	struct _pcie_device *drive = mpt3sas_get_pdev_by_handle(adapter, LIST_NVME + n);

	if (drive)
		pcie_device_put(drive);
	return drive;
}

/* mpt3sas_transport_port_add() does this before the rphy is known. */
static int list_target_alloc(struct scsi_target *starget)
{
	struct _sas_device *member;

	fake_hba_gate_pass(&alloc_gate);
	if (!starget->channel) {
		member = mpt3sas_get_sdev_by_handle(adapter, LIST_MEMBER);
		if (!member)
			return -ENXIO;
		member->rphy = dev_to_rphy(starget->dev.parent);
		sas_device_put(member);
	}
	return mpt3sas_driver_template.target_alloc(starget);
}

static int list_sdev_init(struct scsi_device *sdev)
{
	sdev_inits++;
	return mpt3sas_driver_template.sdev_init(sdev);
}

static int list_sdev_configure(struct scsi_device *sdev, struct queue_limits *lim)
{
	fake_hba_gate_pass(&configure_gate);
	return mpt3sas_driver_template.sdev_configure(sdev, lim);
}

/* As scsih_remove() does before sas_remove_host(). */
static void list_detach(struct Scsi_Host *shost)
{
	struct workqueue_struct *wq;

	adapter->remove_host = 1;
	_scsih_fw_event_cleanup_queue(adapter);
	scoped_guard(spinlock_irqsave, &adapter->fw_event_lock) {
		wq = adapter->firmware_event_thread;
		adapter->firmware_event_thread = NULL;
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
	list_use(hba, &mpt3sas_driver_template);
	hba->sht.target_alloc = list_target_alloc;
	hba->sht.sdev_init = list_sdev_init;
	hba->sht.sdev_configure = list_sdev_configure;
	hba->detach = list_detach;
	adapter->shost = hba->shost;
	/* As scsih_probe() does. */
	hba->shost->max_channel = PCIE_CHANNEL;
	hba->shost->max_id = -1;
	hba->shost->max_lun = 16895;
	mpt3sas_raid_functions.cookie = &hba->sht;
	for (id = 0; id < LIST_IDS; id++) {
		volumes[id] = fake_hba_target(hba, RAID_CHANNEL, id, 1);
		drives[id] = fake_hba_target(hba, PCIE_CHANNEL, id, 1);
	}
	fake_hba_target(hba, 0, 0, 1);
	list_add_host(test, hba);
	return hba;
}

/* Volumes are on channel 1, NVMe drives on channel 2, and each has the next id. */
static void list_test_channels_and_ids_are_in_order(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	LIST_ADD_VOLUME(1);
	LIST_ADD_NVME(1);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 0, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 1, 0));
	KUNIT_EXPECT_EQ(test, 4, fake_hba_devices(hba));
	/* An event for a known volume or drive adds nothing. */
	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	KUNIT_EXPECT_EQ(test, 4, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 4, list_inquiries(hba));
}

/* What a user deletes comes back, by each form that names it, and only what is named. */
static void list_test_deleted_device_comes_back(struct kunit *test)
{
	static const struct {
		const char *text;
		bool volume;
		bool drive;
	} forms[] = {
		{ "- - -\n", true, true }, { "1 - -\n", true, true }, { "2 - -\n", true, true },
		{ "1 0 0\n", true, false }, { "2 0 0\n", false, true },
		{ "- 0 0\n", true, true }, { "1 0 -\n", true, false },
		{ "0 - -\n", true, true }, { "0 0 0\n", false, false },
	};
	struct fake_hba *hba = list_host(test);
	int i, inquiries;

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	LIST_ADD_VOLUME(1);
	LIST_ADD_NVME(1);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
		fake_hba_delete(hba, PCIE_CHANNEL, 0, 0);
		KUNIT_ASSERT_NOT_NULL(test, list_volume(0));
		KUNIT_EXPECT_NULL(test, list_volume(0)->starget);
		KUNIT_ASSERT_NOT_NULL(test, list_drive(0));
		KUNIT_EXPECT_NULL(test, list_drive(0)->starget);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&list_drive(0)->refcount));
		inquiries = list_inquiries(hba);
		KUNIT_EXPECT_EQ_MSG(test, strlen(forms[i].text),
				    fake_hba_sysfs_scan(hba, forms[i].text), "%s", forms[i].text);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].volume,
				    fake_hba_has(hba, RAID_CHANNEL, 0, 0), "%s", forms[i].text);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].drive,
				    fake_hba_has(hba, PCIE_CHANNEL, 0, 0), "%s", forms[i].text);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].volume + forms[i].drive,
				    list_inquiries(hba) - inquiries, "%s", forms[i].text);
		KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
		KUNIT_EXPECT_EQ(test, 4, fake_hba_devices(hba));
	}
}

/* A rescan that has nothing to bring back sends nothing, and does not wait for another scan. */
static void list_test_nothing_missing_sends_nothing(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;
	int inquiries, reads;

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	inquiries = list_inquiries(hba);
	reads = config_reads;
	mutex_lock(&hba->shost->scan_mutex);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_idle(test, scan);
	KUNIT_EXPECT_FALSE(test, fake_hba_running(scan));
	mutex_unlock(&hba->shost->scan_mutex);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, inquiries, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, reads, config_reads);
}

/* An address that no device has is refused, and leaves no target. */
static void list_test_unknown_address_is_refused(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	sdev_inits = 0;
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "2 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "2 9 -\n"));
	KUNIT_EXPECT_EQ(test, -EINVAL, fake_hba_sysfs_scan(hba, "3 0 0\n"));
	KUNIT_EXPECT_EQ(test, 0, sdev_inits);
	KUNIT_EXPECT_TRUE(test, list_empty(&hba->shost->__targets));
	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
}

/*
 * A volume or drive that goes and comes back has a new id. Its old address is
 * empty.
 */
static void list_test_returned_device_has_new_id(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	LIST_DEL_VOLUME(0);
	LIST_DEL_NVME(0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 1, 0));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
}

/* A drive that is blocked is on the list, and never shown. */
static void list_test_blocked_drive_is_not_shown(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	access_status = MPI26_PCIEDEV0_ASTATUS_DEVICE_BLOCKED;
	LIST_ADD_NVME(0);
	KUNIT_ASSERT_NOT_NULL(test, list_drive(0));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "2 0 0\n"));
	KUNIT_EXPECT_EQ(test, 0, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, 1, kref_read(&list_drive(0)->refcount));
	/* A reset may find that the drive is no longer blocked. */
	list_drive(0)->access_status = MPI26_PCIEDEV0_ASTATUS_NO_ERRORS;
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 0, 0));
	LIST_DEL_NVME(0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_NULL(test, list_drive(0));
}

/*
 * As long as a disk is part of a volume, it has a scsi_device that no upper
 * level driver gets.
 */
static void list_test_member_is_hidden(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct _sas_device *member = kzalloc_obj(*member);
	struct hba_port *port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	struct sas_rphy *rphy;

	KUNIT_ASSERT_NOT_NULL(test, member);
	kref_init(&member->refcount);
	member->handle = LIST_MEMBER;
	member->port = port;
	member->device_info = MPI2_SAS_DEVICE_INFO_SSP_TARGET;
	list_add(&member->list, &adapter->sas_device_list);
	KUNIT_ASSERT_NOT_NULL(test, port);
	set_bit(LIST_MEMBER, adapter->pd_handles);
	rphy = fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	KUNIT_ASSERT_NOT_NULL(test, rphy);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));
	KUNIT_EXPECT_EQ(test, LIST_VOLUME, member->volume_handle);

	fake_hba_delete(hba, 0, 0, 0);
	KUNIT_EXPECT_NULL(test, member->starget);
	KUNIT_EXPECT_EQ(test, 1, kref_read(&member->refcount));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));

	list_ir(MPI2_EVENT_IR_CHANGE_RC_PD_DELETED, LIST_VOLUME, LIST_MEMBER);
	KUNIT_EXPECT_FALSE(test, list_is_hidden(test, hba, 0));
	list_ir(MPI2_EVENT_IR_CHANGE_RC_PD_CREATED, LIST_VOLUME, LIST_MEMBER);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));
	fake_hba_del_end_device(rphy);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, kref_read(&member->refcount));
}

/*
 * A volume or drive that does not answer its hot-add is forgotten, and leaves
 * no target.
 */
static void list_test_silent_device_is_forgotten(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_FAIL);
	WRITE_ONCE(drives[0]->answer, FAKE_HBA_FAIL);
	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	KUNIT_EXPECT_NULL(test, list_drive(0));
	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 1, 0));
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
}

/* Volume 0 and drive 0 go while their hot-add is about to show them. */
static void list_test_device_goes_in_hot_add(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct _pcie_device *drive;

	fake_hba_gate_arm(&configure_gate);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED, LIST_NVME);
	fake_hba_gate_wait(test, &configure_gate);
	drive = mpt3sas_get_pdev_by_handle(adapter, LIST_NVME);
	KUNIT_ASSERT_NOT_NULL(test, drive);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_NOT_RESPONDING, LIST_NVME);
	fake_hba_gate_open(&configure_gate);
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_NULL(test, list_drive(0));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, kref_read(&drive->refcount));
	pcie_device_put(drive);

	fake_hba_gate_arm(&configure_gate);
	list_send_ir(MPI2_EVENT_IR_CHANGE_RC_ADDED, LIST_VOLUME, 0);
	fake_hba_gate_wait(test, &configure_gate);
	list_send_ir(MPI2_EVENT_IR_CHANGE_RC_REMOVED, LIST_VOLUME, 0);
	fake_hba_gate_open(&configure_gate);
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

/*
 * A user finds a device that did not answer its hot-add before the driver
 * forgets the device. The device stays, and goes when the firmware says so.
 */
static void list_test_found_after_hot_add_stays(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_FAIL);
	WRITE_ONCE(drives[0]->answer, FAKE_HBA_FAIL);
	fake_hba_gate_arm(&add_gate);
	list_send_ir(MPI2_EVENT_IR_CHANGE_RC_VOLUME_CREATED, LIST_VOLUME, 0);
	fake_hba_gate_wait(test, &add_gate);
	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	fake_hba_gate_open(&add_gate);
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_NOT_NULL(test, list_volume(0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));

	fake_hba_gate_arm(&add_gate);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED, LIST_NVME);
	fake_hba_gate_wait(test, &add_gate);
	WRITE_ONCE(drives[0]->answer, FAKE_HBA_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	fake_hba_gate_open(&add_gate);
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_NOT_NULL(test, list_drive(0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 0, 0));

	LIST_DEL_VOLUME(0);
	LIST_DEL_NVME(0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, list_empty(&hba->shost->__targets));
}

/*
 * A drive that a user finds before the first scan has come to the drive does
 * not disturb that scan.
 */
static void list_test_found_before_first_scan_is_kept(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	adapter->wait_for_discovery_to_complete = 1;
	LIST_ADD_NVME(0);
	LIST_ADD_NVME(1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "2 0 0\n"));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, PCIE_CHANNEL, 0, 0));
	adapter->wait_for_discovery_to_complete = 0;
	_scsih_probe_pcie(adapter);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, list_empty(&adapter->pcie_device_init_list));
	LIST_DEL_NVME(0);
	LIST_DEL_NVME(1);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

static long list_scan_lun_3(void *hba)
{
	return fake_hba_sysfs_scan(hba, "1 0 3\n");
}

static long list_probe(void *unused)
{
	_scsih_probe_raid(adapter);
	return 0;
}

/* The first scan comes to a volume while a user looks for a LUN that is not there. */
static void list_test_first_scan_meets_other_lun(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *probe;

	adapter->wait_for_discovery_to_complete = 1;
	LIST_ADD_VOLUME(0);
	fake_hba_hang(hba, RAID_CHANNEL, 0);
	scan = fake_hba_run(test, list_scan_lun_3, hba);
	fake_hba_wait_held(hba);
	adapter->wait_for_discovery_to_complete = 0;
	probe = fake_hba_run(test, list_probe, NULL);
	fake_hba_wait_asleep(test, probe);
	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_ANSWER);
	fake_hba_release_held(hba);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	fake_hba_join(test, probe);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/*
 * A reset finds no volume with the handle that a deleted volume had. The handle
 * can be another volume's now, so no scan sends anything to the handle until
 * the driver forgets the deleted volume.
 */
static void list_test_lost_handle_is_not_used(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD_VOLUME(0);
	LIST_ADD_VOLUME(1);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	_scsih_search_responding_raid_devices(adapter);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	/* Volume 1 is there. */
	list_volume(1)->responding = 1;
	_scsih_remove_unresponding_devices(adapter);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, list_is_singular(&adapter->raid_device_list));
}

/* A rescan leaves a first scan that a reset has cut short to the driver. */
static void list_test_rescan_leaves_first_scan_alone(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	adapter->wait_for_discovery_to_complete = 1;
	adapter->is_driver_loading = 1;
	LIST_ADD_VOLUME(0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 0, list_inquiries(hba));
	adapter->wait_for_discovery_to_complete = 0;
	adapter->is_driver_loading = 0;
	_scsih_probe_raid(adapter);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));
}

/* A volume and a drive go after the rescan has named them, before target_alloc() looks for them. */
static void list_test_device_goes_before_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_gate_arm(&alloc_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &alloc_gate);
	LIST_DEL_VOLUME(0);
	fake_hba_gate_open(&alloc_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));

	fake_hba_delete(hba, PCIE_CHANNEL, 0, 0);
	fake_hba_gate_arm(&alloc_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &alloc_gate);
	LIST_DEL_NVME(0);
	fake_hba_gate_open(&alloc_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

/*
 * A volume and a drive go when the rescan is about to show them: the event
 * removes them.
 */
static void list_test_device_goes_after_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;
	int i;

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_gate_arm(&configure_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &configure_gate);
	list_send_ir(MPI2_EVENT_IR_CHANGE_RC_VOLUME_DELETED, LIST_VOLUME, 0);
	for (i = 0; i < 200 && list_volume(0); i++)
		msleep(20);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	fake_hba_gate_open(&configure_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_FALSE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));

	fake_hba_delete(hba, PCIE_CHANNEL, 0, 0);
	fake_hba_gate_arm(&configure_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &configure_gate);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_NOT_RESPONDING, LIST_NVME);
	for (i = 0; i < 200 && list_drive(0); i++)
		msleep(20);
	KUNIT_EXPECT_NULL(test, list_drive(0));
	fake_hba_gate_open(&configure_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

/* A user and the driver find the same new drive: there is one device for it. */
static void list_test_user_and_event_add_once(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;

	fake_hba_gate_arm(&alloc_gate);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED, LIST_NVME);
	fake_hba_gate_wait(test, &alloc_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_asleep(test, scan);
	fake_hba_gate_open(&alloc_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	flush_workqueue(adapter->firmware_event_thread);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, list_inquiries(hba));
}

/* A drive that is gone is freed, whether a user has deleted its device or not. */
static void list_test_gone_device_is_freed(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct _pcie_device *drive[2];
	unsigned int n;

	for (n = 0; n < 2; n++) {
		LIST_ADD_NVME(n);
		drive[n] = mpt3sas_get_pdev_by_handle(adapter, LIST_NVME + n);
		KUNIT_ASSERT_NOT_NULL(test, drive[n]);
		/* Those of the list and the target, and the one taken above. */
		KUNIT_EXPECT_EQ(test, 3, kref_read(&drive[n]->refcount));
	}
	fake_hba_delete(hba, PCIE_CHANNEL, 1, 0);
	for (n = 0; n < 2; n++) {
		LIST_DEL_NVME(n);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&drive[n]->refcount));
		pcie_device_put(drive[n]);
	}
}

/*
 * Removal while a hot-add has a command in flight and there are a deleted
 * volume and a deleted drive.
 */
static void list_test_removal_ends_hot_add(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *remove;

	LIST_ADD_VOLUME(0);
	LIST_ADD_NVME(0);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_delete(hba, PCIE_CHANNEL, 0, 0);
	LIST_ADD_VOLUME(1);
	fake_hba_hang(hba, PCIE_CHANNEL, 1);
	list_send_nvme(MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED, LIST_NVME + 1);
	fake_hba_wait_held(hba);
	remove = fake_hba_run(test, fake_hba_remove_host, hba);
	fake_hba_wait_asleep(test, remove);
	fake_hba_release(hba);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

static int list_init(struct kunit *test)
{
	unsigned int i;

	adapter = kvzalloc_obj(*adapter);
	if (!adapter)
		return -ENOMEM;
	spin_lock_init(&adapter->scsi_lookup_lock);
	spin_lock_init(&adapter->sas_device_lock);
	spin_lock_init(&adapter->sas_node_lock);
	spin_lock_init(&adapter->fw_event_lock);
	spin_lock_init(&adapter->raid_device_lock);
	spin_lock_init(&adapter->pcie_device_lock);
	spin_lock_init(&adapter->diag_trigger_lock);
	mutex_init(&adapter->config_cmds.mutex);
	mutex_init(&adapter->scsih_cmds.mutex);
	adapter->config_cmds.status = MPT3_CMD_NOT_USED;
	adapter->scsih_cmds.status = MPT3_CMD_NOT_USED;
	INIT_LIST_HEAD(&adapter->sas_device_list);
	INIT_LIST_HEAD(&adapter->sas_device_init_list);
	INIT_LIST_HEAD(&adapter->sas_expander_list);
	INIT_LIST_HEAD(&adapter->enclosure_list);
	INIT_LIST_HEAD(&adapter->pcie_device_list);
	INIT_LIST_HEAD(&adapter->pcie_device_init_list);
	INIT_LIST_HEAD(&adapter->fw_event_list);
	INIT_LIST_HEAD(&adapter->raid_device_list);
	INIT_LIST_HEAD(&adapter->delayed_tr_list);
	INIT_LIST_HEAD(&adapter->delayed_tr_volume_list);
	INIT_LIST_HEAD(&adapter->internal_free_list);
	/* No command is free, so that a target reset which is for the firmware waits. */
	INIT_LIST_HEAD(&adapter->hpr_free_list);
	strscpy(adapter->name, "mpt3sas_cm0");
	adapter->hba_mpi_version_belonged = MPI26_VERSION;
	adapter->is_gen35_ioc = 1;
	adapter->ir_firmware = 1;
	adapter->page_size = SZ_4K;
	adapter->max_nvme_qd = 8;
	adapter->max_narrowport_qd = 8;
	adapter->config_cb_idx = config_cb_idx;
	adapter->scsih_cb_idx = scsih_cb_idx;
	adapter->base_readl_ext_retry = list_readl;
	adapter->base_add_sg_single = _base_add_sg_single_64;
	adapter->build_zero_len_sge_mpi = _base_build_zero_len_sge;
	adapter->put_smid_default = list_put_smid;

	/* Two internal requests, and none for I/O. */
	adapter->request_sz = LIST_REPLY_SIZE;
	adapter->hi_priority_smid = 1;
	adapter->internal_smid = 1;
	adapter->hba_queue_depth = 2;
	adapter->request = kunit_kcalloc(test, 3, LIST_REPLY_SIZE, GFP_KERNEL);
	adapter->internal_lookup = kunit_kcalloc(test, 2, sizeof(*adapter->internal_lookup),
						 GFP_KERNEL);
	adapter->reply_dma = LIST_REPLY_DMA;
	adapter->reply = kunit_kcalloc(test, 2, LIST_REPLY_SIZE, GFP_KERNEL);
	adapter->config_page_sz = 2 * LIST_REPLY_SIZE;
	adapter->config_page = kunit_kzalloc(test, adapter->config_page_sz, GFP_KERNEL);
	adapter->config_cmds.reply = kunit_kzalloc(test, LIST_REPLY_SIZE, GFP_KERNEL);
	adapter->scsih_cmds.reply = kunit_kzalloc(test, LIST_REPLY_SIZE, GFP_KERNEL);
	adapter->pd_handles = kunit_kzalloc(test, 16, GFP_KERNEL);
	adapter->pend_os_device_add = kunit_kzalloc(test, 16, GFP_KERNEL);
	adapter->firmware_event_thread = alloc_ordered_workqueue("list", 0);
	if (!adapter->request || !adapter->internal_lookup || !adapter->reply ||
	    !adapter->config_page || !adapter->config_cmds.reply || !adapter->scsih_cmds.reply ||
	    !adapter->pd_handles || !adapter->pend_os_device_add ||
	    !adapter->firmware_event_thread)
		return -ENOMEM;
	for (i = 0; i < adapter->hba_queue_depth; i++) {
		adapter->internal_lookup[i].smid = adapter->internal_smid + i;
		list_add(&adapter->internal_lookup[i].tracker_list, &adapter->internal_free_list);
	}
	/* The driver would ask the drive itself, by requests of its own. */
	issue_scsi_cmd_to_bringup_drive = 0;
	access_status = MPI26_PCIEDEV0_ASTATUS_NO_ERRORS;
	fake_hba_gate_init(&add_gate);
	fake_hba_gate_init(&alloc_gate);
	fake_hba_gate_init(&configure_gate);
	return fake_hba_test_init(test);
}

static void list_exit(struct kunit *test)
{
	struct _raid_device *volume, *next_volume;
	struct _pcie_device *drive, *next_drive;
	struct _sas_device *member, *next_member;
	struct _tr_list *delayed, *next_delayed;

	if (!adapter)
		return;
	fake_hba_test_exit(test);
	if (adapter->firmware_event_thread)
		destroy_workqueue(adapter->firmware_event_thread);
	/* No target is left that holds a reference. */
	list_for_each_entry_safe(volume, next_volume, &adapter->raid_device_list, list) {
		KUNIT_EXPECT_NULL(test, volume->starget);
		_scsih_raid_device_remove(adapter, volume);
	}
	list_for_each_entry_safe(drive, next_drive, &adapter->pcie_device_list, list) {
		KUNIT_EXPECT_NULL(test, drive->starget);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&drive->refcount));
		_scsih_pcie_device_remove(adapter, drive);
	}
	list_for_each_entry_safe(member, next_member, &adapter->sas_device_list, list) {
		list_del(&member->list);
		sas_device_put(member);
	}
	list_splice_tail(&adapter->delayed_tr_volume_list, &adapter->delayed_tr_list);
	list_for_each_entry_safe(delayed, next_delayed, &adapter->delayed_tr_list, list)
		kfree(delayed);
	kvfree(adapter);
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_test_channels_and_ids_are_in_order),
	KUNIT_CASE(list_test_deleted_device_comes_back),
	KUNIT_CASE(list_test_nothing_missing_sends_nothing),
	KUNIT_CASE(list_test_unknown_address_is_refused),
	KUNIT_CASE(list_test_returned_device_has_new_id),
	KUNIT_CASE(list_test_blocked_drive_is_not_shown),
	KUNIT_CASE(list_test_member_is_hidden),
	KUNIT_CASE(list_test_silent_device_is_forgotten),
	KUNIT_CASE(list_test_found_after_hot_add_stays),
	KUNIT_CASE(list_test_found_before_first_scan_is_kept),
	KUNIT_CASE(list_test_first_scan_meets_other_lun),
	KUNIT_CASE(list_test_lost_handle_is_not_used),
	KUNIT_CASE(list_test_rescan_leaves_first_scan_alone),
	KUNIT_CASE(list_test_device_goes_in_hot_add),
	KUNIT_CASE(list_test_device_goes_before_look),
	KUNIT_CASE(list_test_device_goes_after_look),
	KUNIT_CASE(list_test_user_and_event_add_once),
	KUNIT_CASE(list_test_gone_device_is_freed),
	KUNIT_CASE(list_test_removal_ends_hot_add),
	{}
};

static struct kunit_suite list_suite = {
	.name = "mpt3sas_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
