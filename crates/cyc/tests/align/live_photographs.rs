//! Photographs that are added one by one while the camera stands, its body heard from a tracker that is written here: Vicon's UDP
//! objects by the vendor's page. What cannot be added leaves the file as it was; what was added lines the camera up.

use super::photographs::{
    TRUE_CAMERA, TRUE_SOURCE, WRITTEN_CAMERA, errors, ours, stage_text, taken,
};
use super::program::{object, run, said};
use super::{adapter, file};
use cyc_renderer::proof::{PatternView, ViconBody};
use cyc_stage::Stage;
use glam::{DQuat, DVec3};
use std::net::{SocketAddr, UdpSocket};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A datagram with one object.
fn datagram(number: u32, body: &ViconBody) -> [u8; 256] {
    let mut bytes = [0u8; 256];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    bytes[4] = 1;
    bytes[6..8].copy_from_slice(&72u16.to_le_bytes());
    bytes[8..18].copy_from_slice(b"FilmCamera");
    for (nth, value) in body.t_mm.iter().chain(&body.euler_rad).enumerate() {
        bytes[32 + nth * 8..40 + nth * 8].copy_from_slice(&value.to_le_bytes());
    }
    bytes
}

/// Runs the program while a tracker sends a body that drifts by so many millimetres a datagram.
fn while_tracked(to: SocketAddr, body: &ViconBody, drift_mm: f64, ask: &[&str]) -> Output {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let (mut number, mut body) = (0, *body);
            while !ended.load(Ordering::Relaxed) {
                // Nobody may listen yet.
                let _ = socket.send_to(&datagram(number, &body), to);
                number += 1;
                body.t_mm[0] += drift_mm;
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let output = run(ask);
        ended.store(true, Ordering::Relaxed);
        output
    })
}

fn save(path: &std::path::Path, view: &PatternView) {
    let [w, h] = view.photograph.size_px;
    let rgba = view.photograph.to_rgba();
    image::save_buffer(path, &rgba, w, h, image::ColorType::Rgba8).unwrap();
}

#[test]
fn photographs_are_added_while_the_camera_stands_and_line_it_up() {
    let Some(gpu) = adapter::gpu() else { return };
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = free.local_addr().unwrap();
    drop(free);
    let heard_at = |text: String| text.replace("127.0.0.1:51001", &to.to_string());
    let truth = Stage::from_toml(&stage_text(TRUE_SOURCE, TRUE_CAMERA)).unwrap();
    let written = heard_at(stage_text(TRUE_SOURCE, WRITTEN_CAMERA));
    let stage = file(folder.path(), "stage.toml", &written);
    let views = folder.path().join("pictures.toml");
    let views_name = views.to_str().unwrap();
    let taken = taken(&gpu, &truth);
    let photo = |nth: usize| folder.path().join(format!("still-{nth}.png"));
    for (nth, view) in taken.iter().enumerate() {
        save(&photo(nth), view);
    }
    let add = |nth: usize, photo: &str, drift_mm: f64| {
        let ask = [
            "align", &stage, "--camera", "A", "--views", views_name, "--json", "--live", "0.25",
            "--photo", photo,
        ];
        while_tracked(to, &taken[nth].body, drift_mm, &ask)
    };
    // A picture with the lens cap on, a camera that is carried and a tracker that is silent add nothing.
    let cap = folder.path().join("cap.png");
    image::GrayImage::new(960, 540).save(&cap).unwrap();
    let first = photo(0);
    let first = first.to_str().unwrap();
    for (photo, drift_mm, word) in [
        (cap.to_str().unwrap(), 0.0, "too dark"),
        (first, 1.0, "moved by"),
    ] {
        let refused = add(0, photo, drift_mm);
        assert_eq!(refused.status.code(), Some(65), "{}", said(&refused));
        assert!(said(&refused).contains(word), "{}", said(&refused));
        assert!(!views.exists());
    }
    for nth in 0..2 {
        let added = add(nth, photo(nth).to_str().unwrap(), 0.0);
        assert!(added.status.success(), "{}", said(&added));
        let told = object(&added);
        assert_eq!(told["view"], nth + 1);
        assert!(told["points"].as_u64().unwrap() > 20, "{told}");
        assert_eq!(told["body_moved_mm"], 0.0);
    }
    // What was heard is what was sent, and a picture beside the file is named as one.
    let mut text = std::fs::read_to_string(&views).unwrap();
    let read: toml::Value = toml::from_str(&text).unwrap();
    let all = read["view"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    for (nth, (view, taken)) in all.iter().zip(taken).enumerate() {
        let number = |v: &toml::Value| v.as_float().unwrap();
        let list = |key: &str| {
            let list = view[key].as_array().unwrap();
            list.iter().map(number).collect::<Vec<_>>()
        };
        let (place, turn) = ours(&taken.body);
        assert!(DVec3::from_slice(&list("body_m")).distance(place) < 1e-9);
        let heard = DQuat::from_slice(&list("body_rotation_xyzw"));
        assert!(heard.angle_between(turn) < 1e-6, "{nth}");
        assert_eq!(view["photo"].as_str(), Some(&*format!("still-{nth}.png")));
    }
    // The others as if they had been added too.
    for (nth, view) in taken.iter().enumerate().skip(2) {
        let (place, turn) = ours(&view.body);
        let (place, turn) = (place.to_array(), turn.to_array());
        text += &format!(
            "[[view]]\nphoto = \"still-{nth}.png\"\nbody_m = {place:?}\nbody_rotation_xyzw = {turn:?}\n"
        );
    }
    std::fs::write(&views, text).unwrap();
    let ask = [
        "align", &stage, "--camera", "A", "--views", views_name, "--write", "--json",
    ];
    let answer = run(&ask);
    assert!(answer.status.success(), "{}", said(&answer));
    assert_eq!(object(&answer)["views"], 9);
    let found = Stage::from_toml(&std::fs::read_to_string(&stage).unwrap()).unwrap();
    let (mm, deg, px) = errors(&found, &truth);
    println!("pupil {mm:.3} mm, direction {deg:.4} deg, picture {px:.3} px");
    assert!(mm <= 1.0 && deg <= 0.02 && px <= 0.3, "{mm} {deg} {px}");
}
