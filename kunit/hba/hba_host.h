/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test of a driver does with its SCSI host. Included by each of these tests.
 */
#include <linux/delay.h>
#include <linux/pm.h>
#include <linux/suspend.h>
#include <linux/vmalloc.h>
#include <linux/sched/signal.h>
#include <scsi/scsi_device.h>

#include "scsi_fake_hba.h"

/* The host of the controller at hand, which is the driver's. */
static struct Scsi_Host *shost;

static unsigned int devices(void)
{
	struct scsi_device *sdev;
	unsigned int n = 0;

	shost_for_each_device(sdev, shost)
		n++;
	return n;
}

static bool has(unsigned int channel, unsigned int id, u64 lun)
{
	struct scsi_device *sdev = scsi_device_lookup(shost, channel, id, lun);

	if (sdev)
		scsi_device_put(sdev);
	return sdev;
}

static void expect_devices(struct kunit *test, unsigned int n)
{
	int i;

	/* Events take their time. */
	for (i = 0; i < 200 && devices() != n; i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, n, devices());
}

static void delete(struct kunit *test, unsigned int channel, unsigned int id, u64 lun)
{
	struct scsi_device *sdev = scsi_device_lookup(shost, channel, id, lun);

	KUNIT_ASSERT_NOT_NULL(test, sdev);
	scsi_remove_device(sdev);
	scsi_device_put(sdev);
}

/* How long the last write took. */
static s64 write_us;

static ssize_t host_write(const char *name, const char *text)
{
	ktime_t begin = ktime_get();
	char *dir = kobject_get_path(&shost->shost_dev.kobj, GFP_KERNEL);
	char *path = kasprintf(GFP_KERNEL, "%s/%s", dir ? dir + 1 : "", name);
	ssize_t ret = -ENOMEM;

	if (dir && path)
		ret = fake_hba_write(path, text, strlen(text));
	kfree(path);
	kfree(dir);
	write_us = ktime_us_delta(ktime_get(), begin);
	return ret;
}

static ssize_t scan(const char *text)
{
	return host_write("scan", text);
}

static long scan_all(void *unused)
{
	return scan("- - -\n");
}

/* Run @fn until the firmware keeps a command of it. */
static struct fake_hba_thread *run_until_held(struct kunit *test, long (*fn)(void *),
					      struct completion *is_held)
{
	struct fake_hba_thread *thread;

	reinit_completion(is_held);
	thread = fake_hba_run(test, fn, NULL);
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(is_held, 10 * HZ));
	return thread;
}

/* Many who would rescan, and are killed while they wait for one that hangs. */
static void interrupted_rescans(struct kunit *test)
{
	struct fake_hba_thread *writer;
	int i;

	for (i = 0; i < 100; i++) {
		writer = fake_hba_run(test, scan_all, NULL);
		fake_hba_wait_asleep(test, writer);
		fake_hba_signal(writer, SIGKILL);
		KUNIT_EXPECT_EQ(test, -ERESTARTSYS, fake_hba_join(test, writer));
	}
}

/*
 * All devices of the machine are suspended, and resumed. The freezer is left out: the tests
 * run in init, which it would have to freeze.
 */
static void suspend_and_resume(struct kunit *test)
{
#ifdef CONFIG_PM_SLEEP
	unsigned int flags = lock_system_sleep();

	KUNIT_EXPECT_EQ(test, 0, dpm_suspend_start(PMSG_SUSPEND));
	dpm_resume_end(PMSG_RESUME);
	unlock_system_sleep(flags);
#else
	kunit_skip(test, "no suspend: user-mode Linux has one with one CPU only");
#endif
}

/* All I/O of a test ends, also that of a test which was aborted. */
static bool io_ends;

struct io {
	unsigned int blocks;	/* of 512 bytes, all that are on the device */
	struct scsi_device *sdev;
	struct fake_hba_thread *thread;
	int rounds;
};

/*
 * Writes and reads all of a device, and says how often that was not the same. The buffers are
 * more than the first element of a queue describes.
 */
static long io_run(void *data)
{
	static const u8 rw[] = { WRITE_10, READ_10 };
	struct io *io = data;
	size_t len = io->blocks * 512;
	u8 *buffer = vmalloc(len), cdb[10] = {};
	long bad = 0;
	int j;

	if (!buffer)
		return -ENOMEM;
	cdb[8] = io->blocks;
	for (; !READ_ONCE(io_ends); io->rounds++) {
		memset(buffer, io->rounds, len);
		for (j = 0; j < 2; j++) {
			cdb[0] = rw[j];
			bad += !!scsi_execute_cmd(io->sdev, cdb, j ? REQ_OP_DRV_IN : REQ_OP_DRV_OUT,
						  buffer, len, 10 * HZ, 0, NULL);
			if (!j)
				memset(buffer, ~io->rounds, len);
		}
		bad += !!memchr_inv(buffer, io->rounds, len);
		cond_resched();
	}
	vfree(buffer);
	return bad;
}

static struct io *io_begin(struct kunit *test, unsigned int channel, unsigned int id, u64 lun,
			   unsigned int blocks)
{
	struct io *io = kunit_kzalloc(test, sizeof(*io), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, io);
	io->blocks = blocks;
	io->sdev = scsi_device_lookup(shost, channel, id, lun);
	KUNIT_ASSERT_NOT_NULL(test, io->sdev);
	io_ends = false;
	io->thread = fake_hba_run(test, io_run, io);
	return io;
}

static void io_end(struct kunit *test, struct io *io)
{
	WRITE_ONCE(io_ends, true);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, io->thread));
	scsi_device_put(io->sdev);
	kunit_info(test, "%d times %u blocks written and read\n", io->rounds, io->blocks);
	KUNIT_EXPECT_GT(test, io->rounds, 10);
}
