//! Addresses of this machine, and what comes to it that nobody listens for.
//!
//! A capture program that sends to another port, or to another address of this machine, is heard by no socket; the kernel
//! counts what it had to throw away, and that count tells a wrong port or interface from a sender that is silent.

use crate::Place;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use std::net::Ipv4Addr;

/// The IPv4 addresses of the interfaces that are up, the loopback's last.
pub fn interface_addresses() -> Vec<Ipv4Addr> {
    let Ok(interfaces) = getifaddrs() else {
        return Vec::new();
    };
    let up = interfaces.filter(|i| i.flags.contains(InterfaceFlags::IFF_UP));
    let mut addresses: Vec<Ipv4Addr> = up
        .filter_map(|i| Some(i.address?.as_sockaddr_in()?.ip()))
        .collect();
    addresses.sort_by_key(|ip| (ip.is_loopback(), *ip));
    addresses.dedup();
    addresses
}

/// Datagrams since the machine started that came to addresses and ports where nobody listened.
pub fn datagrams_unheard(place: &Place) -> Option<u64> {
    let text = place.text("/proc/net/snmp")?;
    let mut rows = text.lines().filter_map(|line| line.strip_prefix("Udp:"));
    let (names, values) = (rows.next()?, rows.next()?);
    let at = names.split_whitespace().position(|n| n == "NoPorts")?;
    values.split_whitespace().nth(at)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    #[test]
    fn the_loopback_is_an_address_of_this_machine() {
        assert_eq!(interface_addresses().last(), Some(&Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn what_nobody_listens_for_is_counted() {
        let place = Place::here();
        let Some(before) = datagrams_unheard(&place) else {
            eprintln!("SKIPPED: no /proc/net/snmp here");
            return;
        };
        let gone = UdpSocket::bind("127.0.0.1:0").unwrap();
        let to = gone.local_addr().unwrap();
        drop(gone);
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..20 {
            // Unreachable, said of the datagram before.
            let _ = sender.send_to(b"x", to);
        }
        let after = datagrams_unheard(&place).unwrap();
        assert!(after >= before + 20, "{before} {after}");
    }

    #[test]
    fn the_column_is_found_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("proc/net")).unwrap();
        let text = "Ip: A\nIp: 1\nUdp: InDatagrams NoPorts InErrors\nUdp: 5 77 1\n";
        std::fs::write(folder.path().join("proc/net/snmp"), text).unwrap();
        let place = Place::under(folder.path(), &[]);
        assert_eq!(datagrams_unheard(&place), Some(77));
    }
}
