//! What the system's service manager is told: that the stage runs, that it still lives, that it ends.
//!
//! systemd's protocol (`sd_notify(3)`): lines to a datagram socket that `$NOTIFY_SOCKET` names. Without one nobody is told,
//! which is how a stage runs that a person started. A manager that does not listen costs nothing: what cannot be sent at
//! once is not sent.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Whoever started this program and watches over it.
#[derive(Debug)]
pub struct ServiceManager {
    socket: UnixDatagram,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// The manager that the environment names; `None` without one, or when it cannot be reached.
    pub fn of_environment() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let own = std::process::id().to_string();
        let is_ours = variable("WATCHDOG_PID").is_none_or(|pid| pid == own);
        let watchdog = variable("WATCHDOG_USEC").filter(|_| is_ours);
        Self::reach(&variable("NOTIFY_SOCKET")?, watchdog.as_deref())
    }

    /// A manager that listens at an address (a path, or `@` and an abstract name) and wants to hear something at least each
    /// so many microseconds.
    pub fn reach(address: &str, watchdog_us: Option<&str>) -> Option<Self> {
        let address = match address.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok()?,
            None => SocketAddr::from_pathname(address).ok()?,
        };
        let socket = UnixDatagram::unbound().ok()?;
        socket.set_nonblocking(true).ok()?;
        socket.connect_addr(&address).ok()?;
        let us = watchdog_us.and_then(|us| us.parse::<u64>().ok());
        Some(Self {
            socket,
            watchdog: us.filter(|us| *us > 0).map(Duration::from_micros),
        })
    }

    /// How often it is to be told that the program lives: twice in the time that it waits.
    pub fn beat_every(&self) -> Option<Duration> {
        self.watchdog.map(|time| time / 2)
    }

    /// The stage runs.
    pub fn ready(&self) {
        self.tell("READY=1");
    }

    /// It still lives.
    pub fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// It ends by itself.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// How it is, for whoever asks the manager: one line.
    pub fn status(&self, line: &str) {
        let line = line.lines().next().unwrap_or_default();
        self.tell(&format!("STATUS={line}"));
    }

    fn tell(&self, words: &str) {
        // A manager that is gone, or does not keep up, is nothing to stop a show for.
        let _ = self.socket.send(words.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(manager: &UnixDatagram) -> String {
        let mut bytes = [0; 256];
        let len = manager.recv(&mut bytes).expect("something");
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    }

    #[test]
    fn a_manager_at_a_path_or_with_an_abstract_name_is_told_everything() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let own = format!("cyclorama-test-{}", std::process::id());
        let named = SocketAddr::from_abstract_name(&own).expect("a name");
        let managers = [
            (UnixDatagram::bind(&path), path.display().to_string()),
            (UnixDatagram::bind_addr(&named), format!("@{own}")),
        ];
        for (manager, address) in managers {
            let manager = manager.expect("a socket");
            let told = ServiceManager::reach(&address, Some("2000000")).expect("reached");
            assert_eq!(told.beat_every(), Some(Duration::from_secs(1)));
            told.ready();
            told.alive();
            told.status("running\nand more");
            told.stopping();
            let all = [(); 4].map(|()| heard(&manager));
            assert_eq!(
                all,
                ["READY=1", "WATCHDOG=1", "STATUS=running", "STOPPING=1"]
            );
        }
    }

    #[test]
    fn without_a_manager_or_a_watchdog_nothing_is_wrong() {
        assert!(ServiceManager::reach("/nowhere/at/all", None).is_none());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).expect("a socket");
        let address = path.display().to_string();
        for useless in [None, Some("0"), Some("soon")] {
            let told = ServiceManager::reach(&address, useless).expect("reached");
            assert_eq!(told.beat_every(), None);
        }
        let told = ServiceManager::reach(&address, None).expect("reached");
        drop(manager);
        told.alive();
    }
}
