/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of the firmware of smartpqi's controllers, as far as the driver can
 * see. The model was written from the driver, so it cannot show what the driver
 * gets wrong about the firmware.
 */
#ifndef _PQI_MODEL_H
#define _PQI_MODEL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>

#include "../smartpqi/smartpqi.h"
#include "hba_counts.h"
#include "vpci.h"

/**
 * enum pq_answer - what a device does with a command
 * @PQ_ANSWER: answers
 * @PQ_HANG: keeps the command until pq_release()
 * @PQ_SILENT: the firmware says that the device failed
 */
enum pq_answer {
	PQ_ANSWER,
	PQ_HANG,
	PQ_SILENT,
};

/**
 * enum pq_kind - what a device is
 * @PQ_DISK: a physical disk
 * @PQ_TAPE: a tape drive
 * @PQ_MASKED: a physical disk that the operating system must not use
 * @PQ_VOLUME: a volume of this controller
 * @PQ_EXTERNAL: a volume of an external array
 */
enum pq_kind {
	PQ_DISK,
	PQ_TAPE,
	PQ_MASKED,
	PQ_VOLUME,
	PQ_EXTERNAL,
};

#define PQ_BLOCKS	64

/**
 * struct pq_dev - a device behind the controller
 * @list: entry of pq.devs
 * @kind: see &enum pq_kind
 * @number: its number among physical devices, or the LUN of a volume
 * @lunid: its address
 * @answer: see &enum pq_answer
 * @disk: what is on it
 */
struct pq_dev {
	struct list_head list;
	enum pq_kind kind;
	u16 number;
	u8 lunid[8];
	enum pq_answer answer;
	u8 disk[PQ_BLOCKS * 512];
};

#define PQ_GROUPS	2
#define PQ_IU		1024	/* longest request */
#define PQ_REQUESTS	128	/* at the same time */

/* A queue in the driver's memory. */
struct pq_queue {
	u64 base;
	u64 index;	/* where the driver reads ours */
	u16 size;
	u16 entry;
	u32 ours;	/* consumer index of requests, producer index of responses */
	u32 theirs;	/* as the driver has written it */
	u16 vector;	/* of responses */
};

/**
 * struct pq - the firmware
 * @v: the function
 * @plugged: it can be removed
 * @mutex: of the thread that runs as the firmware, and of tests that change something
 * @devs: devices
 * @status: register
 * @scratch: register
 * @done: register, what the driver may take from @mailbox
 * @mailbox: registers
 * @reset: register
 * @command: there is one in @mailbox
 * @admin_iq: admin requests
 * @admin_oq: admin responses
 * @iq: requests, by their ids from 1 on
 * @oq: events, then responses, by their ids from 1 on
 * @errors: memory for what went wrong, an element for each request
 * @list: CISS_REPORT_PHYS or CISS_REPORT_LOG, the list that @list_answer is for
 * @list_answer: what the driver's own request for @list gets
 * @asked: what the driver has asked; @asked.other_writes: other than to indices of queues
 * @buffers: buffers of requests that were read or written
 * @held: commands that are not answered yet
 * @is_held: completed for each of them
 * @iu: the request at hand
 * @data: data of answers other than reads of a disk
 */
struct pq {
	struct vpci *v;
	bool plugged;
	struct mutex mutex;
	struct list_head devs;
	u32 status, scratch, done, mailbox[8], reset;
	bool command;
	struct pq_queue admin_iq, admin_oq;
	struct pq_queue iq[2 * PQ_GROUPS + 1], oq[PQ_GROUPS + 2];
	u64 errors;
	u8 list;
	enum pq_answer list_answer;
	struct hba_counts asked;
	atomic_t buffers;
	struct list_head held;
	struct completion is_held;
	u8 iu[PQ_IU];
	u8 data[SZ_4K];
};

struct pq *pq_alloc(struct kunit *test);
void pq_add(struct kunit *test, struct pq *pq);
void pq_start(struct kunit *test, struct pq *pq);
void pq_plug(struct pq *pq, enum pq_kind kind, u16 number);
void pq_unplug(struct pq *pq, enum pq_kind kind, u16 number);
void pq_answer(struct pq *pq, u16 lun, enum pq_answer answer);
void pq_answer_list(struct pq *pq, u8 list, enum pq_answer answer);
bool pq_events_pending(struct pq *pq);
void pq_release(struct pq *pq);
void pq_break(struct pq *pq);
void pq_panic(struct pq *pq);

#endif /* _PQI_MODEL_H */
