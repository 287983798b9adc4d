//! Mesa's layer that chooses a graphics card asks the Wayland display which one it prefers. Where there is neither a display nor
//! a session, on a server, it complains of that with "error:" on everybody's terminal. The renderer chooses the card itself.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The layer is left out where this is set.
const SWITCH: &str = "NODEVICE_SELECT";

/// Begins this program anew in its own place, with the layer left out; comes back where nothing is to be left out, or where that
/// cannot be done. A variable of the program's own would be set while libraries read it.
pub fn leave_out_device_select(arguments: &[OsString]) {
    let set = |name: &str| std::env::var_os(name).is_some();
    if set("XDG_RUNTIME_DIR") || set(SWITCH) {
        return;
    }
    let (Ok(program), Some((name, rest))) = (std::env::current_exe(), arguments.split_first())
    else {
        return;
    };
    // It only returns when it failed; then there is a complaint too many, and nothing else.
    let _ = Command::new(program)
        .arg0(name)
        .args(rest)
        .env(SWITCH, "1")
        .exec();
}
