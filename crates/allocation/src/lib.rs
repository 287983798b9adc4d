//! An allocator that counts, for the thread that asks: what other threads of a test program do is not its business.
//!
//! A test or bench that promises to allocate nothing makes it its global allocator and compares the count before and
//! after. No program that people run has it: every crate depends on it for its tests alone.
//!
//! ```
//! use cyc_allocation::{CountingAllocator, allocations, bytes_held};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator;
//!
//! let (before, held) = (allocations(), bytes_held());
//! let list = std::hint::black_box(vec![1u8; 64]);
//! assert_eq!((allocations() - before, bytes_held() - held), (1, 64));
//! drop(list);
//! assert_eq!(bytes_held(), held);
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static BYTES_HELD: Cell<usize> = const { Cell::new(0) };
    static BYTES_PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counted.
#[derive(Debug)]
pub struct CountingAllocator;

/// Allocations and reallocations of this thread so far.
pub fn allocations() -> u64 {
    ALLOCATIONS.get()
}

/// Bytes that this thread has allocated and not freed. What another thread frees for it stays counted.
pub fn bytes_held() -> usize {
    BYTES_HELD.get()
}

/// The most bytes that this thread has held since [`reset_peak`].
pub fn bytes_peak() -> usize {
    BYTES_PEAK.get()
}

/// Lets the peak begin at what is held now.
pub fn reset_peak() {
    BYTES_PEAK.set(BYTES_HELD.get());
}

fn count(freed: usize, taken: usize) {
    let held = BYTES_HELD.get().wrapping_sub(freed).wrapping_add(taken);
    BYTES_HELD.set(held);
    // What another thread freed wraps around and is no peak.
    if held > BYTES_PEAK.get() && held < usize::MAX / 2 {
        BYTES_PEAK.set(held);
    }
    ALLOCATIONS.set(ALLOCATIONS.get() + u64::from(taken > 0));
}

// SAFETY: passes every call on to the system's allocator unchanged; counting touches only thread-local cells that need
// no allocation and no destructor, so that they can be touched at any time in a thread's life.
unsafe impl GlobalAlloc for CountingAllocator {
    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), size);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}
