//! OSC: datagrams become commands, each answered to where it came from.
//!
//! OSC knows no tokens. So it is off unless the stage file says where, other machines must be named, and it may operate
//! but never configure.

use super::{ServerError, Shared, bound};
use crate::Role;
use crate::limits::{ANSWER_S, ORDERS_MAX};
use crate::order::Via;
use crate::osc::{Heard, REPLY_ADDRESS, command_of};
use cyc_wire::osc::{OscArgument, OscPacket, put_message};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;

/// Where OSC is heard, and from whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OscDoor {
    /// Where it is heard.
    pub address: SocketAddr,
    /// Machines that may send, beside this one.
    pub allow: Vec<IpAddr>,
}

/// A door that is open.
pub struct OpenOsc {
    pub(super) address: SocketAddr,
    allow: Vec<IpAddr>,
    socket: std::net::UdpSocket,
}

impl OscDoor {
    pub(super) fn bind(self) -> Result<OpenOsc, ServerError> {
        if !self.address.ip().is_loopback() && self.allow.is_empty() {
            return Err(ServerError::OscOpen {
                address: self.address,
            });
        }
        let socket = bound(self.address, std::net::UdpSocket::bind(self.address))?;
        bound(self.address, socket.set_nonblocking(true))?;
        Ok(OpenOsc {
            address: bound(self.address, socket.local_addr())?,
            allow: self.allow,
            socket,
        })
    }
}

/// Room for the largest datagram.
const DATAGRAM_BYTES: usize = 65_536;

/// Hears until `stopped`.
pub async fn hear(door: Option<OpenOsc>, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let Some(door) = door else {
        return;
    };
    let Ok(socket) = UdpSocket::from_std(door.socket) else {
        return;
    };
    let socket = Arc::new(socket);
    let mut bytes = vec![0u8; DATAGRAM_BYTES];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut bytes) => received,
            _ = stopped.changed() => return,
        };
        let Ok((length, from)) = received else {
            // Somebody's closed port, told by the system; the next datagram is as good as any.
            continue;
        };
        if !from.ip().is_loopback() && !door.allow.contains(&from.ip()) {
            continue;
        }
        let datagram = bytes.get(..length).unwrap_or_default();
        for (name, told) in commands(datagram, &shared) {
            let (socket, shared) = (Arc::clone(&socket), Arc::clone(&shared));
            tokio::spawn(async move {
                let (number, wrong) = match told {
                    Ok(answered) => {
                        let patience = Duration::from_secs(ANSWER_S);
                        match tokio::time::timeout(patience, answered).await {
                            Ok(Ok(r)) => {
                                (r.number, (!r.done).then(|| r.what.unwrap_or_default().en))
                            }
                            _ => {
                                let args = [("seconds", ANSWER_S.to_string())];
                                let said = shared.voice.say("control-no-answer", &args);
                                (0, Some(said.0.en))
                            }
                        }
                    }
                    Err(wrong) => (0, Some(wrong)),
                };
                let reply = reply(&name, number, wrong.as_deref());
                // Who does not listen for answers does not get one.
                let _ = socket.send_to(&reply, from).await;
            });
        }
    }
}

type Told = Result<tokio::sync::oneshot::Receiver<crate::Reply>, String>;

/// Hands over every command of a datagram, in order.
fn commands(datagram: &[u8], shared: &Shared) -> Vec<(String, Told)> {
    let Ok(packet) = OscPacket::scan(datagram) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    for (nth, message) in packet.messages().take(ORDERS_MAX + 1).enumerate() {
        let name = message.address().to_owned();
        if nth == ORDERS_MAX {
            // What comes behind it in the datagram is left out as well.
            told.push((name, Err(shared.voice.say("control-busy", &[]).0.en)));
            break;
        }
        let command = match command_of(&message) {
            Heard::Command(command) => command,
            Heard::Released | Heard::NotOurs => continue,
            Heard::BadArguments => {
                let args = [("address", name.clone())];
                let wrong = shared.voice.say("control-osc-arguments", &args).0.en;
                told.push((name, Err(wrong)));
                continue;
            }
        };
        let say = |key: &str, args: &[(&'static str, String)]| shared.voice.say(key, args).0.en;
        let given = if let Err(e) = command.validate() {
            Err(say(e.key(), &e.args()))
        } else if command.role() > Role::Operate {
            Err(say(
                "control-role",
                &[("role", command.role().name().to_owned())],
            ))
        } else {
            let given = shared.desk.give(command, Via::Osc, Role::Operate);
            given.map_err(|_| say("control-busy", &[]))
        };
        told.push((name, given));
    }
    told
}

fn reply(name: &str, number: u64, wrong: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    let arguments = [
        OscArgument::Text(name),
        OscArgument::Int(i32::try_from(number).unwrap_or(i32::MAX)),
        OscArgument::Bool(wrong.is_none()),
        OscArgument::Text(wrong.unwrap_or_default()),
    ];
    put_message(REPLY_ADDRESS, &arguments, &mut out);
    out
}
