//! Monitors, and which of them a display means.

/// A monitor of this machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    /// Its name as the system tells it, like `DP-1`.
    pub name: String,
    /// Its upper left corner on the desktop, pixels.
    pub origin_px: [i32; 2],
    /// Width and height, pixels.
    pub size_px: [u32; 2],
    /// Pictures a second, hertz, when the system tells it.
    pub rate_hz: Option<f64>,
}

/// The place of the monitor that a stage file means: by its name, else by its number from 0; the first one when nothing
/// is said. `None` when there is none.
pub fn choose(monitors: &[Monitor], wanted: Option<&str>) -> Option<usize> {
    let Some(wanted) = wanted else {
        return (!monitors.is_empty()).then_some(0);
    };
    let named = monitors.iter().position(|m| m.name == wanted);
    named.or_else(|| wanted.parse().ok().filter(|n| *n < monitors.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_is_meant_by_name_or_by_number() {
        let monitor = |name: &str| Monitor {
            name: name.into(),
            origin_px: [0, 0],
            size_px: [1920, 1080],
            rate_hz: Some(60.0),
        };
        let monitors = ["eDP-1", "DP-2", "1"].map(monitor);
        assert_eq!(choose(&monitors, None), Some(0));
        assert_eq!(choose(&monitors, Some("DP-2")), Some(1));
        assert_eq!(choose(&monitors, Some("0")), Some(0));
        // A name before a number.
        assert_eq!(choose(&monitors, Some("1")), Some(2));
        assert_eq!(choose(&monitors, Some("3")), None);
        assert_eq!(choose(&monitors, Some("HDMI-1")), None);
        assert_eq!(choose(&[], None), None);
    }
}
