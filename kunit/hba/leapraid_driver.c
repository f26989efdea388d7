// SPDX-License-Identifier: GPL-2.0
/* In a separate file, as the headers of leapraid and mpt3sas conflict. */
#include "../leapraid/leapraid_func.h"
#include "mpt_driver.h"

static void leapraid_flush(struct Scsi_Host *shost)
{
	struct leapraid_adapter *adapter = shost_priv(shost);

	flush_workqueue(adapter->fw_evt_s.fw_evt_thread);
}

static bool leapraid_recovers(struct Scsi_Host *shost)
{
	struct leapraid_adapter *adapter = shost_priv(shost);

	return adapter->access_ctrl.shost_recovering;
}

static int leapraid_volumes(struct Scsi_Host *shost)
{
	struct leapraid_adapter *adapter = shost_priv(shost);

	guard(spinlock_irqsave)(&adapter->dev_topo.raid_volume_lock);
	return list_count_nodes(&adapter->dev_topo.raid_volume_list);
}

const struct mpt_driver leapraid_driver = {
	.flush = leapraid_flush,
	.recovers = leapraid_recovers,
	.volumes = leapraid_volumes,
};
