// SPDX-License-Identifier: GPL-2.0
/*
 * leapraid without hardware: its own functions for events fill its device lists, and its own
 * functions for targets and scsi_devices run against the fake HBA, which answers the commands.
 * Requests for configuration pages are answered where the driver would write to a register of
 * the controller. Never part of the series; scripts/lists puts it into build/test.
 */
#include <kunit/test.h>
#include "../leapraid/leapraid_func.h"
#include "../leapraid/leapraid.h"
#include "list_add.h"

/* The driver's memory is behind its Scsi_Host, where the fake HBA has none. */
static struct leapraid_adapter *ctrl;
#define shost_priv(shost) ((void *)((shost) ? ctrl : NULL))

static void list_post(u32 desc);

/* Registers, configuration space and DMA memory, as there is no controller. */
static u32 list_readl(const volatile void __iomem *addr)
{
	return LEAPRAID_DB_OPERATIONAL;
}

static int list_read_config(struct pci_bus *bus, unsigned int devfn, int where, u32 *value)
{
	*value = LEAPRAID_VENDOR_ID;
	return 0;
}

static void *list_dma_alloc(size_t size, dma_addr_t *dma)
{
	void *page = kzalloc(size, GFP_KERNEL);

	*dma = (dma_addr_t)page;
	return page;
}

#undef leapraid_readl
#define leapraid_readl(addr) list_readl(addr)
#undef writel
#define writel(value, addr) list_post((__force u32)(value))
#define pci_bus_read_config_dword list_read_config
#undef dma_alloc_coherent
#define dma_alloc_coherent(dev, size, dma, gfp) list_dma_alloc(size, dma)
#undef dma_free_coherent
#define dma_free_coherent(dev, size, page, dma) kfree(page)

#include "../leapraid/leapraid_func.c"
#include "../leapraid/leapraid_os.c"
#include "../leapraid/leapraid_transport.c"
#include "../leapraid/leapraid_app.c"

#include "list_host.h"

#define LIST_IDS	4
/* Handles of the firmware: volumes, and the one disk that is part of a volume. */
#define LIST_VOLUME	0x10
#define LIST_MEMBER	0x30

#define LIST_TASK	64

/* The address of the event as the firmware sees it. */
#define LIST_REPLY_DMA	0x1000

static struct fake_hba_target *volumes[LIST_IDS];
static enum scsi_qc_status (*answer)(struct Scsi_Host *, struct scsi_cmnd *);
static int config_reads;
static struct fake_hba_gate alloc_gate, configure_gate;
static int sdev_inits;

/* As leapraid_queuecommand() ends commands for a device that is gone. */
static enum scsi_qc_status list_queuecommand(struct Scsi_Host *shost,
					     struct scsi_cmnd *cmd)
{
	enum scsi_qc_status rc = 0;

	if (!leapraid_should_queuecommand(ctrl, cmd->device->hostdata, cmd, &rc))
		return rc;
	return answer(shost, cmd);
}

/* What the firmware has in the page that @request asks for; 0: there is no such page. */
static size_t list_page(const struct leapraid_cfg_req *request, void *page)
{
	u16 handle = le32_to_cpu(request->page_addr);
	struct leapraid_raidvol_p0 *vol0 = page;
	struct leapraid_raidvol_p1 *vol1 = page;
	struct leapraid_raidpd_p0 *physdisk = page;
	struct leapraid_sas_dev_p0 *sas = page;
	struct leapraid_raid_cfg_p0 *config = page;

	switch (request->header.page_type) {
	case LEAPRAID_CFG_PT_RAID_VOLUME:
		/* A request for the first volume or disk finds none. */
		if (handle == 0xffff)
			return 0;
		if (request->header.page_num == LEAPRAID_CFG_PAGE_NUM_VOL1) {
			vol1->wwid = cpu_to_le64(handle);
			return sizeof(*vol1);
		}
		vol0->volume_type = LEAPRAID_VOL_TYPE_RAID1;
		vol0->num_phys_disks = 1;
		return struct_size(vol0, phys_disk, 1);
	case LEAPRAID_CFG_PT_RAID_PHYSDISK:
		if (handle == 0xff)
			return 0;
		physdisk->dev_hdl = cpu_to_le16(LIST_MEMBER);
		return sizeof(*physdisk);
	case LEAPRAID_CFG_PT_EXTENDED:
		break;
	default:
		return 0;
	}
	switch (request->ext_page_type) {
	case LEAPRAID_CFG_EXTPT_SAS_DEV:
		sas->dev_info = cpu_to_le32(LEAPRAID_DEVTYP_SSP_TGT);
		return sizeof(*sas);
	case LEAPRAID_CFG_EXTPT_RAID_CONFIG:
		config->elements_num = 1;
		config->cfg_element[0].element_flg =
			cpu_to_le16(LEAPRAID_RAIDCFG_P0_EFLG_VOL_PHYS_DISK_ELEMENT);
		config->cfg_element[0].vol_dev_hdl = cpu_to_le16(LIST_VOLUME);
		config->cfg_element[0].phys_disk_dev_hdl = cpu_to_le16(LIST_MEMBER);
		return struct_size(config, cfg_element, 1);
	}
	return 0;
}

/* The firmware gets a request, and answers at once. */
static void list_post(u32 desc)
{
	struct leapraid_driver_cmd *cmd = &ctrl->driver_cmds.cfg_op_cmd;
	/* Of struct leapraid_atomic_req_desc: the id of the task is in the upper half. */
	struct leapraid_cfg_req *request = leapraid_get_task_desc(ctrl, desc >> 16);
	struct leapraid_cfg_rep *reply = (void *)&cmd->reply;
	struct leapraid_sge_simple64 *sge = (void *)&request->page_buf_sge;
	u8 page[LEAPRAID_REPLY_SIZE] = {};
	size_t len;

	/* The request is for the firmware alone. */
	if (request->func != LEAPRAID_FUNC_CONFIG_OP)
		return;
	len = list_page(request, page);
	reply->header = request->header;
	reply->ext_page_type = request->ext_page_type;
	if (!len)
		reply->adapter_status =
			cpu_to_le16(LEAPRAID_ADAPTER_STATUS_CONFIG_INVALID_PAGE);
	else if (request->header.page_type == LEAPRAID_CFG_PT_EXTENDED)
		reply->ext_page_len = cpu_to_le16(DIV_ROUND_UP(len, 4));
	else
		reply->header.page_len = DIV_ROUND_UP(len, 4);
	if (request->action == LEAPRAID_CFG_ACT_PAGE_READ_CUR) {
		config_reads++;
		memcpy((void *)(uintptr_t)le64_to_cpu(sge->addr), page, round_up(len, 4));
	}
	cmd->status = LEAPRAID_CMD_DONE | LEAPRAID_CMD_REPLY_VALID;
	complete(&cmd->done);
}

/* Send an event of the firmware. The work that it causes may hang. */
static void list_send(u8 reason, u16 volume, u16 disk)
{
	struct leapraid_evt_notify_rep *reply = (void *)ctrl->mem_desc.rep_msg;
	struct leapraid_evt_data_ir_change *change = (void *)reply->evt_data;

	reply->func = LEAPRAID_FUNC_EVENT_NOTIFY;
	reply->evt = cpu_to_le16(LEAPRAID_EVT_IR_CHANGE);
	reply->msg_len = (sizeof(*reply) + sizeof(*change)) / 4;
	reply->evt_data_len = cpu_to_le16(sizeof(*change) / 4);
	change->reason_code = reason;
	change->vol_dev_hdl = cpu_to_le16(volume);
	change->phys_disk_dev_hdl = cpu_to_le16(disk);
	leapraid_handle_async_event(ctrl, 0, LIST_REPLY_DMA);
}

static void list_event(u8 reason, u16 volume, u16 disk)
{
	list_send(reason, volume, disk);
	flush_workqueue(ctrl->fw_evt_s.fw_evt_thread);
}

#define LIST_ADD(n) list_event(LEAPRAID_EVT_IR_RC_VOLUME_ADD, LIST_VOLUME + (n), 0)
#define LIST_DEL(n) list_event(LEAPRAID_EVT_IR_RC_VOLUME_DELETE, LIST_VOLUME + (n), 0)

/* The driver's entry for a volume, which only its worker and removal free. */
static struct leapraid_raid_volume *list_volume(unsigned int n)
{
	struct leapraid_raid_volume *volume =
		leapraid_raid_volume_find_by_hdl(ctrl, LIST_VOLUME + n);

	if (volume)
		leapraid_raid_volume_put(volume);
	return volume;
}

/* leapraid_transport_port_add() does this before the rphy is known. */
static int list_target_alloc(struct scsi_target *starget)
{
	struct leapraid_sas_dev *member;

	fake_hba_gate_pass(&alloc_gate);
	if (!starget->channel) {
		member = leapraid_get_sas_dev_by_hdl(ctrl, LIST_MEMBER);
		if (!member)
			return -ENXIO;
		member->rphy = dev_to_rphy(starget->dev.parent);
		member->sas_addr = member->rphy->identify.sas_address;
		leapraid_sdev_put(member);
	}
	return leapraid_driver_template.target_alloc(starget);
}

static int list_sdev_init(struct scsi_device *sdev)
{
	sdev_inits++;
	return leapraid_driver_template.sdev_init(sdev);
}

static int list_sdev_configure(struct scsi_device *sdev, struct queue_limits *lim)
{
	fake_hba_gate_pass(&configure_gate);
	return leapraid_driver_template.sdev_configure(sdev, lim);
}

/* As leapraid_remove() does before sas_remove_host(). */
static void list_detach(struct Scsi_Host *shost)
{
	struct workqueue_struct *wq;

	WRITE_ONCE(ctrl->access_ctrl.host_removing, 1);
	leapraid_clean_active_fw_evt(ctrl);
	scoped_guard(spinlock_irqsave, &ctrl->fw_evt_s.fw_evt_lock) {
		wq = ctrl->fw_evt_s.fw_evt_thread;
		ctrl->fw_evt_s.fw_evt_thread = NULL;
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
	list_use(hba, &leapraid_driver_template);
	hba->sht.target_alloc = list_target_alloc;
	hba->sht.sdev_init = list_sdev_init;
	hba->sht.sdev_configure = list_sdev_configure;
	hba->detach = list_detach;
	ctrl->shost = hba->shost;
	/* As the driver sets them, or leaves them. */
	hba->shost->max_channel = RAID_CHANNEL;
	hba->shost->max_id = LEAPRAID_INVALID_INITIAL_VALUE;
	hba->shost->max_lun = LEAPRAID_MAX_LUNS;
	for (id = 0; id < LIST_IDS; id++)
		volumes[id] = fake_hba_target(hba, RAID_CHANNEL, id, 1);
	fake_hba_target(hba, 0, 0, 1);
	list_add_host(test, hba);
	return hba;
}

/* Volumes are on channel 1, and each has the next id. */
static void list_test_channels_and_ids_are_in_order(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD(0);
	LIST_ADD(1);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	/* An event for a known volume adds nothing. */
	LIST_ADD(0);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
}

/* A volume that a user has deleted stays on the list, and comes back when a user scans for it. */
static void list_test_deleted_volume_comes_back(struct kunit *test)
{
	static const struct {
		const char *text;
		bool found;
	} forms[] = {
		{ "- - -\n", true }, { "1 - -\n", true }, { "1 0 0\n", true }, { "1 0 -\n", true },
		{ "- 0 0\n", true }, { "0 - -\n", true }, { "0 0 0\n", false }, { "1 1 0\n", false },
	};
	struct fake_hba *hba = list_host(test);
	int i, inquiries;

	LIST_ADD(0);
	LIST_ADD(1);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
		KUNIT_ASSERT_NOT_NULL(test, list_volume(0));
		KUNIT_EXPECT_NULL(test, list_volume(0)->starget);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&list_volume(0)->refcnt));
		inquiries = list_inquiries(hba);
		KUNIT_EXPECT_EQ_MSG(test, strlen(forms[i].text),
				    fake_hba_sysfs_scan(hba, forms[i].text), "%s", forms[i].text);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].found,
				    fake_hba_has(hba, RAID_CHANNEL, 0, 0), "%s", forms[i].text);
		KUNIT_EXPECT_EQ_MSG(test, forms[i].found, list_inquiries(hba) - inquiries,
				    "%s", forms[i].text);
		KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
		KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	}
}

/* A rescan that has nothing to bring back sends nothing, and does not wait for another scan. */
static void list_test_nothing_missing_sends_nothing(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;
	int inquiries, reads;

	LIST_ADD(0);
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

/* An address that no volume has is refused, and leaves no target. */
static void list_test_unknown_address_is_refused(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	sdev_inits = 0;
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 9 -\n"));
	KUNIT_EXPECT_EQ(test, -EINVAL, fake_hba_sysfs_scan(hba, "2 0 0\n"));
	KUNIT_EXPECT_EQ(test, 0, sdev_inits);
	KUNIT_EXPECT_TRUE(test, list_empty(&hba->shost->__targets));
	LIST_ADD(0);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A volume that goes and comes back has a new id. Its old address is empty. */
static void list_test_returned_device_has_new_id(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD(0);
	LIST_DEL(0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	LIST_ADD(0);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A volume that the firmware hides is hidden when a user has deleted it and brings it back. */
static void list_test_hidden_volume_stays_hidden(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD(0);
	KUNIT_EXPECT_FALSE(test, list_is_hidden(test, hba, RAID_CHANNEL));
	list_event(LEAPRAID_EVT_IR_RC_VOLUME_HIDE, LIST_VOLUME, 0);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, RAID_CHANNEL));
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, RAID_CHANNEL));
	list_event(LEAPRAID_EVT_IR_RC_VOLUME_UNHIDE, LIST_VOLUME, 0);
	KUNIT_EXPECT_FALSE(test, list_is_hidden(test, hba, RAID_CHANNEL));

	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	list_event(LEAPRAID_EVT_IR_RC_VOLUME_HIDE, LIST_VOLUME, 0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, RAID_CHANNEL));
}

/*
 * A volume that is hidden before the first scan has come to the volume is
 * shown, as on 7.3.
 */
static void list_test_hidden_before_first_scan_is_shown(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	ctrl->scan_dev_desc.wait_scan_dev_done = 1;
	ctrl->scan_dev_desc.driver_loading = 1;
	LIST_ADD(0);
	list_event(LEAPRAID_EVT_IR_RC_VOLUME_HIDE, LIST_VOLUME, 0);
	ctrl->scan_dev_desc.wait_scan_dev_done = 0;
	leapraid_probe_raid(ctrl);
	KUNIT_EXPECT_FALSE(test, list_is_hidden(test, hba, RAID_CHANNEL));
}

/* The firmware hides a volume after a user has looked for a LUN that the volume does not have. */
static void list_test_other_lun_does_not_keep_volume_from_hiding(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	LIST_ADD(0);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 5\n"));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	list_event(LEAPRAID_EVT_IR_RC_VOLUME_HIDE, LIST_VOLUME, 0);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, RAID_CHANNEL));
}

/*
 * As long as a disk is part of a volume, it has a scsi_device that no upper
 * level driver gets.
 */
static void list_test_member_is_hidden(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct leapraid_sas_dev *member = kzalloc_obj(*member);
	struct leapraid_card_port *port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	struct sas_rphy *rphy;

	KUNIT_ASSERT_NOT_NULL(test, member);
	kref_init(&member->refcnt);
	member->hdl = LIST_MEMBER;
	member->card_port = port;
	member->dev_info = LEAPRAID_DEVTYP_SSP_TGT;
	list_add(&member->list, &ctrl->dev_topo.sas_dev_list);
	KUNIT_ASSERT_NOT_NULL(test, port);
	set_bit(LIST_MEMBER, ctrl->dev_topo.pd_hdls);
	rphy = fake_hba_add_end_device(hba, SAS_PROTOCOL_SSP);
	KUNIT_ASSERT_NOT_NULL(test, rphy);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));
	KUNIT_EXPECT_EQ(test, LIST_VOLUME, member->volume_hdl);

	fake_hba_delete(hba, 0, 0, 0);
	KUNIT_EXPECT_NULL(test, member->starget);
	KUNIT_EXPECT_EQ(test, 1, kref_read(&member->refcnt));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));

	list_event(LEAPRAID_EVT_IR_RC_PD_DELETED_TO_EXPOSE, LIST_VOLUME, LIST_MEMBER);
	KUNIT_EXPECT_FALSE(test, list_is_hidden(test, hba, 0));
	list_event(LEAPRAID_EVT_IR_RC_PD_CREATED_TO_HIDE, LIST_VOLUME, LIST_MEMBER);
	KUNIT_EXPECT_TRUE(test, list_is_hidden(test, hba, 0));
	fake_hba_del_end_device(rphy);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, kref_read(&member->refcnt));
}

/* A volume that does not answer its hot-add is forgotten, and leaves no target. */
static void list_test_silent_volume_is_forgotten(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_FAIL);
	LIST_ADD(0);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	LIST_ADD(0);
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 1, 0));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
}

/* A volume goes while its hot-add is about to show it. */
static void list_test_device_goes_in_hot_add(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct leapraid_raid_volume *volume;

	fake_hba_gate_arm(&configure_gate);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_ADD, LIST_VOLUME, 0);
	fake_hba_gate_wait(test, &configure_gate);
	volume = leapraid_raid_volume_find_by_hdl(ctrl, LIST_VOLUME);
	KUNIT_ASSERT_NOT_NULL(test, volume);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_DELETE, LIST_VOLUME, 0);
	fake_hba_gate_open(&configure_gate);
	flush_workqueue(ctrl->fw_evt_s.fw_evt_thread);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, kref_read(&volume->refcnt));
	leapraid_raid_volume_put(volume);
}

/*
 * A user finds a volume that did not answer its hot-add before the driver
 * forgets the volume. The volume stays, and goes when the firmware says so.
 */
static void list_test_found_after_hot_add_stays(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_FAIL);
	fake_hba_gate_arm(&add_gate);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_ADD, LIST_VOLUME, 0);
	fake_hba_gate_wait(test, &add_gate);
	WRITE_ONCE(volumes[0]->answer, FAKE_HBA_ANSWER);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	fake_hba_gate_open(&add_gate);
	flush_workqueue(ctrl->fw_evt_s.fw_evt_thread);
	KUNIT_EXPECT_NOT_NULL(test, list_volume(0));
	KUNIT_EXPECT_TRUE(test, fake_hba_has(hba, RAID_CHANNEL, 0, 0));
	LIST_DEL(0);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, list_empty(&hba->shost->__targets));
}

/* A rescan leaves a first scan that a reset has cut short to the driver. */
static void list_test_rescan_leaves_first_scan_alone(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);

	ctrl->scan_dev_desc.wait_scan_dev_done = 1;
	ctrl->scan_dev_desc.driver_loading = 1;
	LIST_ADD(0);
	LIST_ADD(1);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 0, list_inquiries(hba));
	/* A volume that a user finds by its address is found once. */
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 1 0\n"));
	ctrl->scan_dev_desc.wait_scan_dev_done = 0;
	ctrl->scan_dev_desc.driver_loading = 0;
	leapraid_probe_raid(ctrl);
	KUNIT_EXPECT_EQ(test, 2, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
}

static long list_scan_lun_3(void *hba)
{
	return fake_hba_sysfs_scan(hba, "1 0 3\n");
}

static long list_probe(void *unused)
{
	leapraid_probe_raid(ctrl);
	return 0;
}

/* The first scan comes to a volume while a user looks for a LUN that is not there. */
static void list_test_first_scan_meets_other_lun(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan, *probe;

	ctrl->scan_dev_desc.wait_scan_dev_done = 1;
	LIST_ADD(0);
	fake_hba_hang(hba, RAID_CHANNEL, 0);
	scan = fake_hba_run(test, list_scan_lun_3, hba);
	fake_hba_wait_held(hba);
	ctrl->scan_dev_desc.wait_scan_dev_done = 0;
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

	LIST_ADD(0);
	LIST_ADD(1);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	leapraid_search_resp_raid_volume(ctrl);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "- - -\n"));
	KUNIT_EXPECT_EQ(test, 6, fake_hba_sysfs_scan(hba, "1 0 0\n"));
	KUNIT_EXPECT_EQ(test, 2, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	/* Volume 1 is there. */
	list_volume(1)->resp = 1;
	leapraid_remove_unresp_raid_volumes(ctrl);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_TRUE(test, list_is_singular(&ctrl->dev_topo.raid_volume_list));
}

/* A volume goes after the rescan has named it, before target_alloc() looks for it. */
static void list_test_device_goes_before_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;

	LIST_ADD(0);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_gate_arm(&alloc_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &alloc_gate);
	LIST_DEL(0);
	fake_hba_gate_open(&alloc_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	KUNIT_EXPECT_EQ(test, 1, list_inquiries(hba));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

/* A volume goes when the rescan is about to show it: the event removes it. */
static void list_test_device_goes_after_look(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;
	int i;

	LIST_ADD(0);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_gate_arm(&configure_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_gate_wait(test, &configure_gate);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_DELETE, LIST_VOLUME, 0);
	for (i = 0; i < 200 && list_volume(0); i++)
		msleep(20);
	KUNIT_EXPECT_NULL(test, list_volume(0));
	fake_hba_gate_open(&configure_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	flush_workqueue(ctrl->fw_evt_s.fw_evt_thread);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

/* A user and the driver find the same new volume: there is one device for it. */
static void list_test_user_and_event_add_once(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *scan;

	fake_hba_gate_arm(&alloc_gate);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_ADD, LIST_VOLUME, 0);
	fake_hba_gate_wait(test, &alloc_gate);
	scan = fake_hba_run(test, fake_hba_scan_all, hba);
	fake_hba_wait_asleep(test, scan);
	fake_hba_gate_open(&alloc_gate);
	KUNIT_EXPECT_EQ(test, 6, fake_hba_join(test, scan));
	flush_workqueue(ctrl->fw_evt_s.fw_evt_thread);
	KUNIT_EXPECT_EQ(test, 1, fake_hba_devices(hba));
	KUNIT_EXPECT_EQ(test, 1, list_inquiries(hba));
}

/* A volume that is gone is freed, whether a user has deleted its device or not. */
static void list_test_gone_device_is_freed(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct leapraid_raid_volume *volume[2];
	unsigned int n;

	for (n = 0; n < 2; n++) {
		LIST_ADD(n);
		volume[n] = leapraid_raid_volume_find_by_hdl(ctrl, LIST_VOLUME + n);
		KUNIT_ASSERT_NOT_NULL(test, volume[n]);
		/* The references of the list, and the one taken above. */
		KUNIT_EXPECT_EQ(test, 2, kref_read(&volume[n]->refcnt));
	}
	fake_hba_delete(hba, RAID_CHANNEL, 1, 0);
	for (n = 0; n < 2; n++) {
		LIST_DEL(n);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&volume[n]->refcnt));
		leapraid_raid_volume_put(volume[n]);
	}
}

/*
 * Removal while a hot-add has a command in flight and there is a deleted
 * volume.
 */
static void list_test_removal_ends_hot_add(struct kunit *test)
{
	struct fake_hba *hba = list_host(test);
	struct fake_hba_thread *remove;

	LIST_ADD(0);
	LIST_ADD(1);
	fake_hba_delete(hba, RAID_CHANNEL, 0, 0);
	fake_hba_hang(hba, RAID_CHANNEL, 2);
	list_send(LEAPRAID_EVT_IR_RC_VOLUME_ADD, LIST_VOLUME + 2, 0);
	fake_hba_wait_held(hba);
	remove = fake_hba_run(test, fake_hba_remove_host, hba);
	fake_hba_wait_asleep(test, remove);
	fake_hba_release(hba);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, remove));
	KUNIT_EXPECT_EQ(test, 0, fake_hba_devices(hba));
}

static int list_init(struct kunit *test)
{
	ctrl = kvzalloc_obj(*ctrl);
	if (!ctrl)
		return -ENOMEM;
	spin_lock_init(&ctrl->boot_devs.lock);
	spin_lock_init(&ctrl->fw_evt_s.fw_evt_lock);
	spin_lock_init(&ctrl->dev_topo.sas_dev_lock);
	spin_lock_init(&ctrl->dev_topo.raid_volume_lock);
	INIT_LIST_HEAD(&ctrl->fw_evt_s.fw_evt_list);
	INIT_LIST_HEAD(&ctrl->dev_topo.sas_dev_list);
	INIT_LIST_HEAD(&ctrl->dev_topo.sas_dev_init_list);
	INIT_LIST_HEAD(&ctrl->dev_topo.raid_volume_list);
	mutex_init(&ctrl->driver_cmds.cfg_op_cmd.mutex);
	ctrl->adapter_attr.features.max_dev_handle = LIST_MEMBER;
	ctrl->adapter_attr.raid_support = true;
	ctrl->adapter_attr.narrowport_max_queue_depth = 8;
	ctrl->adapter_attr.raid_volume_max_queue_depth = 8;
	ctrl->mem_desc.rep_msg_dma = LIST_REPLY_DMA;
	ctrl->mem_desc.rep_msg = kunit_kzalloc(test, LEAPRAID_REPLY_SIZE, GFP_KERNEL);
	/* An id that no command has. */
	ctrl->driver_cmds.cfg_op_cmd.inter_taskid = LIST_TASK;
	ctrl->mem_desc.task_desc = kunit_kcalloc(test, LIST_TASK + 1, LEAPRAID_REQUEST_SIZE,
						 GFP_KERNEL);
	ctrl->notification_desc.msix_cpu_map = kunit_kcalloc(test, nr_cpu_ids, 1, GFP_KERNEL);
	ctrl->dev_topo.pd_hdls = kunit_kzalloc(test, 16, GFP_KERNEL);
	ctrl->pdev = kunit_kzalloc(test, sizeof(*ctrl->pdev), GFP_KERNEL);
	ctrl->fw_evt_s.fw_evt_thread = alloc_ordered_workqueue("list", 0);
	if (!ctrl->mem_desc.rep_msg || !ctrl->mem_desc.task_desc ||
	    !ctrl->notification_desc.msix_cpu_map || !ctrl->dev_topo.pd_hdls ||
	    !ctrl->pdev || !ctrl->fw_evt_s.fw_evt_thread)
		return -ENOMEM;
	fake_hba_gate_init(&configure_gate);
	fake_hba_gate_init(&alloc_gate);
	fake_hba_gate_init(&add_gate);
	return fake_hba_test_init(test);
}

static void list_exit(struct kunit *test)
{
	struct leapraid_raid_volume *volume, *next_volume;
	struct leapraid_sas_dev *member, *next_member;

	if (!ctrl)
		return;
	fake_hba_test_exit(test);
	if (ctrl->fw_evt_s.fw_evt_thread)
		destroy_workqueue(ctrl->fw_evt_s.fw_evt_thread);
	list_for_each_entry_safe(volume, next_volume, &ctrl->dev_topo.raid_volume_list, list) {
		/* No target is left. */
		KUNIT_EXPECT_NULL(test, volume->starget);
		KUNIT_EXPECT_EQ(test, 1, kref_read(&volume->refcnt));
		leapraid_raid_volume_remove(ctrl, volume);
	}
	list_for_each_entry_safe(member, next_member, &ctrl->dev_topo.sas_dev_list, list) {
		list_del(&member->list);
		leapraid_sdev_put(member);
	}
	kvfree(ctrl);
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_test_channels_and_ids_are_in_order),
	KUNIT_CASE(list_test_deleted_volume_comes_back),
	KUNIT_CASE(list_test_nothing_missing_sends_nothing),
	KUNIT_CASE(list_test_unknown_address_is_refused),
	KUNIT_CASE(list_test_returned_device_has_new_id),
	KUNIT_CASE(list_test_hidden_volume_stays_hidden),
	KUNIT_CASE(list_test_other_lun_does_not_keep_volume_from_hiding),
	KUNIT_CASE(list_test_hidden_before_first_scan_is_shown),
	KUNIT_CASE(list_test_member_is_hidden),
	KUNIT_CASE(list_test_silent_volume_is_forgotten),
	KUNIT_CASE(list_test_found_after_hot_add_stays),
	KUNIT_CASE(list_test_rescan_leaves_first_scan_alone),
	KUNIT_CASE(list_test_first_scan_meets_other_lun),
	KUNIT_CASE(list_test_lost_handle_is_not_used),
	KUNIT_CASE(list_test_device_goes_in_hot_add),
	KUNIT_CASE(list_test_device_goes_before_look),
	KUNIT_CASE(list_test_device_goes_after_look),
	KUNIT_CASE(list_test_user_and_event_add_once),
	KUNIT_CASE(list_test_gone_device_is_freed),
	KUNIT_CASE(list_test_removal_ends_hot_add),
	{}
};

static struct kunit_suite list_suite = {
	.name = "leapraid_list",
	.init = list_init,
	.exit = list_exit,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
