//! The server as callers see it: HTTP written by hand, OSC by somebody else's library.

#![allow(
    clippy::disallowed_methods,
    reason = "somebody else's decoder is the proof, and it reads only what our own server sends"
)]

use cyc_control::limits::{BODY_BYTES_MAX, CONNECTIONS_MAX};
use cyc_control::server::{ControlServer, OscDoor, ServerError, ServerSetup, Voice};
use cyc_control::{Command, Order, Reply, Role, Said, StageDocument, Tokens};
use rosc::{OscMessage, OscPacket, OscType};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::mpsc::Receiver;
use std::time::Duration;

struct Open {
    server: ControlServer,
    tokens: Tokens,
    orders: Option<Receiver<Order>>,
}

fn open(osc: Option<OscDoor>) -> Open {
    let tokens = Tokens::random().expect("randomness");
    let voice = Voice::new(|key, args| {
        let said = |l: &str| Said {
            en: format!("{l} {key} {args:?}"),
            zh_cn: format!("中 {key}"),
        };
        (said("what"), said("fix"))
    });
    let setup = ServerSetup {
        http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        osc,
        tokens: tokens.clone(),
        voice,
    };
    let (server, orders) = ControlServer::start(setup).expect("a server");
    Open {
        server,
        tokens,
        orders: Some(orders),
    }
}

impl Open {
    /// The status and the body of an answer.
    fn ask(&self, method: &str, path: &str, role: Option<Role>, body: &str) -> (u16, String) {
        let bearer = role.map(|r| format!("Authorization: Bearer {}\r\n", self.tokens.of(r)));
        let bearer = bearer.unwrap_or_default();
        let mut stream = TcpStream::connect(self.server.http).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let long = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}Content-Length: {long}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("written");
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(body.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let status = answer.get(9..12).and_then(|s| s.parse().ok());
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, b)| b);
        (status.unwrap_or(0), body.to_owned())
    }

    /// Answers every order: done, but for blackouts.
    fn play(&mut self) -> std::thread::JoinHandle<Vec<Command>> {
        let orders = self.orders.take().expect("not yet played");
        let play = move || {
            let mut got = Vec::new();
            for order in orders.iter() {
                got.push(order.command.clone());
                let done = !matches!(order.command, Command::Blackout { .. });
                let number = got.len() as u64;
                order.answer(Reply {
                    number,
                    done,
                    key: (!done).then(|| "no".to_owned()),
                    what: (!done).then(|| Said {
                        en: "not now".into(),
                        zh_cn: "现在不行".into(),
                    }),
                    fix: None,
                });
            }
            got
        };
        let thread = std::thread::Builder::new().name("stage".into());
        thread.spawn(play).expect("a thread")
    }
}

#[test]
fn the_state_is_served_to_who_may_see_it() {
    let open = open(None);
    let document = StageDocument {
        stage: "Studio 3 甲".into(),
        number: 7,
        ..StageDocument::default()
    };
    open.server.published.put_state(&document);
    let (status, body) = open.ask("GET", "/v1/state", Some(Role::View), "");
    assert_eq!(status, 200);
    let read: StageDocument = serde_json::from_str(&body).expect("a document");
    assert_eq!(read, document);
    assert_eq!(open.ask("GET", "/v1/state", None, "").0, 401);
    assert_eq!(open.ask("GET", "/v1/nothing", Some(Role::View), "").0, 404);
    assert_eq!(open.ask("POST", "/v1/state", Some(Role::View), "").0, 405);
    assert_eq!(
        open.ask("GET", "/v1/commands", Some(Role::Operate), "").0,
        405
    );
    assert_eq!(open.server.figures().refused, 1);
}

#[test]
fn each_command_gets_one_answer() {
    let mut open = open(None);
    let stage = open.play();
    let post = |role, body: &str| open.ask("POST", "/v1/commands", Some(role), body);
    let (status, body) = post(Role::Operate, r#"{"command":"freeze","on":true}"#);
    assert_eq!(
        (status, body.contains("\"done\":true")),
        (200, true),
        "{body}"
    );
    let (status, body) = post(Role::Operate, r#"{"command":"blackout","on":true}"#);
    assert_eq!((status, body.contains("现在不行")), (409, true), "{body}");
    let (status, body) = post(Role::Operate, r#"{"command":"undo"}"#);
    assert_eq!(status, 200, "{body}");
    let refused = [
        (Role::View, r#"{"command":"freeze","on":true}"#, 403),
        (
            Role::Operate,
            r#"{"command":"source","source":"a","on":false}"#,
            403,
        ),
        (Role::Configure, r#"{"command":"freeze","on":"yes"}"#, 400),
        (
            Role::Configure,
            r#"{"command":"freeze","on":true,"wall":"x"}"#,
            400,
        ),
        (Role::Configure, r#"{"command":"undo","really":true}"#, 400),
        (Role::Configure, r#"{"command":"exposure","stops":9}"#, 400),
        (
            Role::Configure,
            r#"{"command":"exposure","stops":1e999}"#,
            400,
        ),
        (Role::Configure, r#"{"command":"launch"}"#, 400),
        (Role::Configure, "not json", 400),
        (Role::Configure, "", 400),
    ];
    for (role, body, expected) in refused {
        let (status, answer) = post(role, body);
        assert_eq!(status, expected, "{body} {answer}");
        assert!(answer.contains("中 control-"), "{answer}");
    }
    let long = format!(
        r#"{{"command":"calibrate","performer":"{}"}}"#,
        "x".repeat(BODY_BYTES_MAX)
    );
    assert_eq!(post(Role::Configure, &long).0, 413);
    drop(open);
    let got = stage.join().expect("played");
    let expected = [
        Command::Freeze { on: true },
        Command::Blackout { on: true },
        Command::Undo {},
    ];
    assert_eq!(got, expected);
}

#[test]
fn a_stage_that_does_not_answer_is_said() {
    let open = open(None);
    let body = r#"{"command":"undo"}"#;
    let (status, answer) = open.ask("POST", "/v1/commands", Some(Role::Operate), body);
    assert_eq!((status, answer.contains("control-no-answer")), (503, true));
}

#[test]
fn a_crowd_at_the_door_does_not_keep_the_operator_out() {
    let open = open(None);
    let connect = |_| TcpStream::connect(open.server.http).expect("accepted by the system");
    let mut crowd: Vec<TcpStream> = (0..CONNECTIONS_MAX + 20).map(connect).collect();
    for stream in &mut crowd {
        let _ = stream.write_all(b"GET /v1/state HTTP/1.1\r\nX-Slow: ");
    }
    let began = std::time::Instant::now();
    assert_eq!(open.ask("GET", "/v1/state", Some(Role::View), "").0, 200);
    // Long before any of the crowd would have been let go by its time.
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert!(open.server.figures().crowded >= 20);
}

#[test]
fn who_was_let_in_keeps_the_place_against_a_crowd() {
    let open = open(None);
    let mut panel = TcpStream::connect(open.server.http).expect("a connection");
    let bearer = open.tokens.of(Role::View);
    let request = format!(
        "GET /v1/state HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\r\n"
    );
    let mut bytes = [0; 4096];
    for _ in 0..3 {
        panel.write_all(request.as_bytes()).expect("written");
        let n = panel.read(&mut bytes).expect("answered");
        assert!(bytes[..n].starts_with(b"HTTP/1.1 200"));
        let connect = |_| TcpStream::connect(open.server.http).expect("accepted by the system");
        let _crowd: Vec<TcpStream> = (0..2 * CONNECTIONS_MAX).map(connect).collect();
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn control_stays_on_this_machine() {
    let setup = |http: &str, osc: Option<OscDoor>| ServerSetup {
        http: http.parse().expect("an address"),
        osc,
        tokens: Tokens::random().expect("randomness"),
        voice: Voice::new(|_, _| Default::default()),
    };
    let started = ControlServer::start(setup("0.0.0.0:0", None)).map(|_| ());
    assert!(matches!(started, Err(ServerError::NotLoopback { .. })));
    let everywhere = OscDoor {
        address: "0.0.0.0:0".parse().expect("an address"),
        allow: vec![],
    };
    let started = ControlServer::start(setup("127.0.0.1:0", Some(everywhere))).map(|_| ());
    assert!(matches!(started, Err(ServerError::OscOpen { .. })));
}

#[test]
fn osc_commands_are_done_and_answered() {
    let mut open = open(Some(OscDoor {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        allow: vec![],
    }));
    let stage = open.play();
    let desk = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    desk.set_read_timeout(Some(Duration::from_secs(5)))
        .expect("a timeout");
    let to = open.server.osc.expect("an address");
    let send = |addr: &str, args: Vec<OscType>| {
        let message = OscPacket::Message(OscMessage {
            addr: addr.to_owned(),
            args,
        });
        let bytes = rosc::encoder::encode(&message).expect("encoded");
        desk.send_to(&bytes, to).expect("sent");
    };
    let answer = || {
        let mut bytes = [0; 2048];
        let (n, _) = desk.recv_from(&mut bytes).expect("an answer");
        match rosc::decoder::decode_udp(&bytes[..n]).expect("osc").1 {
            OscPacket::Message(m) => (m.args[0].clone(), m.args[2].clone()),
            OscPacket::Bundle(_) => panic!("a bundle"),
        }
    };
    let said = |name: &str, done| (OscType::String(name.into()), OscType::Bool(done));
    send("/cyc/freeze", vec![OscType::Int(1)]);
    assert_eq!(answer(), said("/cyc/freeze", true));
    send("/cyc/exposure", vec![OscType::Float(-0.5)]);
    assert_eq!(answer(), said("/cyc/exposure", true));
    send("/cyc/blackout", vec![OscType::Bool(true)]);
    assert_eq!(answer(), said("/cyc/blackout", false));
    send(
        "/cyc/source",
        vec![OscType::String("vicon".into()), OscType::Int(0)],
    );
    assert_eq!(answer(), said("/cyc/source", false));
    send("/cyc/freeze", vec![OscType::String("yes".into())]);
    assert_eq!(answer(), said("/cyc/freeze", false));
    send("/cyc/exposure", vec![OscType::Float(f32::NAN)]);
    assert_eq!(answer(), said("/cyc/exposure", false));
    // Let go of a button, somebody else's address, and rubbish: nothing happens, nothing breaks.
    send("/cyc/take_cut", vec![OscType::Float(0.0)]);
    send("/1/fader3", vec![OscType::Float(0.5)]);
    desk.send_to(b"#bundle\0rubbish", to).expect("sent");
    send("/cyc/take_cut", vec![OscType::Float(1.0)]);
    assert_eq!(answer(), said("/cyc/take_cut", true));
    drop(open);
    let got = stage.join().expect("played");
    let expected = [
        Command::Freeze { on: true },
        Command::Exposure { stops: -0.5 },
        Command::Blackout { on: true },
        Command::TakeCut {},
    ];
    assert_eq!(got, expected);
}
