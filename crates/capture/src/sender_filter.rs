//! Keeps strangers' datagrams out in the kernel, where a flood of them costs this thread nothing.
//!
//! A classic BPF program on the socket: loads the IPv4 source address and compares it with each one of the list. It
//! exists for lists of IPv4 addresses only; the loop checks every sender again in any case.

use socket2::SockFilter;
use std::net::IpAddr;

/// Addresses that a program can hold; its jumps are one byte.
pub(crate) const ALLOW_MAX: usize = 64;

/// Offset that makes a load count from the network header (`SKF_NET_OFF` of `linux/filter.h`).
const FROM_NETWORK_HEADER: u32 = 0xfff0_0000;

/// Where an IPv4 header has its source address.
const IPV4_SOURCE: u32 = 12;

/// `BPF_LD | BPF_W | BPF_ABS`.
const LOAD_WORD: u16 = 0x20;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
const JUMP_IF_EQUAL: u16 = 0x15;
/// `BPF_RET | BPF_K`.
const RETURN: u16 = 0x06;

/// The program for a list; `None` when it cannot be one of IPv4 addresses.
pub(crate) fn program(allow: &[IpAddr]) -> Option<Vec<SockFilter>> {
    if allow.is_empty() || allow.len() > ALLOW_MAX {
        return None;
    }
    let mut p = vec![SockFilter::new(
        LOAD_WORD,
        0,
        0,
        FROM_NETWORK_HEADER + IPV4_SOURCE,
    )];
    for (i, ip) in allow.iter().enumerate() {
        let IpAddr::V4(v4) = ip else {
            return None;
        };
        // To the last instruction, past the comparisons that follow and the refusal.
        let to_accept = (allow.len() - i) as u8;
        p.push(SockFilter::new(JUMP_IF_EQUAL, to_accept, 0, u32::from(*v4)));
    }
    p.push(SockFilter::new(RETURN, 0, 0, 0));
    p.push(SockFilter::new(RETURN, 0, 0, u32::MAX));
    Some(p)
}
