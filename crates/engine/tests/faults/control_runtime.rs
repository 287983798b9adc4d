//! Row 42: the control interface's thread is blocked for ever, or dead.

use crate::live::{start, wait_for};
use cyc_control::server::{ControlServer, ServerSetup, Voice};
use cyc_control::{Said, StageDocument, Tokens};
use cyc_engine::run::RecordSetup;
use cyc_take::TakeConfig;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How its voice fails, the first time that it is asked for.
#[derive(Clone, Copy)]
enum Failure {
    Blocks,
    Panics,
}

/// A server that fails as soon as it has something to say, and whether it has.
fn server(failure: Failure, is_over: &Arc<AtomicBool>) -> (ControlServer, Arc<AtomicBool>) {
    let (has_failed, over) = (Arc::new(AtomicBool::new(false)), Arc::clone(is_over));
    let failed = Arc::clone(&has_failed);
    let voice = Voice::new(move |_, _| {
        failed.store(true, Ordering::Release);
        match failure {
            Failure::Panics => panic!("rehearsed: the control thread dies"),
            Failure::Blocks => {
                while !over.load(Ordering::Acquire) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
        (Said::default(), Said::default())
    });
    let setup = ServerSetup {
        http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        osc: None,
        tokens: Tokens::random().unwrap(),
        voice,
    };
    (ControlServer::start(setup).unwrap().0, has_failed)
}

/// Asks without a token; what comes back within a moment.
fn ask(server: &ControlServer) -> String {
    let mut stream = TcpStream::connect(server.http).unwrap();
    let moment = Some(Duration::from_millis(300));
    stream.set_read_timeout(moment).unwrap();
    let request = b"GET /v1/state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(request);
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// Row 42: the stage goes on, and its recording, as if nobody had ever asked anything.
#[test]
fn row_42_a_control_thread_that_is_blocked_or_dead_costs_the_show_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let setup = RecordSetup::new(folder.path().join("a.take.mcap"), TakeConfig::default());
    let (engine, mut shown) = start(Some(setup));
    wait_for(&mut shown, "nothing is shown", |frame| {
        frame.performers[0].quality.is_measured().then_some(())
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let (mut counts, mut longest) = (Vec::new(), Duration::ZERO);
    for failure in [Failure::Blocks, Failure::Panics] {
        let (server, has_failed) = server(failure, &is_over);
        assert_eq!(ask(&server), "", "it cannot answer any more");
        assert!(has_failed.load(Ordering::Acquire));
        let before = engine.solve.solved.get();
        let until = Instant::now() + Duration::from_secs(1);
        while Instant::now() < until {
            // What the stage does for it all the time.
            let began = Instant::now();
            server.published.put_state(&StageDocument::default());
            longest = longest.max(began.elapsed());
            std::thread::sleep(Duration::from_millis(5));
        }
        counts.push(engine.solve.solved.get() - before);
        // Giving it up takes its time, and no longer.
        drop(server);
        assert!(engine.is_recording());
    }
    is_over.store(true, Ordering::Release);
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
    let heard = engine.status[0].frames.get();
    let report = engine.stop().0.unwrap();
    assert!(report.sealed.is_some());
    assert!(
        report.mocap_frames >= heard && report.left_out == 0,
        "{report:?}"
    );
    println!(
        "PROMISE 42: {} and {} frames solved in the second after, all of {heard} recorded; publishing took {:.1} ms at most",
        counts[0],
        counts[1],
        longest.as_secs_f64() * 1e3
    );
}
