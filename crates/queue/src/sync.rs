//! The door to the machine: atomics and cells from `std`, or loom's in a loom build, which explores their schedules.

#[cfg(loom)]
pub(crate) use explored::{AtomicU32, AtomicU64};
#[cfg(loom)]
pub(crate) use loom::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
#[cfg(not(loom))]
pub(crate) use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

/// A cell whose accesses loom can see: each `get` is a read and each `get_mut` a write at the moment of the call.
///
/// A borrow lasts longer than the call that made it, so whoever gives up a borrow calls [`TrackedCell::touch`] (or
/// `touch_mut`) first: then loom finds every access that is not ordered after the *end* of the borrow too.
pub(crate) struct TrackedCell<T>(
    #[cfg(not(loom))] std::cell::UnsafeCell<T>,
    #[cfg(loom)] loom::cell::UnsafeCell<T>,
);

#[cfg(not(loom))]
impl<T> TrackedCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    #[inline(always)]
    pub(crate) fn get(&self) -> *const T {
        self.0.get()
    }

    #[inline(always)]
    pub(crate) fn get_mut(&self) -> *mut T {
        self.0.get()
    }

    #[inline(always)]
    pub(crate) fn touch(&self) {}

    #[inline(always)]
    pub(crate) fn touch_mut(&self) {}
}

#[cfg(loom)]
impl<T> TrackedCell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::cell::UnsafeCell::new(value))
    }

    pub(crate) fn get(&self) -> *const T {
        self.0.with(|value| value)
    }

    pub(crate) fn get_mut(&self) -> *mut T {
        self.0.with_mut(|value| value)
    }

    pub(crate) fn touch(&self) {
        self.0.with(|_| ());
    }

    pub(crate) fn touch_mut(&self) {
        self.0.with_mut(|_| ());
    }
}

#[cfg(loom)]
mod explored {
    //! Loom's atomics with a turn-taking companion.
    //!
    //! Loom decides which schedules to try by looking at the *last* access to an atomic only: a thread that loads and then
    //! stores hides, by its own load, that its store conflicts with what another thread did before (loom 0.7.3,
    //! `rt/execution.rs`, `schedule`), and the other order is never tried. A relaxed read-modify-write on a companion
    //! before every access restores the conflict. It orders nothing that the memory model would not.

    use super::Ordering;
    use loom::sync::atomic;

    macro_rules! explored {
        ($name:ident, $int:ty) => {
            pub(crate) struct $name {
                turn: atomic::AtomicU8,
                value: atomic::$name,
            }

            #[allow(dead_code, reason = "both widths offer the same operations")]
            impl $name {
                pub(crate) fn new(value: $int) -> Self {
                    Self {
                        turn: atomic::AtomicU8::new(0),
                        value: atomic::$name::new(value),
                    }
                }

                fn in_turn(&self) -> &atomic::$name {
                    self.turn.fetch_add(1, Ordering::Relaxed);
                    &self.value
                }

                pub(crate) fn load(&self, order: Ordering) -> $int {
                    self.in_turn().load(order)
                }

                pub(crate) fn store(&self, value: $int, order: Ordering) {
                    self.in_turn().store(value, order);
                }

                pub(crate) fn swap(&self, value: $int, order: Ordering) -> $int {
                    self.in_turn().swap(value, order)
                }

                pub(crate) fn fetch_add(&self, value: $int, order: Ordering) -> $int {
                    self.in_turn().fetch_add(value, order)
                }

                pub(crate) fn compare_exchange(
                    &self,
                    current: $int,
                    new: $int,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$int, $int> {
                    self.in_turn()
                        .compare_exchange(current, new, success, failure)
                }
            }
        };
    }

    explored!(AtomicU32, u32);
    explored!(AtomicU64, u64);
}
