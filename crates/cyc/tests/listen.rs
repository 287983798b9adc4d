//! `cyc listen` beside `cyc sim`, and with nobody to hear.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, object, run, said};

#[test]
fn hears_both_protocols_of_the_simulator_with_their_figures() {
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let objects = free.local_addr().unwrap().to_string();
    drop(free);
    let sim = Running::start(&[
        "sim",
        "vicon",
        "vicon-udp",
        "--json",
        "--bind",
        ":0",
        "--to",
        &objects,
        "--rate",
        "100",
        "--occlusion",
        "0",
    ]);
    let stream = format!("vicon://{}", sim.address("vicon"));
    let objects = format!("vicon-udp://{objects}");
    let output = run(&["listen", &stream, &objects, "--seconds", "1.5", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    let sources = figures["sources"].as_array().unwrap();
    for source in sources {
        assert_eq!(source["state"], "live", "{source}");
        let rate_hz = source["rate_hz"].as_f64().unwrap();
        assert!((50.0..=110.0).contains(&rate_hz), "{source}");
        assert!(source["frames"].as_u64().unwrap() > 40, "{source}");
        assert!(source["jitter_ms"].as_f64().unwrap() < 100.0, "{source}");
    }
    let latency_ms = sources[0]["latency_ms"].as_f64().unwrap();
    assert!((0.0..100.0).contains(&latency_ms), "{latency_ms}");
    assert!(
        sources[0]["timecode"]
            .as_str()
            .unwrap()
            .starts_with("10:00:0")
    );
    let performer = &sources[0]["subjects"][0];
    assert_eq!(performer["name"], "Performer");
    assert_eq!(performer["markers_seen"], 53);
    let names = |i: usize| sources[i]["subjects"].as_array().unwrap().len();
    assert_eq!([names(0), names(1)], [3, 2]);
    assert_eq!(sim.interrupt().0, Some(0));
}

#[test]
fn markers_without_names_are_counted_beside_those_with_one() {
    let sim = ["sim", "vicon", "--json", "--bind", ":0", "--occlusion", "0"];
    for (unlabelled, expected) in [(false, (53, 0)), (true, (0, 53))] {
        let flag = unlabelled.then_some("--unlabelled");
        let all: Vec<&str> = sim.iter().copied().chain(flag).collect();
        let sim = Running::start(&all);
        let url = format!("vicon://{}", sim.address("vicon"));
        let output = run(&["listen", &url, "--seconds", "1", "--json"]);
        let source = &object(&output)["sources"][0];
        let named: u64 = source["subjects"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["markers_seen"].as_u64().unwrap())
            .sum();
        assert_eq!(
            (named, source["unlabelled"].as_u64().unwrap()),
            expected,
            "{source}"
        );
    }
}

#[test]
fn frames_lost_on_purpose_are_counted_and_diagnosed() {
    let sim = Running::start(&["sim", "vicon", "--json", "--bind", ":0", "--loss", "0.2"]);
    let url = format!("vicon://{}", sim.address("vicon"));
    let output = run(&["listen", &url, "--seconds", "2", "--json"]);
    let source = &object(&output)["sources"][0];
    let loss = source["loss"].as_f64().unwrap();
    assert!((0.08..0.4).contains(&loss), "{source}");
    assert!(
        source["diagnosis"].as_str().unwrap().contains('%'),
        "{source}"
    );
}

#[test]
fn silence_has_a_reason_in_both_languages() {
    // Somebody listens there, and never says a word.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connected = format!("vicon://{}", mute.local_addr().unwrap());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("vicon://{}", closed.local_addr().unwrap());
    drop(closed);
    for (url, state, english, chinese) in [
        (refused.as_str(), "disconnected", "nothing listens", "端口"),
        (connected.as_str(), "silent", "no frames come", "没有收到帧"),
        (
            "vicon-udp://:51987",
            "silent",
            "nothing arrives",
            "没有收到任何数据",
        ),
    ] {
        for (language, words) in [("en", english), ("zh", chinese)] {
            let command = ["--lang", language, "listen", url, "--seconds", "0.8"];
            let output = run(&command);
            assert_eq!(output.status.code(), Some(75), "{url}: {}", said(&output));
            let table = String::from_utf8(output.stdout).unwrap();
            assert!(table.contains(words), "{url}: {table}");
        }
        // Silence is told after a second.
        let output = run(&["listen", url, "--seconds", "2.5", "--json"]);
        let source = &object(&output)["sources"][0];
        assert_eq!(source["state"], state, "{source}");
        assert!(source["diagnosis"].is_string());
    }
}

#[test]
fn wrong_addresses_and_times_are_usage_errors_with_a_fix() {
    for arguments in [
        &["listen"][..],
        &["listen", "tracker"],
        &["listen", "gopher://x"],
        &["listen", "vicon://"],
        &["listen", "vicon://h", "--seconds", "0"],
        &["listen", "vicon://h", "--seconds", "soon"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).lines().count() >= 2, "{}", said(&output));
    }
}
