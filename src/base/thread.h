// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads for the compiler itself (kernels compile in parallel). Results must not depend on the
// number of threads: work items write to their own slots. A failure in a worker is carried back
// and raised again on the calling thread.
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include "base/base.h"

u32 thread_hardware_count(void);  // processors this process may run on, at least 1
typedef void thread_task_fn(void *user, u32 index);
// Runs fn(user, 0..count-1) on up to `threads` threads (the caller is one) and waits.
void thread_for(u32 threads, u32 count, thread_task_fn *fn, void *user);

#endif
