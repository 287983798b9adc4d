//! The client against servers made of golden bytes: what it sends, and what it makes of answers good, bad and missing.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to fail it")]

use cyc_control::{Access, ClientError, Command, ControlClient, Door};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// What the server does with one connection.
type Connection = Vec<&'static str>;

/// Serves connections one after the other: each answers its requests with the given bytes, then closes. What came in
/// is handed out.
fn server(connections: Vec<Connection>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, requests) = sync_channel(64);
    let serve = move || {
        for answers in connections {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                asked.send(request(&mut stream)).unwrap();
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    };
    std::thread::Builder::new()
        .name("server".into())
        .spawn(serve)
        .unwrap();
    (address, requests)
}

/// One request, with as much of a body as it announces.
fn request(stream: &mut impl Read) -> String {
    let mut text = String::new();
    let mut byte = [0; 1];
    let ends = |text: &str| {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let long = head.to_ascii_lowercase();
        let long = long.split("content-length: ").nth(1)?.lines().next()?;
        Some(body.len() >= long.trim().parse().unwrap())
    };
    while stream.read(&mut byte).is_ok_and(|n| n == 1) {
        text.push(byte[0] as char);
        let done = ends(&text).unwrap_or(text.ends_with("\r\n\r\n"));
        if done && text.contains("\r\n\r\n") {
            break;
        }
    }
    text
}

fn client(address: SocketAddr) -> ControlClient {
    let door = Door {
        address,
        view: "see".into(),
        operate: "do".into(),
        configure: "change".into(),
        stage: "A".into(),
        pid: 1,
    };
    ControlClient::new(Access::of(&door))
}

const SCENE: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 82\r\n\r\n\
    {\"number\":7,\"cameras\":[],\"performers\":[[[1.0,2.0,3.0]]],\"markers_m\":[[0.5,1,1.5]]}";

#[test]
fn a_connection_is_kept_and_a_closed_one_is_made_anew() {
    let (address, requests) = server(vec![vec![SCENE, SCENE], vec![SCENE]]);
    let client = client(address);
    for _ in 0..3 {
        let scene = client.scene().unwrap();
        assert_eq!((scene.number, scene.performers[0][0]), (7, [1.0, 2.0, 3.0]));
        // The closed end must have been heard of before the next request, as it is between two polls.
        std::thread::sleep(Duration::from_millis(50));
    }
    let asked = requests.recv().unwrap().to_ascii_lowercase();
    assert!(asked.starts_with("get /v1/scene http/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: bearer see\r\n"), "{asked}");
}

#[test]
fn a_command_goes_with_the_least_token_that_allows_it() {
    const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"number\":3,\"done\":true}";
    let (address, requests) = server(vec![vec![DONE, DONE]]);
    let client = client(address);
    let reply = client
        .give(&Command::Blackout { on: true }, "panel")
        .unwrap();
    assert!(reply.done && reply.number == 3);
    let asked = requests.recv().unwrap();
    let lower = asked.to_ascii_lowercase();
    assert!(
        lower.starts_with("post /v1/commands http/1.1\r\n"),
        "{asked}"
    );
    assert!(asked.contains("Bearer do\r\n"), "{asked}");
    assert!(lower.contains("x-cyclorama-via: panel\r\n"), "{asked}");
    assert!(
        asked.ends_with("\r\n\r\n{\"command\":\"blackout\",\"on\":true}"),
        "{asked}"
    );
    let source = Command::Source {
        source: "vicon".into(),
        on: false,
    };
    client.give(&source, "panel").unwrap();
    assert!(requests.recv().unwrap().contains("Bearer change\r\n"));
}

#[test]
fn a_refusal_is_an_answer_with_its_reason() {
    const REFUSED: &str = "HTTP/1.1 409 Conflict\r\ncontent-length: 117\r\n\r\n\
        {\"number\":9,\"done\":false,\"key\":\"control-x\",\"what\":{\"en\":\"No.\",\"zh-CN\":\"no\"},\
        \"fix\":{\"en\":\"Arm a take.\",\"zh-CN\":\"arm\"}}";
    let (address, _requests) = server(vec![vec![REFUSED]]);
    let reply = client(address)
        .give(&Command::TakeRoll {}, "panel")
        .unwrap();
    assert!(!reply.done);
    assert_eq!(reply.what.unwrap().en, "No.");
    assert_eq!(reply.fix.unwrap().en, "Arm a take.");
}

#[test]
fn a_wrong_token_is_told_in_the_stages_words() {
    const WRONG: &str = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 70\r\n\r\n\
        {\"number\":0,\"done\":false,\"what\":{\"en\":\"Wrong token.\",\"zh-CN\":\"token\"}}";
    let (address, _requests) = server(vec![vec![WRONG]]);
    let refused = client(address).state().unwrap_err();
    assert!(
        matches!(&refused, ClientError::Refused { status: 401, what, .. } if what.en == "Wrong token."),
        "{refused}"
    );
}

#[test]
fn what_is_no_stage_is_not_understood() {
    let answers = [
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        // It claims more than any stage has.
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{",
        // Somewhere else: a token is not carried there.
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\n{}",
    ];
    for answer in answers {
        let (address, _requests) = server(vec![vec![answer]]);
        let refused = client(address).scene().unwrap_err();
        let is_told = match &refused {
            ClientError::NotUnderstood { .. } => true,
            // A body that ends before what it claims.
            ClientError::NoAnswer { .. } => answer.contains("99999999999"),
            ClientError::Refused { status, .. } => *status == 302,
            ClientError::BadAddress { .. } => false,
        };
        assert!(is_told, "{answer}: {refused:?}");
    }
}

#[test]
fn every_wait_ends() {
    // Accepts by the kernel's backlog alone, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let began = Instant::now();
    let refused = client(silent.local_addr().unwrap()).scene().unwrap_err();
    assert!(matches!(refused, ClientError::NoAnswer { .. }), "{refused}");
    // Not a budget: without an end this test would stand for ever.
    assert!(began.elapsed() < Duration::from_secs(60));
    let address = silent.local_addr().unwrap();
    drop(silent);
    let refused = client(address).scene().unwrap_err();
    assert!(matches!(refused, ClientError::NoAnswer { .. }), "{refused}");
}

#[test]
fn an_answer_that_drips_ends_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let drip = move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let dripping = std::thread::Builder::new().spawn(drip).unwrap();
    let refused = client(address).scene().unwrap_err();
    assert!(matches!(refused, ClientError::NoAnswer { .. }), "{refused}");
    dripping.join().unwrap();
}

#[test]
fn addresses_by_hand() {
    for good in [
        "127.0.0.1:4711",
        "http://stage-1.local:80/",
        "http://[::1]:9",
    ] {
        assert!(Access::new(good, "t0ken").is_ok(), "{good}");
    }
    for bad in [
        "",
        "127.0.0.1",
        ":80",
        "host:0",
        "host:99999",
        "https://host:443",
        "http://a@b:80",
        "http://host:80/x",
        "ho st:80",
    ] {
        let refused = Access::new(bad, "t0ken");
        assert!(
            matches!(refused, Err(ClientError::BadAddress { .. })),
            "{bad}"
        );
    }
    for token in ["", "two words", "line\r\nbreak"] {
        assert!(Access::new("127.0.0.1:4711", token).is_err());
    }
    let shown = format!("{:?}", Access::new("127.0.0.1:4711", "t0ken").unwrap());
    assert!(!shown.contains("t0ken"), "{shown}");
}
