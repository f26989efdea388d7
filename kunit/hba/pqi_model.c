// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "pqi_model.h"

#define REG(field)	offsetof(struct pqi_ctrl_registers, field)
#define PQI_REG(field)	REG(pqi_registers.field)
/*
 * Where the driver writes its indices, one word for each queue. The hardware
 * has them somewhere else.
 */
#define PQ_INDICES	0x5000
#define PQ_ADMIN_IQ	0
#define PQ_ADMIN_OQ	1
#define PQ_IQ(id)	(2 + (id))
#define PQ_OQ(id)	(PQ_IQ(2 * PQ_GROUPS) + (id))
#define PQ_OFFSET(word)	(PQ_INDICES - PQI_DEVICE_REGISTERS_OFFSET + (word) * sizeof(u32))
/* Registers and commands, as in smartpqi_sis.c. */
#define PQ_UP		0x80
#define PQ_PANIC	0x100
#define PQ_COMMAND	0x200
#define PQ_DONE		0x1000
#define PQ_SHUTDOWN	0x800000

struct pq_held {
	struct list_head list;
	u8 iu[PQ_IU];
};

static void pq_reset(struct pq *pq)
{
	struct pq_held *held, *next;

	list_for_each_entry_safe(held, next, &pq->held, list) {
		list_del(&held->list);
		kfree(held);
	}
	memset(&pq->admin_iq, 0, sizeof(pq->admin_iq));
	memset(&pq->admin_oq, 0, sizeof(pq->admin_oq));
	memset(pq->iq, 0, sizeof(pq->iq));
	memset(pq->oq, 0, sizeof(pq->oq));
}

static void pq_init(struct vpci *v)
{
	struct pq *pq = v->priv;

	pq->v = v;
}

static u64 pq_read(struct vpci *v, u32 off, int size)
{
	struct pq *pq = v->priv;
	u64 signature;

	switch (off) {
	case REG(sis_ctrl_to_host_doorbell):
		return READ_ONCE(pq->done);
	case REG(sis_driver_scratch):
		return READ_ONCE(pq->scratch);
	case REG(sis_product_identifier):
		return PQI_CTRL_PRODUCT_ID_GEN2;
	case REG(sis_firmware_status):
		return READ_ONCE(pq->status);
	case REG(sis_mailbox[0]) ... REG(sis_mailbox[7]):
		return READ_ONCE(pq->mailbox[(off - REG(sis_mailbox[0])) / sizeof(u32)]);
	case PQI_REG(signature):
		memcpy(&signature, PQI_DEVICE_SIGNATURE, sizeof(signature));
		return signature;
	case PQI_REG(max_reset_timeout):
		return 10;
	case PQI_REG(device_status):
		return 2;
	case PQI_REG(admin_iq_pi_offset):
		return PQ_OFFSET(PQ_ADMIN_IQ);
	case PQI_REG(admin_oq_ci_offset):
		return PQ_OFFSET(PQ_ADMIN_OQ);
	case PQI_REG(device_reset):
		return READ_ONCE(pq->reset);
	}
	/*
	 * This includes bits that clear themselves, and the status that says
	 * that nothing is being done.
	 */
	return 0;
}

static u32 *pq_index(struct pq *pq, u32 off)
{
	u32 word = (off - PQ_INDICES) / sizeof(u32);

	if (off < PQ_INDICES)
		return NULL;
	switch (word) {
	case PQ_ADMIN_IQ:
		return &pq->admin_iq.theirs;
	case PQ_ADMIN_OQ:
		return &pq->admin_oq.theirs;
	case PQ_IQ(1) ... PQ_IQ(2 * PQ_GROUPS):
		return &pq->iq[word - PQ_IQ(0)].theirs;
	case PQ_OQ(1) ... PQ_OQ(PQ_GROUPS + 1):
		return &pq->oq[word - PQ_OQ(0)].theirs;
	}
	return NULL;
}

static void pq_sis_command(struct pq *pq)
{
	u32 *mailbox = pq->mailbox;
	struct {
		__le32 revision, flags, low, high, length, number;
	} *base;

	switch (mailbox[0]) {
	case 0x19:	/* properties: extended ones; features, and queues as PQI has them */
		mailbox[1] = 0x800000;
		mailbox[4] = 0x6;
		break;
	case 0x3000:	/* capabilities; there is no configuration table */
		mailbox[1] = 64;
		mailbox[2] = SZ_1M;
		mailbox[3] = PQ_REQUESTS;
		mailbox[4] = 0;
		mailbox[5] = 0;
		break;
	case 0x1b:	/* memory for errors; queues begin anew */
		pq_reset(pq);
		base = vpci_dma(pq->v, mailbox[1] | (u64)mailbox[2] << 32, sizeof(*base));
		if (base)
			pq->errors = le32_to_cpu(base->low) | (u64)le32_to_cpu(base->high) << 32;
		break;
	default:
		KUNIT_FAIL(pq->v->test, "command %x of the firmware", mailbox[0]);
	}
	mailbox[0] = 1;
	pq->command = false;
	WRITE_ONCE(pq->done, PQ_DONE);
}

static void pq_write_other(struct pq *pq, u32 off, u64 val)
{
	atomic_inc(&pq->asked.other_writes);
	switch (off) {
	case REG(sis_host_to_ctrl_doorbell):
		if (val & PQ_COMMAND)
			WRITE_ONCE(pq->command, true);
		if (val & PQ_SHUTDOWN)
			WRITE_ONCE(pq->status, PQ_PANIC);
		break;
	case REG(sis_ctrl_to_host_doorbell_clear):
		pq->done &= ~val;
		break;
	case REG(sis_driver_scratch):
		pq->scratch = val;
		break;
	case REG(sis_mailbox[0]) ... REG(sis_mailbox[7]):
		pq->mailbox[(off - REG(sis_mailbox[0])) / sizeof(u32)] = val;
		break;
	case PQI_REG(admin_iq_element_array_addr):
		pq->admin_iq.base = val;
		break;
	case PQI_REG(admin_oq_element_array_addr):
		pq->admin_oq.base = val;
		break;
	case PQI_REG(admin_iq_ci_addr):
		pq->admin_iq.index = val;
		break;
	case PQI_REG(admin_oq_pi_addr):
		pq->admin_oq.index = val;
		break;
	case PQI_REG(admin_iq_num_elements):
		pq->admin_iq.entry = PQI_ADMIN_IQ_ELEMENT_LENGTH;
		pq->admin_oq.entry = PQI_ADMIN_OQ_ELEMENT_LENGTH;
		pq->admin_oq.size = val >> 8 & 0xff;
		WRITE_ONCE(pq->admin_iq.size, val & 0xff);
		break;
	case PQI_REG(device_reset):
		WRITE_ONCE(pq->reset, val);
		break;
	}
}

/* Nothing sleeps here, and this changes nothing that the thread changes. */
static void pq_write(struct vpci *v, u32 off, int size, u64 val)
{
	struct pq *pq = v->priv;
	u32 *index = pq_index(pq, off);

	if (index)
		WRITE_ONCE(*index, val);
	else
		pq_write_other(pq, off, val);
	vpci_kick(v);
}

static bool pq_runs(struct pq *pq)
{
	return !READ_ONCE(pq->v->gone) && READ_ONCE(pq->status) == PQ_UP;
}

static void *pq_entry(struct pq *pq, struct pq_queue *q)
{
	return vpci_dma(pq->v, q->base + q->ours * q->entry, q->entry);
}

/* One more entry is done, and the driver may see that. */
static void pq_next(struct pq *pq, struct pq_queue *q)
{
	u32 *index = vpci_dma(pq->v, q->index, sizeof(*index));

	q->ours = (q->ours + 1) % q->size;
	if (index)
		smp_store_release(index, q->ours);
}

static bool pq_full(struct pq_queue *q)
{
	return (q->ours + 1) % q->size == READ_ONCE(q->theirs);
}

static void pq_post(struct pq *pq, struct pq_queue *q, const void *response, size_t len)
{
	void *to;

	if (!q->size || !pq_runs(pq))
		return;
	to = pq_entry(pq, q);
	if (!to)
		return;
	memset(to, 0, q->entry);
	memcpy(to, response, len);
	pq_next(pq, q);
	vpci_raise(pq->v, q->vector);
}

static void pq_capability(struct pq *pq, struct pqi_general_admin_request *req)
{
	struct pqi_device_capability *cap;

	cap = vpci_dma(pq->v, get_unaligned_le64(&req->data.report_device_capability
						 .sg_descriptor.address), sizeof(*cap));
	if (!cap)
		return;
	memset(cap, 0, sizeof(*cap));
	cap->max_inbound_queues = cpu_to_le16(2 * PQ_GROUPS);
	cap->max_outbound_queues = cpu_to_le16(PQ_GROUPS + 1);
	cap->max_elements_per_iq = cpu_to_le16(64);
	cap->max_elements_per_oq = cpu_to_le16(64);
	cap->max_iq_element_length = cpu_to_le16(PQI_OPERATIONAL_IQ_ELEMENT_LENGTH / 16);
	cap->max_oq_element_length = cpu_to_le16(PQI_OPERATIONAL_OQ_ELEMENT_LENGTH / 16);
	cap->iu_layer_descriptors[PQI_PROTOCOL_SOP].inbound_spanning_supported = 1;
	cap->iu_layer_descriptors[PQI_PROTOCOL_SOP].max_inbound_iu_length = cpu_to_le16(PQ_IU);
}

static void pq_admin(struct pq *pq, struct pqi_general_admin_request *req)
{
	struct pqi_general_admin_response resp = {
		.header.iu_type = PQI_RESPONSE_IU_GENERAL_ADMIN,
		.header.iu_length = cpu_to_le16(PQI_GENERAL_ADMIN_IU_LENGTH),
		.request_id = req->request_id,
		.function_code = req->function_code,
	};
	u16 id = get_unaligned_le16(&req->data.create_operational_iq.queue_id);

	switch (req->function_code) {
	case PQI_GENERAL_ADMIN_FUNCTION_REPORT_DEVICE_CAPABILITY:
		pq_capability(pq, req);
		break;
	case PQI_GENERAL_ADMIN_FUNCTION_CREATE_IQ:
		if (id - 1U >= 2 * PQ_GROUPS)
			goto wrong;
		pq->iq[id] = (struct pq_queue){
			.base = le64_to_cpu(req->data.create_operational_iq.element_array_addr),
			.index = le64_to_cpu(req->data.create_operational_iq.ci_addr),
			.size = le16_to_cpu(req->data.create_operational_iq.num_elements),
			.entry = le16_to_cpu(req->data.create_operational_iq.element_length) * 16,
		};
		resp.data.create_operational_iq.iq_pi_offset = cpu_to_le64(PQ_OFFSET(PQ_IQ(id)));
		break;
	case PQI_GENERAL_ADMIN_FUNCTION_CREATE_OQ:
		if (id - 1U >= PQ_GROUPS + 1)
			goto wrong;
		pq->oq[id] = (struct pq_queue){
			.base = le64_to_cpu(req->data.create_operational_oq.element_array_addr),
			.index = le64_to_cpu(req->data.create_operational_oq.pi_addr),
			.size = le16_to_cpu(req->data.create_operational_oq.num_elements),
			.entry = le16_to_cpu(req->data.create_operational_oq.element_length) * 16,
			.vector = le16_to_cpu(req->data.create_operational_oq.int_msg_num),
		};
		resp.data.create_operational_oq.oq_ci_offset = cpu_to_le64(PQ_OFFSET(PQ_OQ(id)));
		break;
	case PQI_GENERAL_ADMIN_FUNCTION_CHANGE_IQ_PROPERTY:
		break;
	default:
wrong:
		KUNIT_FAIL(pq->v->test, "admin request %x, queue %u", req->function_code, id);
		resp.status = 1;
	}
	pq_post(pq, &pq->admin_oq, &resp, sizeof(resp));
}

static struct pq_dev *pq_find(struct pq *pq, enum pq_kind kind, u16 number)
{
	struct pq_dev *dev;

	list_for_each_entry(dev, &pq->devs, list)
		if (dev->kind == kind && dev->number == number)
			return dev;
	return NULL;
}

static struct pq_dev *pq_by_lunid(struct pq *pq, const u8 *lunid)
{
	struct pq_dev *dev;

	list_for_each_entry(dev, &pq->devs, list)
		if (!memcmp(dev->lunid, lunid, sizeof(dev->lunid)))
			return dev;
	return NULL;
}

static bool pq_is_physical(struct pq_dev *dev)
{
	return dev->kind != PQ_VOLUME && dev->kind != PQ_EXTERNAL;
}

static u32 pq_report_phys(struct pq *pq)
{
	struct report_phys_lun_8byte_wwid_list *list = (void *)pq->data;
	struct report_phys_lun_8byte_wwid *lun = list->lun_entries;
	struct pq_dev *dev;

	list_for_each_entry(dev, &pq->devs, list) {
		if (!pq_is_physical(dev))
			continue;
		memcpy(lun->lunid, dev->lunid, sizeof(lun->lunid));
		lun->wwid = cpu_to_be64(0x5000000000000000 + dev->number);
		lun->device_type = SA_DEVICE_TYPE_SAS;
		if (dev->kind == PQ_DISK)
			lun->device_flags = CISS_REPORT_PHYS_DEV_FLAG_AIO_ENABLED;
		lun->lun_count = 1;
		lun->aio_handle = dev->number;
		lun++;
	}
	list->header.list_length = cpu_to_be32((void *)lun - (void *)list->lun_entries);
	list->header.flags = CISS_REPORT_PHYS_FLAG_EXTENDED_FORMAT_2;
	return (u8 *)lun - pq->data;
}

static u32 pq_report_log(struct pq *pq)
{
	struct report_log_lun_list *list = (void *)pq->data;
	struct report_log_lun *lun = list->lun_entries;
	struct pq_dev *dev;

	list_for_each_entry(dev, &pq->devs, list) {
		if (pq_is_physical(dev))
			continue;
		memcpy(lun->lunid, dev->lunid, sizeof(lun->lunid));
		memcpy(lun->volume_id, dev->lunid, sizeof(dev->lunid));
		lun++;
	}
	list->header.list_length = cpu_to_be32((void *)lun - (void *)list->lun_entries);
	return (u8 *)lun - pq->data;
}

static u32 pq_bmic(struct pq *pq, const u8 *cdb)
{
	struct bmic_identify_physical_device *disk = (void *)pq->data;

	switch (cdb[6]) {
	case BMIC_IDENTIFY_PHYSICAL_DEVICE:
		if (!pq_find(pq, PQ_DISK, cdb[2]) && !pq_find(pq, PQ_TAPE, cdb[2]))
			return 0;
		memcpy(disk->model, "VIRTUAL SMARTPQI DISK  ", 23);
		disk->current_queue_depth_limit = cpu_to_le16(8);
		return sizeof(*disk);
	case BMIC_IDENTIFY_CONTROLLER:
	case BMIC_SENSE_SUBSYSTEM_INFORMATION:
	case BMIC_SENSE_DIAG_OPTIONS:
		return sizeof(pq->data);
	}
	KUNIT_FAIL(pq->v->test, "BMIC request %02x", cdb[6]);
	return 0;
}

static u32 pq_inquiry(struct pq *pq, struct pq_dev *dev, const u8 *cdb)
{
	u8 *data = pq->data;

	if (!(cdb[1] & 1)) {
		data[0] = !dev ? TYPE_RAID : dev->kind == PQ_TAPE ? TYPE_TAPE : TYPE_DISK;
		data[2] = 5;
		data[3] = 2;
		data[4] = 36 - 5;
		memcpy(&data[8], "VIRTUAL SMARTPQI DEVICE 0001", 28);
		return 36;
	}
	data[1] = cdb[2];
	switch (dev && !pq_is_physical(dev) ? cdb[2] : 0) {
	case CISS_VPD_LV_DEVICE_GEOMETRY:
	case CISS_VPD_LV_BYPASS_STATUS:
		/* RAID 0, which no request bypasses */
		data[3] = 60;
		return 64;
	case CISS_VPD_LV_STATUS:
		data[3] = sizeof(struct ciss_vpd_logical_volume_status) - 4;
		return sizeof(struct ciss_vpd_logical_volume_status);
	}
	return 0;
}

/* A transfer of some blocks of a disk, or NULL. */
static u8 *pq_blocks(struct pq_dev *dev, const u8 *cdb, u32 len)
{
	u32 lba = get_unaligned_be32(&cdb[2]), n = get_unaligned_be16(&cdb[7]);

	if (!dev || len != n * 512 || lba > PQ_BLOCKS || n > PQ_BLOCKS - lba)
		return NULL;
	return dev->disk + lba * 512;
}

/*
 * Returns how much the request transfers from or to @at, at most @len. 0 means
 * that the device does not know the request, unless the request asked for
 * nothing.
 */
static u32 pq_execute(struct pq *pq, struct pq_dev *dev, const u8 *cdb, u32 len, u8 **at)
{
	u32 got = 0;

	*at = pq->data;
	memset(pq->data, 0, sizeof(pq->data));
	switch (cdb[0]) {
	case INQUIRY:
		got = pq_inquiry(pq, dev, cdb);
		break;
	case REPORT_LUNS:
		put_unaligned_be32(8, pq->data);
		got = 16;
		break;
	case READ_CAPACITY:
		put_unaligned_be32(PQ_BLOCKS - 1, pq->data);
		put_unaligned_be32(512, pq->data + 4);
		got = 8;
		break;
	case READ_10:
	case WRITE_10:
		*at = pq_blocks(dev, cdb, len);
		return *at ? len : 0;
	case CISS_REPORT_PHYS:
		got = pq_report_phys(pq);
		break;
	case CISS_REPORT_LOG:
		got = pq_report_log(pq);
		break;
	case BMIC_READ:
		got = pq_bmic(pq, cdb);
		break;
	case BMIC_WRITE:
		got = sizeof(pq->data);
		break;
	}
	return min(got, len);
}

/*
 * Copy between the buffers of a request and @at. The list of buffers may be
 * chained.
 */
static void pq_copy(struct pq *pq, const struct pqi_sg_descriptor *sg, u8 *at, u32 len,
		    bool to_host)
{
	u32 flags, n;
	void *buffer;

	while (len) {
		flags = get_unaligned_le32(&sg->flags);
		n = get_unaligned_le32(&sg->length);
		buffer = vpci_dma(pq->v, get_unaligned_le64(&sg->address), n);
		if (!buffer)
			return;
		if (flags & CISS_SG_CHAIN) {
			sg = buffer;
			continue;
		}
		atomic_inc(&pq->buffers);
		n = min(n, len);
		if (to_host)
			memcpy(buffer, at, n);
		else
			memcpy(at, buffer, n);
		at += n;
		len -= n;
		if (len && (flags & CISS_SG_LAST)) {
			KUNIT_FAIL(pq->v->test, "%u bytes have no buffer", len);
			return;
		}
		sg++;
	}
}

/* Returns how much was transferred, as pq_execute(). */
static u32 pq_transfer(struct pq *pq, struct pq_dev *dev, const u8 *cdb,
		       const struct pqi_sg_descriptor *sg, u32 len, bool to_host)
{
	u8 *at;
	u32 got = pq_execute(pq, dev, cdb, len, &at);

	if (got)
		pq_copy(pq, sg, at, got, to_host);
	return got;
}

static void *pq_error(struct pq *pq, __le16 index)
{
	void *error;

	error = vpci_dma(pq->v, pq->errors + le16_to_cpu(index) * PQI_ERROR_BUFFER_ELEMENT_LENGTH,
			 PQI_ERROR_BUFFER_ELEMENT_LENGTH);
	if (error)
		memset(error, 0, PQI_ERROR_BUFFER_ELEMENT_LENGTH);
	return error;
}

static void pq_sense(u8 *sense, u8 key, u8 asc, u8 ascq)
{
	sense[0] = 0x70;
	sense[2] = key;
	sense[7] = 10;
	sense[12] = asc;
	sense[13] = ascq;
}

static void pq_respond(struct pq *pq, const struct pqi_iu_header *req, u8 type, __le16 request_id)
{
	struct pqi_io_response resp = {
		.header.iu_type = type,
		.header.iu_length = cpu_to_le16(sizeof(resp) - PQI_REQUEST_HEADER_LENGTH),
		.request_id = request_id,
		.error_index = request_id,
	};
	u16 id = le16_to_cpu(req->response_queue_id);

	if (id - 1U < PQ_GROUPS + 1)
		pq_post(pq, &pq->oq[id], &resp, sizeof(resp));
	else
		KUNIT_FAIL(pq->v->test, "request for queue %u", id);
}

/* What the device, or the controller itself, does with a request. */
static enum pq_answer pq_answer_to(struct pq *pq, const void *iu, struct pq_dev *dev)
{
	const struct pqi_raid_path_request *req = iu;

	if (dev)
		return dev->answer;
	if (req->header.iu_type != PQI_REQUEST_IU_RAID_PATH_IO ||
	    memcmp(req->lun_number, RAID_CTLR_LUNID, sizeof(req->lun_number)))
		return PQ_SILENT;
	return req->cdb[0] == pq->list ? pq->list_answer : PQ_ANSWER;
}

static void pq_raid(struct pq *pq, struct pqi_raid_path_request *req, struct pq_dev *dev)
{
	bool silent = pq_answer_to(pq, req, dev) == PQ_SILENT;
	u32 len = le32_to_cpu(req->buffer_length);
	struct pqi_raid_error_info *error;
	u32 got = 0;

	if (!silent)
		got = pq_transfer(pq, dev, req->cdb, req->sg_descriptors, len,
				  req->data_direction == SOP_READ_FLAG);
	if (!silent && got == len) {
		pq_respond(pq, &req->header, PQI_RESPONSE_IU_RAID_PATH_IO_SUCCESS,
			   req->request_id);
		return;
	}
	error = pq_error(pq, req->error_index);
	if (!error)
		return;
	if (got) {
		error->data_out_result = PQI_DATA_IN_OUT_UNDERFLOW;
		error->data_out_transferred = cpu_to_le32(got);
	} else {
		error->status = SAM_STAT_CHECK_CONDITION;
		error->sense_data_length = cpu_to_le16(18);
		if (silent)
			pq_sense(error->data, HARDWARE_ERROR, 0x3e, 1);
		else
			pq_sense(error->data, ILLEGAL_REQUEST, 0x20, 0);
	}
	pq_respond(pq, &req->header, PQI_RESPONSE_IU_RAID_PATH_IO_ERROR, req->request_id);
}

static void pq_aio(struct pq *pq, struct pqi_aio_path_request *req, struct pq_dev *dev)
{
	bool silent = pq_answer_to(pq, req, dev) == PQ_SILENT;
	u32 len = le32_to_cpu(req->buffer_length);
	struct pqi_aio_error_info *error;
	u32 got = 0;

	/* In these requests the flag says what the device does. */
	if (!silent)
		got = pq_transfer(pq, dev, req->cdb, req->sg_descriptors, len,
				  req->data_direction == SOP_WRITE_FLAG);
	if (!silent && got == len) {
		pq_respond(pq, &req->header, PQI_RESPONSE_IU_AIO_PATH_IO_SUCCESS, req->request_id);
		return;
	}
	error = pq_error(pq, req->error_index);
	if (!error)
		return;
	if (silent) {
		error->service_response = PQI_AIO_SERV_RESPONSE_FAILURE;
		error->status = PQI_AIO_STATUS_NO_PATH_TO_DEVICE;
	} else if (got) {
		error->service_response = PQI_AIO_SERV_RESPONSE_FAILURE;
		error->status = PQI_AIO_STATUS_UNDERRUN;
		error->residual_count = cpu_to_le32(len - got);
	} else {
		error->service_response = PQI_AIO_SERV_RESPONSE_COMPLETE;
		error->status = SAM_STAT_CHECK_CONDITION;
		error->data_present = 1;
		error->data_length = cpu_to_le16(18);
		pq_sense(error->data, ILLEGAL_REQUEST, 0x20, 0);
	}
	pq_respond(pq, &req->header, PQI_RESPONSE_IU_AIO_PATH_IO_ERROR, req->request_id);
}

static struct pq_dev *pq_target(struct pq *pq, const void *iu)
{
	const struct pqi_raid_path_request *raid = iu;
	const struct pqi_aio_path_request *aio = iu;

	if (raid->header.iu_type == PQI_REQUEST_IU_RAID_PATH_IO)
		return pq_by_lunid(pq, raid->lun_number);
	return pq_find(pq, PQ_DISK, le32_to_cpu(aio->nexus_id));
}

static void pq_finish(struct pq *pq, void *iu)
{
	struct pqi_iu_header *header = iu;

	if (!pq_runs(pq))
		return;
	if (header->iu_type == PQI_REQUEST_IU_RAID_PATH_IO)
		pq_raid(pq, iu, pq_target(pq, iu));
	else
		pq_aio(pq, iu, pq_target(pq, iu));
}

static void pq_io(struct pq *pq, void *iu)
{
	struct pqi_raid_path_request *req = iu;
	bool own = le16_to_cpu(req->request_id) >= PQ_REQUESTS - PQI_RESERVED_IO_SLOTS;
	struct pq_dev *dev = pq_target(pq, iu);
	struct pq_held *held;

	atomic_inc(own ? &pq->asked.own : &pq->asked.io);
	/* The driver's own requests for devices are answered by the firmware. */
	if (pq_answer_to(pq, iu, dev) != PQ_HANG || (own && dev)) {
		pq_finish(pq, iu);
		return;
	}
	held = kzalloc_obj(*held);
	if (!held)
		return;
	memcpy(held->iu, iu, PQ_IU);
	list_add_tail(&held->list, &pq->held);
	complete(&pq->is_held);
}

static void pq_finish_held(struct pq *pq)
{
	struct pq_held *held, *next;

	list_for_each_entry_safe(held, next, &pq->held, list) {
		list_del(&held->list);
		pq_finish(pq, held->iu);
		kfree(held);
	}
}

/* After a reset a logical unit answers again, and has aborted what it kept. */
static void pq_lun_reset(struct pq *pq, struct pqi_task_management_request *req)
{
	struct pqi_task_management_response resp = {
		.header.iu_type = PQI_RESPONSE_IU_TASK_MANAGEMENT,
		.header.iu_length = cpu_to_le16(sizeof(resp) - PQI_REQUEST_HEADER_LENGTH),
		.request_id = req->request_id,
		.nexus_id = req->nexus_id,
		.response_code = SOP_TMF_FUNCTION_SUCCEEDED,
	};
	struct pq_dev *dev = pq_by_lunid(pq, req->lun_number);
	struct pq_held *held, *next;
	struct pqi_raid_error_info *error;
	struct pqi_raid_path_request *io;

	atomic_inc(&pq->asked.resets);
	if (dev)
		dev->answer = PQ_ANSWER;
	list_for_each_entry_safe(held, next, &pq->held, list) {
		io = (void *)held->iu;
		if (pq_target(pq, io) != dev || io->header.iu_type != PQI_REQUEST_IU_RAID_PATH_IO)
			continue;
		list_del(&held->list);
		error = pq_error(pq, io->error_index);
		if (error)
			error->data_out_result = PQI_DATA_IN_OUT_ABORTED;
		pq_respond(pq, &io->header, PQI_RESPONSE_IU_RAID_PATH_IO_ERROR, io->request_id);
		kfree(held);
	}
	pq_post(pq, &pq->oq[le16_to_cpu(req->header.response_queue_id)], &resp, sizeof(resp));
}

static void pq_event_config(struct pq *pq, struct pqi_general_management_request *req)
{
	static const u8 types[] = {
		PQI_EVENT_TYPE_HOTPLUG, PQI_EVENT_TYPE_HARDWARE, PQI_EVENT_TYPE_PHYSICAL_DEVICE,
		PQI_EVENT_TYPE_LOGICAL_DEVICE, PQI_EVENT_TYPE_OFA,
		PQI_EVENT_TYPE_AIO_STATE_CHANGE, PQI_EVENT_TYPE_AIO_CONFIG_CHANGE,
	};
	struct pqi_event_config *config = (void *)pq->data;
	unsigned int i;

	atomic_inc(&pq->asked.own);
	if (req->header.iu_type == PQI_REQUEST_IU_REPORT_VENDOR_EVENT_CONFIG) {
		memset(pq->data, 0, sizeof(pq->data));
		config->num_event_descriptors = ARRAY_SIZE(types);
		for (i = 0; i < ARRAY_SIZE(types); i++)
			config->descriptors[i].event_type = types[i];
		pq_copy(pq, req->data.report_event_configuration.sg_descriptors, pq->data,
			struct_size(config, descriptors, ARRAY_SIZE(types)), true);
	}
	pq_respond(pq, &req->header, PQI_RESPONSE_IU_GENERAL_MANAGEMENT, req->request_id);
}

static void pq_request(struct pq *pq, void *iu)
{
	struct pqi_iu_header *header = iu;

	switch (header->iu_type) {
	case PQI_REQUEST_IU_RAID_PATH_IO:
	case PQI_REQUEST_IU_AIO_PATH_IO:
		pq_io(pq, iu);
		break;
	case PQI_REQUEST_IU_TASK_MANAGEMENT:
		pq_lun_reset(pq, iu);
		break;
	case PQI_REQUEST_IU_REPORT_VENDOR_EVENT_CONFIG:
	case PQI_REQUEST_IU_SET_VENDOR_EVENT_CONFIG:
		pq_event_config(pq, iu);
		break;
	case PQI_REQUEST_IU_ACKNOWLEDGE_VENDOR_EVENT:
		break;
	default:
		KUNIT_FAIL(pq->v->test, "request %02x", header->iu_type);
	}
}

/* A request may be longer than an element, and wrap to the first element. */
static bool pq_fetch(struct pq *pq, struct pq_queue *q)
{
	struct pqi_iu_header *header = (void *)pq->iu;
	u32 done = 0, len = sizeof(*header);
	void *from;

	for (; done < len; done += q->entry) {
		from = pq_entry(pq, q);
		if (!from || done + q->entry > PQ_IU)
			return false;
		memcpy(pq->iu + done, from, q->entry);
		len = le16_to_cpu(header->iu_length) + PQI_REQUEST_HEADER_LENGTH;
		pq_next(pq, q);
	}
	return true;
}

static bool pq_any_full(struct pq *pq)
{
	unsigned int i;

	for (i = 1; i <= PQ_GROUPS + 1; i++)
		if (pq->oq[i].size && pq_full(&pq->oq[i]))
			return true;
	return false;
}

static void pq_work(struct vpci *v)
{
	struct pq *pq = v->priv;
	struct pqi_general_admin_request *admin;
	unsigned int i;

	guard(mutex)(&pq->mutex);
	if (READ_ONCE(pq->command))
		pq_sis_command(pq);
	if (READ_ONCE(pq->reset) >> 5 == PQI_RESET_ACTION_RESET) {
		pq_reset(pq);
		WRITE_ONCE(pq->reset, PQI_RESET_ACTION_COMPLETED << 5);
	}
	while (pq_runs(pq) && READ_ONCE(pq->admin_iq.size) &&
	       pq->admin_iq.ours != READ_ONCE(pq->admin_iq.theirs)) {
		admin = pq_entry(pq, &pq->admin_iq);
		if (!admin)
			return;
		pq_admin(pq, admin);
		pq_next(pq, &pq->admin_iq);
	}
	for (i = 1; i <= 2 * PQ_GROUPS; i++)
		while (pq_runs(pq) && pq->iq[i].size && !pq_any_full(pq) &&
		       pq->iq[i].ours != READ_ONCE(pq->iq[i].theirs)) {
			if (!pq_fetch(pq, &pq->iq[i]))
				return;
			pq_request(pq, pq->iu);
		}
}

static bool pq_behind(struct vpci *v, unsigned int vector)
{
	struct pq *pq = v->priv;
	unsigned int i;

	guard(mutex)(&pq->mutex);
	if (!pq_runs(pq))
		return false;
	for (i = 1; i <= PQ_GROUPS + 1; i++)
		if (pq->oq[i].size && pq->oq[i].vector == vector &&
		    pq->oq[i].ours != READ_ONCE(pq->oq[i].theirs))
			return true;
	return false;
}

static const struct vpci_model pq_model = {
	.vendor = PCI_VENDOR_ID_ADAPTEC2,
	.device = 0x028f,
	.revision = 1,
	.class = 0x010700,
	.bar_size = SZ_64K,
	.vectors = PQ_GROUPS,
	.init = pq_init,
	.read = pq_read,
	.write = pq_write,
	.work = pq_work,
	.behind = pq_behind,
};

/**
 * pq_alloc - a controller that is not plugged in yet
 * @test: test that the controller belongs to
 *
 * Return: the controller.
 */
struct pq *pq_alloc(struct kunit *test)
{
	struct pq *pq = kunit_kzalloc(test, sizeof(*pq), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pq);
	mutex_init(&pq->mutex);
	INIT_LIST_HEAD(&pq->devs);
	INIT_LIST_HEAD(&pq->held);
	init_completion(&pq->is_held);
	pq->status = PQ_UP;
	return pq;
}

/**
 * pq_add - plug the controller in; with scan=async the first scan may go on after that
 * @test: test
 * @pq: controller
 */
void pq_add(struct kunit *test, struct pq *pq)
{
	vpci_add(test, &pq_model, pq);
	pq->plugged = true;
}

/**
 * pq_start - plug the controller in; its driver scans it
 * @test: test
 * @pq: controller
 */
void pq_start(struct kunit *test, struct pq *pq)
{
	pq_add(test, pq);
	wait_for_device_probe();
}

static void pq_event(struct pq *pq, enum pq_kind kind)
{
	struct pqi_event_response event = {
		.header.iu_type = PQI_RESPONSE_IU_VENDOR_EVENT,
		.header.iu_length = cpu_to_le16(sizeof(event) - PQI_REQUEST_HEADER_LENGTH),
		.event_type = kind == PQ_VOLUME || kind == PQ_EXTERNAL ?
			      PQI_EVENT_TYPE_LOGICAL_DEVICE : PQI_EVENT_TYPE_PHYSICAL_DEVICE,
		.request_acknowledge = 1,
	};

	if (pq->v)
		pq_post(pq, &pq->oq[1], &event, sizeof(event));
}

/**
 * pq_plug - add a device; the driver is told
 * @pq: controller
 * @kind: see &enum pq_kind
 * @number: number of a physical device, from 1 to 255, or LUN of a volume
 */
void pq_plug(struct pq *pq, enum pq_kind kind, u16 number)
{
	struct pq_dev *dev = kzalloc_obj(*dev);

	if (!dev)
		return;
	dev->kind = kind;
	dev->number = number;
	switch (kind) {
	case PQ_MASKED:
		dev->lunid[3] = 0xc0;
		fallthrough;
	case PQ_DISK:
	case PQ_TAPE:
		dev->lunid[6] = number;
		dev->lunid[7] = 1;
		break;
	case PQ_EXTERNAL:
		dev->lunid[2] = 5;
		fallthrough;
	case PQ_VOLUME:
		put_unaligned_le16(number, dev->lunid);
		dev->lunid[3] = 0x40;
		break;
	}
	guard(mutex)(&pq->mutex);
	list_add_tail(&dev->list, &pq->devs);
	pq_event(pq, kind);
}

/**
 * pq_unplug - remove a device; the driver is told
 * @pq: controller
 * @kind: see &enum pq_kind
 * @number: see pq_plug()
 */
void pq_unplug(struct pq *pq, enum pq_kind kind, u16 number)
{
	struct pq_dev *dev;

	guard(mutex)(&pq->mutex);
	dev = pq_find(pq, kind, number);
	if (!dev)
		return;
	list_del(&dev->list);
	kfree(dev);
	pq_event(pq, kind);
}

/**
 * pq_answer - what a volume of the controller does with commands from now on
 * @pq: controller
 * @lun: LUN of the volume
 * @answer: see &enum pq_answer
 */
void pq_answer(struct pq *pq, u16 lun, enum pq_answer answer)
{
	struct pq_dev *dev;

	guard(mutex)(&pq->mutex);
	dev = pq_find(pq, PQ_VOLUME, lun);
	if (dev)
		dev->answer = answer;
}

/**
 * pq_answer_list - what the driver gets when it asks for a list of devices
 * @pq: controller
 * @list: CISS_REPORT_PHYS or CISS_REPORT_LOG
 * @answer: see &enum pq_answer
 */
void pq_answer_list(struct pq *pq, u8 list, enum pq_answer answer)
{
	guard(mutex)(&pq->mutex);
	pq->list = list;
	pq->list_answer = answer;
}

/**
 * pq_events_pending - is there an event that the driver has not taken?
 * @pq: controller
 *
 * Return: whether there is.
 */
bool pq_events_pending(struct pq *pq)
{
	guard(mutex)(&pq->mutex);
	return pq->oq[1].ours != READ_ONCE(pq->oq[1].theirs);
}

/**
 * pq_release - let all devices answer, and finish what they keep
 * @pq: controller
 */
void pq_release(struct pq *pq)
{
	struct pq_dev *dev;

	guard(mutex)(&pq->mutex);
	list_for_each_entry(dev, &pq->devs, list)
		dev->answer = PQ_ANSWER;
	pq->list_answer = PQ_ANSWER;
	pq_finish_held(pq);
}

/**
 * pq_break - make the firmware send nonsense; the driver takes the controller
 *	offline
 * @pq: controller
 */
void pq_break(struct pq *pq)
{
	struct pqi_io_response resp = { .request_id = cpu_to_le16(PQ_REQUESTS) };

	guard(mutex)(&pq->mutex);
	pq_post(pq, &pq->oq[2], &resp, sizeof(resp));
}

/**
 * pq_panic - make the firmware fail and answer nothing; the driver finds out
 *	within 10 seconds
 * @pq: controller
 */
void pq_panic(struct pq *pq)
{
	WRITE_ONCE(pq->status, PQ_PANIC);
}
