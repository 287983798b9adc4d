//! What was heard, held against the truth and against what others heard.

use super::RATE_HZ;
use glam::{DQuat, DVec3};
use serde_json::Value;

/// A place and a turn, as the truth has them.
pub fn placed(value: &Value) -> (DVec3, DQuat) {
    let v = numbers(value);
    (
        DVec3::new(v[0], v[1], v[2]),
        DQuat::from_xyzw(v[3], v[4], v[5], v[6]),
    )
}

pub fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap().iter();
    list.map(|v| v.as_f64().unwrap()).collect()
}

/// How far a place is from the way between two others, and where on it the nearest point is, 0 to 1.
fn from_way(at: DVec3, [from, to]: [DVec3; 2]) -> (f64, f64) {
    let way = to - from;
    let along = ((at - from).dot(way) / way.length_squared().max(1e-18)).clamp(0.0, 1.0);
    (at.distance(from + way * along), along)
}

/// When on the way of the truth each place is, in its frames. A stage frame is of the moment at which it is due, which lies
/// between two frames: the places are on the way between them, to a millimetre, but for a few that a busy machine had to predict.
pub fn followed(what: &str, truth: &[DVec3], heard: &[DVec3]) -> Vec<f64> {
    assert!(heard.len() > RATE_HZ, "{what}: {} were heard", heard.len());
    let (mut when, mut good) = (Vec::new(), 0);
    for at in heard {
        let ways = truth.windows(2).enumerate();
        let ways = ways.map(|(i, pair)| (i, from_way(*at, [pair[0], pair[1]])));
        let (i, (far_m, along)) = ways.min_by(|a, b| a.1.0.total_cmp(&b.1.0)).unwrap();
        assert!(far_m < 0.03, "{what}: {at} is {far_m} m from all truth");
        good += usize::from(far_m < 0.001);
        when.push(i as f64 + along);
    }
    assert!(
        good * 10 >= heard.len() * 9,
        "{what}: {good} of {} to a millimetre",
        heard.len()
    );
    let seen = when[when.len() - 1] - when[0];
    assert!(
        seen > RATE_HZ as f64,
        "{what}: nothing but {seen} frames of the truth"
    );
    when
}

/// Asserts that what one program heard is what another heard, to the coarser format's resolution; a short queue may have
/// left out a frame of either.
pub fn same<const N: usize>(
    what: &str,
    heard: &[[f64; N]],
    other: &[[f64; N]],
    resolution: [f64; N],
) {
    let is_same = |a: &[f64; N], b: &[f64; N]| (0..N).all(|i| (a[i] - b[i]).abs() <= resolution[i]);
    let good = heard
        .iter()
        .filter(|a| other.iter().any(|b| is_same(a, b)))
        .count();
    assert!(
        heard.len() > RATE_HZ && good * 20 >= heard.len() * 19,
        "{what}: {good} of {}",
        heard.len()
    );
}

/// A performer by VMC: where her hips, head, hands and feet are, by a chain of Unity's local turns that is walked here, is
/// where the truth has them, as far as a rig that was calibrated in two seconds can be right.
pub fn bones(heard: &Value, truth: &[Value]) {
    let all = heard["vmc"].as_object().unwrap();
    let of = |bone: &str| all.get(&format!("/VMC/Ext/Bone/Pos {bone}"));
    // All of a performer's bones come from her first frame on; of the last frame some may not have been heard yet.
    let local = |bone: &str, nth: usize| {
        let v = numbers(&of(bone).unwrap()[nth]);
        let turn = DQuat::from_xyzw(v[3], -v[4], -v[5], v[6]);
        (DVec3::new(-v[0], v[1], v[2]), turn)
    };
    let trunk = ["Hips", "Spine", "Chest", "UpperChest"];
    let arm =
        |side: &str| ["Shoulder", "UpperArm", "LowerArm", "Hand"].map(|b| format!("{side}{b}"));
    let leg = |side: &str| ["UpperLeg", "LowerLeg", "Foot"].map(|b| format!("{side}{b}"));
    let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let chains = [
        ("Hips", own(&["Hips"])),
        ("Head", [own(&trunk), own(&["Neck", "Head"])].concat()),
        ("LeftHand", [own(&trunk), arm("Left").to_vec()].concat()),
        ("RightHand", [own(&trunk), arm("Right").to_vec()].concat()),
        ("LeftFoot", [own(&["Hips"]), leg("Left").to_vec()].concat()),
        (
            "RightFoot",
            [own(&["Hips"]), leg("Right").to_vec()].concat(),
        ),
    ];
    // Between two frames of the truth she is a share of the way: a stage frame falls anywhere.
    let joints = |frame: &Value| {
        let of = &frame["performers"][0]["joints"];
        chains
            .each_ref()
            .map(|(joint, _)| placed(&of[format!("mixamorig:{joint}")]).0)
    };
    let truth: Vec<_> = truth.iter().map(joints).collect();
    let between = truth.windows(2).flat_map(|pair| {
        let share = |part: i32| {
            let part = f64::from(part) / 8.0;
            std::array::from_fn::<DVec3, 6, _>(|i| pair[0][i].lerp(pair[1][i], part))
        };
        (0..8).map(share).collect::<Vec<_>>()
    });
    let between: Vec<_> = between.collect();
    let frames = of("Hips").unwrap().as_array().unwrap().len() - 1;
    assert!(frames > RATE_HZ, "{frames}");
    let off = |nth: usize| {
        let places = chains.each_ref().map(|(_, chain)| {
            let chain = chain.iter().filter(|bone| of(bone).is_some());
            let start = (DVec3::ZERO, DQuat::IDENTITY);
            let step = |(at, turn): (DVec3, DQuat), bone: &String| {
                let (step, turned) = local(bone, nth);
                (at + turn * step, turn * turned)
            };
            chain.fold(start, step).0
        });
        let far = |truth: &[DVec3; 6]| {
            let each = places.iter().zip(truth).map(|(a, b)| a.distance(*b));
            each.fold(0.0, f64::max)
        };
        between.iter().map(far).fold(f64::MAX, f64::min)
    };
    let mut offs: Vec<f64> = (frames - RATE_HZ..frames).map(off).collect();
    offs.sort_by(f64::total_cmp);
    // A few are foretold where the machine was busy; those are near, but nowhere that she was.
    let (nine_of_ten, worst) = (offs[RATE_HZ * 9 / 10], offs[RATE_HZ - 1]);
    assert!(
        nine_of_ten < 0.03 && worst < 0.15,
        "{nine_of_ten} m, {worst} m at worst"
    );
}
