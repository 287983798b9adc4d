//! Whether a window could be shown, and by which window system.
//!
//! `winit` tries Wayland before X11, so the order here is the same. A variable alone proves little: an SSH session
//! often keeps a `DISPLAY` that leads nowhere, so for local displays the socket must be there too.

use crate::Place;

/// Where a window would appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Display {
    /// A Wayland compositor's socket name.
    Wayland(String),
    /// An X display name such as `:0`.
    X11(String),
    /// A variable names a display, but its socket is not there.
    Unreachable(String),
    /// No display: pictures go to files.
    None,
}

/// The display of a machine's session.
pub fn display(place: &Place) -> Display {
    let mut unreachable = None;
    if let Some(name) = place.variable("WAYLAND_DISPLAY") {
        let runtime = place.variable("XDG_RUNTIME_DIR").unwrap_or("/nonexistent");
        let socket = if name.starts_with('/') {
            name.into()
        } else {
            format!("{runtime}/{name}")
        };
        if place.path(&socket).exists() {
            return Display::Wayland(name.to_string());
        }
        unreachable = Some(name.to_string());
    }
    if let Some(name) = place.variable("DISPLAY") {
        let number = name
            .strip_prefix(':')
            .map(|rest| rest.split('.').next().unwrap_or(rest));
        match number {
            Some(number) if !place.path(&format!("/tmp/.X11-unix/X{number}")).exists() => {
                unreachable = Some(name.to_string());
            }
            _ => return Display::X11(name.to_string()),
        }
    }
    unreachable.map_or(Display::None, Display::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_counts_only_when_its_socket_is_there() {
        let root = tempfile::tempdir().unwrap();
        let place = |variables: &[(&str, &str)]| Place::under(root.path(), variables);
        assert_eq!(display(&place(&[])), Display::None);
        assert_eq!(
            display(&place(&[("DISPLAY", ":7")])),
            Display::Unreachable(":7".into())
        );
        std::fs::create_dir_all(root.path().join("tmp/.X11-unix")).unwrap();
        std::fs::write(root.path().join("tmp/.X11-unix/X7"), "").unwrap();
        assert_eq!(
            display(&place(&[("DISPLAY", ":7.0")])),
            Display::X11(":7.0".into())
        );
        assert_eq!(
            display(&place(&[("DISPLAY", "host:0")])),
            Display::X11("host:0".into())
        );
    }
}
