// SPDX-License-Identifier: GPL-2.0
/*
 * A suite that does everything wrong: the checks that guard the real suites
 * must see each fault. Never part of the series; scripts/canary puts it into
 * build/test.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "scsi_fake_hba.h"

static void canary_expect(struct kunit *test)
{
	KUNIT_FAIL(test, "a failure");
}

/* A host that nobody puts: the end of the case must notice. */
static void canary_leak(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, false);

	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	scsi_host_get(hba->shost);
}

/* Memory that nobody points to: for kmemleak, which prints what is in it. */
static void canary_lost(struct kunit *test)
{
	int i;

	for (i = 0; i < 8; i++)
		kstrdup("canary is lost", GFP_KERNEL);
}

static void canary_pm(struct kunit *test)
{
	struct fake_hba *hba = fake_hba_alloc(test, false);

	KUNIT_ASSERT_EQ(test, 0, fake_hba_add(hba));
	pm_runtime_get_sync(hba->shost->shost_gendev.parent);
}

static DEFINE_MUTEX(canary_a);
static DEFINE_MUTEX(canary_b);

/* Before KASAN and the others, whose reports turn lockdep off. */
static void canary_lockdep(struct kunit *test)
{
	mutex_lock(&canary_a);
	mutex_lock(&canary_b);
	mutex_unlock(&canary_b);
	mutex_unlock(&canary_a);
	mutex_lock(&canary_b);
	mutex_lock(&canary_a);
	mutex_unlock(&canary_a);
	mutex_unlock(&canary_b);
}

static void canary_kasan(struct kunit *test)
{
	char *p = kmalloc(32, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	kunit_info(test, "%d\n", READ_ONCE(p[3]));
}

static void canary_atomic(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	msleep(1);
	spin_unlock(&lock);
}

static void canary_warn(struct kunit *test)
{
	WARN_ON(1);
}

static struct kunit_case canary_cases[] = {
	KUNIT_CASE(canary_expect),
	KUNIT_CASE(canary_leak),
	KUNIT_CASE(canary_lost),
	KUNIT_CASE(canary_pm),
	KUNIT_CASE(canary_lockdep),
	KUNIT_CASE(canary_kasan),
	KUNIT_CASE(canary_atomic),
	KUNIT_CASE(canary_warn),
	{}
};

static struct kunit_suite canary_suite = {
	.name = "zz_canary",
	.init = fake_hba_test_init,
	.exit = fake_hba_test_exit,
	.test_cases = canary_cases,
};
kunit_test_suite(canary_suite);

MODULE_DESCRIPTION("Canary");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("SCSI_FAKE_HBA");
