// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the virtual PCI function itself, with a driver and a firmware that do next to
 * nothing.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>

#include "vpci.h"

#define DUMMY_MAGIC	0x00	/* always DUMMY_IS_HERE */
#define DUMMY_SCRATCH	0x04	/* 4 or 8 bytes that are kept */
#define DUMMY_ADDR	0x10	/* of memory to be reversed, 8 bytes */
#define DUMMY_LEN	0x18	/* length of the memory; reverses it and raises vector 1 */
#define DUMMY_RAISE	0x1c	/* raises the vectors whose bits are written */
#define DUMMY_IS_HERE	0x900dcafe

/* The firmware's side. */
struct dummy_fw {
	u64 scratch;
	u64 addr;
	u32 len;
	u32 raise;
	u32 produced;
	u32 consumed;
};

static u64 dummy_read(struct vpci *v, u32 off, int size)
{
	struct dummy_fw *fw = v->priv;

	switch (off) {
	case DUMMY_MAGIC:
		return DUMMY_IS_HERE;
	case DUMMY_SCRATCH:
		return fw->scratch;
	}
	return 0;
}

static void dummy_write(struct vpci *v, u32 off, int size, u64 val)
{
	struct dummy_fw *fw = v->priv;

	switch (off) {
	case DUMMY_SCRATCH:
		fw->scratch = val;
		break;
	case DUMMY_ADDR:
		fw->addr = val;
		break;
	case DUMMY_LEN:
		WRITE_ONCE(fw->len, val);
		vpci_kick(v);
		break;
	case DUMMY_RAISE:
		WRITE_ONCE(fw->raise, val);
		vpci_kick(v);
		break;
	}
}

static void dummy_work(struct vpci *v)
{
	struct dummy_fw *fw = v->priv;
	u32 len = xchg(&fw->len, 0), raise = xchg(&fw->raise, 0), i;
	u8 *mem;

	mem = len ? vpci_dma(v, fw->addr, len) : NULL;
	if (mem) {
		for (i = 0; i < len / 2; i++)
			swap(mem[i], mem[len - 1 - i]);
		raise |= BIT(1);
	}
	for (i = 0; i < v->model->vectors; i++)
		if (raise & BIT(i)) {
			WRITE_ONCE(fw->produced, fw->produced + 1);
			vpci_raise(v, i);
		}
}

static bool dummy_behind(struct vpci *v, unsigned int vector)
{
	struct dummy_fw *fw = v->priv;

	return vector == 0 && READ_ONCE(fw->produced) != READ_ONCE(fw->consumed);
}

static const struct vpci_model dummy_model = {
	.vendor = 0x1d1d,
	.device = 0x0001,
	.class = 0x010700,
	.bar_size = SZ_64K,
	.vectors = 2,
	.serial = 0x1122334455667788,
	.read = dummy_read,
	.write = dummy_write,
	.work = dummy_work,
};

/* The driver's side. */
struct dummy {
	struct pci_dev *pdev;
	void __iomem *bar;
	struct dummy_irq {
		struct completion done;
		unsigned int count;
	} irqs[2];
};

static unsigned int probes, removes;
/* What remove() has read from DUMMY_MAGIC. */
static u32 seen_by_remove;
/* The interrupt handler takes what the firmware has produced, but slowly. */
static struct dummy_fw *slow_fw;

static irqreturn_t dummy_irq(int irq, void *data)
{
	struct dummy_irq *dummy = data;

	dummy->count++;
	if (slow_fw) {
		u32 produced = READ_ONCE(slow_fw->produced);

		udelay(500);
		WRITE_ONCE(slow_fw->consumed, produced);
	}
	complete(&dummy->done);
	return IRQ_HANDLED;
}

static int dummy_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dummy *dummy;
	int ret, i;

	dummy = devm_kzalloc(&pdev->dev, sizeof(*dummy), GFP_KERNEL);
	if (!dummy)
		return -ENOMEM;
	dummy->pdev = pdev;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	dummy->bar = pcim_iomap(pdev, 0, 0);
	if (!dummy->bar)
		return -ENOMEM;
	ret = pci_alloc_irq_vectors(pdev, 2, 2, PCI_IRQ_MSIX);
	if (ret < 0)
		return ret;
	for (i = 0; i < 2; i++) {
		init_completion(&dummy->irqs[i].done);
		ret = request_irq(pci_irq_vector(pdev, i), dummy_irq, 0, "vpci_dummy",
				  &dummy->irqs[i]);
		if (ret)
			goto free;
	}
	pci_set_drvdata(pdev, dummy);
	probes++;
	return 0;

free:
	while (i--)
		free_irq(pci_irq_vector(pdev, i), &dummy->irqs[i]);
	pci_free_irq_vectors(pdev);
	return ret;
}

static void dummy_remove(struct pci_dev *pdev)
{
	struct dummy *dummy = pci_get_drvdata(pdev);
	int i;

	seen_by_remove = readl(dummy->bar + DUMMY_MAGIC);
	for (i = 0; i < 2; i++)
		free_irq(pci_irq_vector(pdev, i), &dummy->irqs[i]);
	pci_free_irq_vectors(pdev);
	removes++;
}

static const struct pci_device_id dummy_ids[] = {
	{ PCI_DEVICE(0x1d1d, 0x0001) },
	{}
};

static struct pci_driver dummy_driver = {
	.name = "vpci_dummy",
	.id_table = dummy_ids,
	.probe = dummy_probe,
	.remove = dummy_remove,
};

static struct dummy *dummy_of(struct vpci *v)
{
	struct dummy *dummy = pci_get_drvdata(v->pdev);

	KUNIT_ASSERT_NOT_NULL(v->test, dummy);
	return dummy;
}

static struct vpci *dummy_add(struct kunit *test, const struct vpci_model *model)
{
	return vpci_add(test, model, kunit_kzalloc(test, sizeof(struct dummy_fw), GFP_KERNEL));
}

static void expect_interrupt(struct kunit *test, struct dummy *dummy, int vector)
{
	writel(BIT(vector), dummy->bar + DUMMY_RAISE);
	KUNIT_EXPECT_NE(test, 0, wait_for_completion_timeout(&dummy->irqs[vector].done, HZ));
}

/* The driver finds its registers, of 4 and of 8 bytes, and the serial number. */
static void vpci_test_registers_are_found(struct kunit *test)
{
	struct vpci *v = dummy_add(test, &dummy_model);
	struct dummy *dummy = dummy_of(v);
	int pos;

	KUNIT_EXPECT_EQ(test, DUMMY_IS_HERE, readl(dummy->bar + DUMMY_MAGIC));
	writel(0x12345678, dummy->bar + DUMMY_SCRATCH);
	KUNIT_EXPECT_EQ(test, 0x12345678, readl(dummy->bar + DUMMY_SCRATCH));
	writeq(0x123456789abcdef0, dummy->bar + DUMMY_SCRATCH);
	KUNIT_EXPECT_EQ(test, 0x123456789abcdef0, readq(dummy->bar + DUMMY_SCRATCH));
	pos = pci_find_ext_capability(v->pdev, PCI_EXT_CAP_ID_DSN);
	KUNIT_EXPECT_NE(test, 0, pos);
	KUNIT_EXPECT_EQ(test, dummy_model.serial, pci_get_dsn(v->pdev));
}

/* The firmware's thread raises each vector; a masked one is delivered later. */
static void vpci_test_vectors_are_delivered(struct kunit *test)
{
	struct vpci *v = dummy_add(test, &dummy_model);
	struct dummy *dummy = dummy_of(v);
	int irq = pci_irq_vector(v->pdev, 1);

	expect_interrupt(test, dummy, 0);
	expect_interrupt(test, dummy, 1);
	KUNIT_EXPECT_EQ(test, 1, dummy->irqs[0].count);

	disable_irq(irq);
	writel(BIT(1), dummy->bar + DUMMY_RAISE);
	KUNIT_EXPECT_EQ(test, 0, wait_for_completion_timeout(&dummy->irqs[1].done, HZ / 10));
	enable_irq(irq);
	expect_interrupt(test, dummy, 1);
}

/* The firmware finds the memory that the driver has handed over. */
static void vpci_test_firmware_finds_memory(struct kunit *test)
{
	struct vpci *v = dummy_add(test, &dummy_model);
	struct dummy *dummy = dummy_of(v);
	dma_addr_t addr;
	u8 *mem;

	mem = dma_alloc_coherent(&v->pdev->dev, 4, &addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mem);
	memcpy(mem, "abcd", 4);
	writeq(addr, dummy->bar + DUMMY_ADDR);
	writel(4, dummy->bar + DUMMY_LEN);
	KUNIT_EXPECT_NE(test, 0, wait_for_completion_timeout(&dummy->irqs[1].done, HZ));
	KUNIT_EXPECT_MEMEQ(test, mem, "dcba", 4);
	dma_free_coherent(&v->pdev->dev, 4, mem, addr);
}

/* An interrupt that comes while its handler runs is not lost. */
static void vpci_test_no_interrupt_is_lost(struct kunit *test)
{
	struct vpci_model model = dummy_model;
	struct dummy *dummy;
	struct vpci *v;
	int i;

	model.behind = dummy_behind;
	v = dummy_add(test, &model);
	dummy = dummy_of(v);
	slow_fw = v->priv;
	for (i = 0; i < 200; i++) {
		writel(BIT(0), dummy->bar + DUMMY_RAISE);
		usleep_range(100, 200);
	}
	for (i = 0; i < 100 && READ_ONCE(slow_fw->produced) != READ_ONCE(slow_fw->consumed); i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, READ_ONCE(slow_fw->produced), READ_ONCE(slow_fw->consumed));
	vpci_del(v);
	slow_fw = NULL;
}

/* An orderly removal finds the card, and one after the card was pulled does not. */
static void vpci_test_removal_finds_card(struct kunit *test)
{
	struct vpci *v = dummy_add(test, &dummy_model);

	vpci_unbind(v);
	KUNIT_EXPECT_EQ(test, 1, removes);
	KUNIT_EXPECT_EQ(test, DUMMY_IS_HERE, seen_by_remove);
	vpci_bind(v);
	KUNIT_EXPECT_EQ(test, 2, probes);
	expect_interrupt(test, dummy_of(v), 0);
	vpci_pull(v);
	KUNIT_EXPECT_EQ(test, 2, removes);
	KUNIT_EXPECT_EQ(test, U32_MAX, seen_by_remove);
	vpci_del(v);
}

/*
 * Two cards do not affect each other. A card that is removed leaves its slot to
 * the next one.
 */
static void vpci_test_slots_are_apart(struct kunit *test)
{
	struct vpci *one = dummy_add(test, &dummy_model);
	struct vpci *two = dummy_add(test, &dummy_model);
	int i;

	KUNIT_EXPECT_EQ(test, 2, probes);
	KUNIT_EXPECT_NE(test, one->pdev->devfn, two->pdev->devfn);
	expect_interrupt(test, dummy_of(two), 1);
	KUNIT_EXPECT_EQ(test, 0, dummy_of(one)->irqs[1].count);
	for (i = 0; i < 20; i++) {
		vpci_del(one);
		one = dummy_add(test, &dummy_model);
		expect_interrupt(test, dummy_of(one), 1);
	}
	vpci_del(two);
	expect_interrupt(test, dummy_of(one), 0);
}

static int vpci_init(struct kunit *test)
{
	probes = 0;
	removes = 0;
	return pci_register_driver(&dummy_driver);
}

static void vpci_exit(struct kunit *test)
{
	pci_unregister_driver(&dummy_driver);
}

static struct kunit_case vpci_cases[] = {
	KUNIT_CASE(vpci_test_registers_are_found),
	KUNIT_CASE(vpci_test_vectors_are_delivered),
	KUNIT_CASE(vpci_test_firmware_finds_memory),
	KUNIT_CASE(vpci_test_no_interrupt_is_lost),
	KUNIT_CASE(vpci_test_removal_finds_card),
	KUNIT_CASE(vpci_test_slots_are_apart),
	{}
};

static struct kunit_suite vpci_suite = {
	.name = "hba_pci",
	.init = vpci_init,
	.exit = vpci_exit,
	.test_cases = vpci_cases,
};

kunit_test_suite(vpci_suite);
