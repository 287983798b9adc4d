//! The memory orderings of this crate, each by the reason it is there for.
//!
//! In a loom build a test can break one of them (`seeded`): what loom does not find then, it would not have found
//! in a real mistake either.

#[cfg(not(loom))]
mod sound {
    use crate::sync::Ordering;

    /// A value was written; whoever observes this store may read it.
    #[inline(always)]
    pub(crate) fn publish() -> Ordering {
        Ordering::Release
    }

    /// The value that this load or claim names will be read.
    #[inline(always)]
    pub(crate) fn observe() -> Ordering {
        Ordering::Acquire
    }

    /// A reader is done with a slot; whoever reclaims it may write it.
    #[inline(always)]
    pub(crate) fn hand_back() -> Ordering {
        Ordering::Release
    }

    /// The slot that this load names will be written.
    #[inline(always)]
    pub(crate) fn reclaim() -> Ordering {
        Ordering::Acquire
    }

    /// Publishes one slot and reclaims another in one step.
    #[inline(always)]
    pub(crate) fn publish_and_reclaim() -> Ordering {
        Ordering::AcqRel
    }

    /// Claims a value to read and hands a slot back in one step.
    #[inline(always)]
    pub(crate) fn observe_and_hand_back() -> Ordering {
        Ordering::AcqRel
    }

    /// The checks that a loom test can leave out; never left out here.
    #[inline(always)]
    pub(crate) fn checks(_: crate::order::Check) -> bool {
        true
    }
}
#[cfg(not(loom))]
pub(crate) use sound::*;

/// A check that the algorithms rest on, besides their orderings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A displaced slot is not written while a reader holds it.
    StillHeld,
    /// A broadcast reader looks again at what it registered for.
    Lapped,
    /// An overwriting producer takes the old slot out in the same step that puts the new one in.
    DisplaceInOneStep,
    /// A producer looks for room before it writes.
    Full,
}

#[cfg(loom)]
pub mod seeded {
    //! Bugs that a loom test can plant, in loom builds only.

    pub use super::Check;
    use crate::sync::Ordering;
    use std::cell::Cell;

    /// A planted bug.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Bug {
        /// Publishing no longer releases the value.
        WeakPublish,
        /// Reading no longer acquires the value.
        WeakObserve,
        /// Handing a slot back no longer releases it.
        WeakHandBack,
        /// Reclaiming a slot no longer acquires it.
        WeakReclaim,
        /// A check is left out.
        Missing(Check),
    }

    thread_local! {
        // Loom runs all threads of a model on the thread that called it.
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Plants a bug (or takes it out again) for the models that this thread runs.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }

    fn planted(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }

    fn unless(bug: Bug, sound: Ordering) -> Ordering {
        if planted(bug) {
            Ordering::Relaxed
        } else {
            sound
        }
    }

    fn both(release: Ordering, acquire: Ordering) -> Ordering {
        match (release == Ordering::Release, acquire == Ordering::Acquire) {
            (true, true) => Ordering::AcqRel,
            (true, false) => Ordering::Release,
            (false, true) => Ordering::Acquire,
            (false, false) => Ordering::Relaxed,
        }
    }

    pub(crate) fn publish() -> Ordering {
        unless(Bug::WeakPublish, Ordering::Release)
    }

    pub(crate) fn observe() -> Ordering {
        unless(Bug::WeakObserve, Ordering::Acquire)
    }

    pub(crate) fn hand_back() -> Ordering {
        unless(Bug::WeakHandBack, Ordering::Release)
    }

    pub(crate) fn reclaim() -> Ordering {
        unless(Bug::WeakReclaim, Ordering::Acquire)
    }

    pub(crate) fn publish_and_reclaim() -> Ordering {
        both(publish(), reclaim())
    }

    pub(crate) fn observe_and_hand_back() -> Ordering {
        both(hand_back(), observe())
    }

    pub(crate) fn checks(check: Check) -> bool {
        !planted(Bug::Missing(check))
    }
}
#[cfg(loom)]
pub(crate) use seeded::{
    checks, hand_back, observe, observe_and_hand_back, publish, publish_and_reclaim, reclaim,
};
