/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For drivers that add devices by scsi_add_device(): to be included before the driver's source.
 */
#include "scsi_fake_hba.h"

/* Passed by the driver after it could not add a device. */
static struct fake_hba_gate add_gate;

static int list_add_device(struct Scsi_Host *shost, uint channel, uint id, u64 lun)
{
	int rc = scsi_add_device(shost, channel, id, lun);

	if (rc)
		fake_hba_gate_pass(&add_gate);
	return rc;
}
#define scsi_add_device list_add_device
