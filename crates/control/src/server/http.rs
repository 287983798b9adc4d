//! HTTP/1.1: four paths, bounded in everything that a caller decides.
//!
//! | path | role | answer |
//! |---|---|---|
//! | `GET /v1/state` | view | [`StageDocument`](crate::StageDocument) |
//! | `GET /v1/shapes` | view | [`SceneShapes`](crate::SceneShapes) |
//! | `GET /v1/scene` | view | [`SceneFrame`](crate::SceneFrame) |
//! | `POST /v1/commands` | the command's | [`Reply`]: 200 done, 409 refused by the stage |
//!
//! Malformed requests are 400, a body that is too long 413, no or a wrong token 401, a lesser role or another site's
//! page 403, too many wrong tokens 429, a stage that does not answer 503; each says in words what to do.

use super::Shared;
use super::callers::{Callers, Known};
use super::gate::Refused;
use crate::limits::{ANSWER_S, BODY_BYTES_MAX, BODY_S, HEAD_S, TAKE_S};
use crate::order::Via;
use crate::{Command, Reply, Role};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What a request is answered with.
pub(super) type Answer = Response<Full<Bytes>>;

/// Serves a stage's paths until `stopped`.
pub async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
) {
    let counted = Arc::clone(&shared);
    let crowded = move || {
        counted.gate.crowded.fetch_add(1, Ordering::Relaxed);
    };
    let each = move |request, from, known| {
        let shared = Arc::clone(&shared);
        async move { answer(request, (from, &known), &shared).await }
    };
    accept(listener, stopped, crowded, each).await;
}

/// Accepts connections until `stopped` and answers each request; `crowded` is told of every caller that there was no room
/// for. What a caller decides is bounded: how many there are, and how long each takes for a request.
pub(super) async fn accept<A, F>(
    listener: std::net::TcpListener,
    mut stopped: watch::Receiver<bool>,
    crowded: impl Fn(),
    answer: A,
) where
    A: Fn(Request<Incoming>, IpAddr, Known) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let mut callers = Callers::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        let Ok((stream, from)) = accepted else {
            // Out of descriptors, most likely: others will close theirs.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (has_room, pushed_out) = callers.make_room();
        if !has_room || pushed_out {
            crowded();
        }
        if !has_room {
            continue;
        }
        let _ = stream.set_nodelay(true);
        // The system ends a connection whose other end takes nothing for so long, by its window or by its silence.
        let patience = Some(Duration::from_secs(TAKE_S));
        let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(patience);
        let (known, answer) = (Known::default(), answer.clone());
        let caller = known.clone();
        let task = tokio::spawn(async move {
            let each = service_fn(|request| {
                let answered = answer(request, from.ip(), caller.clone());
                async move { Ok::<_, Infallible>(answered.await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(HEAD_S))
                .max_buf_size(BODY_BYTES_MAX)
                .serve_connection(TokioIo::new(stream), each);
            // What a caller's connection ends with is the caller's matter.
            let _ = connection.await;
        });
        callers.add(task, known);
    }
}

async fn answer(
    request: Request<Incoming>,
    (from, known): (IpAddr, &Known),
    shared: &Shared,
) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if path == "/v1/commands" {
        if head.method != Method::POST {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            return wrong(shared, status, "control-method", &[]);
        }
        return command(&head.headers, body, (from, known), shared).await;
    }
    let copy = match path {
        "/v1/state" => shared.published.state(),
        "/v1/shapes" => shared.published.shapes(),
        "/v1/scene" => shared.published.scene(),
        _ => {
            let shown: String = path.chars().take(64).collect();
            let args = [("path", shown)];
            return wrong(shared, StatusCode::NOT_FOUND, "control-no-path", &args);
        }
    };
    if head.method != Method::GET {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return wrong(shared, status, "control-method", &[]);
    }
    let entered = shared
        .gate
        .enter(&head.headers, from, Role::View, Instant::now());
    match entered {
        Ok(_) => {
            known.set();
            json(StatusCode::OK, Bytes::from_owner(copy))
        }
        Err(why) => refused(shared, why).await,
    }
}

async fn command(
    headers: &HeaderMap,
    body: Incoming,
    (from, known): (IpAddr, &Known),
    shared: &Shared,
) -> Answer {
    let entered = shared.gate.enter(headers, from, Role::View, Instant::now());
    let role = match entered {
        Ok(role) => {
            known.set();
            role
        }
        Err(why) => return refused(shared, why).await,
    };
    let body = Limited::new(body, BODY_BYTES_MAX).collect();
    let body = match tokio::time::timeout(Duration::from_secs(BODY_S), body).await {
        Ok(Ok(body)) => body.to_bytes(),
        _ => {
            let args = [("bytes", BODY_BYTES_MAX.to_string())];
            return wrong(
                shared,
                StatusCode::PAYLOAD_TOO_LARGE,
                "control-too-long",
                &args,
            );
        }
    };
    let command: Command = match serde_json::from_slice(&body) {
        Ok(command) => command,
        Err(e) => {
            let args = [("reason", e.to_string())];
            return wrong(
                shared,
                StatusCode::BAD_REQUEST,
                "control-not-a-command",
                &args,
            );
        }
    };
    if let Err(e) = command.validate() {
        return wrong(shared, StatusCode::BAD_REQUEST, e.key(), &e.args());
    }
    if role < command.role() {
        return refused(shared, Refused::Role(command.role())).await;
    }
    let via = match headers.get("x-cyclorama-via").map(HeaderValue::as_bytes) {
        Some(b"panel") => Via::Panel,
        Some(b"key") => Via::Key,
        _ => Via::Http,
    };
    let Ok(answered) = shared.desk.give(command, via, role) else {
        return wrong(shared, StatusCode::SERVICE_UNAVAILABLE, "control-busy", &[]);
    };
    match tokio::time::timeout(Duration::from_secs(ANSWER_S), answered).await {
        Ok(Ok(reply)) => replied(&reply),
        _ => {
            let args = [("seconds", ANSWER_S.to_string())];
            wrong(
                shared,
                StatusCode::SERVICE_UNAVAILABLE,
                "control-no-answer",
                &args,
            )
        }
    }
}

fn replied(reply: &Reply) -> Answer {
    let status = if reply.done {
        StatusCode::OK
    } else {
        StatusCode::CONFLICT
    };
    json(status, serde_json::to_vec(reply).unwrap_or_default().into())
}

async fn refused(shared: &Shared, why: Refused) -> Answer {
    match why {
        Refused::NoToken => wrong(shared, StatusCode::UNAUTHORIZED, "control-no-token", &[]),
        Refused::WrongToken => wrong(shared, StatusCode::UNAUTHORIZED, "control-wrong-token", &[]),
        Refused::Foreign => wrong(shared, StatusCode::FORBIDDEN, "control-foreign", &[]),
        Refused::Role(role) => {
            let args = [("role", role.name().to_owned())];
            wrong(shared, StatusCode::FORBIDDEN, "control-role", &args)
        }
        Refused::TooMany => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut answer = wrong(
                shared,
                StatusCode::TOO_MANY_REQUESTS,
                "control-guessing",
                &[],
            );
            let minute = HeaderValue::from_static("60");
            answer.headers_mut().insert(RETRY_AFTER, minute);
            answer
        }
    }
}

fn wrong(
    shared: &Shared,
    status: StatusCode,
    key: &str,
    args: &[(&'static str, String)],
) -> Answer {
    let (what, fix) = shared.voice.say(key, args);
    let reply = Reply {
        key: Some(key.to_owned()),
        what: Some(what),
        fix: Some(fix),
        ..Reply::default()
    };
    json(
        status,
        serde_json::to_vec(&reply).unwrap_or_default().into(),
    )
}

fn json(status: StatusCode, body: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    let never = HeaderValue::from_static("no-store");
    answer
        .headers_mut()
        .insert(hyper::header::CACHE_CONTROL, never);
    answer
}
