//! The link against servers that hang, come and go. What is waited for here is an event, with a long end to the wait.

use super::*;
use cyc_control::Door;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Longest wait for something that happens within a fraction of it: not a budget, an end.
const PATIENCE: Duration = Duration::from_secs(60);

fn access(address: SocketAddr) -> Access {
    Access::of(&Door {
        address,
        view: "see".into(),
        operate: "do".into(),
        configure: "change".into(),
        stage: "A".into(),
        pid: 1,
    })
}

fn until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it never happens");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A stage that says its name and counts its documents up; it ends when the listener is gone.
fn serve(listener: TcpListener, stage: &'static str) {
    Builder::new()
        .spawn(move || {
            let number = Arc::new(std::sync::atomic::AtomicU64::new(1));
            for stream in listener.incoming().map_while(Result::ok) {
                let number = Arc::clone(&number);
                let _ = Builder::new().spawn(move || answer(stream, stage, &number));
            }
        })
        .unwrap();
}

fn answer(mut stream: TcpStream, stage: &str, number: &std::sync::atomic::AtomicU64) {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let asked = String::from_utf8_lossy(&head).into_owned();
        head.clear();
        let body = if asked.contains("/v1/state") {
            let document = StageDocument {
                stage: stage.into(),
                number: number.fetch_add(1, Ordering::Relaxed),
                ..StageDocument::default()
            };
            serde_json::to_string(&document).unwrap()
        } else if asked.contains("/v1/shapes") {
            serde_json::to_string(&SceneShapes::default()).unwrap()
        } else if asked.contains("/v1/scene") {
            serde_json::to_string(&SceneFrame::default()).unwrap()
        } else {
            let body = r#"{"number":1,"done":true}"#;
            let mut rest = vec![0; r#"{"command":"undo"}"#.len()];
            let _ = stream.read_exact(&mut rest);
            body.to_owned()
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}

#[test]
fn what_a_stage_says_arrives_and_what_it_is_told_is_answered() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let way = access(listener.local_addr().unwrap());
    serve(listener, "A");
    let mut stage = PolledStage::start(way, Box::new(|| None)).unwrap();
    until(|| {
        let seen = stage.seen();
        let is_newer = seen.document.as_ref().is_some_and(|d| d.number > 3);
        is_newer && seen.shapes.is_some() && seen.scene.is_some() && !seen.is_stale()
    });
    stage.give(Command::Undo {});
    until(|| {
        let given = stage.last_given().unwrap();
        matches!(given.outcome, Outcome::Answered(reply) if reply.done)
    });
}

#[test]
fn a_stage_that_hangs_holds_up_nobody() {
    // The kernel accepts, nobody answers.
    let hung = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut stage =
        PolledStage::start(access(hung.local_addr().unwrap()), Box::new(|| None)).unwrap();
    let mut frames = 0;
    let began = Instant::now();
    until(|| {
        frames += 1;
        for _ in 0..3 {
            stage.give(Command::Undo {});
        }
        stage.seen().trouble.is_some()
    });
    // While the first answer was waited for (seconds), the window's side came by again and again: a call that waited
    // for the stage would have come by once.
    assert!(frames > 20, "{frames} frames in {:?}", began.elapsed());
    assert!(stage.seen().is_stale());
    assert_eq!(stage.last_given().unwrap().outcome, Outcome::Crowded);
}

#[test]
fn a_stage_that_is_started_again_elsewhere_is_found() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let old = access(gone.local_addr().unwrap());
    drop(gone);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let new = access(listener.local_addr().unwrap());
    serve(listener, "B");
    let mut stage = PolledStage::start(old, Box::new(move || Some(new.clone()))).unwrap();
    until(|| stage.seen().document.is_some_and(|d| d.stage == "B"));
    assert!(stage.seen().trouble.is_none());
}

#[test]
fn a_stage_that_writes_nothing_new_is_old_though_its_server_answers() {
    let shared = Shared {
        newest: Mutex::default(),
        way: Mutex::new((0, access("127.0.0.1:1".parse().unwrap()))),
        stop: AtomicBool::new(false),
    };
    let document = |number: u64, uptime_s: f64| StageDocument {
        number,
        uptime_s,
        ..StageDocument::default()
    };
    assert!(shared.keep(document(7, 10.0)), "the first one is a new run");
    let renewed_at = shared.newest().renewed_at;
    assert!(!shared.keep(document(7, 10.0)));
    assert_eq!(shared.newest().renewed_at, renewed_at);
    assert!(!shared.keep(document(8, 10.1)));
    assert_ne!(shared.newest().renewed_at, renewed_at);
    assert!(shared.keep(document(8, 0.1)), "started again");
}
