/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPCI_DISK_H
#define _VPCI_DISK_H

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <scsi/scsi_proto.h>

#define VPCI_BLOCKS	64

/**
 * vpci_answer - answer a SCSI command as a processor device with one LUN and a few blocks does
 * @cdb: command
 * @lun: LUN
 * @wanted: bytes that are to be transferred
 * @name: vendor, product and revision, 28 characters
 * @disk: %VPCI_BLOCKS blocks of 512 bytes
 * @answer: 64 bytes that are zero, for an answer that is not on @disk
 * @at: set to what is to be transferred
 *
 * Return: how many bytes the command transfers, or -EINVAL if it fails.
 */
static inline int vpci_answer(const u8 *cdb, u64 lun, u32 wanted, const char *name, u8 *disk,
			      u8 *answer, u8 **at)
{
	u32 lba, blocks, len;

	*at = answer;
	switch (cdb[0]) {
	case INQUIRY:
		if (cdb[1] & 1)
			return -EINVAL;
		len = 36;
		answer[0] = lun ? 0x7f : TYPE_PROCESSOR;
		answer[2] = 5;
		answer[3] = 2;
		answer[4] = len - 5;
		memcpy(&answer[8], name, 28);
		break;
	case REPORT_LUNS:
		len = 16;
		put_unaligned_be32(8, answer);
		break;
	case READ_10:
	case WRITE_10:
		lba = get_unaligned_be32(&cdb[2]);
		blocks = get_unaligned_be16(&cdb[7]);
		if (wanted != blocks * 512 || lba > VPCI_BLOCKS || blocks > VPCI_BLOCKS - lba)
			return -EINVAL;
		len = wanted;
		*at = disk + lba * 512;
		break;
	case TEST_UNIT_READY:
		return 0;
	default:
		return -EINVAL;
	}
	return min(len, wanted);
}

#endif /* _VPCI_DISK_H */
