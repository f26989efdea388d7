/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The indices that the firmware writes are in memory, but smartpqi reads them
 * with readl(), and clears them with writel() when it resumes. That works
 * elsewhere. User-mode Linux with emulated I/O memory warns, reads ones and
 * writes nothing. scripts/hba compiles the driver with this file included
 * first, for the base as for the series.
 */
#ifndef _VPCI_RAM_H
#define _VPCI_RAM_H

#include <linux/io.h>
#include <linux/mm.h>

static inline u32 vpci_ram_readl(const volatile void __iomem *addr)
{
	if (virt_addr_valid((__force unsigned long)addr))
		return le32_to_cpu(smp_load_acquire((const __force __le32 *)addr));
	return readl(addr);
}

static inline void vpci_ram_writel(u32 val, volatile void __iomem *addr)
{
	if (virt_addr_valid((__force unsigned long)addr))
		smp_store_release((__force __le32 *)addr, cpu_to_le32(val));
	else
		writel(val, addr);
}

#undef readl
#define readl(addr)		vpci_ram_readl(addr)
#undef writel
#define writel(val, addr)	vpci_ram_writel(val, addr)

#endif /* _VPCI_RAM_H */
