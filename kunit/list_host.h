/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fake HBA as the host of a driver whose device list is tested, see scripts/lists.
 */
#include "scsi_fake_hba.h"

static int list_inquiries(struct fake_hba *hba)
{
	return atomic_read(&hba->commands[INQUIRY]);
}

/* Targets, scsi_devices and scans are @driver's. */
static void list_use(struct fake_hba *hba, const struct scsi_host_template *driver)
{
	hba->sht.target_alloc = driver->target_alloc;
	hba->sht.target_destroy = driver->target_destroy;
	hba->sht.sdev_init = driver->sdev_init;
	hba->sht.sdev_configure = driver->sdev_configure;
	hba->sht.sdev_destroy = driver->sdev_destroy;
	hba->sht.scan_start = driver->scan_start;
	hba->sht.scan_finished = driver->scan_finished;
	hba->sht.can_rescan = driver->can_rescan;
}

/* Add a host, whose first scan is over and has found nothing. */
static void list_add_host(struct kunit *test, struct fake_hba *hba)
{
	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	/* As scsi_scan_host() would, or the driver. */
	WRITE_ONCE(hba->shost->first_scan, SCSI_FIRST_SCAN_DONE);
}

/* Is the device one that no upper level driver gets? */
static inline bool list_is_hidden(struct kunit *test, struct fake_hba *hba,
				  unsigned int channel)
{
	struct scsi_device *sdev = scsi_device_lookup(hba->shost, channel, 0, 0);
	bool hidden;

	KUNIT_EXPECT_NOT_NULL(test, sdev);
	if (!sdev)
		return false;
	hidden = sdev->no_uld_attach;
	scsi_device_put(sdev);
	return hidden;
}
