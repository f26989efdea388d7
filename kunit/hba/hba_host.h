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
#include "vpci.h"

/* The SCSI host that the driver has added for the controller at hand. */
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

static long delete_device(void *sdev)
{
	scsi_remove_device(sdev);
	scsi_device_put(sdev);
	return 0;
}

/* A user who deletes a device, and has to wait for a scan. */
static __maybe_unused struct fake_hba_thread *
delete_in_scan(struct kunit *test, unsigned int channel, unsigned int id, u64 lun)
{
	struct scsi_device *sdev = scsi_device_lookup(shost, channel, id, lun);
	struct fake_hba_thread *user;

	KUNIT_ASSERT_NOT_NULL(test, sdev);
	user = fake_hba_run(test, delete_device, sdev);
	fake_hba_wait_asleep(test, user);
	return user;
}

static __maybe_unused bool runs(unsigned int channel, unsigned int id)
{
	struct scsi_device *sdev = scsi_device_lookup(shost, channel, id, 0);
	bool ret = sdev && sdev->sdev_state == SDEV_RUNNING;

	if (sdev)
		scsi_device_put(sdev);
	return ret;
}

static long unbind(void *v)
{
	vpci_unbind(v);
	return 0;
}

/* The slot is reset after an error, and the driver takes the controller back. */
static __maybe_unused void reset_slot(struct kunit *test, struct pci_dev *pdev)
{
	const struct pci_error_handlers *handlers = to_pci_driver(pdev->dev.driver)->err_handler;

	KUNIT_EXPECT_EQ(test, PCI_ERS_RESULT_NEED_RESET,
			handlers->error_detected(pdev, pci_channel_io_frozen));
	KUNIT_EXPECT_EQ(test, PCI_ERS_RESULT_RECOVERED, handlers->slot_reset(pdev));
	handlers->resume(pdev);
}

/* After this error the platform gives the slot up: nobody reaches the card, or is reached by it. */
static __maybe_unused void fail_slot(struct kunit *test, struct vpci *v)
{
	struct pci_dev *pdev = v->pdev;
	const struct pci_error_handlers *handlers = to_pci_driver(pdev->dev.driver)->err_handler;

	WRITE_ONCE(v->gone, true);
	KUNIT_EXPECT_EQ(test, PCI_ERS_RESULT_DISCONNECT,
			handlers->error_detected(pdev, pci_channel_io_perm_failure));
}

/* How long the last write took. */
static s64 write_us;

/* A rescan that finds nothing missing may take no longer. */
#define IDLE_US		100000

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

/*
 * Wait for a thread that takes up to @seconds, which is more than fake_hba_join() allows. Where time
 * travels, they pass at once.
 */
static __maybe_unused long join_within(struct kunit *test, struct fake_hba_thread *thread,
				       unsigned int seconds)
{
	while (seconds-- && fake_hba_running(thread))
		ssleep(1);
	return fake_hba_join(test, thread);
}

/* Run @fn until the firmware holds back one of its commands. */
static struct fake_hba_thread *run_until_held(struct kunit *test, long (*fn)(void *),
					      struct completion *is_held)
{
	struct fake_hba_thread *thread;

	reinit_completion(is_held);
	thread = fake_hba_run(test, fn, NULL);
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(is_held, 10 * HZ));
	return thread;
}

/* Unbind while the firmware holds back a command of the first scan, for which unbinding waits. */
static struct fake_hba_thread *unbind_in_first_scan(struct kunit *test, struct vpci *v,
						    struct completion *is_held)
{
	struct fake_hba_thread *remove;

	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(is_held, 10 * HZ));
	remove = fake_hba_run(test, unbind, v);
	msleep(100);
	KUNIT_EXPECT_TRUE(test, fake_hba_running(remove));
	return remove;
}

/* Many users rescan, and are killed while they wait for a rescan that hangs. */
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
 * Suspend and resume all devices of the machine. The freezer is left out,
 * because the tests run in init, which the freezer would have to freeze.
 */
static __maybe_unused void suspend_and_resume(struct kunit *test)
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

/* Tells all I/O of a test to end, even if the test was aborted. */
static bool io_ends;

#define IO_PAGES	8

/* I/O to IO_PAGES pages of a device */
struct io {
	struct scsi_device *sdev;
	struct fake_hba_thread *thread;
	int rounds;
	struct completion round;	/* completed after each */
};

/*
 * The byte at @at differs from page to page, from round to round, and between
 * devices.
 */
static u8 io_byte(struct io *io, size_t at)
{
	return at + at / PAGE_SIZE * 48 + io->rounds + sdev_id(io->sdev) * 101 + io->sdev->lun * 29;
}

/*
 * Write a whole device and read it back. Returns how often a command failed or
 * the data differed.
 */
static long io_transfer(struct io *io, u8 *buffer, size_t len)
{
	u8 cdb[10] = { WRITE_10 };
	long bad = 0;
	size_t at;

	cdb[8] = len / 512;
	for (at = 0; at < len; at++)
		buffer[at] = io_byte(io, at);
	bad += !!scsi_execute_cmd(io->sdev, cdb, REQ_OP_DRV_OUT, buffer, len, 10 * HZ, 0, NULL);
	memset(buffer, 0, len);
	cdb[0] = READ_10;
	bad += !!scsi_execute_cmd(io->sdev, cdb, REQ_OP_DRV_IN, buffer, len, 10 * HZ, 0, NULL);
	for (at = 0; at < len; at++)
		if (buffer[at] != io_byte(io, at))
			return bad + 1;
	return bad;
}

/* Pages that are not next to each other, so that a request has a list of buffers. */
static long io_run(void *data)
{
	struct page *pages[2 * IO_PAGES] = {}, *mapped[IO_PAGES];
	struct io *io = data;
	long bad = -ENOMEM;
	u8 *buffer;
	int i;

	for (i = 0; i < 2 * IO_PAGES; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (!pages[i])
			goto free;
	}
	/* Every other page, in reverse order, so that no two are adjacent. */
	for (i = 0; i < IO_PAGES; i++)
		mapped[i] = pages[2 * (IO_PAGES - 1 - i)];
	buffer = vmap(mapped, IO_PAGES, VM_MAP, PAGE_KERNEL);
	if (!buffer)
		goto free;
	bad = 0;
	while (!READ_ONCE(io_ends)) {
		bad += io_transfer(io, buffer, IO_PAGES * PAGE_SIZE);
		io->rounds++;
		complete(&io->round);
		cond_resched();
	}
	vunmap(buffer);
free:
	for (i = 0; i < 2 * IO_PAGES; i++)
		if (pages[i])
			__free_page(pages[i]);
	scsi_device_put(io->sdev);
	return bad;
}

static struct io *io_begin(struct kunit *test, unsigned int channel, unsigned int id, u64 lun)
{
	struct io *io = kunit_kzalloc(test, sizeof(*io), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, io);
	io->sdev = scsi_device_lookup(shost, channel, id, lun);
	KUNIT_ASSERT_NOT_NULL(test, io->sdev);
	init_completion(&io->round);
	io_ends = false;
	io->thread = fake_hba_run(test, io_run, io);
	return io;
}

/* Does not sleep: with time travel no time passes as long as there is I/O. */
static void io_expect_progress(struct kunit *test, struct io *io)
{
	int i;

	reinit_completion(&io->round);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_NE(test, 0, wait_for_completion_timeout(&io->round, 10 * HZ));
}

static void io_end(struct kunit *test, struct io *io)
{
	WRITE_ONCE(io_ends, true);
	KUNIT_EXPECT_EQ(test, 0, fake_hba_join(test, io->thread));
	kunit_info(test, "%d times %d pages written and read\n", io->rounds, IO_PAGES);
}
