//! Figures for a monitoring system, in Prometheus' text format: `GET /metrics`, read only, on loopback, without a token.
//!
//! A thread of its own that holds nothing but the newest text. Its callers are bounded like the door's, on sockets of
//! their own, so that neither can take the other's places; should the thread hang, the stage goes on putting texts and
//! notices nothing.

use super::gate::is_from_here;
use super::http::{Answer, accept};
use super::{ServerError, bound};
use crate::limits::METRICS_BYTES_MAX;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// The kind that the format names for itself.
const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Default)]
struct Newest {
    text: Mutex<Arc<[u8]>>,
    crowded: AtomicU64,
    cut: AtomicU64,
}

/// The running server.
pub struct MetricsServer {
    /// Where it is served.
    pub address: SocketAddr,
    newest: Arc<Newest>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl MetricsServer {
    /// Starts it, on loopback only; port 0 takes any free one.
    ///
    /// # Errors
    /// The address is of another machine, or cannot be had; there is no thread for it.
    pub fn start(address: SocketAddr) -> Result<Self, ServerError> {
        if !address.ip().is_loopback() {
            return Err(ServerError::NotLoopback { address });
        }
        let listener = bound(address, std::net::TcpListener::bind(address))?;
        let address = bound(address, listener.local_addr())?;
        bound(address, listener.set_nonblocking(true))?;
        let no_thread = |e: std::io::Error| ServerError::Thread {
            reason: e.to_string(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_thread)?;
        let newest = Arc::<Newest>::default();
        let (stop, stopped) = watch::channel(false);
        let (served, counted) = (Arc::clone(&newest), Arc::clone(&newest));
        let crowded = move || {
            counted.crowded.fetch_add(1, Ordering::Relaxed);
        };
        let each = move |request: Request<Incoming>, _, known: super::callers::Known| {
            let answer = answer(&request, &served);
            // Who asks for what there is stays before who leans against the door.
            if answer.status() == StatusCode::OK {
                known.set();
            }
            async move { answer }
        };
        let serve = move || {
            runtime.block_on(accept(listener, stopped, crowded, each));
            runtime.shutdown_timeout(Duration::from_millis(100));
        };
        let thread = std::thread::Builder::new().name("metrics".to_owned());
        Ok(Self {
            address,
            newest,
            stop,
            thread: Some(thread.spawn(serve).map_err(no_thread)?),
        })
    }

    /// Serves another text from now on. Of one that is too long the lines that have room are served, which is counted.
    pub fn put(&self, mut text: String) {
        if text.len() > METRICS_BYTES_MAX {
            self.newest.cut.fetch_add(1, Ordering::Relaxed);
            let whole = text.as_bytes().get(..METRICS_BYTES_MAX);
            let end = whole.and_then(|head| head.iter().rposition(|byte| *byte == b'\n'));
            text.truncate(end.map_or(0, |end| end + 1));
        }
        let text = text.into_bytes().into();
        *self
            .newest
            .text
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = text;
    }

    /// Texts that were too long to be served whole.
    pub fn cut(&self) -> u64 {
        self.newest.cut.load(Ordering::Relaxed)
    }

    /// Callers that there was no room for.
    pub fn crowded(&self) -> u64 {
        self.newest.crowded.load(Ordering::Relaxed)
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        super::ending::end(&self.stop, self.thread.take());
    }
}

fn answer(request: &Request<Incoming>, newest: &Newest) -> Answer {
    let status = if !is_from_here(request.headers()) {
        StatusCode::FORBIDDEN
    } else if request.uri().path() != "/metrics" {
        StatusCode::NOT_FOUND
    } else if request.method() != Method::GET {
        StatusCode::METHOD_NOT_ALLOWED
    } else {
        StatusCode::OK
    };
    let body = match status {
        StatusCode::OK => {
            let text = newest.text.lock().unwrap_or_else(PoisonError::into_inner);
            Bytes::from_owner(Arc::clone(&text))
        }
        _ => Bytes::new(),
    };
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static(KIND);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_that_is_too_long_whole_lines_are_served_and_it_is_counted() {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = MetricsServer::start(local).unwrap();
        let served = || server.newest.text.lock().unwrap().to_vec();
        server.put("a 1\n".to_owned());
        assert_eq!((served(), server.cut()), (b"a 1\n".to_vec(), 0));
        let line = "some_figure 1.25\n";
        server.put(line.repeat(METRICS_BYTES_MAX / line.len() + 9));
        let text = String::from_utf8(served()).unwrap();
        assert!(text.len() <= METRICS_BYTES_MAX && text.len() + line.len() > METRICS_BYTES_MAX);
        assert!(text.lines().all(|l| l == line.trim_end()));
        assert_eq!(server.cut(), 1);
        // One line without end has no whole part.
        server.put("x".repeat(METRICS_BYTES_MAX + 1));
        assert_eq!((served().len(), server.cut()), (0, 2));
    }
}
