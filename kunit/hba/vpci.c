// SPDX-License-Identifier: GPL-2.0
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kthread.h>
#include <linux/memblock.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "vpci.h"

#define VPCI_EXP	0x40
#define VPCI_MSIX	0x80
/* Read only by vpci_add(), to recognize its own function. */
#define VPCI_COOKIE	0xf8

static struct vpci *to_vpci(struct um_pci_device *um)
{
	return container_of(um, struct vpci, um);
}

static u32 vpci_table_offset(struct vpci *v)
{
	return v->model->bar_size - PAGE_SIZE;
}

static u16 vpci_msix_control(struct vpci *v)
{
	return get_unaligned_le16(&v->config[VPCI_MSIX + PCI_MSIX_FLAGS]);
}

static unsigned long vpci_cfg_read(struct um_pci_device *um, unsigned int off, int size)
{
	struct vpci *v = to_vpci(um);
	unsigned long val = 0;
	int i;

	if (READ_ONCE(v->gone) || off + size > sizeof(v->config))
		return ~0UL;
	guard(spinlock_irqsave)(&v->lock);
	for (i = size - 1; i >= 0; i--)
		val = val << 8 | v->config[off + i];
	return val;
}

static void vpci_cfg_write(struct um_pci_device *um, unsigned int off, int size,
			   unsigned long val)
{
	struct vpci *v = to_vpci(um);
	int i;

	if (READ_ONCE(v->gone) || off + size > sizeof(v->config))
		return;
	scoped_guard(spinlock_irqsave, &v->lock)
		for (i = 0; i < size; i++, val >>= 8) {
			v->config[off + i] &= ~v->writable[off + i];
			v->config[off + i] |= val & v->writable[off + i];
		}
	/* A vector may be unmasked now. */
	vpci_kick(v);
}

static unsigned long vpci_bar_read(struct um_pci_device *um, int bar, unsigned int off, int size)
{
	struct vpci *v = to_vpci(um);
	unsigned int word = (off - vpci_table_offset(v)) / 4;

	if (READ_ONCE(v->gone))
		return ~0UL;
	if (off < vpci_table_offset(v))
		return v->model->read(v, off, size);
	if (word >= v->model->vectors * 4 || size != 4)
		return 0;
	guard(spinlock_irqsave)(&v->lock);
	return v->table[word];
}

static void vpci_bar_write(struct um_pci_device *um, int bar, unsigned int off, int size,
			   unsigned long val)
{
	struct vpci *v = to_vpci(um);
	unsigned int word = (off - vpci_table_offset(v)) / 4;

	if (READ_ONCE(v->gone))
		return;
	if (off < vpci_table_offset(v)) {
		v->model->write(v, off, size, val);
		return;
	}
	if (word >= v->model->vectors * 4 || size != 4)
		return;
	scoped_guard(spinlock_irqsave, &v->lock)
		v->table[word] = val;
	vpci_kick(v);
}

static void vpci_bar_copy_from(struct um_pci_device *um, int bar, void *buffer, unsigned int off,
			       int size)
{
	u8 *to = buffer;
	int i;

	for (i = 0; i < size; i++)
		to[i] = vpci_bar_read(um, bar, off + i, 1);
}

static void vpci_bar_copy_to(struct um_pci_device *um, int bar, unsigned int off,
			     const void *buffer, int size)
{
	const u8 *from = buffer;
	int i;

	for (i = 0; i < size; i++)
		vpci_bar_write(um, bar, off + i, 1, from[i]);
}

static void vpci_bar_set(struct um_pci_device *um, int bar, unsigned int off, u8 value, int size)
{
	int i;

	for (i = 0; i < size; i++)
		vpci_bar_write(um, bar, off + i, 1, value);
}

static const struct um_pci_ops vpci_ops = {
	.cfgspace_read = vpci_cfg_read,
	.cfgspace_write = vpci_cfg_write,
	.bar_read = vpci_bar_read,
	.bar_write = vpci_bar_write,
	.bar_copy_from = vpci_bar_copy_from,
	.bar_copy_to = vpci_bar_copy_to,
	.bar_set = vpci_bar_set,
};

/* The message of arch/um is the number of the interrupt. */
static void vpci_deliver(struct vpci *v, unsigned int vector)
{
	u16 control;
	u32 irq = 0;

	scoped_guard(spinlock_irqsave, &v->lock) {
		control = vpci_msix_control(v);
		if (!(control & PCI_MSIX_FLAGS_ENABLE) || READ_ONCE(v->gone))
			return;
		if ((control & PCI_MSIX_FLAGS_MASKALL) ||
		    (v->table[vector * 4 + 3] & PCI_MSIX_ENTRY_CTRL_MASKBIT))
			return;
		__clear_bit(vector, &v->pending);
		irq = v->table[vector * 4 + 2];
	}
	atomic_inc(&v->interrupts[vector]);
	guard(rcu)();
	generic_handle_irq_safe(irq);
}

/**
 * vpci_raise - raise a vector
 * @v: function
 * @vector: vector; remembered while it is masked
 *
 * Context: the firmware's thread, or a test. May run the driver's handler.
 */
void vpci_raise(struct vpci *v, unsigned int vector)
{
	scoped_guard(spinlock_irqsave, &v->lock)
		__set_bit(vector, &v->pending);
	vpci_deliver(v, vector);
}

/**
 * vpci_kick - make the firmware look for something to do
 * @v: function
 *
 * Context: any.
 */
void vpci_kick(struct vpci *v)
{
	WRITE_ONCE(v->kicked, true);
	wake_up(&v->wait);
}

static bool vpci_is_behind(struct vpci *v)
{
	unsigned int vector;
	bool behind = false;

	if (READ_ONCE(v->gone) || !v->model->behind)
		return false;
	for (vector = 0; vector < v->model->vectors; vector++)
		if (v->model->behind(v, vector)) {
			vpci_raise(v, vector);
			behind = true;
		}
	return behind;
}

static int vpci_thread(void *data)
{
	struct vpci *v = data;
	unsigned int vector;
	long wait = MAX_SCHEDULE_TIMEOUT;

	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(v->wait, READ_ONCE(v->kicked) ||
						 kthread_should_stop(), wait);
		WRITE_ONCE(v->kicked, false);
		for (vector = 0; vector < v->model->vectors; vector++)
			if (READ_ONCE(v->pending) & BIT(vector))
				vpci_deliver(v, vector);
		if (!READ_ONCE(v->gone) && v->model->work)
			v->model->work(v);
		wait = vpci_is_behind(v) ? msecs_to_jiffies(10) : MAX_SCHEDULE_TIMEOUT;
	}
	return 0;
}

/**
 * vpci_dma - memory that the driver has given to the function
 * @v: function
 * @addr: bus address
 * @len: how much of it
 *
 * Return: the memory; NULL if the card was pulled; NULL, and the test has failed, if the function
 * must not access it.
 */
void *vpci_dma(struct vpci *v, u64 addr, size_t len)
{
	u16 command = get_unaligned_le16(&v->config[PCI_COMMAND]);

	if (READ_ONCE(v->gone))
		return NULL;
	if (!(command & PCI_COMMAND_MASTER)) {
		KUNIT_FAIL(v->test, "DMA without bus mastering");
		return NULL;
	}
	if (!addr || addr + len < addr || addr + len > PFN_PHYS(max_pfn)) {
		KUNIT_FAIL(v->test, "DMA beyond memory: %llx, %zu bytes", addr, len);
		return NULL;
	}
	return phys_to_virt(addr);
}

static void vpci_put16(struct vpci *v, unsigned int off, u16 val, u16 writable)
{
	put_unaligned_le16(val, &v->config[off]);
	put_unaligned_le16(writable, &v->writable[off]);
}

static void vpci_put32(struct vpci *v, unsigned int off, u32 val, u32 writable)
{
	put_unaligned_le32(val, &v->config[off]);
	put_unaligned_le32(writable, &v->writable[off]);
}

static void vpci_power_on(struct vpci *v)
{
	const struct vpci_model *m = v->model;
	unsigned int i;

	vpci_put16(v, PCI_VENDOR_ID, m->vendor, 0);
	vpci_put16(v, PCI_DEVICE_ID, m->device, 0);
	vpci_put16(v, PCI_SUBSYSTEM_VENDOR_ID, m->subvendor, 0);
	vpci_put16(v, PCI_SUBSYSTEM_ID, m->subdevice, 0);
	vpci_put16(v, PCI_COMMAND, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
		   PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE);
	vpci_put16(v, PCI_STATUS, PCI_STATUS_CAP_LIST, 0);
	vpci_put32(v, PCI_CLASS_REVISION, m->class << 8 | m->revision, 0);
	vpci_put32(v, PCI_BASE_ADDRESS_0, PCI_BASE_ADDRESS_SPACE_MEMORY, ~(m->bar_size - 1));
	v->writable[PCI_CACHE_LINE_SIZE] = 0xff;
	v->writable[PCI_INTERRUPT_LINE] = 0xff;
	v->config[PCI_CAPABILITY_LIST] = VPCI_EXP;

	vpci_put16(v, VPCI_EXP, VPCI_MSIX << 8 | PCI_CAP_ID_EXP, 0);
	vpci_put16(v, VPCI_EXP + PCI_EXP_FLAGS, PCI_EXP_TYPE_RC_END << 4 | 2, 0);
	vpci_put16(v, VPCI_EXP + PCI_EXP_DEVCTL, 0, (u16)~PCI_EXP_DEVCTL_BCR_FLR);

	vpci_put16(v, VPCI_MSIX, PCI_CAP_ID_MSIX, 0);
	vpci_put16(v, VPCI_MSIX + PCI_MSIX_FLAGS, m->vectors - 1,
		   PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	vpci_put32(v, VPCI_MSIX + PCI_MSIX_TABLE, vpci_table_offset(v), 0);
	vpci_put32(v, VPCI_MSIX + PCI_MSIX_PBA, vpci_table_offset(v) + PAGE_SIZE / 2, 0);
	for (i = 0; i < m->vectors; i++)
		v->table[i * 4 + 3] = PCI_MSIX_ENTRY_CTRL_MASKBIT;

	if (m->serial) {
		vpci_put32(v, PCI_CFG_SPACE_SIZE, 1 << 16 | PCI_EXT_CAP_ID_DSN, 0);
		put_unaligned_le64(m->serial, &v->config[PCI_CFG_SPACE_SIZE + 4]);
	}
	vpci_put32(v, VPCI_COOKIE, lower_32_bits((unsigned long)v), 0);
}

static void vpci_del_action(void *data)
{
	vpci_del(data);
}

/**
 * vpci_add - plug a function in
 * @test: test; the function is removed at the end of the test
 * @model: what is behind the function
 * @priv: for the model
 *
 * The driver's probe() runs in here, unless it asks to run asynchronously.
 *
 * Context: may sleep.
 * Return: the function.
 */
struct vpci *vpci_add(struct kunit *test, const struct vpci_model *model, void *priv)
{
	struct vpci *v = kzalloc_obj(*v);
	struct pci_dev *pdev = NULL;
	u32 cookie;

	KUNIT_ASSERT_NOT_NULL(test, v);
	v->um.ops = &vpci_ops;
	v->model = model;
	v->test = test;
	v->priv = priv;
	spin_lock_init(&v->lock);
	init_waitqueue_head(&v->wait);
	vpci_power_on(v);
	if (model->init)
		model->init(v);
	v->thread = kthread_run(vpci_thread, v, "vpci");
	if (IS_ERR(v->thread) || um_pci_device_register(&v->um)) {
		if (!IS_ERR(v->thread))
			kthread_stop(v->thread);
		kfree(v);
		KUNIT_FAIL_AND_ABORT(test, "no PCI function");
	}
	while ((pdev = pci_get_device(model->vendor, model->device, pdev)))
		if (!pci_read_config_dword(pdev, VPCI_COOKIE, &cookie) &&
		    cookie == lower_32_bits((unsigned long)v))
			break;
	v->pdev = pdev;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, vpci_del_action, v));
	KUNIT_ASSERT_NOT_NULL_MSG(test, pdev, "the function was not found");
	return v;
}

static void vpci_unplug(struct vpci *v)
{
	if (!v->pdev)
		return;
	pci_stop_and_remove_bus_device_locked(v->pdev);
	pci_dev_put(v->pdev);
	v->pdev = NULL;
}

/**
 * vpci_del - remove a function, in order
 * @v: function, which is freed
 *
 * Context: may sleep.
 */
void vpci_del(struct vpci *v)
{
	kunit_remove_action(v->test, vpci_del_action, v);
	vpci_unplug(v);
	/*
	 * This cannot handle a device that is still there; there is none now.
	 */
	um_pci_device_unregister(&v->um);
	kthread_stop(v->thread);
	kfree(v);
}

/**
 * vpci_pull - pull the card
 * @v: function; vpci_del() still has to be called
 *
 * The driver learns of it when it finds that nobody answers.
 *
 * Context: may sleep.
 */
void vpci_pull(struct vpci *v)
{
	WRITE_ONCE(v->gone, true);
	vpci_unplug(v);
}

/**
 * vpci_unbind - unbind the driver
 * @v: function
 *
 * Context: may sleep.
 */
void vpci_unbind(struct vpci *v)
{
	device_release_driver(&v->pdev->dev);
}

/**
 * vpci_bind - bind the driver again
 * @v: function
 *
 * Context: may sleep.
 */
void vpci_bind(struct vpci *v)
{
	KUNIT_EXPECT_EQ(v->test, 1, device_attach(&v->pdev->dev));
}
