//! What `cyc listen` says when something is wrong: each fault is made for real on the loopback, and the sentence is read in
//! both languages.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, root, run, said};
use std::io::Write;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What a program listening to a source says, in English and in Chinese.
fn said_of(arguments: &[&str], seconds: &str) -> [String; 2] {
    let hear = |language: &'static str| {
        let all: Vec<&str> = ["--lang", language, "listen"]
            .into_iter()
            .chain(arguments.iter().copied())
            .chain(["--seconds", seconds])
            .collect();
        let output = run(&all);
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!page.is_empty(), "{arguments:?}: {}", said(&output));
        page
    };
    // Both at once would open the same port.
    ["en", "zh"].map(hear)
}

#[track_caller]
fn expect(heard: &[String; 2], english: &str, chinese: &str) {
    for (page, words) in heard.iter().zip([english, chinese]) {
        assert!(page.contains(words), "no '{words}' in:\n{page}");
    }
    // Every sentence says what to do.
    assert!(heard[0].contains("What to do: "), "{}", heard[0]);
}

fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

/// Sends a datagram 250 times a second until it is dropped.
struct Sender {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    fn start(to: SocketAddr, datagram: Vec<u8>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("sender".into());
        let thread = thread.spawn(move || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            while !stopped.load(Ordering::Relaxed) {
                // Refused while nobody listens there.
                let _ = socket.send_to(&datagram, to);
                std::thread::sleep(Duration::from_millis(4));
            }
        });
        Self {
            stop,
            thread: Some(thread.unwrap()),
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// A server that says one thing to each client, and nothing more.
fn server(hello: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let serve = move || {
        let mut kept = Vec::new();
        for mut client in listener.incoming().flatten() {
            client.write_all(hello).unwrap();
            kept.push(client);
        }
    };
    std::thread::Builder::new()
        .name("server".into())
        .spawn(serve)
        .unwrap();
    at
}

#[test]
fn a_wrong_port_of_a_server_and_one_that_is_not_this_machines() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = closed.local_addr().unwrap();
    drop(closed);
    let heard = said_of(&[&format!("vicon://{at}")], "0.8");
    expect(&heard, "nothing listens on that port", "端口");
    // An address of documentation, which no machine has.
    let heard = said_of(&["vicon-udp://198.51.100.7:51001"], "0.8");
    expect(
        &heard,
        "Check that the address belongs to this machine",
        "198.51.100.7",
    );
}

#[test]
fn datagrams_to_another_port_or_another_address_of_this_machine() {
    let port = free_port();
    let listened = format!("vicon-udp://127.0.0.1:{port}");
    for elsewhere in [
        // The right port on another interface.
        SocketAddr::from(([127, 0, 0, 2], port)),
        // The wrong port on the right one.
        SocketAddr::from(([127, 0, 0, 1], free_port())),
    ] {
        let _sender = Sender::start(elsewhere, vec![7; 80]);
        let heard = said_of(&[&listened], "1.5");
        expect(
            &heard,
            "come to this machine where nobody listens",
            "却没有程序在接收",
        );
        expect(&heard, "127.0.0.1", "127.0.0.1");
    }
}

#[test]
fn a_server_that_is_mute_and_one_that_is_not_live() {
    let mute = server(b"");
    let heard = said_of(&[&format!("vicon://{mute}")], "0.8");
    expect(&heard, "has not said a word", "没有发来任何内容");
    // Vicon's greeting, by hand: "I support types 1 and 5". No frame follows: the program there is not live.
    let greeting: &[u8] = &[
        0x01, 0x00, 0x2b, 0x1a, 0x14, 0, 0, 0, 0xa1, 0x86, 0x01, 0, 0x0c, 0, 0, 0, 2, 0, 0, 0, 1,
        0, 0, 0, 5, 0, 0, 0,
    ];
    let paused = server(greeting);
    let heard = said_of(&[&format!("vicon://{paused}")], "1");
    expect(
        &heard,
        "Connected, but no frames come",
        "已连接，但没有收到帧",
    );
    expect(&heard, "Live", "Live");
}

#[test]
fn nobody_who_should_connect_does() {
    let heard = said_of(&[&format!("mvn://:{}?tcp=true", free_port())], "0.8");
    expect(&heard, "nobody has connected", "还没有程序连接");
}

#[test]
fn frames_that_came_and_stopped() {
    let port = free_port();
    let to = format!("127.0.0.1:{port}");
    let url = format!("vicon-udp://127.0.0.1:{port}");
    let heard = ["en", "zh"].map(|language| {
        let listening = ["--lang", language, "listen", &url, "--seconds", "5"];
        let listening = program::cyc(&listening)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let sent = run(&["sim", "vicon-udp", "--to", &to, "--seconds", "1.5"]);
        assert!(sent.status.success(), "{}", said(&sent));
        let output = listening.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    expect(&heard, "Frames came, and then stopped", "停止了");
}

#[test]
fn a_unit_that_is_wrong() {
    let port = free_port();
    // Centimetres are sent, metres are read.
    let _sim = Running::start(&["sim", "mvn", "--to", &format!("127.0.0.1:{port}")]);
    let heard = said_of(&[&format!("mvn://:{port}?unit=m")], "3");
    expect(
        &heard,
        "the unit looks wrong. Times 0.01",
        "单位看起来不对。乘以 0.01",
    );
}

#[test]
fn an_axis_that_is_wrong() {
    let port = free_port();
    let _sim = Running::start(&["sim", "osc", "--to", &format!("127.0.0.1:{port}")]);
    let example = std::fs::read_to_string(root().join("rigs/osc/markers.toml")).unwrap();
    let sent_with = "axes = [\"x\", \"z\", \"-y\"]";
    assert!(example.contains(sent_with));
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.toml");
    std::fs::write(
        &map,
        example.replace(sent_with, "axes = [\"x\", \"y\", \"z\"]"),
    )
    .unwrap();
    let heard = said_of(&[&format!("osc://:{port}?map={}", map.display())], "3");
    expect(&heard, "the up axis is another one", "向上的轴不对");
    // The same sender with the table that it sends by is well.
    let [well, _] = said_of(&[&format!("osc://:{port}")], "3");
    assert!(!well.contains("axis"), "{well}");
}

#[test]
fn a_version_that_is_not_known() {
    let future = server(b"vrpn: ver. 08.00  0\0\0\0\0\0");
    let heard = said_of(&[&format!("vrpn://{future}")], "0.8");
    expect(&heard, "is no VRPN 07", "不是 VRPN 07");
    let port = free_port();
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let mut face = vec![7];
    face.resize(300, 0);
    let _sender = Sender::start(to, face);
    let heard = said_of(&[&format!("livelink-face://:{port}")], "1.2");
    expect(
        &heard,
        "are of version 7; version 6 is read",
        "的版本是 7；这里读取版本 6",
    );
}

#[test]
fn another_protocol_on_the_port() {
    let port = free_port();
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let _sender = Sender::start(to, b"GET / HTTP/1.1\r\n\r\n".to_vec());
    let heard = said_of(&[&format!("freed://:{port}")], "1.2");
    expect(&heard, "that are not of this protocol", "不属于此协议");
}

#[test]
fn frames_that_overtake_each_other() {
    let port = free_port();
    let to = format!("127.0.0.1:{port}");
    let _sim = Running::start(&["sim", "vicon-udp", "--to", &to, "--reorder", "0.2"]);
    let heard = said_of(&[&format!("vicon-udp://:{port}")], "2.5");
    expect(&heard, "overtook each other", "次序颠倒");
}

#[test]
fn a_clock_that_has_lost_its_reference() {
    let port = free_port();
    let to = format!("127.0.0.1:{port}");
    let _sim = Running::start(&["sim", "opentrackio", "--to", &to, "--reference-lost", "0"]);
    let heard = said_of(&[&format!("opentrackio://:{port}?unicast=true")], "2");
    expect(&heard, "has lost the reference", "失去了应当跟随的参考");
}

fn stage_with(folder: &Path, source: &str) -> String {
    let wall = "[[wall]]\nname = \"w\"\nkind = \"plane\"\nposition_m = [0.0, 0.0, -5.0]\nwidth_m = 4.0\nheight_m = 2.0\n\
                cabinets = [8, 4]\ncabinet_px = [64, 64]\ncanvas_px = [0, 0]\n";
    let prop = "[[prop]]\nname = \"Wand\"\nsource = \"s\"\n";
    let path = folder.join("stage.toml");
    std::fs::write(
        &path,
        format!("name = \"Test\"\n{wall}[[source]]\nname = \"s\"\n{source}\n{prop}"),
    )
    .unwrap();
    path.display().to_string()
}

#[test]
fn a_subject_that_a_stage_expects_and_its_name_there() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let _sim = Running::start(&["sim", "vicon-udp", "--to", &format!("127.0.0.1:{port}")]);
    let url = format!("url = \"vicon-udp://:{port}\"\n");
    let stage = stage_with(folder.path(), &url);
    let heard = said_of(&["--stage", &stage], "2");
    expect(
        &heard,
        "“Wand”, which the stage expects, does not come; there are: ",
        "舞台需要的“Wand”没有到来",
    );
    // The same stage told what it is called there is well, and shows the stage's name.
    let named = format!("{url}subjects = {{ Staff = \"Wand\" }}\n");
    let stage = stage_with(folder.path(), &named);
    let [well, _] = said_of(&["--stage", &stage], "2");
    assert!(well.contains("Wand") && !well.contains("expects"), "{well}");
    // A name that another subject has is refused, and said.
    let twice = format!("{url}subjects = {{ Staff = \"FilmCamera\" }}\n");
    let stage = stage_with(folder.path(), &twice);
    let heard = said_of(&["--stage", &stage], "2");
    expect(&heard, "another one has it already", "已被另一个对象使用");
}

#[test]
fn a_stage_s_list_and_interface_hold_for_listening_too() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let _sim = Running::start(&["sim", "vicon-udp", "--to", &format!("127.0.0.1:{port}")]);
    let strangers = format!("url = \"vicon-udp://:{port}\"\nallow = [\"127.0.0.9\"]\n");
    let stage = stage_with(folder.path(), &strangers);
    // The kernel stops them before they are counted: nothing arrives.
    let heard = said_of(&["--stage", &stage], "1");
    expect(&heard, "nothing arrives", "没有收到任何数据");
    let elsewhere = format!("url = \"vicon-udp://:{port}\"\ninterface = \"127.0.0.2\"\n");
    let stage = stage_with(folder.path(), &elsewhere);
    let heard = said_of(&["--stage", &stage], "1.5");
    expect(&heard, "nothing arrives", "没有收到任何数据");
    let good = format!("url = \"vicon-udp://:{port}\"\nallow = [\"127.0.0.1\"]\n");
    let stage = stage_with(folder.path(), &good);
    let [well, _] = said_of(&["--stage", &stage], "1.5");
    assert!(well.contains("live"), "{well}");
}
