// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "mpt_model.h"

#define REG(field)	offsetof(Mpi2SystemInterfaceRegs_t, field)
#define MPT_FRAME	128	/* of a request */
#define MPT_REPLY	128
#define MPT_PAGE	256	/* of configuration */
#define MPT_HANDLES	0x80
#define MPT_HANDLE_OF_HBA	1
#define MPT_HANDLE(dev)	(0x10 + (dev)->kind * 0x10 + (dev)->nr + ((dev)->moved ? 0x40 : 0))

#define LEAPRAID_FUNC_LOGBUF_INIT	0x57
#define LEAPRAID_LOG_POSITION	0xd0
#define LEAPRAID_REASON_HIDE	0x0a
/* What leapraid's firmware says about volumes. */
struct leapraid_ir_change {
	u8 r1;
	u8 reason;
	u8 r2[2];
	__le16 volume;
	__le16 disk;
};

struct mpt_held {
	struct list_head list;
	u64 desc;
};

/* The controller is as if it had just been switched on. */
static void mpt_reset(struct mpt *mpt)
{
	struct mpt_held *held, *next_held;
	struct mpt_dev *dev, *next;

	guard(mutex)(&mpt->mutex);
	list_for_each_entry_safe(held, next_held, &mpt->held, list) {
		list_del(&held->list);
		kfree(held);
	}
	list_for_each_entry_safe(dev, next, &mpt->devs, list) {
		if (!dev->lost)
			continue;
		list_del(&dev->list);
		kfree(dev);
	}
	scoped_guard(spinlock_irqsave, &mpt->posted_lock)
		kfifo_reset(&mpt->posted);
	memset(&mpt->q, 0, sizeof(mpt->q));
	mpt->events = false;
	mpt->enabled = false;
	mpt->message_len = 0;
	mpt->answer_len = 0;
	mpt->answer_at = 0;
	mpt->doorbell = 0;
	mpt->interrupt = 0;
	mpt->diag = 0;
	WRITE_ONCE(mpt->state, MPI2_IOC_STATE_READY);
}

static u64 mpt_read(struct vpci *v, u32 off, int size)
{
	struct mpt *mpt = v->priv;

	switch (off) {
	case REG(Doorbell):
		return READ_ONCE(mpt->state) | READ_ONCE(mpt->doorbell);
	case REG(HostInterruptStatus):
		return READ_ONCE(mpt->interrupt);
	case REG(HostDiagnostic):
		return READ_ONCE(mpt->diag);
	}
	return 0;
}

static void mpt_facts(struct mpt *mpt, Mpi2IOCFactsReply_t *facts)
{
	u32 capabilities = MPI2_IOCFACTS_CAPABILITY_EVENT_REPLAY |
			   MPI2_IOCFACTS_CAPABILITY_MSI_X_INDEX;

	if (mpt->raid)
		capabilities |= MPI2_IOCFACTS_CAPABILITY_INTEGRATED_RAID;
	facts->MsgVersion = cpu_to_le16(MPI26_VERSION);
	facts->MsgLength = sizeof(*facts) / 4;
	facts->MaxChainDepth = 16;
	facts->NumberOfPorts = 1;
	/*
	 * More than the function has: with up to 16 vectors an index is in
	 * another register.
	 */
	facts->MaxMSIxVectors = 96;
	facts->RequestCredit = cpu_to_le16(128);
	facts->IOCCapabilities = cpu_to_le32(capabilities);
	facts->IOCRequestFrameSize = cpu_to_le16(MPT_FRAME / 4);
	facts->ProtocolFlags = cpu_to_le16(MPI2_IOCFACTS_PROTOCOL_SCSI_INITIATOR |
					   MPI2_IOCFACTS_PROTOCOL_NVME_DEVICES);
	facts->HighPriorityCredit = cpu_to_le16(8);
	facts->MaxReplyDescriptorPostQueueDepth = cpu_to_le16(1024);
	facts->ReplyFrameSize = MPT_REPLY / 4;
	facts->MaxDevHandle = cpu_to_le16(MPT_HANDLES);
	if (!mpt->leapraid)
		return;
	/* Other fields are the same, or the driver does not look at them. */
	facts->MsgVersion = cpu_to_le16(0x1000);
	facts->IOCCapabilities |= cpu_to_le32(MPI26_IOCFACTS_CAPABILITY_ATOMIC_REQ);
}

static void mpt_init(struct mpt *mpt, const Mpi2IOCInitRequest_t *req)
{
	bool array = req->MsgFlags & MPI2_IOCINIT_MSGFLAG_RDPQ_ARRAY_MODE;
	u64 base = le64_to_cpu(req->ReplyDescriptorPostQueueAddress);
	const Mpi2IOCInitRDPQArrayEntry *entry;
	int i;

	mpt->q = (struct mpt_queues) {
		.requests = le64_to_cpu(req->SystemRequestFrameBaseAddress),
		.frame = le16_to_cpu(req->SystemRequestFrameSize) * 4,
		.replies_high = (u64)le32_to_cpu(req->SystemReplyAddressHigh) << 32,
		.sense_high = (u64)le32_to_cpu(req->SenseBufferAddressHigh) << 32,
		.reply_free = le64_to_cpu(req->ReplyFreeQueueAddress),
		.reply_free_depth = le16_to_cpu(req->ReplyFreeQueueDepth),
		.reply_post_depth = le16_to_cpu(req->ReplyDescriptorPostQueueDepth),
	};
	for (i = 0; i < MPT_QUEUES; i++) {
		mpt->q.reply_post[i] = base + i * mpt->q.reply_post_depth * sizeof(u64);
		if (!array || i >= req->HostMSIxVectors)
			continue;
		entry = vpci_dma(mpt->v, base + i * sizeof(*entry), sizeof(*entry));
		if (entry)
			mpt->q.reply_post[i] = le64_to_cpu(entry->RDPQBaseAddress);
	}
	WRITE_ONCE(mpt->state, MPI2_IOC_STATE_OPERATIONAL);
}

/* All words of a message are there. */
static void mpt_handshake(struct mpt *mpt)
{
	MPI2RequestHeader_t *header = (void *)mpt->message;
	MPI2DefaultReply_t *reply = (void *)mpt->answer;

	atomic_inc(&mpt->requests[header->Function]);
	memset(mpt->answer, 0, sizeof(mpt->answer));
	switch (header->Function) {
	case MPI2_FUNCTION_IOC_FACTS:
		mpt_facts(mpt, (void *)mpt->answer);
		break;
	case MPI2_FUNCTION_PORT_FACTS:
		reply->MsgLength = sizeof(Mpi2PortFactsReply_t) / 4;
		break;
	case MPI2_FUNCTION_IOC_INIT:
		mpt_init(mpt, (void *)mpt->message);
		reply->MsgLength = sizeof(Mpi2IOCInitReply_t) / 4;
		break;
	case LEAPRAID_FUNC_LOGBUF_INIT:
		reply->MsgLength = 4;
		break;
	default:
		KUNIT_FAIL(mpt->v->test, "function %02x in a handshake", header->Function);
		reply->MsgLength = sizeof(*reply) / 4;
	}
	reply->Function = header->Function;
	mpt->answer_len = reply->MsgLength * 2;
	mpt->answer_at = 0;
	mpt->doorbell = MPI2_DOORBELL_USED | mpt->answer[0];
	mpt->interrupt = MPI2_HIS_IOC2SYS_DB_STATUS;
}

static void mpt_write_doorbell(struct mpt *mpt, u32 val)
{
	if (mpt->message_len) {
		mpt->message[mpt->message_at++] = val;
		if (--mpt->message_len == 0)
			mpt_handshake(mpt);
		return;
	}
	switch (val >> MPI2_DOORBELL_FUNCTION_SHIFT) {
	case MPI2_FUNCTION_IOC_MESSAGE_UNIT_RESET:
		mpt_reset(mpt);
		break;
	case MPI2_FUNCTION_HANDSHAKE:
		mpt->message_len = (val & MPI2_DOORBELL_ADD_DWORDS_MASK) >>
				   MPI2_DOORBELL_ADD_DWORDS_SHIFT;
		mpt->message_len = min(mpt->message_len, ARRAY_SIZE(mpt->message));
		mpt->message_at = 0;
		mpt->doorbell = MPI2_DOORBELL_USED;
		mpt->interrupt = MPI2_HIS_IOC2SYS_DB_STATUS;
		break;
	}
}

/* The driver has seen the interrupt, and the doorbell that came with it. */
static void mpt_write_interrupt(struct mpt *mpt)
{
	mpt->interrupt = 0;
	if (mpt->answer_at == mpt->answer_len)
		return;
	if (++mpt->answer_at < mpt->answer_len)
		mpt->doorbell = MPI2_DOORBELL_USED | mpt->answer[mpt->answer_at];
	else
		mpt->doorbell = 0;
	mpt->interrupt = MPI2_HIS_IOC2SYS_DB_STATUS;
}

static void mpt_write_key(struct mpt *mpt, u32 val)
{
	static const u8 keys[] = {
		MPI2_WRSEQ_1ST_KEY_VALUE, MPI2_WRSEQ_2ND_KEY_VALUE, MPI2_WRSEQ_3RD_KEY_VALUE,
		MPI2_WRSEQ_4TH_KEY_VALUE, MPI2_WRSEQ_5TH_KEY_VALUE, MPI2_WRSEQ_6TH_KEY_VALUE,
	};

	mpt->key = mpt->key < ARRAY_SIZE(keys) && val == keys[mpt->key] ? mpt->key + 1 : 0;
	if (mpt->key == ARRAY_SIZE(keys))
		mpt->diag |= MPI2_DIAG_DIAG_WRITE_ENABLE;
}

static void mpt_write_other(struct mpt *mpt, u32 off, u64 val)
{
	atomic_inc(&mpt->other_writes);
	switch (off) {
	case REG(Doorbell):
		mpt_write_doorbell(mpt, val);
		break;
	case REG(HostInterruptStatus):
		mpt_write_interrupt(mpt);
		break;
	case REG(WriteSequence):
		mpt_write_key(mpt, val);
		break;
	case REG(HostDiagnostic):
		if ((mpt->diag & MPI2_DIAG_DIAG_WRITE_ENABLE) && (val & MPI2_DIAG_RESET_ADAPTER))
			mpt_reset(mpt);
		break;
	}
}

/* How far the driver has come with a queue for replies. */
static void mpt_write_post_index(struct mpt *mpt, u32 val)
{
	u32 queue = val >> MPI2_RPHI_MSIX_INDEX_SHIFT;

	if (queue < MPT_QUEUES)
		WRITE_ONCE(mpt->q.reply_post_theirs[queue],
			   val & MPI2_REPLY_POST_HOST_INDEX_MASK);
	else
		KUNIT_FAIL(mpt->v->test, "index of queue %u", queue);
}

/* Nothing sleeps here except a reset, for which the driver may sleep. */
static void mpt_write(struct vpci *v, u32 off, int size, u64 val)
{
	struct mpt *mpt = v->priv;

	switch (off) {
	case REG(RequestDescriptorPostLow):
	case REG(AtomicRequestDescriptorPost):
		scoped_guard(spinlock_irqsave, &mpt->posted_lock)
			if (!kfifo_put(&mpt->posted, val))
				KUNIT_FAIL(v->test, "more requests than the firmware can take");
		break;
	case REG(ReplyFreeHostIndex):
		WRITE_ONCE(mpt->q.reply_free_theirs, val);
		break;
	case MPI25_SUP_REPLY_POST_HOST_INDEX_OFFSET:
		mpt_write_post_index(mpt, val);
		break;
	case LEAPRAID_LOG_POSITION:
		/* Once a millisecond. */
		return;
	default:
		mpt_write_other(mpt, off, val);
	}
	vpci_kick(v);
}

static void mpt_post(struct mpt *mpt, unsigned int queue, Mpi2ReplyDescriptorsUnion_t desc)
{
	struct mpt_queues *q = &mpt->q;
	u32 *index = &q->reply_post_ours[queue];
	u64 *to;

	if (READ_ONCE(mpt->state) != MPI2_IOC_STATE_OPERATIONAL)
		return;
	if (queue >= MPT_QUEUES) {
		KUNIT_FAIL(mpt->v->test, "reply for queue %u", queue);
		return;
	}
	to = vpci_dma(mpt->v, q->reply_post[queue] + *index * sizeof(*to), sizeof(*to));
	if (!to)
		return;
	if (*to != U64_MAX)
		KUNIT_FAIL(mpt->v->test, "no room for a reply");
	*index = (*index + 1) % q->reply_post_depth;
	smp_wmb();
	WRITE_ONCE(*to, desc.Words);
	vpci_raise(mpt->v, queue);
}

/* A reply frame that the driver has handed over. */
static void *mpt_reply(struct mpt *mpt, u32 *addr)
{
	struct mpt_queues *q = &mpt->q;
	__le32 *free;
	void *reply;

	if (READ_ONCE(mpt->state) != MPI2_IOC_STATE_OPERATIONAL)
		return NULL;
	if (q->reply_free_ours == READ_ONCE(q->reply_free_theirs)) {
		KUNIT_FAIL(mpt->v->test, "no free frame for a reply");
		return NULL;
	}
	free = vpci_dma(mpt->v, q->reply_free + q->reply_free_ours * sizeof(*free), sizeof(*free));
	if (!free)
		return NULL;
	q->reply_free_ours = (q->reply_free_ours + 1) % q->reply_free_depth;
	*addr = le32_to_cpu(*free);
	reply = vpci_dma(mpt->v, q->replies_high | *addr, MPT_REPLY);
	if (reply)
		memset(reply, 0, MPT_REPLY);
	return reply;
}

static void mpt_post_reply(struct mpt *mpt, unsigned int queue, u16 smid, u32 addr)
{
	Mpi2ReplyDescriptorsUnion_t desc = {
		.AddressReply = {
			.ReplyFlags = MPI2_RPY_DESCRIPT_FLAGS_ADDRESS_REPLY,
			.MSIxIndex = queue,
			.SMID = cpu_to_le16(smid),
			.ReplyFrameAddress = cpu_to_le32(addr),
		},
	};

	mpt_post(mpt, queue, desc);
}

static void mpt_event(struct mpt *mpt, u16 event, const void *data, size_t len)
{
	Mpi2EventNotificationReply_t *reply;
	u32 addr;

	/* The driver has not asked for events yet, or no longer does. */
	if (!mpt->events)
		return;
	reply = mpt_reply(mpt, &addr);
	if (!reply)
		return;
	reply->EventDataLength = cpu_to_le16(DIV_ROUND_UP(len, 4));
	reply->MsgLength = sizeof(*reply) / 4 + DIV_ROUND_UP(len, 4);
	reply->Function = MPI2_FUNCTION_EVENT_NOTIFICATION;
	reply->Event = cpu_to_le16(event);
	memcpy(reply->EventData, data, len);
	mpt_post_reply(mpt, 0, 0, addr);
}

static void mpt_event_phy(struct mpt *mpt, struct mpt_dev *dev, u8 status)
{
	DEFINE_RAW_FLEX(Mpi2EventDataSasTopologyChangeList_t, list, PHY, 1);

	list->NumPhys = MPT_PHYS;
	if (dev) {
		list->NumEntries = 1;
		list->StartPhyNum = dev->nr;
		list->PhysicalPort = dev->nr;
		list->PHY[0].AttachedDevHandle = cpu_to_le16(MPT_HANDLE(dev));
		list->PHY[0].LinkRate = MPI2_SAS_NEG_LINK_RATE_6_0 << 4;
		list->PHY[0].PhyStatus = status;
	}
	mpt_event(mpt, MPI2_EVENT_SAS_TOPOLOGY_CHANGE_LIST, list, __struct_size(list));
}

static void mpt_event_port(struct mpt *mpt, struct mpt_dev *dev, u8 status)
{
	DEFINE_RAW_FLEX(Mpi26EventDataPCIeTopologyChangeList_t, list, PortEntry, 1);

	list->NumPorts = 1;
	list->NumEntries = 1;
	list->PortEntry[0].AttachedDevHandle = cpu_to_le16(MPT_HANDLE(dev));
	list->PortEntry[0].PortStatus = status;
	list->PortEntry[0].CurrentPortInfo = MPI26_EVENT_PCIE_TOPO_PI_RATE_8_0;
	mpt_event(mpt, MPI2_EVENT_PCIE_TOPOLOGY_CHANGE_LIST, list, __struct_size(list));
}

static void mpt_event_volume(struct mpt *mpt, struct mpt_dev *dev, u8 reason)
{
	DEFINE_RAW_FLEX(Mpi2EventDataIrConfigChangeList_t, list, ConfigElement, 1);
	struct leapraid_ir_change change = {
		.reason = reason == MPI2_EVENT_IR_CHANGE_RC_VOLUME_CREATED ?
			  MPI2_EVENT_IR_CHANGE_RC_ADDED :
			  reason == MPI2_EVENT_IR_CHANGE_RC_VOLUME_DELETED ?
			  MPI2_EVENT_IR_CHANGE_RC_REMOVED : reason,
		.volume = cpu_to_le16(MPT_HANDLE(dev)),
	};

	if (mpt->leapraid) {
		mpt_event(mpt, MPI2_EVENT_IR_CONFIGURATION_CHANGE_LIST, &change, sizeof(change));
		return;
	}
	list->NumElements = 1;
	list->ConfigElement[0].ReasonCode = reason;
	list->ConfigElement[0].VolDevHandle = cpu_to_le16(MPT_HANDLE(dev));
	mpt_event(mpt, MPI2_EVENT_IR_CONFIGURATION_CHANGE_LIST, list, __struct_size(list));
}

static void mpt_event_added(struct mpt *mpt, struct mpt_dev *dev)
{
	switch (dev->kind) {
	case MPT_SAS:
		mpt_event_phy(mpt, dev, MPI2_EVENT_SAS_TOPO_RC_TARG_ADDED);
		break;
	case MPT_NVME:
		mpt_event_port(mpt, dev, MPI26_EVENT_PCIE_TOPO_PS_DEV_ADDED);
		break;
	case MPT_VOLUME:
		mpt_event_volume(mpt, dev, MPI2_EVENT_IR_CHANGE_RC_VOLUME_CREATED);
		break;
	}
}

static void mpt_event_gone(struct mpt *mpt, struct mpt_dev *dev)
{
	switch (dev->kind) {
	case MPT_SAS:
		mpt_event_phy(mpt, dev, MPI2_EVENT_SAS_TOPO_RC_TARG_NOT_RESPONDING);
		break;
	case MPT_NVME:
		mpt_event_port(mpt, dev, MPI26_EVENT_PCIE_TOPO_PS_NOT_RESPONDING);
		break;
	case MPT_VOLUME:
		mpt_event_volume(mpt, dev, MPI2_EVENT_IR_CHANGE_RC_VOLUME_DELETED);
		break;
	}
}

static struct mpt_dev *mpt_find(struct mpt *mpt, enum mpt_kind kind, u16 nr)
{
	struct mpt_dev *dev;

	list_for_each_entry(dev, &mpt->devs, list)
		if (dev->kind == kind && dev->nr == nr)
			return dev;
	return NULL;
}

static struct mpt_dev *mpt_by_handle(struct mpt *mpt, u16 handle)
{
	struct mpt_dev *dev;

	list_for_each_entry(dev, &mpt->devs, list)
		if (MPT_HANDLE(dev) == handle)
			return dev;
	return NULL;
}

/* The device that a page is about, by its handle or as the next one after a handle. */
static struct mpt_dev *mpt_of_page(struct mpt *mpt, enum mpt_kind kind, u32 address)
{
	struct mpt_dev *dev, *next = NULL;
	u16 handle = address;

	if (address >> 28) {
		dev = mpt_by_handle(mpt, handle);
		return dev && dev->kind == kind ? dev : NULL;
	}
	list_for_each_entry(dev, &mpt->devs, list)
		if (dev->kind == kind && (handle == 0xffff || MPT_HANDLE(dev) > handle) &&
		    (!next || MPT_HANDLE(dev) < MPT_HANDLE(next)))
			next = dev;
	return next;
}

static void mpt_page_io_unit(struct mpt *mpt, Mpi2SasIOUnitPage0_t *page)
{
	struct mpt_dev *dev;
	int phy;

	page->NumPhys = MPT_PHYS;
	for (phy = 0; phy < MPT_PHYS; phy++) {
		page->PhyData[phy].Port = phy;
		page->PhyData[phy].ControllerDevHandle = cpu_to_le16(MPT_HANDLE_OF_HBA);
		dev = mpt_find(mpt, MPT_SAS, phy);
		if (!dev)
			continue;
		page->PhyData[phy].NegotiatedLinkRate = MPI2_SAS_NEG_LINK_RATE_6_0 << 4;
		page->PhyData[phy].AttachedDevHandle = cpu_to_le16(MPT_HANDLE(dev));
	}
}

static bool mpt_page_phy(struct mpt *mpt, Mpi2SasPhyPage0_t *page, u32 phy)
{
	struct mpt_dev *dev = mpt_find(mpt, MPT_SAS, phy);

	page->OwnerDevHandle = cpu_to_le16(MPT_HANDLE_OF_HBA);
	if (dev) {
		page->AttachedDevHandle = cpu_to_le16(MPT_HANDLE(dev));
		page->NegotiatedLinkRate = MPI2_SAS_NEG_LINK_RATE_6_0 << 4;
	}
	return phy < MPT_PHYS;
}

static bool mpt_page_sas(struct mpt *mpt, Mpi2SasDevicePage0_t *page, u32 address)
{
	struct mpt_dev *dev = mpt_of_page(mpt, MPT_SAS, address);

	page->Flags = cpu_to_le16(MPI2_SAS_DEVICE0_FLAGS_DEVICE_PRESENT);
	if (dev) {
		page->SASAddress = cpu_to_le64(0x5000000000000100ULL + dev->nr);
		page->ParentDevHandle = cpu_to_le16(MPT_HANDLE_OF_HBA);
		page->PhyNum = dev->nr;
		page->PhysicalPort = dev->nr;
		page->DevHandle = cpu_to_le16(MPT_HANDLE(dev));
		page->DeviceInfo = cpu_to_le32(MPI2_SAS_DEVICE_INFO_END_DEVICE |
					       MPI2_SAS_DEVICE_INFO_SSP_TARGET);
		page->MaxPortConnections = 1;
		return true;
	}
	if (!(address >> 28) || (u16)address != MPT_HANDLE_OF_HBA)
		return false;
	page->SASAddress = cpu_to_le64(0x50000000000001ffULL);
	page->DevHandle = cpu_to_le16(MPT_HANDLE_OF_HBA);
	page->DeviceInfo = cpu_to_le32(MPI2_SAS_DEVICE_INFO_END_DEVICE |
				       MPI2_SAS_DEVICE_INFO_SSP_INITIATOR);
	return true;
}

static bool mpt_page_nvme(struct mpt *mpt, void *page, u8 number, u32 address)
{
	struct mpt_dev *dev = mpt_of_page(mpt, MPT_NVME, address);
	Mpi26PCIeDevicePage0_t *page0 = page;
	Mpi26PCIeDevicePage2_t *page2 = page;

	if (!dev)
		return false;
	if (number == 2) {
		page2->DevHandle = cpu_to_le16(MPT_HANDLE(dev));
		page2->MaximumDataTransferSize = cpu_to_le32(SZ_1M);
		return true;
	}
	page0->WWID = cpu_to_le64(0x1000 + dev->nr);
	page0->PortNum = dev->nr;
	page0->DevHandle = cpu_to_le16(MPT_HANDLE(dev));
	page0->DeviceInfo = cpu_to_le32(MPI26_PCIE_DEVINFO_NVME);
	page0->Flags = cpu_to_le32(MPI26_PCIEDEV0_FLAGS_DEVICE_PRESENT);
	if (dev->blocked)
		page0->AccessStatus = MPI26_PCIEDEV0_ASTATUS_DEVICE_BLOCKED;
	return true;
}

static bool mpt_page_volume(struct mpt *mpt, void *page, u8 number, u32 address)
{
	struct mpt_dev *dev = mpt_of_page(mpt, MPT_VOLUME, address);
	Mpi2RaidVolPage0_t *page0 = page;
	Mpi2RaidVolPage1_t *page1 = page;

	if (!dev)
		return false;
	if (number == 1) {
		page1->DevHandle = cpu_to_le16(MPT_HANDLE(dev));
		page1->WWID = cpu_to_le64(0x2000 + dev->nr);
		return true;
	}
	page0->DevHandle = cpu_to_le16(MPT_HANDLE(dev));
	page0->VolumeState = MPI2_RAID_VOL_STATE_OPTIMAL;
	page0->VolumeType = MPI2_RAID_VOL_TYPE_RAID1;
	page0->NumPhysDisks = 2;
	return true;
}

/* Whether there are such pages; which of them are there turns out when they are read. */
static bool mpt_has_pages(const Mpi2ConfigRequest_t *req)
{
	switch (req->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) {
	case MPI2_CONFIG_PAGETYPE_IO_UNIT:
	case MPI2_CONFIG_PAGETYPE_IOC:
	case MPI2_CONFIG_PAGETYPE_BIOS:
	case MPI2_CONFIG_PAGETYPE_MANUFACTURING:
	case MPI2_CONFIG_PAGETYPE_RAID_VOLUME:
		return true;
	case MPI2_CONFIG_PAGETYPE_EXTENDED:
		return req->ExtPageType == MPI2_CONFIG_EXTPAGETYPE_SAS_IO_UNIT ||
		       req->ExtPageType == MPI2_CONFIG_EXTPAGETYPE_PCIE_IO_UNIT ||
		       req->ExtPageType == MPI2_CONFIG_EXTPAGETYPE_SAS_PHY ||
		       req->ExtPageType == MPI2_CONFIG_EXTPAGETYPE_SAS_DEVICE ||
		       req->ExtPageType == MPI2_CONFIG_EXTPAGETYPE_PCIE_DEVICE;
	}
	return false;
}

/* Pages that the driver reads at start need not say anything. */
static bool mpt_page(struct mpt *mpt, const Mpi2ConfigRequest_t *req, void *page)
{
	u32 address = le32_to_cpu(req->PageAddress);
	u8 number = req->Header.PageNumber;

	switch (req->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) {
	case MPI2_CONFIG_PAGETYPE_IO_UNIT:
	case MPI2_CONFIG_PAGETYPE_IOC:
	case MPI2_CONFIG_PAGETYPE_BIOS:
	case MPI2_CONFIG_PAGETYPE_MANUFACTURING:
		return true;
	case MPI2_CONFIG_PAGETYPE_RAID_VOLUME:
		return mpt_page_volume(mpt, page, number, address);
	case MPI2_CONFIG_PAGETYPE_EXTENDED:
		break;
	default:
		return false;
	}
	switch (req->ExtPageType) {
	case MPI2_CONFIG_EXTPAGETYPE_SAS_IO_UNIT:
		if (!number)
			mpt_page_io_unit(mpt, page);
		return true;
	case MPI2_CONFIG_EXTPAGETYPE_PCIE_IO_UNIT:
		return true;
	case MPI2_CONFIG_EXTPAGETYPE_SAS_PHY:
		return mpt_page_phy(mpt, page, address);
	case MPI2_CONFIG_EXTPAGETYPE_SAS_DEVICE:
		return mpt_page_sas(mpt, page, address);
	case MPI2_CONFIG_EXTPAGETYPE_PCIE_DEVICE:
		return mpt_page_nvme(mpt, page, number, address);
	}
	return false;
}

/* The buffer of a request that is not I/O. The buffer is in one piece. */
static void *mpt_buffer(struct mpt *mpt, const Mpi2SGESimpleUnion_t *sge, size_t len)
{
	u32 flags = le32_to_cpu(sge->FlagsLength);

	if ((flags & MPI2_SGE_LENGTH_MASK) < len ||
	    !(flags >> MPI2_SGE_FLAGS_SHIFT & MPI2_SGE_FLAGS_64_BIT_ADDRESSING)) {
		KUNIT_FAIL(mpt->v->test, "%zu bytes for a buffer of %x", len, flags);
		return NULL;
	}
	return vpci_dma(mpt->v, le64_to_cpu(get_unaligned((__le64 *)&sge->u.Address64)), len);
}

static void mpt_config(struct mpt *mpt, const Mpi2ConfigRequest_t *req, Mpi2ConfigReply_t *reply)
{
	bool extended = (req->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) ==
			MPI2_CONFIG_PAGETYPE_EXTENDED;
	MPI2_CONFIG_EXTENDED_PAGE_HEADER *header;
	u8 page[MPT_PAGE] = {};
	void *buffer;

	reply->MsgLength = sizeof(*reply) / 4;
	reply->Action = req->Action;
	reply->Header = req->Header;
	reply->ExtPageType = req->ExtPageType;
	if (extended)
		reply->ExtPageLength = cpu_to_le16(MPT_PAGE / 4);
	else
		reply->Header.PageLength = MPT_PAGE / 4;
	switch (req->Action) {
	case MPI2_CONFIG_ACTION_PAGE_HEADER:
		if (!mpt_has_pages(req))
			reply->IOCStatus = cpu_to_le16(MPI2_IOCSTATUS_CONFIG_INVALID_PAGE);
		return;
	case MPI2_CONFIG_ACTION_PAGE_READ_CURRENT:
		break;
	case MPI2_CONFIG_ACTION_PAGE_WRITE_CURRENT:
	case MPI2_CONFIG_ACTION_PAGE_WRITE_NVRAM:
		atomic_inc(&mpt->writes);
		return;
	default:
		KUNIT_FAIL(mpt->v->test, "action %02x with a page", req->Action);
		return;
	}
	header = (void *)page;
	header->PageNumber = req->Header.PageNumber;
	header->PageType = req->Header.PageType;
	if (extended) {
		header->ExtPageType = req->ExtPageType;
		header->ExtPageLength = cpu_to_le16(MPT_PAGE / 4);
	}
	if (!mpt_page(mpt, req, page)) {
		reply->IOCStatus = cpu_to_le16(MPI2_IOCSTATUS_CONFIG_INVALID_PAGE);
		return;
	}
	buffer = mpt_buffer(mpt, &req->PageBufferSGE.MpiSimple, MPT_PAGE);
	if (buffer)
		memcpy(buffer, page, MPT_PAGE);
}

/* The pages of a list as an NVMe drive would get it, except the first page. */
static void mpt_copy_pages(struct mpt *mpt, u64 list, u8 *at, u32 len, bool to_host)
{
	__le64 *entry;
	void *buffer;
	u32 n;

	atomic_inc(&mpt->chains);
	while (len) {
		entry = vpci_dma(mpt->v, list, sizeof(*entry));
		if (!entry)
			return;
		/* The last entry of a page says where the list goes on. */
		if (len > PAGE_SIZE && !((list + sizeof(*entry)) % PAGE_SIZE)) {
			list = le64_to_cpu(*entry);
			continue;
		}
		n = min(len, PAGE_SIZE);
		buffer = vpci_dma(mpt->v, le64_to_cpu(*entry), n);
		if (!buffer)
			return;
		if (to_host)
			memcpy(buffer, at, n);
		else
			memcpy(at, buffer, n);
		list += sizeof(*entry);
		at += n;
		len -= n;
	}
}

/*
 * Copy between the buffers of a request and @at. The list of buffers may be
 * chained.
 */
static void mpt_copy(struct mpt *mpt, const Mpi25IeeeSgeChain64_t *sge, u8 *at, u32 len,
		     bool to_host)
{
	u32 n;
	void *buffer;

	while (len) {
		n = le32_to_cpu(sge->Length);
		if (sge->Flags & MPI2_IEEE_SGE_FLAGS_CHAIN_ELEMENT) {
			if ((sge->Flags & MPI26_IEEE_SGE_FLAGS_NSF_MASK) ==
			    MPI26_IEEE_SGE_FLAGS_NSF_NVME_PRP) {
				mpt_copy_pages(mpt, le64_to_cpu(sge->Address), at, len, to_host);
				return;
			}
			atomic_inc(&mpt->chains);
			sge = vpci_dma(mpt->v, le64_to_cpu(sge->Address), n);
			if (!sge)
				return;
			continue;
		}
		n = min(n, len);
		buffer = vpci_dma(mpt->v, le64_to_cpu(sge->Address), n);
		if (!buffer)
			return;
		if (to_host)
			memcpy(buffer, at, n);
		else
			memcpy(at, buffer, n);
		at += n;
		len -= n;
		if (len && (sge->Flags & MPI25_IEEE_SGE_FLAGS_END_OF_LIST)) {
			KUNIT_FAIL(mpt->v->test, "%u bytes have no buffer", len);
			return;
		}
		sge++;
	}
}

/* Returns how much the command transfers. */
static u32 mpt_answer_cdb(struct mpt *mpt, Mpi25SCSIIORequest_t *req, struct mpt_dev *dev,
			  u8 *status)
{
	const u8 *cdb = req->CDB.CDB32;
	u8 answer[64] = {}, *at;
	int len;

	len = vpci_answer(cdb, scsilun_to_int((struct scsi_lun *)req->LUN),
			  le32_to_cpu(req->DataLength), "VIRTUAL MPT3SAS DEVICE  0001", dev->disk, answer,
			  &at);
	*status = len < 0 ? SAM_STAT_CHECK_CONDITION : SAM_STAT_GOOD;
	if (len <= 0)
		return 0;
	mpt_copy(mpt, &req->SGL.IeeeChain, at, len, cdb[0] != WRITE_10);
	return len;
}

static void mpt_sense(struct mpt *mpt, Mpi25SCSIIORequest_t *req, Mpi2SCSIIOReply_t *reply)
{
	u8 *sense = vpci_dma(mpt->v, mpt->q.sense_high | le32_to_cpu(req->SenseBufferLowAddress),
			     18);

	if (!sense)
		return;
	memset(sense, 0, 18);
	sense[0] = 0x70;
	sense[2] = ILLEGAL_REQUEST;
	sense[7] = 10;
	sense[12] = 0x20;
	reply->SenseCount = cpu_to_le32(18);
	reply->SCSIState = MPI2_SCSI_STATE_AUTOSENSE_VALID;
}

static void *mpt_frame(struct mpt *mpt, u16 smid)
{
	return vpci_dma(mpt->v, mpt->q.requests + smid * mpt->q.frame, mpt->q.frame);
}

/* End a command with @ioc_status or, if that is 0, as its device answers. */
static void mpt_finish(struct mpt *mpt, u64 word, u16 ioc_status)
{
	Mpi2RequestDescriptorUnion_t desc = { .Words = cpu_to_le64(word) };
	u16 smid = le16_to_cpu(desc.Default.SMID);
	Mpi25SCSIIORequest_t *req = mpt_frame(mpt, smid);
	Mpi2ReplyDescriptorsUnion_t done = {
		.SCSIIOSuccess = {
			.ReplyFlags = MPI2_RPY_DESCRIPT_FLAGS_SCSI_IO_SUCCESS,
			.MSIxIndex = desc.Default.MSIxIndex,
			.SMID = desc.Default.SMID,
		},
	};
	struct mpt_dev *dev;
	Mpi2SCSIIOReply_t *reply;
	u8 status = SAM_STAT_GOOD;
	u32 addr, len = 0;

	if (!req)
		return;
	dev = mpt_by_handle(mpt, le16_to_cpu(req->DevHandle));
	if (ioc_status)
		;
	else if (!dev)
		ioc_status = MPI2_IOCSTATUS_SCSI_DEVICE_NOT_THERE;
	else if (dev->answer == MPT_GARBAGE)
		ioc_status = MPI2_IOCSTATUS_MASK;
	else
		len = mpt_answer_cdb(mpt, req, dev, &status);
	if (!ioc_status && !status && len == le32_to_cpu(req->DataLength)) {
		mpt_post(mpt, desc.Default.MSIxIndex, done);
		return;
	}
	reply = mpt_reply(mpt, &addr);
	if (!reply)
		return;
	if (!ioc_status && len < le32_to_cpu(req->DataLength))
		ioc_status = MPI2_IOCSTATUS_SCSI_DATA_UNDERRUN;
	reply->DevHandle = req->DevHandle;
	reply->MsgLength = sizeof(*reply) / 4;
	reply->Function = req->Function;
	reply->SCSIStatus = status;
	reply->IOCStatus = cpu_to_le16(ioc_status);
	reply->TransferCount = cpu_to_le32(len);
	if (status == SAM_STAT_CHECK_CONDITION)
		mpt_sense(mpt, req, reply);
	mpt_post_reply(mpt, desc.Default.MSIxIndex, smid, addr);
}

static void mpt_keep(struct mpt *mpt, u64 word)
{
	struct mpt_held *held = kzalloc_obj(*held);

	if (!held)
		return;
	held->desc = word;
	list_add_tail(&held->list, &mpt->held);
	complete(&mpt->is_held);
}

static void mpt_io(struct mpt *mpt, u64 word, Mpi25SCSIIORequest_t *req)
{
	struct mpt_dev *dev = mpt_by_handle(mpt, le16_to_cpu(req->DevHandle));

	atomic_inc(&mpt->commands[req->CDB.CDB32[0]]);
	if (!dev || (dev->answer != MPT_HANG && dev->answer != MPT_NEVER)) {
		mpt_finish(mpt, word, 0);
		return;
	}
	mpt_keep(mpt, word);
}

/* Commands end before the reply to the task management that ends them. */
static void mpt_task_mgmt(struct mpt *mpt, Mpi2SCSITaskManagementRequest_t *req,
			  Mpi2SCSITaskManagementReply_t *reply)
{
	struct mpt_dev *dev = mpt_by_handle(mpt, le16_to_cpu(req->DevHandle));
	struct mpt_held *held, *next;
	Mpi25SCSIIORequest_t *io;
	u16 smid;

	reply->MsgLength = sizeof(*reply) / 4;
	reply->DevHandle = req->DevHandle;
	reply->TaskType = req->TaskType;
	if (dev && dev->answer == MPT_NEVER) {
		reply->ResponseCode = MPI2_SCSITASKMGMT_RSP_TM_FAILED;
		return;
	}
	list_for_each_entry_safe(held, next, &mpt->held, list) {
		smid = held->desc >> 16;
		io = mpt_frame(mpt, smid);
		if (!io || io->Function != MPI2_FUNCTION_SCSI_IO_REQUEST ||
		    io->DevHandle != req->DevHandle ||
		    (req->TaskType == MPI2_SCSITASKMGMT_TASKTYPE_ABORT_TASK &&
		     le16_to_cpu(req->TaskMID) != smid))
			continue;
		list_del(&held->list);
		mpt_finish(mpt, held->desc, MPI2_IOCSTATUS_SCSI_TASK_TERMINATED);
		kfree(held);
		le32_add_cpu(&reply->TerminationCount, 1);
	}
}

static void mpt_port_enable(struct mpt *mpt)
{
	struct mpt_dev *dev;

	mpt->enabled = true;
	/* The phys are reported in any case. */
	mpt_event_phy(mpt, NULL, 0);
	list_for_each_entry(dev, &mpt->devs, list)
		mpt_event_added(mpt, dev);
}

static bool mpt_is_about_volume(const Mpi2ConfigRequest_t *req)
{
	return req->Function == MPI2_FUNCTION_CONFIG && req->PageAddress &&
	       (req->Header.PageType & MPI2_CONFIG_PAGETYPE_MASK) ==
	       MPI2_CONFIG_PAGETYPE_RAID_VOLUME;
}

static void mpt_request(struct mpt *mpt, u64 word)
{
	Mpi2RequestDescriptorUnion_t desc = { .Words = cpu_to_le64(word) };
	u16 smid = le16_to_cpu(desc.Default.SMID);
	MPI2RequestHeader_t *req = mpt_frame(mpt, smid);
	Mpi2SasIoUnitControlRequest_t *control = (void *)req;
	Mpi2SasIoUnitControlReply_t *controlled;
	MPI2DefaultReply_t *reply;
	u32 addr;

	if (!req)
		return;
	atomic_inc(&mpt->requests[req->Function]);
	if (req->Function == MPI2_FUNCTION_SCSI_IO_REQUEST) {
		mpt_io(mpt, word, (void *)req);
		return;
	}
	if (mpt->keeps_pages && mpt_is_about_volume((void *)req)) {
		mpt_keep(mpt, word);
		return;
	}
	reply = mpt_reply(mpt, &addr);
	if (!reply)
		return;
	reply->Function = req->Function;
	reply->MsgLength = sizeof(*reply) / 4;
	switch (req->Function) {
	case MPI2_FUNCTION_CONFIG:
		mpt_config(mpt, (void *)req, (void *)reply);
		break;
	case MPI2_FUNCTION_SCSI_TASK_MGMT:
		mpt_task_mgmt(mpt, (void *)req, (void *)reply);
		break;
	case MPI2_FUNCTION_SAS_IO_UNIT_CONTROL:
		controlled = (void *)reply;
		controlled->MsgLength = sizeof(*controlled) / 4;
		controlled->Operation = control->Operation;
		controlled->DevHandle = control->DevHandle;
		break;
	case MPI2_FUNCTION_EVENT_NOTIFICATION:
		mpt->events = true;
		break;
	case MPI2_FUNCTION_PORT_ENABLE:
		mpt_port_enable(mpt);
		break;
	case MPI2_FUNCTION_RAID_ACTION:
	case MPI2_FUNCTION_FW_UPLOAD:
		break;
	default:
		KUNIT_FAIL(mpt->v->test, "function %02x of the firmware", req->Function);
	}
	mpt_post_reply(mpt, desc.Default.MSIxIndex, smid, addr);
}

static void mpt_plugged_in(struct vpci *v)
{
	struct mpt *mpt = v->priv;

	/* Before vpci_add() returns, as the driver's probe() runs in there. */
	mpt->v = v;
}

static void mpt_work(struct vpci *v)
{
	struct mpt *mpt = v->priv;
	bool more;
	u64 word;

	guard(mutex)(&mpt->mutex);
	while (READ_ONCE(mpt->state) == MPI2_IOC_STATE_OPERATIONAL) {
		scoped_guard(spinlock_irqsave, &mpt->posted_lock)
			more = kfifo_get(&mpt->posted, &word);
		if (!more)
			break;
		mpt_request(mpt, word);
	}
}

static bool mpt_behind(struct vpci *v, unsigned int vector)
{
	struct mpt *mpt = v->priv;

	guard(mutex)(&mpt->mutex);
	return READ_ONCE(mpt->state) == MPI2_IOC_STATE_OPERATIONAL && vector < MPT_QUEUES &&
	       mpt->q.reply_post_ours[vector] != READ_ONCE(mpt->q.reply_post_theirs[vector]);
}

static const struct vpci_model mpt_model = {
	.vendor = MPI2_MFGPAGE_VENDORID_LSI,
	.device = MPI26_MFGPAGE_DEVID_SAS3508,
	.revision = 1,
	.class = 0x010700,
	.bar_size = SZ_64K,
	.vectors = MPT_QUEUES,
	.init = mpt_plugged_in,
	.read = mpt_read,
	.write = mpt_write,
	.work = mpt_work,
	.behind = mpt_behind,
};

static const struct vpci_model leapraid_model = {
	.vendor = 0xd405,
	.device = 0x8200,
	.subvendor = 0xd405,
	.subdevice = 0x8200,
	.class = 0x010400,
	.bar_size = SZ_64K,
	.vectors = MPT_QUEUES,
	.init = mpt_plugged_in,
	.read = mpt_read,
	.write = mpt_write,
	.work = mpt_work,
	.behind = mpt_behind,
};

/**
 * mpt_alloc - a controller that is not plugged in yet
 * @test: test that the controller belongs to
 *
 * Return: the controller.
 */
struct mpt *mpt_alloc(struct kunit *test)
{
	struct mpt *mpt = kunit_kzalloc(test, sizeof(*mpt), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mpt);
	mutex_init(&mpt->mutex);
	spin_lock_init(&mpt->posted_lock);
	INIT_KFIFO(mpt->posted);
	INIT_LIST_HEAD(&mpt->devs);
	INIT_LIST_HEAD(&mpt->held);
	init_completion(&mpt->is_held);
	mpt_reset(mpt);
	return mpt;
}

/**
 * mpt_start - plug the controller in
 * @test: test
 * @mpt: controller
 */
void mpt_start(struct kunit *test, struct mpt *mpt)
{
	vpci_add(test, mpt->leapraid ? &leapraid_model : &mpt_model, mpt);
	mpt->plugged = true;
}

/**
 * mpt_plug - add a device
 * @mpt: controller
 * @kind: what it is
 * @nr: see struct mpt_dev
 * @blocked: an NVMe drive that is not to be used
 */
void mpt_plug(struct mpt *mpt, enum mpt_kind kind, u16 nr, bool blocked)
{
	struct mpt_dev *dev = kzalloc_obj(*dev);

	if (!dev)
		return;
	dev->kind = kind;
	dev->nr = nr;
	dev->blocked = blocked;
	guard(mutex)(&mpt->mutex);
	list_add_tail(&dev->list, &mpt->devs);
	if (mpt->enabled)
		mpt_event_added(mpt, dev);
}

/**
 * mpt_unplug - remove a device
 * @mpt: controller
 * @kind: what it is
 * @nr: its number
 */
void mpt_unplug(struct mpt *mpt, enum mpt_kind kind, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, kind, nr);
	if (!dev)
		return;
	list_del(&dev->list);
	mpt_event_gone(mpt, dev);
	kfree(dev);
}

/**
 * mpt_lose - make a device disappear at the next reset
 * @mpt: controller
 * @kind: what it is
 * @nr: its number
 */
void mpt_lose(struct mpt *mpt, enum mpt_kind kind, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, kind, nr);
	if (dev)
		dev->lost = true;
}

/**
 * mpt_announce_gone - say that a device is gone; it answers until mpt_unplug()
 * @mpt: controller
 * @kind: what it is
 * @nr: its number
 */
void mpt_announce_gone(struct mpt *mpt, enum mpt_kind kind, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, kind, nr);
	if (dev)
		mpt_event_gone(mpt, dev);
}

/**
 * mpt_announce - say that a device has come; it is there already
 * @mpt: controller
 * @kind: what it is
 * @nr: its number
 */
void mpt_announce(struct mpt *mpt, enum mpt_kind kind, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, kind, nr);
	if (dev)
		mpt_event_added(mpt, dev);
}

/**
 * mpt_hide - say that upper level drivers must not get a volume
 * @mpt: controller of leapraid
 * @nr: number of the volume
 */
void mpt_hide(struct mpt *mpt, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, MPT_VOLUME, nr);
	if (dev)
		mpt_event_volume(mpt, dev, LEAPRAID_REASON_HIDE);
}

/**
 * mpt_move - give an NVMe drive another handle
 * @mpt: controller
 * @nr: number of the drive
 */
void mpt_move(struct mpt *mpt, u16 nr)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, MPT_NVME, nr);
	if (!dev)
		return;
	dev->moved = !dev->moved;
	mpt_event_port(mpt, dev, MPI26_EVENT_PCIE_TOPO_PS_PORT_CHANGED);
}

/**
 * mpt_keep_pages - keep requests for pages about volumes until mpt_release()
 * @mpt: controller
 */
void mpt_keep_pages(struct mpt *mpt)
{
	guard(mutex)(&mpt->mutex);
	mpt->keeps_pages = true;
}

/**
 * mpt_fail - make the firmware fail
 * @mpt: controller; its driver finds out within a second, and resets it
 */
void mpt_fail(struct mpt *mpt)
{
	guard(mutex)(&mpt->mutex);
	mpt->doorbell = 0x1234;
	WRITE_ONCE(mpt->state, MPI2_IOC_STATE_FAULT);
}

/**
 * mpt_answer - what a device does with commands from now on
 * @mpt: controller
 * @kind: what it is
 * @nr: its number
 * @answer: see &enum mpt_answer
 */
void mpt_answer(struct mpt *mpt, enum mpt_kind kind, u16 nr, enum mpt_answer answer)
{
	struct mpt_dev *dev;

	guard(mutex)(&mpt->mutex);
	dev = mpt_find(mpt, kind, nr);
	if (dev)
		dev->answer = answer;
}

/**
 * mpt_babble - send nonsense: unknown events and reasons, and events for
 *	devices that were never there
 * @mpt: controller
 */
void mpt_babble(struct mpt *mpt)
{
	static struct mpt_dev nobody[] = {
		{ .kind = MPT_SAS, .nr = 2 }, { .kind = MPT_NVME, .nr = 9 },
		{ .kind = MPT_VOLUME, .nr = 9 },
	};
	struct mpt_dev *dev;
	u8 reason;

	guard(mutex)(&mpt->mutex);
	mpt_event(mpt, 0x6d, nobody[0].disk, 16);
	for (reason = 0; reason < 0x10; reason++) {
		/* The driver would try for ever to add a missing SAS drive. */
		if (reason != MPI2_EVENT_SAS_TOPO_RC_TARG_ADDED)
			mpt_event_phy(mpt, &nobody[0], reason);
		mpt_event_port(mpt, &nobody[1], reason);
		if (mpt->raid)
			mpt_event_volume(mpt, &nobody[2], reason);
	}
	/*
	 * For devices that exist, reasons that do not exist, except two that
	 * leapraid has.
	 */
	list_for_each_entry(dev, &mpt->devs, list)
		for (reason = 0xa; reason < 0x10; reason++)
			switch (dev->kind) {
			case MPT_SAS:
				mpt_event_phy(mpt, dev, reason);
				break;
			case MPT_NVME:
				mpt_event_port(mpt, dev, reason);
				break;
			case MPT_VOLUME:
				mpt_event_volume(mpt, dev, reason);
				break;
			}
}

/**
 * mpt_pretend - report a SAS drive that is not there
 * @mpt: controller; its driver tries to add the drive every second
 */
void mpt_pretend(struct mpt *mpt)
{
	static struct mpt_dev nobody = { .kind = MPT_SAS, .nr = 2 };

	guard(mutex)(&mpt->mutex);
	mpt_event_phy(mpt, &nobody, MPI2_EVENT_SAS_TOPO_RC_TARG_ADDED);
}

/**
 * mpt_finish_held - finish the requests that are kept, as devices and firmware answer now
 * @mpt: controller
 */
void mpt_finish_held(struct mpt *mpt)
{
	struct mpt_held *held, *next;
	MPI2RequestHeader_t *req;
	LIST_HEAD(kept);

	guard(mutex)(&mpt->mutex);
	/* Some may be kept again. */
	list_splice_init(&mpt->held, &kept);
	list_for_each_entry_safe(held, next, &kept, list) {
		list_del(&held->list);
		req = mpt_frame(mpt, held->desc >> 16);
		if (req && req->Function == MPI2_FUNCTION_SCSI_IO_REQUEST)
			mpt_finish(mpt, held->desc, 0);
		else if (req)
			mpt_request(mpt, held->desc);
		kfree(held);
	}
}

/**
 * mpt_release - let devices and firmware answer, and finish what they keep
 * @mpt: controller
 */
void mpt_release(struct mpt *mpt)
{
	struct mpt_dev *dev;

	scoped_guard(mutex, &mpt->mutex) {
		mpt->keeps_pages = false;
		list_for_each_entry(dev, &mpt->devs, list)
			dev->answer = MPT_ANSWER;
	}
	mpt_finish_held(mpt);
}
