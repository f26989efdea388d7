// SPDX-License-Identifier: GPL-2.0
/*
 * The last suite: what memory have the earlier suites and the drivers lost?
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "scsi_fake_hba.h"

/* How much kmemleak has found. */
static int leaks(struct kunit *test, bool print)
{
	struct vfsmount *mnt = kern_mount(get_fs_type("debugfs"));
	char *text = kunit_kzalloc(test, SZ_16K, GFP_KERNEL), *line;
	unsigned long buf;
	struct file *file;
	struct path root;
	loff_t pos = 0;
	ssize_t len;
	int n = 0;

	/* The file can only be read into user memory. */
	buf = kunit_vm_mmap(test, NULL, 0, SZ_16K, PROT_READ | PROT_WRITE,
			    MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, 0, buf);
	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mnt);
	root.mnt = mnt;
	root.dentry = mnt->mnt_root;
	file = file_open_root(&root, "kmemleak", O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	do {
		len = file->f_op->read(file, (void __user *)(buf + pos), SZ_16K - 1 - pos, &pos);
	} while (len > 0);
	KUNIT_EXPECT_EQ(test, 0, len);
	__fput_sync(file);
	kern_unmount(mnt);
	KUNIT_ASSERT_EQ(test, 0, copy_from_user(text, (void __user *)buf, pos));
	while ((line = strsep(&text, "\n"))) {
		n += strstarts(line, "unreferenced object");
		if (print && *line)
			kunit_info(test, "%s\n", line);
	}
	return n;
}

static void scan(struct kunit *test)
{
	int i;

	/*
	 * kmemleak skips what is younger than 5 s or seen for the first time.
	 */
	for (i = 0; i < 3; i++) {
		msleep(6000);
		KUNIT_ASSERT_EQ(test, 4, fake_hba_user_write(test, "debugfs", "kmemleak", "scan", 4));
	}
}

static void leaks_test_nothing_leaks(struct kunit *test)
{
	scan(test);
	KUNIT_EXPECT_EQ(test, 0, leaks(test, true));
}

static noinline_for_stack void lose(void)
{
	void *lost;
	int i;

	/* Many, as some pointers stay on a stack. */
	for (i = 0; i < 64; i++) {
		lost = kmalloc(1000, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(lost);
	}
}

/* kmemleak finds what is lost. */
static void leaks_test_planted_leak_is_found(struct kunit *test)
{
	lose();
	scan(test);
	KUNIT_EXPECT_NE(test, 0, leaks(test, false));
	KUNIT_EXPECT_EQ(test, 5, fake_hba_user_write(test, "debugfs", "kmemleak", "clear", 5));
}

static int leaks_init(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_KMEMLEAK))
		kunit_skip(test, "no kmemleak, which is too slow with two CPUs");
	return 0;
}

static struct kunit_case leaks_cases[] = {
	KUNIT_CASE_SLOW(leaks_test_nothing_leaks),
	KUNIT_CASE_SLOW(leaks_test_planted_leak_is_found),
	{}
};

static struct kunit_suite leaks_suite = {
	.name = "hba_leaks",
	.init = leaks_init,
	.test_cases = leaks_cases,
};

kunit_test_suite(leaks_suite);

MODULE_IMPORT_NS("SCSI_FAKE_HBA");
