/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of the firmware of mpt3sas' controllers, as far as the driver can
 * see. The model was written from the driver, so it cannot show what the driver
 * gets wrong about the firmware.
 */
#ifndef _MPT_MODEL_H
#define _MPT_MODEL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kfifo.h>
#include <linux/list.h>

#include "../mpt3sas/mpt3sas_base.h"
#include "vpci.h"
#include "vpci_disk.h"

/**
 * enum mpt_kind - what a device is
 * @MPT_SAS: a SAS drive at one of the controller's phys
 * @MPT_NVME: an NVMe drive
 * @MPT_VOLUME: a RAID volume, if the firmware has RAID
 */
enum mpt_kind {
	MPT_SAS,
	MPT_NVME,
	MPT_VOLUME,
};

/**
 * enum mpt_answer - what a device does with a command
 * @MPT_ANSWER: answers
 * @MPT_HANG: keeps the command until mpt_release(), or until task management ends it
 * @MPT_NEVER: as @MPT_HANG, and task management fails
 * @MPT_GARBAGE: the firmware ends the command with an unknown status
 */
enum mpt_answer {
	MPT_ANSWER,
	MPT_HANG,
	MPT_NEVER,
	MPT_GARBAGE,
};

#define MPT_PHYS	4
#define MPT_QUEUES	2

/**
 * struct mpt_dev - a device behind the controller
 * @list: entry of mpt.devs
 * @kind: what it is
 * @nr: its number among its kind; the phy of a SAS drive
 * @blocked: an NVMe drive that is not to be used
 * @lost: gone at the next reset
 * @moved: its handle is not the one that it had at first
 * @answer: see &enum mpt_answer
 * @disk: what is on the device
 */
struct mpt_dev {
	struct list_head list;
	enum mpt_kind kind;
	u16 nr;
	bool blocked;
	bool lost;
	bool moved;
	enum mpt_answer answer;
	u8 disk[VPCI_BLOCKS * 512];
};

/* What the driver says in IOC INIT, and how far each side has come. */
struct mpt_queues {
	u64 requests;
	u32 frame;
	u64 replies_high, sense_high;
	u64 reply_free;
	u32 reply_free_depth, reply_free_ours, reply_free_theirs;
	u64 reply_post[MPT_QUEUES];
	u32 reply_post_depth, reply_post_ours[MPT_QUEUES], reply_post_theirs[MPT_QUEUES];
};

/**
 * struct mpt - the firmware
 * @v: the function
 * @mutex: of the thread that runs as the firmware, and of tests that change something; registers
 *	other than @state are the driver's alone
 * @plugged: it can be removed
 * @devs: devices
 * @leapraid: a controller of leapraid, and no NVMe drives
 * @raid: the firmware has RAID
 * @state: of the controller, as in the doorbell register
 * @doorbell: what else is in the doorbell register
 * @interrupt: register
 * @diag: register
 * @key: how many keys of the write sequence were written
 * @message: what was written to the doorbell, of which @message_len words are due
 * @answer: what is to be read from the doorbell, @answer_len half words
 * @q: see &struct mpt_queues
 * @posted: request descriptors
 * @posted_lock: protects @posted
 * @events: the driver has asked for events
 * @enabled: the port is enabled
 * @requests: how often each function was requested
 * @commands: how often each SCSI command was sent
 * @chains: how often a list of buffers was chained
 * @writes: pages of configuration that were written
 * @other_writes: writes to the BAR other than of requests and indices of queues
 * @keeps_pages: the firmware keeps requests for pages about volumes
 * @held: requests that a device or the firmware keeps
 * @is_held: completed for each of them
 */
struct mpt {
	struct vpci *v;
	struct mutex mutex;
	struct list_head devs;
	bool plugged;
	bool leapraid;
	bool raid;
	u32 state, doorbell, interrupt, diag;
	unsigned int key;
	u32 message[32];
	unsigned int message_len, message_at;
	u16 answer[64];
	unsigned int answer_len, answer_at;
	struct mpt_queues q;
	DECLARE_KFIFO(posted, u64, 512);
	spinlock_t posted_lock;
	bool events, enabled;
	atomic_t requests[256];
	atomic_t commands[256];
	atomic_t chains;
	atomic_t writes;
	atomic_t other_writes;
	bool keeps_pages;
	struct list_head held;
	struct completion is_held;
};

struct mpt *mpt_alloc(struct kunit *test);
void mpt_start(struct kunit *test, struct mpt *mpt);
void mpt_plug(struct mpt *mpt, enum mpt_kind kind, u16 nr, bool blocked);
void mpt_unplug(struct mpt *mpt, enum mpt_kind kind, u16 nr);
void mpt_lose(struct mpt *mpt, enum mpt_kind kind, u16 nr);
void mpt_announce_gone(struct mpt *mpt, enum mpt_kind kind, u16 nr);
void mpt_announce(struct mpt *mpt, enum mpt_kind kind, u16 nr);
void mpt_hide(struct mpt *mpt, u16 nr);
void mpt_move(struct mpt *mpt, u16 nr);
void mpt_keep_pages(struct mpt *mpt);
void mpt_fail(struct mpt *mpt);
void mpt_answer(struct mpt *mpt, enum mpt_kind kind, u16 nr, enum mpt_answer answer);
void mpt_babble(struct mpt *mpt);
void mpt_pretend(struct mpt *mpt);
void mpt_finish_held(struct mpt *mpt);
void mpt_release(struct mpt *mpt);

#endif /* _MPT_MODEL_H */
