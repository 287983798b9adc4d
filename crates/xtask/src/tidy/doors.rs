//! The doors to the world: which crates may name sockets, files, clocks and threads.
//!
//! `cargo metadata` cannot see the standard library, so these rules read the code. Addresses (`SocketAddr`, `IpAddr`)
//! are plain data and may be named anywhere.

use super::dependencies::layer;
use super::{Finding, Tree};

const SOCKETS: &[&str] = &[
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "ToSocketAddrs",
    "std::net::*",
    "std::os::unix::net",
    "socket2::",
    "tokio::net",
    "nix::sys::socket",
    "libc::socket",
];
const SOCKET_CRATES: &[&str] = &["capture", "emit", "simulator", "control", "machine"];

const FILES: &[&str] = &[
    "std::fs",
    "fs::File",
    "File::open",
    "OpenOptions",
    "tokio::fs",
    "memmap2::",
];

const CLOCKS_AND_THREADS: &[&str] = &[
    "Instant::now",
    "SystemTime::now",
    "thread::spawn",
    "thread::Builder",
    "thread::scope",
    "thread::sleep",
    "std::process",
    "std::env",
    "io::stdin",
    "io::stdout",
    "io::stderr",
];

/// A name that one crate may use although its layer may not, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    // `OnFull::Block` must wait for a slow reader without burning the core that the reader needs.
    ("queue", "thread::sleep"),
];

/// Sockets only in `capture`, `emit`, `simulator`, `control`, and in `machine`, which measures loopback.
pub fn sockets(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(names(
        tree,
        SOCKETS,
        |folder| SOCKET_CRATES.contains(&folder),
        "only capture, emit, simulator, control and machine know sockets",
    ))
}

/// Files only from L2 up.
pub fn files(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(names(
        tree,
        FILES,
        is_above_l1,
        "L0 and L1 parse bytes; only L2 and up open files",
    ))
}

/// No clock, thread, process or environment in L0 and L1: `now` is an argument.
pub fn sans_io(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    Ok(names(
        tree,
        CLOCKS_AND_THREADS,
        is_above_l1,
        "L0 and L1 are pure: time is an argument, threads belong to engine",
    ))
}

fn is_above_l1(folder: &str) -> bool {
    layer(&format!("cyc-{folder}")).is_none_or(|layer| layer > 1)
}

fn names(tree: &Tree, forbidden: &[&str], allowed: fn(&str) -> bool, reason: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_in("crates") {
        let folder = file.path.split('/').nth(1).unwrap_or_default();
        if allowed(folder) || file.path.ends_with("/build.rs") {
            continue;
        }
        for name in forbidden
            .iter()
            .filter(|name| !EXCEPTIONS.contains(&(folder, **name)))
        {
            let source = file.rust();
            findings.extend(
                source.uses(name).map(|at| {
                    Finding::at(&file.path, source.line(at), format!("`{name}`: {reason}"))
                }),
            );
        }
    }
    findings
}
