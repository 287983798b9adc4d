//! A number that only goes up, and a struct of such numbers that knows their names.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts events. Any thread may add; nothing is ordered by it.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// A counter at zero.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// One more.
    #[inline]
    pub fn increment(&self) {
        self.add(1);
    }

    /// `n` more; wraps after 2⁶⁴ (at a billion a second, 584 years).
    #[inline]
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// The count.
    #[inline]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Makes a struct of [`Counter`]s whose names are known at compile time, so that a report can list them without a
/// registry, a lock or a lookup.
///
/// ```
/// cyc_telemetry::counters! {
///     /// What a receive thread counts.
///     pub struct ReceiveCounters {
///         /// Datagrams taken from the kernel.
///         datagrams,
///         /// Datagrams that could not be decoded.
///         refused,
///     }
/// }
/// let counters = ReceiveCounters::default();
/// counters.refused.increment();
/// let mut listed = Vec::new();
/// counters.each(|name, value| listed.push((name, value)));
/// assert_eq!(listed, [("datagrams", 0), ("refused", 1)]);
/// ```
#[macro_export]
macro_rules! counters {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name {
            $($(#[$field_meta])* pub $field: $crate::Counter,)+
        }

        impl $name {
            /// Gives the name and value of each counter, in the order of declaration.
            pub fn each(&self, mut take: impl FnMut(&'static str, u64)) {
                $(take(stringify!($field), self.$field.get());)+
            }
        }
    };
}
