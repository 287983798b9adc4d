//! Markers are on the skin: judged by the loader's own skinning, and by the statistics that they are meant to have.

use super::{body, clip, file, landmarks};
use crate::performance::{
    BodyMotion, LandmarkError, Landmarks, MarkerLayer, MarkerRealism, OcclusionSettings, Placement,
};
use cyc_character::{Character, PosedVertices, pose_vertices};
use cyc_model::{FaceWeights, Stage, Xf};
use glam::{DMat3, DQuat, DVec3};

/// Nothing that makes markers real.
const IDEAL: MarkerRealism = MarkerRealism {
    placement_m: 0.0,
    radius_m: 0.0,
    sway: 0.0,
    noise_m: 0.0,
    occlusion: OcclusionSettings {
        share: 0.0,
        mean_s: 0.1,
    },
};

/// Where the landmarks are on the posed body, by the loader's skinning, and the skin's normal there.
fn skinned(body: &Character, joints: &[Placement]) -> Vec<(DVec3, DVec3)> {
    let xf = |p: &Placement| {
        let columns = [0, 1, 2].map(|c| DVec3::new(p.r[0][c], p.r[1][c], p.r[2][c]));
        let turn = DMat3::from_cols(columns[0], columns[1], columns[2]);
        Xf::new(DQuat::from_mat3(&turn), DVec3::from_array(p.t)).unwrap()
    };
    let joints: Vec<_> = joints.iter().map(xf).collect();
    let mut posed = PosedVertices::<Stage>::default();
    pose_vertices(body, &joints, &FaceWeights::default(), &mut posed).unwrap();
    let one = |landmark: &crate::performance::Landmark| {
        let is_it = |p: &cyc_character::Primitive| {
            p.name == landmark.mesh && body.materials[p.material].name == landmark.material
        };
        let primitive = body.primitives.iter().position(is_it).unwrap();
        let range = posed.of_primitive(primitive);
        let (mut at, mut normal) = (DVec3::ZERO, DVec3::ZERO);
        for (vertex, weight) in landmark.corners {
            let i = range.start + vertex as usize;
            at += posed.positions[i].metres() * weight;
            normal += posed.normals[i].metres() * weight;
        }
        (at, normal.normalize_or_zero())
    };
    landmarks().0.iter().map(one).collect()
}

fn performed(body: &Character, name: &str) -> BodyMotion {
    let text = file(&format!("assets/performances/{name}.bvh"));
    BodyMotion::new(clip(&text), body.skeleton.as_ref().unwrap(), &body.humanoid).unwrap()
}

#[test]
fn markers_without_faults_are_where_another_skinning_puts_the_skin() {
    let body = body();
    let mut layer = MarkerLayer::new(&body, &landmarks(), 1, IDEAL).unwrap();
    assert_eq!(layer.labels().len(), 53);
    let (mut seen, mut worst, mut mean, mut count) = (Vec::new(), 0.0f64, 0.0, 0.0);
    for (name, t_s) in [("walk_dance", 3.1), ("action", 8.0), ("floor", 12.4)] {
        let joints = performed(&body, name).pose(t_s).to_vec();
        layer.observe(&joints, 1.0 / 120.0, &mut seen);
        for (marker, (skin, _)) in seen.iter().zip(skinned(&body, &joints)) {
            let off = DVec3::from_array(marker.unwrap()).distance(skin);
            worst = worst.max(off);
            mean += off;
            count += 1.0;
        }
    }
    mean /= count;
    eprintln!(
        "worst {:.3} mm, mean {:.4} mm",
        worst * 1000.0,
        mean * 1000.0
    );
    // Blending the point of a triangle is not quite blending its corners; over a bent joint it differs by little.
    assert!(worst < 2e-3 && mean < 2e-4, "{worst} {mean}");
}

#[test]
fn placement_errors_lie_in_the_skin_and_have_the_spread_they_should() {
    let body = body();
    let joints = performed(&body, "walk_dance").rest().to_vec();
    let skin = skinned(&body, &joints);
    let realism = MarkerRealism {
        sway: 0.0,
        noise_m: 0.0,
        occlusion: IDEAL.occlusion,
        ..Default::default()
    };
    let (mut square, mut count, mut worst_height) = (0.0, 0.0, 0.0f64);
    let mut seen = Vec::new();
    for seed in 0..40 {
        let mut layer = MarkerLayer::new(&body, &landmarks(), seed, realism).unwrap();
        layer.observe(&joints, 1.0 / 120.0, &mut seen);
        for (marker, (at, normal)) in seen.iter().zip(&skin) {
            let off = DVec3::from_array(marker.unwrap()) - *at;
            let height = off.dot(*normal);
            worst_height = worst_height.max((height - realism.radius_m).abs());
            square += (off - *normal * height).length_squared();
            count += 1.0;
        }
    }
    let rms_m = f64::sqrt(square / count);
    eprintln!(
        "{:.2} mm in the skin, height within {:.3} mm",
        rms_m * 1e3,
        worst_height * 1e3
    );
    assert!((rms_m - 0.005).abs() < 0.0002, "{rms_m}");
    assert!(worst_height < 1e-4, "{worst_height}");
}

#[test]
fn a_still_body_has_the_cameras_noise_and_nothing_else() {
    let body = body();
    let joints = performed(&body, "walk_dance").rest().to_vec();
    let realism = MarkerRealism {
        occlusion: IDEAL.occlusion,
        ..Default::default()
    };
    let mut layer = MarkerLayer::new(&body, &landmarks(), 5, realism).unwrap();
    let mut frames: Vec<Vec<Option<[f64; 3]>>> = Vec::new();
    for _ in 0..400 {
        let mut seen = Vec::new();
        layer.observe(&joints, 1.0 / 120.0, &mut seen);
        frames.push(seen);
    }
    let (mut square, mut count) = (0.0, 0.0);
    for marker in 0..53 {
        let at = |f: &Vec<Option<[f64; 3]>>| DVec3::from_array(f[marker].unwrap());
        let mean = frames.iter().map(at).sum::<DVec3>() / frames.len() as f64;
        square += frames
            .iter()
            .map(|f| (at(f) - mean).length_squared())
            .sum::<f64>();
        count += 3.0 * (frames.len() - 1) as f64;
    }
    let sigma_m = f64::sqrt(square / count);
    assert!((sigma_m - 0.0003).abs() < 1e-5, "{sigma_m}");
}

#[test]
fn landmarks_of_another_body_are_refused() {
    let body = body();
    let good = landmarks();
    let spoil = |change: fn(&mut crate::performance::Landmark)| {
        let mut bad = good.clone();
        change(&mut bad.0[7]);
        MarkerLayer::new(&body, &bad, 1, IDEAL).err()
    };
    let refused = |e: Option<LandmarkError>| matches!(e, Some(LandmarkError::NotOnBody { .. }));
    assert!(refused(spoil(|l| l.mesh = "tail".to_owned())));
    assert!(refused(spoil(|l| l.material = "fur".to_owned())));
    assert!(refused(spoil(|l| l.corners[1].0 = u32::MAX)));
    assert!(refused(
        spoil(|l| l.rest_position_m = Some([0.0, 1.0, 0.0]))
    ));
}

#[test]
fn a_damaged_landmarks_file_is_refused_by_name_of_what_is_wrong() {
    let entry = |name: &str, weights: &str| {
        format!(
            r#"{{"name":"{name}","mesh":"m","material":"s","triangle":[0,1,2],"barycentric":{weights}}}"#
        )
    };
    let file = |entries: &[String]| format!(r#"{{"landmarks":[{}]}}"#, entries.join(","));
    let good = entry("A", "[0.2,0.3,0.5]");
    assert_eq!(
        Landmarks::parse(file(std::slice::from_ref(&good)).as_bytes())
            .unwrap()
            .0
            .len(),
        1
    );
    for (text, wrong) in [
        ("{".to_owned(), "EOF"),
        ("[]".to_owned(), "landmarks"),
        (file(&[entry("A", "[0.2,0.3]")]), "barycentric"),
        (file(&[entry("A", "[2,-1,0]")]), "barycentric"),
        (file(&[entry("A", "[0,0,0]")]), "barycentric"),
        (file(&[good.replace("[0,1,2]", "[0,1,-2]")]), "triangle"),
        (file(&[good.replace("\"mesh\"", "\"net\"")]), "mesh"),
        (file(&[good.clone(), good.clone()]), "[1].name"),
    ] {
        let error = Landmarks::parse(text.as_bytes()).unwrap_err();
        let LandmarkError::Malformed { what } = &error else {
            panic!("{error:?}");
        };
        assert!(what.contains(wrong), "{text}: {what}");
    }
}
