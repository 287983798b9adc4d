//! Processor, memory, permissions, clock and disk, as the kernel states them.
//!
//! Everything is read from `/proc`, `/sys` and `/etc`; what the kernel does not state is `None`, never a guess.

use crate::Place;
use std::path::Path;

/// The distribution's own name, such as `Debian GNU/Linux 12 (bookworm)`.
pub fn os_name(place: &Place) -> Option<String> {
    let text = place.text("/etc/os-release")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"').to_string())
}

/// The name of this machine, as the network knows it.
pub fn host_name(place: &Place) -> Option<String> {
    let name = place.text("/proc/sys/kernel/hostname")?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Processor cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

/// Memory that programs can still take without swapping, in bytes (`MemAvailable`).
pub fn memory_bytes(place: &Place) -> Option<u64> {
    let text = place.text("/proc/meminfo")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// What the kernel grants a process that asks for real-time priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealTime {
    /// Root, or a process with `CAP_SYS_NICE`: any priority.
    Privileged,
    /// Up to this priority, by `RLIMIT_RTPRIO`.
    UpTo(u64),
    /// Refused: threads run at normal priority.
    Refused,
}

/// The real-time permission of this process (`CAP_SYS_NICE`, else `RLIMIT_RTPRIO`).
pub fn real_time(place: &Place) -> Option<RealTime> {
    const CAP_SYS_NICE: u64 = 1 << 23;
    let status = place.text("/proc/self/status")?;
    let effective = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?
        .trim();
    if u64::from_str_radix(effective, 16).ok()? & CAP_SYS_NICE != 0 {
        return Some(RealTime::Privileged);
    }
    let limits = place.text("/proc/self/limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max realtime priority"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(RealTime::UpTo(99)),
        "0" => Some(RealTime::Refused),
        number => number.parse().ok().map(RealTime::UpTo),
    }
}

/// The largest receive buffer that a socket may ask for, in bytes (`net.core.rmem_max`).
pub fn receive_buffer_max_bytes(place: &Place) -> Option<u64> {
    place.text("/proc/sys/net/core/rmem_max")?.parse().ok()
}

/// The kernel's clock source, such as `tsc`; `hpet` and `acpi_pm` make every time stamp cost a microsecond.
pub fn clock_source(place: &Place) -> Option<String> {
    place.text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
}

/// Bytes that this user may still write where `path` lies.
pub fn free_disk_bytes(path: &Path) -> Option<u64> {
    let stats = nix::sys::statvfs::statvfs(path).ok()?;
    stats.blocks_available().checked_mul(stats.fragment_size())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn place(files: &[(&str, &str)]) -> (tempfile::TempDir, Place) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let place = Place::under(root.path(), &[]);
        (root, place)
    }

    #[test]
    fn facts_are_read_as_the_kernel_writes_them() {
        let (_root, place) = place(&[
            (
                "etc/os-release",
                "NAME=x\nPRETTY_NAME=\"Ubuntu 24.04.2 LTS\"\n",
            ),
            (
                "proc/meminfo",
                "MemTotal: 10 kB\nMemAvailable:    2048 kB\n",
            ),
            ("proc/sys/net/core/rmem_max", "212992\n"),
        ]);
        assert_eq!(os_name(&place).as_deref(), Some("Ubuntu 24.04.2 LTS"));
        assert_eq!(memory_bytes(&place), Some(2048 * 1024));
        assert_eq!(receive_buffer_max_bytes(&place), Some(212_992));
        assert_eq!(clock_source(&place), None);
    }

    #[test]
    fn real_time_permission_is_capability_or_limit() {
        let limits = |n: &str| format!("Max realtime priority     {n}     {n}    \n");
        let read = |cap: &str, limit: &str| {
            let status = format!("Name: x\nCapEff:\t{cap}\n");
            let (_root, place) = place(&[
                ("proc/self/status", &status),
                ("proc/self/limits", &limits(limit)),
            ]);
            real_time(&place)
        };
        assert_eq!(read("0000000000800000", "0"), Some(RealTime::Privileged));
        assert_eq!(read("0000000000000000", "0"), Some(RealTime::Refused));
        assert_eq!(read("0000000000000000", "95"), Some(RealTime::UpTo(95)));
    }

    #[test]
    fn the_disk_of_the_temporary_folder_has_room() {
        assert!(free_disk_bytes(&std::env::temp_dir()).is_some_and(|bytes| bytes > 0));
    }
}
