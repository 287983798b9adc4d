//! The guard of the walls: a process of its own whose windows lie under the stage's, with the last picture in them.
//!
//! Unwinding cannot catch everything: a driver aborts, the system runs out of memory, somebody kills the program. Its windows are
//! gone then, and what is seen on the LED wall is what lies under them. The stage hands copies of its pictures to the guard
//! through files in the user's runtime folder, which is memory, a few times a second and never waiting for it. When the stage
//! ends in order the guard ends as well; when it does not, the guard keeps its picture on top until a stage shows pictures
//! again, which takes over the guard that it finds, or until nobody has come for [`KEPT_FOR`].
//!
//! That the stage and the guard live is told by locks, which the kernel lets go of however a process ends. What must stay true:
//! a wall that was made dark stays dark in the guard, from the command on; and without displays there is no guard.

mod copier;
mod fault;
mod files;
mod keeper;
mod link;
mod picture_file;
mod plan;
mod wall_guard;

pub use fault::GuardFault;
pub use keeper::{end, keep};
pub use link::GuardReading;
pub use wall_guard::{GuardWish, WallGuard};

use std::time::Duration;

/// How long the guard waits for a stage that is gone: a crew that looks for the cause should not look at a black wall.
pub const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
