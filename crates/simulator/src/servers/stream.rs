//! Servers of streams: many clients on one thread, each given the newest frame when it has room.

use super::config::CLIENTS_MAX;
use super::counters::ServerCounters;
use super::protocol::{StreamServer, StreamSession};
use cyc_capture::now_host;
use cyc_model::MocapFrame;
use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::LocalSet;

/// The newest frame, as a server's clients see it.
pub(crate) type Newest = watch::Receiver<Option<Arc<MocapFrame>>>;

/// How long a client that is told goodbye may take to read what is on its way.
const GOODBYE: Duration = Duration::from_millis(300);

/// Longest call of a client that wants to be connected to.
const CALL_MAX: usize = 512;

/// How long connecting to one may take.
const CONNECT: Duration = Duration::from_secs(1);

/// One server that listens.
pub(crate) struct Listening {
    pub(crate) listener: std::net::TcpListener,
    /// Where clients call that want to be connected to.
    pub(crate) calls: Option<UdpSocket>,
    pub(crate) newest: Newest,
    pub(crate) server: Box<dyn StreamServer>,
}

/// Serves until every stream of frames has ended or `stop` changes.
pub(crate) fn serve(
    runtime: &tokio::runtime::Runtime,
    servers: Vec<Listening>,
    counters: Arc<ServerCounters>,
    stop: watch::Receiver<bool>,
) {
    let tasks = LocalSet::new();
    for server in servers {
        tasks.spawn_local(accept(server, Arc::clone(&counters), stop.clone()));
    }
    runtime.block_on(tasks);
}

async fn accept(server: Listening, counters: Arc<ServerCounters>, stop: watch::Receiver<bool>) {
    let Ok(listener) = TcpListener::from_std(server.listener) else {
        counters.send_errors.increment();
        return;
    };
    let calls = server.calls.map(tokio::net::UdpSocket::from_std);
    let Ok(calls) = calls.transpose() else {
        counters.send_errors.increment();
        return;
    };
    let mut ended = server.newest.clone();
    let mut stopped = stop.clone();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            called = connect_to_caller(calls.as_ref(), &*server.server) => called,
            () = end_of(&mut ended) => return,
            _ = stopped.changed() => return,
        };
        let Ok((stream, peer)) = stream else {
            // Out of file descriptors, or a client that was gone before it was taken or does not wait where it said: none
            // of it ends the server.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        if counters.clients() >= CLIENTS_MAX as u64 {
            counters.clients_refused.increment();
            continue;
        }
        counters.clients_connected.increment();
        let client = ClientTask {
            session: RefCell::new(server.server.session(peer)),
            peer,
            news: Notify::new(),
            counters: Arc::clone(&counters),
        };
        let (newest, mut stopped) = (server.newest.clone(), stop.clone());
        tokio::task::spawn_local(async move {
            let client = Rc::new(client);
            tokio::select! {
                () = client.serve(stream, newest) => {}
                _ = stopped.changed() => {}
            }
            client.counters.clients_gone.increment();
        });
    }
}

/// Waits for a call, and connects to who called: to its own address only, since anybody can send a call.
async fn connect_to_caller(
    calls: Option<&tokio::net::UdpSocket>,
    server: &dyn StreamServer,
) -> std::io::Result<(TcpStream, SocketAddr)> {
    let Some(calls) = calls else {
        return std::future::pending().await;
    };
    let mut call = [0; CALL_MAX];
    loop {
        let (length, from) = calls.recv_from(&mut call).await?;
        if let Some(port) = server.called(call.get(..length).unwrap_or(&[])) {
            let peer = SocketAddr::new(from.ip(), port);
            let stream = tokio::time::timeout(CONNECT, TcpStream::connect(peer)).await??;
            return Ok((stream, peer));
        }
    }
}

/// Waits until no frame can come any more.
async fn end_of(newest: &mut Newest) {
    while newest.changed().await.is_ok() {}
}

/// One client.
struct ClientTask {
    session: RefCell<Box<dyn StreamSession>>,
    peer: SocketAddr,
    news: Notify,
    counters: Arc<ServerCounters>,
}

impl ClientTask {
    async fn serve(&self, stream: TcpStream, newest: Newest) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let (mut from_client, mut to_client) = stream.into_split();
        // Many servers speak first, also to a client that will turn out to be none.
        let mut hello = Vec::new();
        self.session.borrow_mut().poll_transmit(&mut hello);
        if to_client.write_all(&hello).await.is_err() {
            return;
        }
        let ended = tokio::select! {
            () = self.read(&mut from_client) => false,
            ended = self.write(&mut to_client, newest) => ended,
        };
        if ended {
            // Unread requests would make the kernel reset the connection and lose what the client has not yet read.
            let _ = to_client.shutdown().await;
            let _ = tokio::time::timeout(GOODBYE, self.read(&mut from_client)).await;
        }
    }

    /// Reads requests until the client leaves or says what cannot be understood.
    async fn read(&self, from_client: &mut OwnedReadHalf) {
        let mut buf = vec![0; 4096];
        loop {
            let n = match from_client.read(&mut buf).await {
                Ok(0) | Err(_) => return,
                Ok(n) => n,
            };
            let bytes = buf.get(..n).unwrap_or(&[]);
            if !self.session.borrow_mut().feed(bytes) {
                self.counters.requests_malformed.increment();
                return;
            }
            self.news.notify_one();
        }
    }

    /// Writes answers, and the newest frame whenever the client wants one. True when the frames ended, false when the
    /// client could not be written to.
    async fn write(&self, to_client: &mut OwnedWriteHalf, mut newest: Newest) -> bool {
        let mut bytes = Vec::new();
        let mut last_number = None;
        let mut datagrams = None;
        loop {
            tokio::select! {
                changed = newest.changed() => if changed.is_err() {
                    return true;
                },
                () = self.news.notified() => {}
            }
            bytes.clear();
            let frame = newest.borrow_and_update().clone();
            if let Some(frame) = &frame {
                self.session.borrow_mut().look(frame);
            }
            self.session.borrow_mut().poll_transmit(&mut bytes);
            let is_frame = frame.is_some_and(|f| self.encode(&f, &mut last_number, &mut bytes));
            self.send_datagram(&mut datagrams);
            if !bytes.is_empty() && to_client.write_all(&bytes).await.is_err() {
                return false;
            }
            if is_frame {
                self.counters.frames_sent.increment();
            }
        }
    }

    /// Sends what the session wants to be a datagram. To the client's own address only: a server that sends wherever
    /// it is told can be turned against others.
    fn send_datagram(&self, socket: &mut Option<UdpSocket>) {
        let Some((port, datagram)) = self.session.borrow_mut().take_datagram() else {
            return;
        };
        if socket.is_none() {
            let any: IpAddr = match self.peer.ip() {
                ip if ip.is_loopback() => ip,
                IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
            };
            let bound = UdpSocket::bind((any, 0));
            *socket = bound.and_then(|s| s.set_nonblocking(true).map(|()| s)).ok();
        }
        let to = SocketAddr::new(self.peer.ip(), port);
        let sent = socket.as_ref().map(|s| s.send_to(&datagram, to));
        if !matches!(sent, Some(Ok(_))) {
            self.counters.send_errors.increment();
        }
    }

    fn encode(
        &self,
        frame: &MocapFrame,
        last_number: &mut Option<u64>,
        bytes: &mut Vec<u8>,
    ) -> bool {
        let mut session = self.session.borrow_mut();
        if !session.wants(frame) {
            return false;
        }
        let number = frame.number.0;
        let streaming = session.is_streaming();
        if let Some(last) = last_number.replace(number).filter(|_| streaming) {
            let missed = number.saturating_sub(last).saturating_sub(1);
            self.counters.frames_dropped_slow.add(missed);
        }
        let told = session.encode(frame, now_host(), bytes);
        if !told {
            self.counters.frames_unsendable.increment();
        }
        told
    }
}
