/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MPT_DRIVER_H
#define _MPT_DRIVER_H

#include <scsi/scsi_host.h>

/**
 * struct mpt_driver - what the tests have to ask a driver
 * @flush: wait until all events are handled
 * @recovers: a reset is under way
 * @volumes: how many volumes are on the driver's list
 */
struct mpt_driver {
	void (*flush)(struct Scsi_Host *shost);
	bool (*recovers)(struct Scsi_Host *shost);
	int (*volumes)(struct Scsi_Host *shost);
};

extern const struct mpt_driver leapraid_driver;

#endif /* _MPT_DRIVER_H */
