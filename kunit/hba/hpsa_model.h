/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of the firmware of hpsa's controllers in performant mode, as far as
 * the driver can see. The model was written from the driver, so it cannot show
 * what the driver gets wrong about the firmware.
 */
#ifndef _HPSA_MODEL_H
#define _HPSA_MODEL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>

#include "hba_counts.h"
#include "vpci.h"
#include "vpci_disk.h"

/**
 * enum hp_answer - what a device does with a command
 * @HP_ANSWER: answers
 * @HP_HANG: keeps the command until hp_release(), or until the device is reset
 * @HP_SILENT: the firmware says that the device is not there
 * @HP_GARBAGE: the firmware ends the command with an unknown status
 */
enum hp_answer {
	HP_ANSWER,
	HP_HANG,
	HP_SILENT,
	HP_GARBAGE,
};

/**
 * enum hp_kind - what a device is
 * @HP_DISK: a physical disk
 * @HP_MASKED: a physical disk that the operating system must not use
 * @HP_VOLUME: a volume of this controller
 * @HP_EXTERNAL: a volume of an external array
 */
enum hp_kind {
	HP_DISK,
	HP_MASKED,
	HP_VOLUME,
	HP_EXTERNAL,
};

/**
 * struct hp_dev - a device
 * @list: entry of hp.devs
 * @kind: see &enum hp_kind
 * @number: its number among physical devices, or the LUN of a volume
 * @lunid: its address
 * @unlisted: the firmware does not list it any more
 * @answer: see &enum hp_answer
 * @disk: what is on it
 */
struct hp_dev {
	struct list_head list;
	enum hp_kind kind;
	u8 number;
	u8 lunid[8];
	bool unlisted;
	enum hp_answer answer;
	u8 disk[VPCI_BLOCKS * 512];
};

#define HP_QUEUES	2
#define HP_COMMANDS	128	/* at the same time */
#define HP_TABLES	0x900	/* bytes of the configuration tables */

/**
 * struct hp - the firmware
 * @v: the function
 * @plugged: it can be removed
 * @mutex: of the thread that runs as the firmware, and of tests that change something
 * @devs: devices
 * @dead: it does nothing any more
 * @masked: it raises no vector
 * @tables: the configuration table, and that of performant mode
 * @lock: protects @posted, @first and @last, and is taken in any context
 * @posted: addresses of commands
 * @first: the command that is next
 * @last: where the next one goes
 * @next: entry of each reply queue that is next
 * @cycle: bit that marks an entry as new
 * @again: how often the vector of a queue is to be raised again
 * @list: HPSA_REPORT_PHYS or HPSA_REPORT_LOG, the list that @list_answer is for
 * @list_answer: what the driver's own request for @list gets
 * @asked: what the driver has asked
 * @held: commands that are not answered yet
 * @is_held: completed for each of them
 * @data: data of answers other than transfers of a disk
 */
struct hp {
	struct vpci *v;
	bool plugged;
	struct mutex mutex;
	struct list_head devs;
	bool dead;
	bool masked;
	u8 tables[HP_TABLES];
	spinlock_t lock;
	u32 posted[HP_COMMANDS * 2];
	unsigned int first, last;
	unsigned int next[HP_QUEUES];
	u8 cycle[HP_QUEUES];
	int again[HP_QUEUES];
	u8 list;
	enum hp_answer list_answer;
	struct hba_counts asked;
	struct list_head held;
	struct completion is_held;
	u8 data[SZ_4K];
};

struct hp *hp_alloc(struct kunit *test);
void hp_add(struct kunit *test, struct hp *hp);
void hp_start(struct kunit *test, struct hp *hp);
void hp_plug(struct hp *hp, enum hp_kind kind, u8 number);
void hp_unplug(struct hp *hp, enum hp_kind kind, u8 number);
void hp_unlist(struct hp *hp, enum hp_kind kind, u8 number);
void hp_answer(struct hp *hp, enum hp_kind kind, u8 number, enum hp_answer answer);
void hp_answer_list(struct hp *hp, u8 list, enum hp_answer answer);
void hp_event(struct hp *hp);
void hp_babble(struct hp *hp);
void hp_release(struct hp *hp);
void hp_panic(struct hp *hp);

#endif /* _HPSA_MODEL_H */
