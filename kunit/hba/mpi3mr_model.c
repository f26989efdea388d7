// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "mpi3mr_model.h"

#define REG(field)	offsetof(struct mpi3_sysif_registers, field)
#define M3_FRAME	128	/* of a request */
#define M3_REPLY	256
#define M3_PAGE		128	/* of configuration */
#define M3_HANDLE_OF_HBA	1
#define M3_HANDLE_OF_0	0x10
#define M3_HANDLE(dev)	((dev)->id + M3_HANDLE_OF_0)

struct m3_held {
	struct list_head list;
	unsigned int queue;
	struct mpi3_scsi_io_request req;
};

static const u8 keys[] = { 0xf, 0x4, 0xb, 0x2, 0x7, 0xd };

static void m3_reset(struct m3 *m3)
{
	struct m3_held *held, *next;
	int i;

	list_for_each_entry_safe(held, next, &m3->held, list) {
		list_del(&held->list);
		kfree(held);
	}
	memset(&m3->admin_req, 0, sizeof(m3->admin_req));
	memset(&m3->admin_rep, 0, sizeof(m3->admin_rep));
	memset(&m3->reply_free, 0, sizeof(m3->reply_free));
	memset(&m3->sense_free, 0, sizeof(m3->sense_free));
	for (i = 0; i < M3_QUEUES; i++) {
		memset(&m3->req[i], 0, sizeof(m3->req[i]));
		memset(&m3->rep[i], 0, sizeof(m3->rep[i]));
	}
	m3->config = 7 << MPI3_SYSIF_IOC_CONFIG_OPER_REQ_ENT_SZ_SHIFT |
		     4 << MPI3_SYSIF_IOC_CONFIG_OPER_RPY_ENT_SZ_SHIFT;
	m3->status = 0;
	m3->fault = 0;
}

static u64 m3_read(struct vpci *v, u32 off, int size)
{
	struct m3 *m3 = v->priv;

	switch (off) {
	case REG(ioc_information):
		return 60 << MPI3_SYSIF_IOC_INFO_LOW_TIMEOUT_SHIFT;
	case REG(ioc_configuration):
		return READ_ONCE(m3->config);
	case REG(ioc_status):
		return READ_ONCE(m3->status);
	case REG(host_diagnostic):
		return READ_ONCE(m3->diag);
	case REG(fault):
		return READ_ONCE(m3->fault);
	}
	return 0;
}

static void m3_write_config(struct m3 *m3, u32 val)
{
	bool was = m3->config & MPI3_SYSIF_IOC_CONFIG_ENABLE_IOC;
	bool is = val & MPI3_SYSIF_IOC_CONFIG_ENABLE_IOC;

	if (was && !is) {
		m3_reset(m3);
		m3->status |= MPI3_SYSIF_IOC_STATUS_RESET_HISTORY;
	}
	m3->config = val;
	if (!was && is)
		m3->status |= MPI3_SYSIF_IOC_STATUS_READY;
	if (val & MPI3_SYSIF_IOC_CONFIG_SHUTDOWN_MASK)
		m3->status |= MPI3_SYSIF_IOC_STATUS_SHUTDOWN_COMPLETE;
}

/* The queue index that a register holds, which the driver keeps advancing. */
static u32 *m3_index(struct m3 *m3, u32 off)
{
	u32 queue = (off - REG(oper_queue_indexes)) / 8;

	if (off >= REG(oper_queue_indexes) && queue < M3_QUEUES)
		return off % 8 ? &m3->rep[queue].theirs : &m3->req[queue].theirs;
	switch (off) {
	case REG(admin_request_queue_pi):
		return &m3->admin_req.theirs;
	case REG(admin_reply_queue_ci):
		return &m3->admin_rep.theirs;
	case REG(reply_free_host_index):
		return &m3->reply_free.theirs;
	case REG(sense_buffer_free_host_index):
		return &m3->sense_free.theirs;
	}
	return NULL;
}

static void m3_write_diag(struct m3 *m3, u32 val)
{
	if (!(m3->diag & MPI3_SYSIF_HOST_DIAG_DIAG_WRITE_ENABLE))
		return;
	switch (val & MPI3_SYSIF_HOST_DIAG_RESET_ACTION_MASK) {
	case MPI3_SYSIF_HOST_DIAG_RESET_ACTION_SOFT_RESET:
		m3_reset(m3);
		m3->diag = 0;
		m3->status |= MPI3_SYSIF_IOC_STATUS_RESET_HISTORY;
		break;
	case MPI3_SYSIF_HOST_DIAG_RESET_ACTION_DIAG_FAULT:
		m3->fault = 0xf000;
		m3->status |= MPI3_SYSIF_IOC_STATUS_FAULT;
		break;
	}
}

static void m3_write_other(struct m3 *m3, u32 off, u64 val)
{
	atomic_inc(&m3->other_writes);
	switch (off) {
	case REG(admin_queue_num_entries):
		m3->admin_req = (struct m3_queue){
			.size = val & 0xffff, .entry = M3_FRAME,
		};
		m3->admin_rep = (struct m3_queue){
			.size = val >> 16, .entry = 16, .phase = true,
		};
		break;
	case REG(admin_request_queue_address):
		m3->admin_req.base = val;
		break;
	case REG(admin_reply_queue_address):
		m3->admin_rep.base = val;
		break;
	case REG(ioc_configuration):
		m3_write_config(m3, val);
		break;
	case REG(ioc_status):
		m3->status &= ~(val & MPI3_SYSIF_IOC_STATUS_RESET_HISTORY);
		break;
	case REG(write_sequence):
		m3->key = m3->key < ARRAY_SIZE(keys) && val == keys[m3->key] ? m3->key + 1 : 0;
		if (m3->key == ARRAY_SIZE(keys))
			m3->diag |= MPI3_SYSIF_HOST_DIAG_DIAG_WRITE_ENABLE;
		break;
	case REG(host_diagnostic):
		m3_write_diag(m3, val);
		break;
	}
}

/* Nothing sleeps here, and only a reset changes what the thread changes. */
static void m3_write(struct vpci *v, u32 off, int size, u64 val)
{
	struct m3 *m3 = v->priv;
	u32 *index = m3_index(m3, off);

	if (index)
		WRITE_ONCE(*index, val);
	else
		m3_write_other(m3, off, val);
	vpci_kick(v);
}

static void *m3_entry(struct m3 *m3, struct m3_queue *q, u32 index)
{
	u32 per = PAGE_SIZE / q->entry;
	__le64 *segment;

	if (!q->segments)
		return vpci_dma(m3->v, q->base + index * q->entry, q->entry);
	segment = vpci_dma(m3->v, q->base + index / per * sizeof(*segment), sizeof(*segment));
	if (!segment)
		return NULL;
	return vpci_dma(m3->v, le64_to_cpu(*segment) + index % per * q->entry, q->entry);
}

static u32 m3_next(struct m3_queue *q)
{
	u32 index = q->ours;

	if (++q->ours == q->size) {
		q->ours = 0;
		q->phase = !q->phase;
	}
	return index;
}

/* A buffer that the driver has handed over; 0 if none is left. */
static u64 m3_take_free(struct m3 *m3, struct m3_queue *q)
{
	__le64 *addr;

	if (READ_ONCE(m3->v->gone))
		return 0;
	if (!q->size || q->ours == READ_ONCE(q->theirs)) {
		KUNIT_FAIL(m3->v->test, "no free buffer");
		return 0;
	}
	addr = m3_entry(m3, q, m3_next(q));
	return addr ? le64_to_cpu(*addr) : 0;
}

/* Descriptors end with their phase, which makes them valid. */
static void m3_post(struct m3 *m3, struct m3_queue *q, struct mpi3_default_reply_descriptor *desc,
		    u16 type, unsigned int vector)
{
	u32 index = q->ours;
	bool phase = q->phase;
	struct mpi3_default_reply_descriptor *to = m3_entry(m3, q, index);

	if (!to)
		return;
	m3_next(q);
	memcpy(to, desc, offsetof(typeof(*to), reply_flags));
	smp_wmb();
	WRITE_ONCE(to->reply_flags, cpu_to_le16(type | phase));
	vpci_raise(m3->v, vector);
}

static void m3_done(struct m3 *m3, __le16 host_tag, u16 ioc_status)
{
	struct mpi3_status_reply_descriptor desc = {
		.ioc_status = cpu_to_le16(ioc_status),
		.request_queue_ci = cpu_to_le16(m3->admin_req.ours),
		.host_tag = host_tag,
	};

	m3_post(m3, &m3->admin_rep, (void *)&desc, MPI3_REPLY_DESCRIPT_FLAGS_TYPE_STATUS, 0);
}

static void m3_event(struct m3 *m3, u8 event, const void *data, size_t len)
{
	struct mpi3_event_notification_reply *reply;
	struct mpi3_address_reply_descriptor desc = {
		.request_queue_ci = cpu_to_le16(m3->admin_req.ours),
	};
	u64 addr;

	/* The driver has not asked for events yet, or no longer does. */
	if (!m3->reply_free.size)
		return;
	addr = m3_take_free(m3, &m3->reply_free);
	reply = addr ? vpci_dma(m3->v, addr, M3_REPLY) : NULL;
	if (!reply)
		return;
	memset(reply, 0, M3_REPLY);
	reply->host_tag = cpu_to_le16(MPI3MR_HOSTTAG_INVALID);
	reply->function = MPI3_FUNCTION_EVENT_NOTIFICATION;
	reply->event = event;
	reply->event_data_length = DIV_ROUND_UP(len, 4);
	memcpy((void *)reply + offsetof(typeof(*reply), event_data), data, len);
	desc.reply_frame_address = cpu_to_le64(addr);
	m3_post(m3, &m3->admin_rep, (void *)&desc, MPI3_REPLY_DESCRIPT_FLAGS_TYPE_ADDRESS_REPLY, 0);
}

static void m3_device_page(struct m3_dev *dev, struct mpi3_device_page0 *page)
{
	union mpi3_device0_dev_spec_format *specific = &page->device_specific;
	u16 flags = 0;

	page->dev_handle = cpu_to_le16(M3_HANDLE(dev));
	page->persistent_id = cpu_to_le16(dev->id);
	page->wwid = cpu_to_le64(dev->id + 1);
	page->queue_depth = cpu_to_le16(8);
	page->device_form = dev->form;
	if (dev->hidden)
		flags |= MPI3_DEVICE0_FLAGS_HIDDEN;
	switch (dev->form) {
	case MPI3_DEVICE_DEVFORM_VD:
		specific->vd_format.vd_state = MPI3_DEVICE0_VD_STATE_OPTIMAL;
		break;
	case MPI3_DEVICE_DEVFORM_PCIE:
		specific->pcie_format.device_info =
			cpu_to_le16(MPI3_DEVICE0_PCIE_DEVICE_INFO_TYPE_NVME_DEVICE);
		specific->pcie_format.maximum_data_transfer_size = cpu_to_le32(SZ_1M);
		specific->pcie_format.page_size = 12;
		break;
	case MPI3_DEVICE_DEVFORM_SAS_SATA:
		flags |= MPI3_DEVICE0_FLAGS_ATT_METHOD_DIR_ATTACHED;
		page->parent_dev_handle = cpu_to_le16(M3_HANDLE_OF_HBA);
		page->io_unit_port = dev->id;
		specific->sas_sata_format.sas_address = cpu_to_le64(dev->id + 0x100);
		specific->sas_sata_format.device_info =
			cpu_to_le16(MPI3_SAS_DEVICE_INFO_DEVICE_TYPE_END_DEVICE |
				    MPI3_SAS_DEVICE_INFO_SSP_TARGET);
		specific->sas_sata_format.phy_num = dev->id;
		specific->sas_sata_format.negotiated_link_rate = MPI3_SAS_NEG_LINK_RATE_12_0;
		break;
	}
	page->flags = cpu_to_le16(flags);
}

static void m3_event_added(struct m3 *m3, struct m3_dev *dev)
{
	struct mpi3_device_page0 page = {};

	m3_device_page(dev, &page);
	m3_event(m3, MPI3_EVENT_DEVICE_ADDED, &page, sizeof(page));
}

static void m3_event_status(struct m3 *m3, struct m3_dev *dev, u8 reason)
{
	struct mpi3_event_data_device_status_change change = {
		.reason_code = reason,
		.dev_handle = cpu_to_le16(M3_HANDLE(dev)),
	};

	m3_event(m3, MPI3_EVENT_DEVICE_STATUS_CHANGE, &change, sizeof(change));
}

static void m3_event_port(struct m3 *m3, struct m3_dev *dev, u8 status)
{
	DEFINE_RAW_FLEX(struct mpi3_event_data_pcie_topology_change_list, topo, port_entry, 1);

	topo->num_entries = 1;
	topo->port_entry[0].attached_dev_handle = cpu_to_le16(M3_HANDLE(dev));
	topo->port_entry[0].port_status = status;
	m3_event(m3, MPI3_EVENT_PCIE_TOPOLOGY_CHANGE_LIST, topo, __struct_size(topo));
}

static void m3_event_phy(struct m3 *m3, struct m3_dev *dev, u8 status)
{
	DEFINE_RAW_FLEX(struct mpi3_event_data_sas_topology_change_list, topo, phy_entry, 1);

	topo->num_phys = M3_PHYS;
	topo->num_entries = 1;
	topo->start_phy_num = dev->id;
	topo->io_unit_port = dev->id;
	topo->phy_entry[0].attached_dev_handle = cpu_to_le16(M3_HANDLE(dev));
	topo->phy_entry[0].status = status;
	m3_event(m3, MPI3_EVENT_SAS_TOPOLOGY_CHANGE_LIST, topo, __struct_size(topo));
}

static void m3_event_gone(struct m3 *m3, struct m3_dev *dev)
{
	switch (dev->form) {
	case MPI3_DEVICE_DEVFORM_VD:
		m3_event_status(m3, dev, MPI3_EVENT_DEV_STAT_RC_VD_NOT_RESPONDING);
		break;
	case MPI3_DEVICE_DEVFORM_PCIE:
		m3_event_port(m3, dev, MPI3_EVENT_PCIE_TOPO_PS_NOT_RESPONDING);
		break;
	case MPI3_DEVICE_DEVFORM_SAS_SATA:
		m3_event_phy(m3, dev, MPI3_EVENT_SAS_TOPO_PHY_RC_TARG_NOT_RESPONDING);
		break;
	}
}

static void *m3_sge(struct m3 *m3, const struct mpi3_sge_common *sge, size_t len)
{
	if (le32_to_cpu(sge->length) < len) {
		KUNIT_FAIL(m3->v->test, "%zu bytes for a buffer of %u", len,
			   le32_to_cpu(sge->length));
		return NULL;
	}
	return vpci_dma(m3->v, le64_to_cpu(sge->address), len);
}

static void m3_facts(struct m3 *m3, struct mpi3_ioc_facts_request *req)
{
	struct mpi3_ioc_facts_data *facts;

	facts = m3_sge(m3, &req->sgl.simple, sizeof(*facts));
	if (!facts)
		return;
	memset(facts, 0, sizeof(*facts));
	facts->ioc_facts_data_length = cpu_to_le16(sizeof(*facts) / 4);
	facts->ioc_request_frame_size = cpu_to_le16(M3_FRAME / 4);
	facts->reply_frame_size = cpu_to_le16(M3_REPLY / 4);
	facts->max_outstanding_requests = cpu_to_le16(128);
	facts->max_msix_vectors = cpu_to_le16(m3->v->model->vectors);
	facts->max_persistent_id = cpu_to_le16(31);
	facts->max_dev_handle = cpu_to_le16(64);
	facts->max_operational_request_queues = cpu_to_le16(M3_QUEUES);
	facts->max_operational_reply_queues = cpu_to_le16(M3_QUEUES);
	facts->max_data_length = cpu_to_le16(256);
	/* Without it the driver would ask for the time every few minutes. */
	facts->ioc_capabilities = cpu_to_le32(MPI3_IOCFACTS_CAPABILITY_NON_SUPERVISOR_IOC);
	if (m3->multipath)
		facts->ioc_capabilities |=
			cpu_to_le32(MPI3_IOCFACTS_CAPABILITY_MULTIPATH_SUPPORTED);
}

static void m3_init(struct m3 *m3, struct mpi3_ioc_init_request *req)
{
	m3->reply_free = (struct m3_queue){
		.base = le64_to_cpu(req->reply_free_queue_address),
		.size = le16_to_cpu(req->reply_free_queue_depth),
		.entry = 8,
	};
	m3->sense_free = (struct m3_queue){
		.base = le64_to_cpu(req->sense_buffer_free_queue_address),
		.size = le16_to_cpu(req->sense_buffer_free_queue_depth),
		.entry = 8,
	};
}

static struct m3_dev *m3_by_id(struct m3 *m3, u16 id)
{
	struct m3_dev *dev;

	list_for_each_entry(dev, &m3->devs, list)
		if (dev->id == id)
			return dev;
	return NULL;
}

static struct m3_dev *m3_by_handle(struct m3 *m3, u16 handle)
{
	return m3_by_id(m3, handle - M3_HANDLE_OF_0);
}

/* The drive at a phy. */
static struct m3_dev *m3_by_phy(struct m3 *m3, u8 phy)
{
	struct m3_dev *dev = m3_by_id(m3, phy);

	return dev && dev->form == MPI3_DEVICE_DEVFORM_SAS_SATA ? dev : NULL;
}

static void m3_sas_io_unit_page(struct m3 *m3, struct mpi3_sas_io_unit_page0 *page)
{
	struct m3_dev *dev;
	u8 i;

	page->num_phys = M3_PHYS;
	for (i = 0; i < M3_PHYS; i++) {
		page->phy_data[i].io_unit_port = i;
		page->phy_data[i].controller_dev_handle = cpu_to_le16(M3_HANDLE_OF_HBA);
		dev = m3_by_phy(m3, i);
		if (!dev)
			continue;
		page->phy_data[i].attached_dev_handle = cpu_to_le16(M3_HANDLE(dev));
		page->phy_data[i].negotiated_link_rate = MPI3_SAS_NEG_LINK_RATE_12_0 << 4;
	}
}

static void m3_sas_phy_page(struct m3 *m3, struct mpi3_sas_phy_page0 *page, u8 phy)
{
	struct m3_dev *dev = m3_by_phy(m3, phy);

	page->owner_dev_handle = cpu_to_le16(M3_HANDLE_OF_HBA);
	if (!dev)
		return;
	page->attached_dev_handle = cpu_to_le16(M3_HANDLE(dev));
	page->negotiated_link_rate = MPI3_SAS_NEG_LINK_RATE_12_0 <<
				     MPI3_SAS_NEG_LINK_RATE_LOGICAL_SHIFT;
}

static u16 m3_page(struct m3 *m3, struct mpi3_config_request *req)
{
	bool only_header = req->action == MPI3_CONFIG_ACTION_PAGE_HEADER;
	u32 len = only_header ? sizeof(struct mpi3_config_page_header) : M3_PAGE;
	u32 address = le32_to_cpu(req->page_address);
	struct mpi3_config_page_header *header;
	struct mpi3_device_page0 *device;
	struct m3_dev *dev;

	header = m3_sge(m3, &req->sgl.simple, len);
	if (!header)
		return MPI3_IOCSTATUS_INVALID_SGL;
	memset(header, 0, len);
	header->page_number = req->page_number;
	header->page_type = req->page_type;
	header->page_length = cpu_to_le16(M3_PAGE / 4);
	if (only_header)
		return MPI3_IOCSTATUS_SUCCESS;
	switch (req->page_type) {
	case MPI3_CONFIG_PAGETYPE_DRIVER:
		break;
	case MPI3_CONFIG_PAGETYPE_SAS_IO_UNIT:
		m3_sas_io_unit_page(m3, (void *)header);
		break;
	case MPI3_CONFIG_PAGETYPE_SAS_PHY:
		m3_sas_phy_page(m3, (void *)header, address);
		break;
	case MPI3_CONFIG_PAGETYPE_DEVICE:
		device = (void *)header;
		dev = m3_by_handle(m3, address);
		if (dev) {
			m3_device_page(dev, device);
		} else if ((u16)address == M3_HANDLE_OF_HBA) {
			device->device_form = MPI3_DEVICE_DEVFORM_SAS_SATA;
			device->flags = cpu_to_le16(MPI3_DEVICE0_FLAGS_CONTROLLER_DEV_HANDLE);
			device->device_specific.sas_sata_format.sas_address = cpu_to_le64(0x1ff);
		} else {
			return MPI3_IOCSTATUS_CONFIG_INVALID_PAGE;
		}
		break;
	default:
		return MPI3_IOCSTATUS_CONFIG_INVALID_PAGE;
	}
	return MPI3_IOCSTATUS_SUCCESS;
}

static void m3_create_req(struct m3 *m3, struct mpi3_create_request_queue_request *req)
{
	unsigned int id = le16_to_cpu(req->queue_id) - 1;

	m3->req[id] = (struct m3_queue){
		.base = le64_to_cpu(req->base_address),
		.size = le16_to_cpu(req->size),
		.entry = M3_FRAME,
		.segments = req->flags & MPI3_CREATE_REQUEST_QUEUE_FLAGS_SEGMENTED_SEGMENTED,
		.peer = le16_to_cpu(req->reply_queue_id) - 1,
	};
}

static void m3_create_rep(struct m3 *m3, struct mpi3_create_reply_queue_request *req)
{
	unsigned int id = le16_to_cpu(req->queue_id) - 1;

	m3->rep[id] = (struct m3_queue){
		.base = le64_to_cpu(req->base_address),
		.size = le16_to_cpu(req->size),
		.entry = 16,
		.segments = req->flags & MPI3_CREATE_REQUEST_QUEUE_FLAGS_SEGMENTED_SEGMENTED,
		.peer = le16_to_cpu(req->msix_index),
		.phase = true,
	};
}

/* The reply to task management of the error handler has to be a frame. */
static void m3_task_mgmt(struct m3 *m3, struct mpi3_scsi_task_mgmt_request *req)
{
	struct mpi3_scsi_task_mgmt_reply *reply;
	struct mpi3_address_reply_descriptor desc = {
		.request_queue_ci = cpu_to_le16(m3->admin_req.ours),
	};
	u64 addr = m3_take_free(m3, &m3->reply_free);

	reply = addr ? vpci_dma(m3->v, addr, M3_REPLY) : NULL;
	if (!reply)
		return;
	memset(reply, 0, M3_REPLY);
	reply->host_tag = req->host_tag;
	reply->function = req->function;
	desc.reply_frame_address = cpu_to_le64(addr);
	m3_post(m3, &m3->admin_rep, (void *)&desc, MPI3_REPLY_DESCRIPT_FLAGS_TYPE_ADDRESS_REPLY, 0);
}

static void m3_admin(struct m3 *m3, void *frame)
{
	struct mpi3_request_header *header = frame;
	u16 status = MPI3_IOCSTATUS_SUCCESS;
	struct m3_dev *dev, *next;

	atomic_inc(&m3->requests[header->function]);
	switch (header->function) {
	case MPI3_FUNCTION_IOC_FACTS:
		m3_facts(m3, frame);
		break;
	case MPI3_FUNCTION_IOC_INIT:
		m3_init(m3, frame);
		break;
	case MPI3_FUNCTION_CONFIG:
		status = m3_page(m3, frame);
		break;
	case MPI3_FUNCTION_CREATE_REQUEST_QUEUE:
		m3_create_req(m3, frame);
		break;
	case MPI3_FUNCTION_CREATE_REPLY_QUEUE:
		m3_create_rep(m3, frame);
		break;
	case MPI3_FUNCTION_SCSI_TASK_MGMT:
		m3_task_mgmt(m3, frame);
		return;
	case MPI3_FUNCTION_PORT_ENABLE:
		list_for_each_entry_safe(dev, next, &m3->devs, list) {
			if (!dev->lost) {
				m3_event_added(m3, dev);
				continue;
			}
			list_del(&dev->list);
			kfree(dev);
		}
		break;
	case MPI3_FUNCTION_CI_UPLOAD:
	case MPI3_FUNCTION_EVENT_NOTIFICATION:
	case MPI3_FUNCTION_EVENT_ACK:
	case MPI3_FUNCTION_IO_UNIT_CONTROL:
		break;
	default:
		KUNIT_FAIL(m3->v->test, "function %02x of the firmware", header->function);
		status = MPI3_IOCSTATUS_INVALID_FUNCTION;
	}
	m3_done(m3, header->host_tag, status);
}

/*
 * Copy between the buffers of a request and @at. The list of buffers may be
 * chained.
 */
static void m3_copy(struct m3 *m3, const struct mpi3_sge_common *sge, u8 *at, u32 len,
		    bool to_host)
{
	u32 n, type;
	void *buffer;

	while (len) {
		type = sge->flags & MPI3_SGE_FLAGS_ELEMENT_TYPE_MASK;
		n = le32_to_cpu(sge->length);
		buffer = vpci_dma(m3->v, le64_to_cpu(sge->address), n);
		if (!buffer)
			return;
		if (type != MPI3_SGE_FLAGS_ELEMENT_TYPE_SIMPLE) {
			atomic_inc(&m3->chains);
			sge = buffer;
			continue;
		}
		n = min(n, len);
		if (to_host)
			memcpy(buffer, at, n);
		else
			memcpy(at, buffer, n);
		at += n;
		len -= n;
		if (len && (sge->flags & MPI3_SGE_FLAGS_END_OF_LIST)) {
			KUNIT_FAIL(m3->v->test, "%u bytes have no buffer", len);
			return;
		}
		sge++;
	}
}

/* Returns how much the command transfers. */
static u32 m3_answer_cdb(struct m3 *m3, struct mpi3_scsi_io_request *req, struct m3_dev *dev,
			 u8 *status)
{
	const u8 *cdb = req->cdb.cdb32;
	u8 answer[64] = {}, *at;
	int len;

	len = vpci_answer(cdb, scsilun_to_int((struct scsi_lun *)req->lun),
			  le32_to_cpu(req->data_length), "VIRTUAL MPI3MR DEVICE   0001", dev->disk, answer,
			  &at);
	*status = len < 0 ? SAM_STAT_CHECK_CONDITION : SAM_STAT_GOOD;
	if (len <= 0)
		return 0;
	m3_copy(m3, &req->sgl[0].simple, at, len, cdb[0] != WRITE_10);
	return len;
}

static void m3_finish(struct m3 *m3, unsigned int queue, struct mpi3_scsi_io_request *req,
		      struct m3_dev *dev)
{
	struct m3_queue *rep = &m3->rep[m3->req[queue].peer];
	struct mpi3_address_reply_descriptor desc = {
		.request_queue_ci = cpu_to_le16(m3->req[queue].ours),
		.request_queue_id = cpu_to_le16(queue + 1),
	};
	struct mpi3_scsi_io_reply *reply;
	u64 addr, sense;
	u8 *buffer;

	addr = m3_take_free(m3, &m3->reply_free);
	reply = addr ? vpci_dma(m3->v, addr, M3_REPLY) : NULL;
	if (!reply)
		return;
	memset(reply, 0, M3_REPLY);
	reply->host_tag = req->host_tag;
	reply->function = req->function;
	reply->dev_handle = req->dev_handle;
	reply->scsi_state = MPI3_SCSI_STATE_SENSE_NOT_AVAILABLE;
	if (!dev || dev->answer == M3_SILENT) {
		reply->ioc_status = cpu_to_le16(MPI3_IOCSTATUS_SCSI_DEVICE_NOT_THERE);
	} else if (dev->answer == M3_BUSY) {
		reply->ioc_status = cpu_to_le16(MPI3_IOCSTATUS_BUSY);
	} else if (dev->answer == M3_GARBAGE) {
		reply->ioc_status = cpu_to_le16(MPI3_IOCSTATUS_STATUS_MASK);
	} else {
		u32 len = m3_answer_cdb(m3, req, dev, &reply->scsi_status);

		reply->transfer_count = cpu_to_le32(len);
		if (len < le32_to_cpu(req->data_length))
			reply->ioc_status = cpu_to_le16(MPI3_IOCSTATUS_SCSI_DATA_UNDERRUN);
	}
	if (reply->scsi_status == SAM_STAT_CHECK_CONDITION) {
		sense = m3_take_free(m3, &m3->sense_free);
		buffer = sense ? vpci_dma(m3->v, sense, 18) : NULL;
		if (!buffer)
			return;
		memset(buffer, 0, 18);
		buffer[0] = 0x70;
		buffer[2] = ILLEGAL_REQUEST;
		buffer[7] = 10;
		buffer[12] = 0x20;
		reply->sense_data_buffer_address = cpu_to_le64(sense);
		reply->sense_count = cpu_to_le32(18);
		reply->scsi_state = MPI3_SCSI_STATE_SENSE_VALID;
	}
	desc.reply_frame_address = cpu_to_le64(addr);
	m3_post(m3, rep, (void *)&desc, MPI3_REPLY_DESCRIPT_FLAGS_TYPE_ADDRESS_REPLY, rep->peer);
}

static void m3_io(struct m3 *m3, unsigned int queue, struct mpi3_scsi_io_request *req)
{
	struct m3_dev *dev = m3_by_handle(m3, le16_to_cpu(req->dev_handle));
	struct m3_held *held;

	atomic_inc(&m3->requests[req->function]);
	if (req->function != MPI3_FUNCTION_SCSI_IO) {
		KUNIT_FAIL(m3->v->test, "function %02x in a queue for I/O", req->function);
		return;
	}
	if (!dev || dev->answer != M3_HANG) {
		m3_finish(m3, queue, req, dev);
		return;
	}
	held = kzalloc_obj(*held);
	if (!held)
		return;
	held->queue = queue;
	held->req = *req;
	list_add_tail(&held->list, &m3->held);
	complete(&m3->is_held);
}

static void m3_work(struct vpci *v)
{
	struct m3 *m3 = v->priv;
	unsigned int i;
	void *frame;

	guard(mutex)(&m3->mutex);
	while ((READ_ONCE(m3->status) & MPI3_SYSIF_IOC_STATUS_READY) && m3->admin_req.size &&
	       m3->admin_req.ours != READ_ONCE(m3->admin_req.theirs)) {
		frame = m3_entry(m3, &m3->admin_req, m3_next(&m3->admin_req));
		if (frame)
			m3_admin(m3, frame);
	}
	for (i = 0; i < M3_QUEUES; i++)
		while ((READ_ONCE(m3->status) & MPI3_SYSIF_IOC_STATUS_READY) && m3->req[i].size &&
		       m3->req[i].ours != READ_ONCE(m3->req[i].theirs)) {
			frame = m3_entry(m3, &m3->req[i], m3_next(&m3->req[i]));
			if (frame)
				m3_io(m3, i, frame);
		}
}

static bool m3_behind(struct vpci *v, unsigned int vector)
{
	struct m3 *m3 = v->priv;
	unsigned int i;

	guard(mutex)(&m3->mutex);
	if (!(READ_ONCE(m3->status) & MPI3_SYSIF_IOC_STATUS_READY))
		return false;
	if (!vector && m3->admin_rep.size && m3->admin_rep.ours != READ_ONCE(m3->admin_rep.theirs))
		return true;
	for (i = 0; i < M3_QUEUES; i++)
		if (m3->rep[i].size && m3->rep[i].peer == vector &&
		    m3->rep[i].ours != READ_ONCE(m3->rep[i].theirs))
			return true;
	return false;
}

static const struct vpci_model m3_model = {
	.vendor = MPI3_MFGPAGE_VENDORID_BROADCOM,
	.device = MPI3_MFGPAGE_DEVID_SAS4116,
	.revision = 1,
	.class = 0x010400,
	.bar_size = SZ_32K,
	.vectors = 3,
	/* A secure controller, not for debugging. */
	.serial = MPI3MR_HARD_SECURE_DEVICE,
	.read = m3_read,
	.write = m3_write,
	.work = m3_work,
	.behind = m3_behind,
};

/**
 * m3_alloc - a controller that is not plugged in yet
 * @test: test that the controller belongs to
 *
 * Return: the controller.
 */
struct m3 *m3_alloc(struct kunit *test)
{
	struct m3 *m3 = kunit_kzalloc(test, sizeof(*m3), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m3);
	mutex_init(&m3->mutex);
	INIT_LIST_HEAD(&m3->devs);
	INIT_LIST_HEAD(&m3->held);
	init_completion(&m3->is_held);
	m3_reset(m3);
	return m3;
}

/**
 * m3_start - plug the controller in; with scan=async the first scan may go on after that
 * @test: test
 * @m3: controller
 */
void m3_start(struct kunit *test, struct m3 *m3)
{
	m3->v = vpci_add(test, &m3_model, m3);
}

/**
 * m3_plug - add a device
 * @m3: controller
 * @id: persistent id, below 32
 * @form: see struct m3_dev
 * @hidden: not to be shown
 */
void m3_plug(struct m3 *m3, u16 id, u8 form, bool hidden)
{
	struct m3_dev *dev = kzalloc_obj(*dev);

	if (!dev)
		return;
	dev->id = id;
	dev->form = form;
	dev->hidden = hidden;
	guard(mutex)(&m3->mutex);
	list_add_tail(&dev->list, &m3->devs);
	m3_event_added(m3, dev);
}

/**
 * m3_unplug - remove a device
 * @m3: controller
 * @id: persistent id
 */
void m3_unplug(struct m3 *m3, u16 id)
{
	struct m3_dev *dev;

	guard(mutex)(&m3->mutex);
	dev = m3_by_id(m3, id);
	if (!dev)
		return;
	list_del(&dev->list);
	m3_event_gone(m3, dev);
	kfree(dev);
}

/**
 * m3_lose - make a device disappear at the next reset
 * @m3: controller
 * @id: persistent id
 */
void m3_lose(struct m3 *m3, u16 id)
{
	struct m3_dev *dev;

	guard(mutex)(&m3->mutex);
	dev = m3_by_id(m3, id);
	if (dev)
		dev->lost = true;
}

/**
 * m3_delay - say that an NVMe drive does not respond, and may come back
 * @m3: controller
 * @id: persistent id
 */
void m3_delay(struct m3 *m3, u16 id)
{
	struct m3_dev *dev;

	guard(mutex)(&m3->mutex);
	dev = m3_by_id(m3, id);
	if (dev)
		m3_event_port(m3, dev, MPI3_EVENT_PCIE_TOPO_PS_DELAY_NOT_RESPONDING);
}

/**
 * m3_fail - make the firmware fail
 * @m3: controller; its driver finds out within a second, and resets it
 */
void m3_fail(struct m3 *m3)
{
	m3->fault = 0x1234;
	WRITE_ONCE(m3->status, m3->status | MPI3_SYSIF_IOC_STATUS_FAULT);
}

/**
 * m3_hide - hide a device, or show it
 * @m3: controller
 * @id: persistent id
 * @hide: what to do
 */
void m3_hide(struct m3 *m3, u16 id, bool hide)
{
	struct m3_dev *dev;

	guard(mutex)(&m3->mutex);
	dev = m3_by_id(m3, id);
	if (!dev)
		return;
	dev->hidden = hide;
	m3_event_status(m3, dev, hide ? MPI3_EVENT_DEV_STAT_RC_HIDDEN :
			MPI3_EVENT_DEV_STAT_RC_NOT_HIDDEN);
}

/**
 * m3_answer - what a device does with commands from now on
 * @m3: controller
 * @id: persistent id
 * @answer: see &enum m3_answer
 */
void m3_answer(struct m3 *m3, u16 id, enum m3_answer answer)
{
	struct m3_dev *dev;

	guard(mutex)(&m3->mutex);
	dev = m3_by_id(m3, id);
	if (dev)
		dev->answer = answer;
}

/**
 * m3_babble - send nonsense: unknown events and reasons, events for devices
 *	that were never there or are no devices, and the end of a command that
 *	was never sent
 * @m3: controller
 */
void m3_babble(struct m3 *m3)
{
	static struct m3_dev nobody = { .id = 20, .form = MPI3_DEVICE_DEVFORM_PCIE };
	static struct m3_dev none = { .id = 21, .form = 0xf };
	struct m3_dev *dev;
	u8 reason;

	guard(mutex)(&m3->mutex);
	m3_event(m3, 0xee, nobody.disk, 16);
	for (reason = 0; reason < 0x20; reason++)
		m3_event_status(m3, &nobody, reason);
	for (reason = 0; reason < 0x10; reason++) {
		m3_event_port(m3, &nobody, reason);
		m3_event_phy(m3, &nobody, reason);
	}
	/* Reasons that do not exist, for devices that do. */
	list_for_each_entry(dev, &m3->devs, list) {
		m3_event_status(m3, dev, 0xee);
		for (reason = 0x7; reason < 0x10; reason++) {
			m3_event_port(m3, dev, reason);
			m3_event_phy(m3, dev, reason);
		}
	}
	m3_event_added(m3, &none);
	m3_done(m3, cpu_to_le16(0xfff0), MPI3_IOCSTATUS_SUCCESS);
}

/**
 * m3_finish_held - finish the commands that devices keep, as the devices answer now
 * @m3: controller
 */
void m3_finish_held(struct m3 *m3)
{
	struct m3_held *held, *next;

	guard(mutex)(&m3->mutex);
	list_for_each_entry_safe(held, next, &m3->held, list) {
		list_del(&held->list);
		m3_finish(m3, held->queue, &held->req,
			  m3_by_handle(m3, le16_to_cpu(held->req.dev_handle)));
		kfree(held);
	}
}

/**
 * m3_release - let all devices answer, and finish what they keep
 * @m3: controller
 */
void m3_release(struct m3 *m3)
{
	struct m3_dev *dev;

	scoped_guard(mutex, &m3->mutex)
		list_for_each_entry(dev, &m3->devs, list)
			dev->answer = M3_ANSWER;
	m3_finish_held(m3);
}
