/* SPDX-License-Identifier: GPL-2.0 */
/*
 * smartpqi reads the indices that the firmware writes with readl(), though they are in
 * memory. Elsewhere that works; user-mode Linux with emulated I/O memory warns, and reads
 * ones. scripts/hba compiles the driver with this file in front, base and series alike.
 */
#include <linux/io.h>
#include <linux/mm.h>

static inline u32 vpci_ram_readl(const volatile void __iomem *addr)
{
	if (virt_addr_valid((__force unsigned long)addr))
		return le32_to_cpu(smp_load_acquire((const __force __le32 *)addr));
	return readl(addr);
}

#undef readl
#define readl(addr)	vpci_ram_readl(addr)
