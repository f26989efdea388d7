/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _HBA_COUNTS_H
#define _HBA_COUNTS_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/device/driver.h>

/**
 * struct hba_counts - what a driver has asked of a controller
 * @io: commands of the midlayer
 * @own: commands of the driver itself
 * @resets: devices that were reset
 * @other_writes: writes to the BAR that send no command
 */
struct hba_counts {
	atomic_t io, own, resets, other_writes;
};

struct counts {
	int io, own, resets, other_writes;
};

static inline void count(const struct hba_counts *asked, struct counts *counts)
{
	counts->io = atomic_read(&asked->io);
	counts->own = atomic_read(&asked->own);
	counts->resets = atomic_read(&asked->resets);
	counts->other_writes = atomic_read(&asked->other_writes);
}

/* Since @before the firmware got @io commands for devices, and nothing else. */
static inline void expect_io_only(struct kunit *test, const struct hba_counts *asked,
				  const struct counts *before, int io)
{
	struct counts now;

	wait_for_device_probe();
	/* Let commands arrive that were sent, but not waited for. */
	msleep(100);
	count(asked, &now);
	KUNIT_EXPECT_EQ(test, before->other_writes, now.other_writes);
	KUNIT_EXPECT_EQ(test, before->own, now.own);
	KUNIT_EXPECT_EQ(test, before->resets, now.resets);
	KUNIT_EXPECT_EQ(test, io, now.io - before->io);
}

#endif /* _HBA_COUNTS_H */
