// SPDX-License-Identifier: GPL-2.0
/*
 * What sparse, the compiler at W=1 and clang must complain about; scripts/drivers puts it into
 * build/test.
 */
#include <linux/module.h>
#include <linux/uaccess.h>

int canary_sparse(int __user *p)
{
	return *p;
}

static int __maybe_unused canary_w1(int a)
{
	int set_but_not_used;

	set_but_not_used = a;
	return 0;
}
