//! An allocator that knows how much this thread holds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Bytes that this thread has allocated and not freed.
pub fn held() -> usize {
    HELD.with(Cell::get)
}

fn grow(by: usize) {
    HELD.with(|held| held.set(held.get().wrapping_add(by)));
}

fn shrink(by: usize) {
    HELD.with(|held| held.set(held.get().wrapping_sub(by)));
}

// SAFETY: passes every call on to the system's allocator unchanged; counting touches only a thread-local cell that
// needs no allocation and no destructor.
unsafe impl GlobalAlloc for Counting {
    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }
    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
    // SAFETY: the caller keeps the contract, which is the system's.
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        shrink(layout.size());
        grow(size);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
