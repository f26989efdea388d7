/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PCI function whose other side is C code in the same kernel, on user-mode Linux: configuration
 * space, one BAR, MSI-X, DMA, a thread that plays the firmware. Drivers run against it unmodified.
 * Never part of the series; scripts/hba puts it into build/test.
 */
#ifndef _VPCI_H
#define _VPCI_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "../../../arch/um/drivers/virt-pci.h"

#define VPCI_VECTORS	8

struct vpci;

/**
 * struct vpci_model - what is behind a function
 * @vendor: vendor id
 * @device: device id
 * @subvendor: subsystem's vendor id
 * @subdevice: subsystem id
 * @revision: revision
 * @class: class code, 24 bits
 * @bar_size: size of BAR 0, a power of two; its last page has the MSI-X table
 * @vectors: MSI-X vectors, at most VPCI_VECTORS
 * @serial: device serial number, or 0 for no such capability
 * @init: called before a driver can see the function. May be NULL
 * @read: a read of the BAR. Any context, driver's locks are held
 * @write: a write to the BAR, called as @read is. It may only record the write
 *	and call vpci_kick(), and never completes anything
 * @work: in the firmware's thread, after each vpci_kick(), and again every 10 ms while
 *	@behind says so. May sleep
 * @behind: has the driver left something unconsumed that a vector had been raised for? The vector
 *	is raised again then, as user-mode Linux drops interrupts that come while their handler
 *	runs. May be NULL
 */
struct vpci_model {
	u16 vendor;
	u16 device;
	u16 subvendor;
	u16 subdevice;
	u8 revision;
	u32 class;
	u32 bar_size;
	unsigned int vectors;
	u64 serial;
	void (*init)(struct vpci *v);
	u64 (*read)(struct vpci *v, u32 off, int size);
	void (*write)(struct vpci *v, u32 off, int size, u64 val);
	void (*work)(struct vpci *v);
	bool (*behind)(struct vpci *v, unsigned int vector);
};

/**
 * struct vpci - a function
 * @um: for arch/um
 * @model: what is behind the function
 * @test: the test that the function belongs to
 * @priv: private data of the model
 * @pdev: the device, from vpci_add() to vpci_del()
 * @config: configuration space
 * @writable: the bits of it that can be written
 * @table: MSI-X table, four words for each vector
 * @pending: vectors that were raised while they were masked
 * @lock: protects @config, @table and @pending
 * @gone: the card was pulled: reads give ones, writes and interrupts are lost
 * @kicked: there is something to do for @thread
 * @wait: @thread waits here
 * @thread: the firmware
 * @interrupts: how often a vector was delivered
 */
struct vpci {
	struct um_pci_device um;
	const struct vpci_model *model;
	struct kunit *test;
	void *priv;
	struct pci_dev *pdev;

	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_CFG_SPACE_EXP_SIZE];
	u32 table[VPCI_VECTORS * 4];
	unsigned long pending;
	spinlock_t lock;
	bool gone;

	bool kicked;
	wait_queue_head_t wait;
	struct task_struct *thread;
	atomic_t interrupts[VPCI_VECTORS];
};

struct vpci *vpci_add(struct kunit *test, const struct vpci_model *model, void *priv);
void vpci_del(struct vpci *v);
void vpci_pull(struct vpci *v);
void vpci_unbind(struct vpci *v);
void vpci_bind(struct vpci *v);

void vpci_kick(struct vpci *v);
void vpci_raise(struct vpci *v, unsigned int vector);
void *vpci_dma(struct vpci *v, u64 addr, size_t len);

#endif /* _VPCI_H */
