//! What people write, and what is made of it.

use super::*;

fn vicon(url: &str) -> (String, u16, ClientSettings) {
    match url.parse() {
        Ok(SourceUrl::ViconDataStream {
            host,
            port,
            settings,
        }) => (host, port, settings),
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn a_host_is_enough() {
    let (host, port, settings) = vicon("vicon://tracker-pc");
    assert_eq!((host.as_str(), port), ("tracker-pc", 801));
    assert_eq!(settings, ClientSettings::default());
    assert_eq!(vicon("vicon://127.0.0.1:8801/").1, 8801);
    let (host, port, _) = vicon("vicon://[::1]:8801");
    assert_eq!((host.as_str(), port), ("::1", 8801));
    let (.., settings) = vicon("vicon://h?mode=prefetch&lightweight=true");
    assert_eq!(
        (settings.mode, settings.lightweight),
        (StreamMode::PreFetch, true)
    );
}

#[test]
fn udp_stays_on_the_loopback_until_told_otherwise() {
    let bind = |url: &str| match url.parse() {
        Ok(SourceUrl::ViconUdp { bind, allow }) => (bind.to_string(), allow.len()),
        other => panic!("{url}: {other:?}"),
    };
    assert_eq!(bind("vicon-udp://"), ("127.0.0.1:51001".into(), 0));
    assert_eq!(bind("vicon-udp://:51002"), ("127.0.0.1:51002".into(), 0));
    assert_eq!(
        bind("vicon-udp://10.0.0.5?allow=10.0.0.7,10.0.0.8"),
        ("10.0.0.5:51001".into(), 2)
    );
    assert_eq!(
        bind("vicon-udp://0.0.0.0?allow_any_interface=true"),
        ("0.0.0.0:51001".into(), 0)
    );
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("tracker-pc", "capture-url-no-protocol"),
        ("vrpn://x", "capture-url-unknown-protocol"),
        ("vicon://", "capture-url-no-host"),
        ("vicon://:801", "capture-url-no-host"),
        ("vicon://h:0", "capture-url-bad-port"),
        ("vicon://h:70000", "capture-url-bad-port"),
        ("vicon://h:x", "capture-url-bad-port"),
        ("vicon://h?mode=shove", "capture-url-bad-option"),
        ("vicon-udp://tracker-pc", "capture-url-bad-address"),
        ("vicon-udp://?allow=bob", "capture-url-bad-address"),
        ("vicon-udp://0.0.0.0", "capture-url-any-interface"),
        ("vicon-udp://?port=3", "capture-url-bad-option"),
    ];
    for (url, key) in cases {
        let error = url.parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), key, "{url}: {error}");
        assert!(!error.args().is_empty());
    }
}

#[test]
fn is_written_as_it_is_read() {
    for url in [
        "vicon://h:801",
        "vicon://[::1]:8801",
        "vicon-udp://127.0.0.1:51001",
    ] {
        assert_eq!(url.parse::<SourceUrl>().unwrap().to_string(), url);
    }
}
