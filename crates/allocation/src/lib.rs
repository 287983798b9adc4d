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
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static BYTES_HELD: Cell<usize> = const { Cell::new(0) };
    static BYTES_PEAK: Cell<usize> = const { Cell::new(0) };
    static IS_TRACED: Cell<bool> = const { Cell::new(false) };
    static TRACES: RefCell<Vec<Backtrace>> = const { RefCell::new(Vec::new()) };
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

/// Runs some work, and tells from where this thread allocated meanwhile: for tests that want to know whose allocations
/// they count. Slow.
pub fn origins(work: impl FnOnce()) -> Vec<Backtrace> {
    IS_TRACED.set(true);
    work();
    IS_TRACED.set(false);
    TRACES.take()
}

/// The innermost function of a trace whose name has one of these words in it.
pub fn innermost(trace: &Backtrace, words: &[&str]) -> Option<String> {
    let text = trace.to_string();
    let names = text.lines().filter_map(|line| line.split_once(": "));
    let mut names = names.map(|(_, name)| name.trim());
    // Frames of this crate itself stand below every allocation.
    let wanted =
        |name: &&str| words.iter().any(|w| name.contains(w)) && !name.contains("cyc_allocation");
    names.find(wanted).map(str::to_owned)
}

/// Keeps where an allocation came from. What keeping it allocates is not asked about.
fn trace() {
    if IS_TRACED.replace(false) {
        let trace = Backtrace::force_capture();
        TRACES.with_borrow_mut(|traces| traces.push(trace));
        IS_TRACED.set(true);
    }
}

fn count(freed: usize, taken: usize) {
    let held = BYTES_HELD.get().wrapping_sub(freed).wrapping_add(taken);
    BYTES_HELD.set(held);
    // What another thread freed wraps around and is no peak.
    if held > BYTES_PEAK.get() && held < usize::MAX / 2 {
        BYTES_PEAK.set(held);
    }
    ALLOCATIONS.set(ALLOCATIONS.get() + u64::from(taken > 0));
    if taken > 0 {
        trace();
    }
}

// SAFETY: passes every call on to the system's allocator unchanged; counting touches only thread-local cells that need
// no allocation and no destructor, so that they can be touched at any time in a thread's life. Traces are kept only while
// this thread is within `origins`, and not while one is being kept.
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
