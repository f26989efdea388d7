// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "hpsa_model.h"
#include "../hpsa_cmd.h"

/* Registers, as in hpsa.h. */
#define HP_DOORBELL		0x20
#define HP_INTERRUPT_MASK	0x34
#define HP_REQUEST_PORT		0x40
#define HP_REPLY_PORT		0x44
#define HP_SCRATCHPAD		0xb0
#define HP_TABLE_BAR		0xb4
#define HP_TABLE_OFFSET		0xb8
#define HP_READY		0xffff0000
/* An event: the state of a volume has changed. */
#define HP_VOLUME_CHANGED	BIT(5)
/* Where the tables are. */
#define HP_CONFIG		0x400
#define HP_TRANSPORT		0x200	/* from HP_CONFIG on */
/* The low bits of a command's address say how long it is. */
#define HP_ADDRESS(posted)	((posted) & ~(COMMANDLIST_ALIGNMENT - 1U))

struct hp_held {
	struct list_head list;
	u32 addr;
};

static struct CfgTable *hp_config(struct hp *hp)
{
	return (void *)hp->tables;
}

static void hp_init(struct vpci *v)
{
	struct hp *hp = v->priv;
	struct CfgTable *config = hp_config(hp);

	hp->v = v;
	hp->masked = true;
	memcpy(config->Signature, "CISS", 4);
	config->TransportSupport = cpu_to_le32(SIMPLE_MODE | PERFORMANT_MODE);
	config->TransMethodOffset = cpu_to_le32(HP_TRANSPORT);
	config->CmdsOutMax = cpu_to_le32(HP_COMMANDS);
	config->MaxPerformantModeCommands = cpu_to_le32(HP_COMMANDS);
	config->MaxScatterGatherElements = cpu_to_le32(64);
	config->misc_fw_support = cpu_to_le32(MISC_FW_EVENT_NOTIFY);
}

static u64 hp_read(struct vpci *v, u32 off, int size)
{
	struct hp *hp = v->priv;
	u64 val = 0;

	switch (off) {
	case HP_SCRATCHPAD:
		return READ_ONCE(hp->dead) ? 0 : HP_READY;
	case HP_REPLY_PORT:
		/* This register is for simple mode: no reply is there. */
		return 0xffffffff;
	case HP_TABLE_BAR:
		return PCI_BASE_ADDRESS_0;
	case HP_TABLE_OFFSET:
		return HP_CONFIG;
	case HP_CONFIG ... HP_CONFIG + HP_TABLES - 1:
		off -= HP_CONFIG;
		/* The heartbeat counts as long as the firmware lives. */
		if (off == offsetof(struct CfgTable, HeartBeat))
			return READ_ONCE(hp->dead) ? 0 : (u32)jiffies;
		memcpy(&val, hp->tables + off, size);
		return val;
	}
	/* This includes the doorbell: every request is done at once. */
	return 0;
}

static void hp_ring(struct hp *hp, u32 val)
{
	struct CfgTable *config = hp_config(hp);
	u32 request = le32_to_cpu(config->HostWrite.TransportRequest);

	if (val & CFGTBL_ChangeReq) {
		config->TransportActive = cpu_to_le32(request);
		memset(hp->again, 0, sizeof(hp->again));
		memset(hp->next, 0, sizeof(hp->next));
		memset(hp->cycle, 1, sizeof(hp->cycle));
	}
	if (val & DOORBELL_CLEAR_EVENTS)
		config->event_notify = 0;
}

static void hp_write(struct vpci *v, u32 off, int size, u64 val)
{
	struct hp *hp = v->priv;

	switch (off) {
	case HP_REQUEST_PORT:
		scoped_guard(spinlock_irqsave, &hp->lock)
			hp->posted[hp->last++ % ARRAY_SIZE(hp->posted)] = val;
		vpci_kick(v);
		return;
	case HP_DOORBELL:
		hp_ring(hp, val);
		break;
	case HP_INTERRUPT_MASK:
		WRITE_ONCE(hp->masked, val);
		break;
	case HP_CONFIG ... HP_CONFIG + HP_TABLES - 1:
		memcpy(hp->tables + off - HP_CONFIG, &val, size);
		break;
	}
	atomic_inc(&hp->asked.other_writes);
}

static bool hp_runs(struct hp *hp)
{
	return !READ_ONCE(hp->v->gone) && !READ_ONCE(hp->dead);
}

static struct CommandList *hp_command(struct hp *hp, u32 addr)
{
	return vpci_dma(hp->v, addr, sizeof(struct CommandList));
}

static void hp_post(struct hp *hp, unsigned int q, u64 tag)
{
	struct TransTable_struct *transport = (void *)(hp->tables + HP_TRANSPORT);
	__le64 *head;
	u32 size;

	memcpy(&size, &transport->RepQSize, sizeof(size));
	if (q >= HP_QUEUES || !size) {
		KUNIT_FAIL(hp->v->test, "reply queue %u", q);
		return;
	}
	head = vpci_dma(hp->v, transport->RepQAddr[q].lower |
			(u64)transport->RepQAddr[q].upper << 32, size * sizeof(*head));
	if (!head)
		return;
	smp_store_release(&head[hp->next[q]],
			  cpu_to_le64(tag | hp->cycle[q]));
	if (++hp->next[q] == size) {
		hp->next[q] = 0;
		hp->cycle[q] ^= 1;
	}
	/* The model is not told how far the driver has read. */
	hp->again[q] = 3;
	if (!READ_ONCE(hp->masked))
		vpci_raise(hp->v, q);
}

static void hp_reply(struct hp *hp, struct CommandList *c)
{
	hp_post(hp, c->Header.ReplyQueue, le64_to_cpu(c->Header.tag));
}

static struct hp_dev *hp_find(struct hp *hp, enum hp_kind kind, u8 number)
{
	struct hp_dev *dev;

	list_for_each_entry(dev, &hp->devs, list)
		if (dev->kind == kind && dev->number == number)
			return dev;
	return NULL;
}

static struct hp_dev *hp_by_lunid(struct hp *hp, const u8 *lunid)
{
	struct hp_dev *dev;

	list_for_each_entry(dev, &hp->devs, list)
		if (!memcmp(dev->lunid, lunid, sizeof(dev->lunid)))
			return dev;
	return NULL;
}

static bool hp_is_physical(struct hp_dev *dev)
{
	return dev->kind == HP_DISK || dev->kind == HP_MASKED;
}

static int hp_report_phys(struct hp *hp)
{
	struct ReportExtendedLUNdata *list = (void *)hp->data;
	struct ext_report_lun_entry *lun = list->LUN;
	struct hp_dev *dev;

	list_for_each_entry(dev, &hp->devs, list) {
		if (!hp_is_physical(dev))
			continue;
		memcpy(lun->lunid, dev->lunid, sizeof(lun->lunid));
		put_unaligned_be64(0x5000000000000000 + dev->number, lun->wwid);
		lun->lun_count = 1;
		lun++;
	}
	put_unaligned_be32((u8 *)lun - (u8 *)list->LUN, list->LUNListLength);
	list->extended_response_flag = HPSA_REPORT_PHYS_EXTENDED;
	return (u8 *)lun - hp->data;
}

/* The controller's own volumes are first. */
static int hp_report_log(struct hp *hp)
{
	struct ReportLUNdata *list = (void *)hp->data;
	struct hp_dev *dev;
	int n = 0;

	list_for_each_entry(dev, &hp->devs, list)
		if (dev->kind == HP_VOLUME && !dev->unlisted)
			memcpy(list->LUN[n++], dev->lunid, 8);
	list_for_each_entry(dev, &hp->devs, list)
		if (dev->kind == HP_EXTERNAL && !dev->unlisted)
			memcpy(list->LUN[n++], dev->lunid, 8);
	put_unaligned_be32(n * 8, list->LUNListLength);
	return (u8 *)list->LUN[n] - hp->data;
}

static int hp_bmic(struct hp *hp, const u8 *cdb)
{
	struct bmic_identify_controller *controller = (void *)hp->data;
	struct hp_dev *dev;

	switch (cdb[6]) {
	case BMIC_IDENTIFY_CONTROLLER:
		list_for_each_entry(dev, &hp->devs, list)
			controller->configured_logical_drive_count +=
				dev->kind == HP_VOLUME && !dev->unlisted;
		controller->extended_logical_unit_count =
			cpu_to_le16(controller->configured_logical_drive_count);
		return sizeof(*controller);
	case BMIC_IDENTIFY_PHYSICAL_DEVICE:
		return hp_find(hp, HP_DISK, cdb[2]) ? sizeof(hp->data) : -ENODEV;
	case BMIC_SENSE_SUBSYSTEM_INFORMATION:
	case BMIC_SENSE_CONTROLLER_PARAMETERS:
	case BMIC_SENSE_DIAG_OPTIONS:
		return sizeof(hp->data);
	}
	KUNIT_FAIL(hp->v->test, "BMIC request %02x", cdb[6]);
	return -EINVAL;
}

static int hp_inquiry(struct hp *hp, struct hp_dev *dev, const u8 *cdb)
{
	static const u8 pages[] = {
		HPSA_VPD_SUPPORTED_PAGES, HPSA_VPD_LV_DEVICE_ID, HPSA_VPD_LV_DEVICE_GEOMETRY,
		HPSA_VPD_LV_STATUS,
	};
	u8 *data = hp->data;

	if (!(cdb[1] & 1)) {
		data[0] = dev ? TYPE_DISK : TYPE_RAID;
		data[2] = 5;
		data[3] = 2;
		data[4] = 36 - 5;
		memcpy(&data[8], "VIRTUAL HPSA DEVICE     0001", 28);
		return 36;
	}
	if (!dev || hp_is_physical(dev))
		return -EINVAL;
	data[1] = cdb[2];
	switch (cdb[2]) {
	case HPSA_VPD_SUPPORTED_PAGES:
		data[3] = sizeof(pages);
		memcpy(data + 4, pages, sizeof(pages));
		break;
	case HPSA_VPD_LV_DEVICE_ID:
		/* One designator: NAA, locally assigned. */
		data[3] = 20;
		data[4] = 1;
		data[5] = 3;
		data[7] = 16;
		memcpy(data + 8, "0", 1);
		memcpy(data + 16, dev->lunid, 8);
		break;
	case HPSA_VPD_LV_DEVICE_GEOMETRY:
		data[3] = 60;
		break;
	case HPSA_VPD_LV_STATUS:
		data[3] = 4;
		break;
	default:
		return -EINVAL;
	}
	return data[3] + 4;
}

/* Returns how many bytes are transferred, from or to @at, or that the command fails. */
static int hp_execute(struct hp *hp, struct hp_dev *dev, const u8 *cdb, u32 len, u8 **at)
{
	int got;

	*at = hp->data;
	memset(hp->data, 0, sizeof(hp->data));
	switch (cdb[0]) {
	case INQUIRY:
		got = hp_inquiry(hp, dev, cdb);
		break;
	case HPSA_REPORT_PHYS:
		got = hp_report_phys(hp);
		break;
	case HPSA_REPORT_LOG:
		got = hp_report_log(hp);
		break;
	case BMIC_READ:
		got = hp_bmic(hp, cdb);
		break;
	case BMIC_WRITE:
		got = sizeof(hp->data);
		break;
	case REPORT_LUNS:
		/* The controller answers this, too. */
		put_unaligned_be32(8, hp->data);
		got = 16;
		break;
	default:
		return dev ? vpci_answer(cdb, 0, len, "", dev->disk, hp->data, at) : -EINVAL;
	}
	return got < 0 ? got : min_t(u32, got, len);
}

static u32 hp_length(const struct CommandList *c, const struct SGDescriptor *chained)
{
	unsigned int i, n = le16_to_cpu(c->Header.SGTotal);
	u32 len = 0;

	for (i = 0; i < n; i++)
		len += le32_to_cpu(chained && i >= c->Header.SGList - 1 ?
				   chained[i - (c->Header.SGList - 1)].Len : c->SG[i].Len);
	return len;
}

/* The descriptors that do not fit in the command, or NULL if all fit. */
static struct SGDescriptor *hp_chained(struct hp *hp, const struct CommandList *c)
{
	const struct SGDescriptor *last;

	if (le16_to_cpu(c->Header.SGTotal) <= c->Header.SGList)
		return NULL;
	last = &c->SG[c->Header.SGList - 1];
	return vpci_dma(hp->v, le64_to_cpu(last->Addr), le32_to_cpu(last->Len));
}

static void hp_copy(struct hp *hp, const struct CommandList *c, const struct SGDescriptor *chained,
		    u8 *at, u32 len, bool to_host)
{
	const struct SGDescriptor *sg;
	unsigned int i;
	void *buffer;
	u32 n;

	for (i = 0; len; i++) {
		sg = chained && i >= c->Header.SGList - 1 ? &chained[i - (c->Header.SGList - 1)] :
		     &c->SG[i];
		n = min(len, le32_to_cpu(sg->Len));
		buffer = vpci_dma(hp->v, le64_to_cpu(sg->Addr), n);
		if (!buffer)
			return;
		if (to_host)
			memcpy(buffer, at, n);
		else
			memcpy(at, buffer, n);
		at += n;
		len -= n;
	}
}

static void hp_fail(struct ErrorInfo *error, u8 key, u8 asc)
{
	error->CommandStatus = CMD_TARGET_STATUS;
	error->ScsiStatus = SAM_STAT_CHECK_CONDITION;
	error->SenseLen = 18;
	error->SenseInfo[0] = 0x70;
	error->SenseInfo[2] = key;
	error->SenseInfo[7] = 10;
	error->SenseInfo[12] = asc;
}

static struct ErrorInfo *hp_error(struct hp *hp, struct CommandList *c)
{
	struct ErrorInfo *error = vpci_dma(hp->v, le64_to_cpu(c->ErrDesc.Addr), sizeof(*error));

	if (error)
		memset(error, 0, sizeof(*error));
	return error;
}

static bool hp_is_controller(const struct CommandList *c)
{
	return !memchr_inv(c->Header.LUN.LunAddrBytes, 0, 8);
}

static void hp_finish(struct hp *hp, struct CommandList *c)
{
	struct hp_dev *dev = hp_by_lunid(hp, c->Header.LUN.LunAddrBytes);
	struct SGDescriptor *chained = hp_chained(hp, c);
	struct ErrorInfo *error = hp_error(hp, c);
	u32 len = hp_length(c, chained);
	u8 *at;
	int got;

	if (!error)
		return;
	if (dev ? dev->answer == HP_SILENT :
	    !hp_is_controller(c) || (c->Request.CDB[0] == hp->list && hp->list_answer == HP_SILENT)) {
		error->CommandStatus = CMD_INVALID;
		hp_reply(hp, c);
		return;
	}
	if (dev && dev->answer == HP_GARBAGE) {
		error->CommandStatus = 0x7777;
		hp_reply(hp, c);
		return;
	}
	got = hp_execute(hp, dev, c->Request.CDB, len, &at);
	if (got > 0)
		hp_copy(hp, c, chained, at, got, GET_DIR(c->Request.type_attr_dir) == XFER_READ);
	if (got < 0) {
		hp_fail(error, ILLEGAL_REQUEST, 0x20);
	} else if (got < len) {
		error->CommandStatus = CMD_DATA_UNDERRUN;
		error->ResidualCnt = len - got;
	}
	hp_reply(hp, c);
}

/* After a reset a device answers again, and has aborted what it kept. */
static void hp_reset(struct hp *hp, struct CommandList *reset)
{
	const u8 *lunid = reset->Header.LUN.LunAddrBytes;
	struct hp_dev *dev = hp_by_lunid(hp, lunid);
	struct hp_held *held, *next;
	struct ErrorInfo *error;
	struct CommandList *c;

	atomic_inc(&hp->asked.resets);
	if (dev)
		dev->answer = HP_ANSWER;
	list_for_each_entry_safe(held, next, &hp->held, list) {
		c = hp_command(hp, held->addr);
		if (!c || memcmp(c->Header.LUN.LunAddrBytes, lunid, 8))
			continue;
		error = hp_error(hp, c);
		if (error)
			error->CommandStatus = CMD_ABORTED;
		hp_reply(hp, c);
		list_del(&held->list);
		kfree(held);
	}
	hp_error(hp, reset);
	hp_reply(hp, reset);
}

static bool hp_hangs(struct hp *hp, struct CommandList *c)
{
	struct hp_dev *dev = hp_by_lunid(hp, c->Header.LUN.LunAddrBytes);

	/* The driver's own commands for devices are answered by the firmware. */
	if (dev)
		return dev->answer == HP_HANG && c->cmd_type == CMD_SCSI;
	return c->Request.CDB[0] == hp->list && hp->list_answer == HP_HANG;
}

static void hp_start_command(struct hp *hp, u32 addr)
{
	struct CommandList *c = hp_command(hp, addr);
	struct hp_held *held;

	if (!c)
		return;
	if (GET_TYPE(c->Request.type_attr_dir) == TYPE_MSG) {
		hp_reset(hp, c);
		return;
	}
	atomic_inc(c->cmd_type == CMD_SCSI ? &hp->asked.io : &hp->asked.own);
	if (!hp_hangs(hp, c)) {
		hp_finish(hp, c);
		return;
	}
	held = kzalloc_obj(*held);
	if (!held)
		return;
	held->addr = addr;
	list_add_tail(&held->list, &hp->held);
	complete(&hp->is_held);
}

static bool hp_next_posted(struct hp *hp, u32 *addr)
{
	guard(spinlock_irqsave)(&hp->lock);
	if (hp->first == hp->last)
		return false;
	*addr = HP_ADDRESS(hp->posted[hp->first++ % ARRAY_SIZE(hp->posted)]);
	return true;
}

static void hp_work(struct vpci *v)
{
	struct hp *hp = v->priv;
	u32 addr;

	guard(mutex)(&hp->mutex);
	while (hp_runs(hp) && hp_next_posted(hp, &addr))
		hp_start_command(hp, addr);
}

static bool hp_behind(struct vpci *v, unsigned int vector)
{
	struct hp *hp = v->priv;

	guard(mutex)(&hp->mutex);
	if (!hp_runs(hp) || READ_ONCE(hp->masked) || vector >= HP_QUEUES || !hp->again[vector])
		return false;
	hp->again[vector]--;
	return true;
}

static const struct vpci_model hp_model = {
	.vendor = PCI_VENDOR_ID_HP,
	.device = PCI_DEVICE_ID_HP_CISSI,
	.subvendor = 0x103c,
	.subdevice = 0x21bd,	/* P244br */
	.class = 0x010400,
	.bar_size = SZ_64K,
	.vectors = HP_QUEUES,
	.init = hp_init,
	.read = hp_read,
	.write = hp_write,
	.work = hp_work,
	.behind = hp_behind,
};

/**
 * hp_alloc - a controller that is not plugged in yet
 * @test: test that the controller belongs to
 *
 * Return: the controller.
 */
struct hp *hp_alloc(struct kunit *test)
{
	struct hp *hp = kunit_kzalloc(test, sizeof(*hp), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, hp);
	mutex_init(&hp->mutex);
	spin_lock_init(&hp->lock);
	INIT_LIST_HEAD(&hp->devs);
	INIT_LIST_HEAD(&hp->held);
	init_completion(&hp->is_held);
	return hp;
}

/**
 * hp_add - plug the controller in; with scan=async the first scan may go on after that
 * @test: test
 * @hp: controller
 */
void hp_add(struct kunit *test, struct hp *hp)
{
	vpci_add(test, &hp_model, hp);
	hp->plugged = true;
}

/**
 * hp_start - plug the controller in; its driver scans it
 * @test: test
 * @hp: controller
 */
void hp_start(struct kunit *test, struct hp *hp)
{
	hp_add(test, hp);
	wait_for_device_probe();
}

/**
 * hp_plug - add a device; the driver finds it when it looks
 * @hp: controller
 * @kind: see &enum hp_kind
 * @number: number of a physical device, from 1 on, or LUN of a volume
 */
void hp_plug(struct hp *hp, enum hp_kind kind, u8 number)
{
	struct hp_dev *dev = kzalloc_obj(*dev);

	if (!dev)
		return;
	dev->kind = kind;
	dev->number = number;
	switch (kind) {
	case HP_MASKED:
		dev->lunid[3] = 0xc0;
		fallthrough;
	case HP_DISK:
		dev->lunid[6] = number;
		dev->lunid[7] = 1;
		break;
	case HP_EXTERNAL:
		dev->lunid[2] = 5;
		fallthrough;
	case HP_VOLUME:
		dev->lunid[0] = number;
		dev->lunid[3] = 0x40;
		break;
	}
	guard(mutex)(&hp->mutex);
	list_add_tail(&dev->list, &hp->devs);
}

/**
 * hp_unplug - remove a device; the driver notices when it looks
 * @hp: controller
 * @kind: see &enum hp_kind
 * @number: see hp_plug()
 */
void hp_unplug(struct hp *hp, enum hp_kind kind, u8 number)
{
	struct hp_dev *dev;

	guard(mutex)(&hp->mutex);
	dev = hp_find(hp, kind, number);
	if (!dev)
		return;
	list_del(&dev->list);
	kfree(dev);
}

/**
 * hp_unlist - take a volume off the list that the driver gets; the volume still
 *	answers
 * @hp: controller
 * @kind: see &enum hp_kind
 * @number: see hp_plug()
 */
void hp_unlist(struct hp *hp, enum hp_kind kind, u8 number)
{
	struct hp_dev *dev;

	guard(mutex)(&hp->mutex);
	dev = hp_find(hp, kind, number);
	if (dev)
		dev->unlisted = true;
}

/**
 * hp_answer - what a device does with commands from now on
 * @hp: controller
 * @kind: see &enum hp_kind
 * @number: see hp_plug()
 * @answer: see &enum hp_answer
 */
void hp_answer(struct hp *hp, enum hp_kind kind, u8 number, enum hp_answer answer)
{
	struct hp_dev *dev;

	guard(mutex)(&hp->mutex);
	dev = hp_find(hp, kind, number);
	if (dev)
		dev->answer = answer;
}

/**
 * hp_answer_list - what the driver gets when it asks for a list of devices
 * @hp: controller
 * @list: HPSA_REPORT_PHYS or HPSA_REPORT_LOG
 * @answer: see &enum hp_answer
 */
void hp_answer_list(struct hp *hp, u8 list, enum hp_answer answer)
{
	guard(mutex)(&hp->mutex);
	hp->list = list;
	hp->list_answer = answer;
}

/**
 * hp_event - tell the driver that a volume changed; it looks for events every 15 seconds
 * @hp: controller
 */
void hp_event(struct hp *hp)
{
	hp_config(hp)->event_notify = cpu_to_le32(HP_VOLUME_CHANGED);
}

/**
 * hp_babble - answer a command that was never sent
 * @hp: controller
 */
void hp_babble(struct hp *hp)
{
	guard(mutex)(&hp->mutex);
	hp_post(hp, 0, (u64)HP_COMMANDS << DIRECT_LOOKUP_SHIFT);
}

/**
 * hp_release - let all devices answer, and finish what they keep
 * @hp: controller
 */
void hp_release(struct hp *hp)
{
	struct hp_held *held, *next;
	struct CommandList *c;
	struct hp_dev *dev;

	guard(mutex)(&hp->mutex);
	list_for_each_entry(dev, &hp->devs, list)
		dev->answer = HP_ANSWER;
	hp->list_answer = HP_ANSWER;
	list_for_each_entry_safe(held, next, &hp->held, list) {
		list_del(&held->list);
		c = hp_runs(hp) ? hp_command(hp, held->addr) : NULL;
		if (c)
			hp_finish(hp, c);
		kfree(held);
	}
}

/**
 * hp_panic - kill the firmware; the driver finds out by its heartbeat
 * @hp: controller
 */
void hp_panic(struct hp *hp)
{
	WRITE_ONCE(hp->dead, true);
}
