/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of mpi3mr's firmware, as far as the driver can see. The model was
 * written from the driver, so it cannot show what the driver gets wrong about
 * the firmware.
 */
#ifndef _MPI3MR_MODEL_H
#define _MPI3MR_MODEL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>

#include "../mpi3mr/mpi3mr.h"
#include "vpci.h"
#include "vpci_disk.h"

/**
 * enum m3_answer - what a device does with a command
 * @M3_ANSWER: answers
 * @M3_HANG: keeps the command until m3_release()
 * @M3_SILENT: the firmware says that the device is not there
 * @M3_BUSY: asks for the command to be sent again
 * @M3_GARBAGE: the firmware ends the command with an unknown status
 */
enum m3_answer {
	M3_ANSWER,
	M3_HANG,
	M3_SILENT,
	M3_BUSY,
	M3_GARBAGE,
};


/**
 * struct m3_dev - a device behind the controller
 * @list: entry of m3.devs
 * @id: persistent id, which is the SCSI target id
 * @form: MPI3_DEVICE_DEVFORM_PCIE, _VD, or _SAS_SATA: the drive at phy @id
 * @hidden: not to be shown
 * @lost: gone at the next reset
 * @answer: see &enum m3_answer
 * @disk: what is on the device
 */
struct m3_dev {
	struct list_head list;
	u16 id;
	u8 form;
	bool hidden;
	bool lost;
	enum m3_answer answer;
	u8 disk[VPCI_BLOCKS * 512];
};

#define M3_QUEUES	2
#define M3_PHYS		4

/*
 * A queue in the driver's memory: entries of @entry bytes, in one piece or in
 * segments.
 */
struct m3_queue {
	u64 base;
	u32 size;
	u32 entry;
	bool segments;
	u32 ours;	/* consumer index of requests, producer index of replies */
	u32 theirs;	/* as the driver has written it */
	bool phase;
	u16 peer;	/* reply queue of requests, vector of replies */
};

/**
 * struct m3 - the firmware
 * @v: the function
 * @mutex: of the thread that runs as the firmware, and of tests that change something
 * @devs: devices
 * @multipath: the firmware supports multipathing, so that there is no SAS transport class
 * @admin_req: admin requests
 * @admin_rep: admin replies
 * @req: operational requests
 * @rep: operational replies
 * @reply_free: where the driver hands over free reply frames
 * @sense_free: where the driver hands over free sense buffers
 * @config: register
 * @status: register
 * @diag: register
 * @key: how many keys of the write sequence were written
 * @fault: register
 * @requests: how often each function was requested
 * @chains: how often a list of buffers was chained
 * @other_writes: writes to the BAR other than to indices of queues
 * @held: commands that a device keeps
 * @is_held: completed for each of them
 */
struct m3 {
	struct vpci *v;
	struct mutex mutex;
	struct list_head devs;
	bool multipath;
	struct m3_queue admin_req, admin_rep;
	struct m3_queue req[M3_QUEUES], rep[M3_QUEUES];
	struct m3_queue reply_free, sense_free;
	u32 config, status, diag, fault;
	unsigned int key;
	atomic_t requests[256];
	atomic_t chains;
	atomic_t other_writes;
	struct list_head held;
	struct completion is_held;
};

struct m3 *m3_alloc(struct kunit *test);
void m3_plug(struct m3 *m3, u16 id, u8 form, bool hidden);
void m3_unplug(struct m3 *m3, u16 id);
void m3_lose(struct m3 *m3, u16 id);
void m3_delay(struct m3 *m3, u16 id);
void m3_fail(struct m3 *m3);
void m3_hide(struct m3 *m3, u16 id, bool hide);
void m3_answer(struct m3 *m3, u16 id, enum m3_answer answer);
void m3_babble(struct m3 *m3);
void m3_finish_held(struct m3 *m3);
void m3_release(struct m3 *m3);
void m3_start(struct kunit *test, struct m3 *m3);

#endif /* _MPI3MR_MODEL_H */
