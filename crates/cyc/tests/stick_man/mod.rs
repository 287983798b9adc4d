//! A stick man who walks, written as BVH in the habits that files have: axes, units, and rest poses that nobody stands in.

use glam::DVec3;

/// A stick man as BVH, walking on the spot: `up` says which axis is up, `unit` how many units a metre has, `lying` that the
/// rest pose has every bone along one axis, as some capture systems write it.
pub fn stick_man(up: char, unit: f64, lying: bool) -> String {
    let axes = |p: DVec3| match up {
        'Z' => DVec3::new(p.x, -p.z, p.y),
        _ => p,
    };
    // Name, place at rest, end site.
    let man: &[(&str, f64, f64, f64, usize)] = &[
        ("Hips", 0.0, 0.95, 0.0, 0),
        ("Spine", 0.0, 1.1, 0.0, 0),
        ("Neck", 0.0, 1.45, 0.0, 1),
        ("Head", 0.0, 1.55, 0.0, 2),
        ("LeftArm", 0.18, 1.4, 0.0, 1),
        ("LeftForeArm", 0.46, 1.4, 0.0, 4),
        ("LeftHand", 0.71, 1.4, 0.0, 5),
        ("RightArm", -0.18, 1.4, 0.0, 1),
        ("RightForeArm", -0.46, 1.4, 0.0, 7),
        ("RightHand", -0.71, 1.4, 0.0, 8),
        ("LeftUpLeg", 0.09, 0.9, 0.0, 0),
        ("LeftLeg", 0.09, 0.48, 0.01, 10),
        ("LeftFoot", 0.09, 0.08, 0.0, 11),
        ("LeftToeBase", 0.09, 0.02, 0.12, 12),
        ("RightUpLeg", -0.09, 0.9, 0.0, 0),
        ("RightLeg", -0.09, 0.48, 0.01, 14),
        ("RightFoot", -0.09, 0.08, 0.0, 15),
        ("RightToeBase", -0.09, 0.02, 0.12, 16),
    ];
    let place = |j: usize| axes(DVec3::new(man[j].1, man[j].2, man[j].3)) * unit;
    // A joint with several children has one rotation for all of them, so only single children can lie.
    let only_child = |j: usize| {
        let mut children = (1..man.len()).filter(|c| man[*c].4 == j);
        children.next().filter(|_| children.next().is_none())
    };
    let offset = |j: usize| {
        if j == 0 {
            return DVec3::ZERO;
        }
        let bone = place(j) - place(man[j].4);
        match only_child(man[j].4) {
            Some(_) if lying => DVec3::X * bone.length(),
            _ => bone,
        }
    };
    // What brings each lying bone to where it stands: global rotations, made local below.
    let standing: Vec<glam::DQuat> = (0..man.len())
        .map(|j| match only_child(j).filter(|_| lying) {
            Some(c) => glam::DQuat::from_rotation_arc(
                DVec3::X,
                (place(c) - place(j)).normalize_or(DVec3::X),
            ),
            None => glam::DQuat::IDENTITY,
        })
        .collect();
    let mut text = String::from("HIERARCHY\n");
    let mut order = Vec::new();
    write_joint(&mut text, man, 0, &offset, &mut order);
    let frames = 90;
    text += &format!("MOTION\nFrames: {frames}\nFrame Time: 0.0333333\n");
    for f in 0..frames {
        let phase = f as f64 * 0.2;
        for &j in &order {
            if j == 0 {
                let at = place(0) + axes(DVec3::new(0.0, 0.0, 0.01 * f as f64)) * unit;
                text += &format!("{} {} {} ", at.x, at.y, at.z);
            }
            // Legs and arms swing about the body's left.
            let swing = match man[j].0 {
                "LeftUpLeg" | "RightArm" => 0.4 * phase.sin(),
                "RightUpLeg" | "LeftArm" => -0.4 * phase.sin(),
                _ => 0.0,
            };
            let turn = glam::DQuat::from_axis_angle(axes(DVec3::X), swing);
            let above = if j == 0 {
                glam::DQuat::IDENTITY
            } else {
                standing[man[j].4]
            };
            let local = above.conjugate() * turn * standing[j];
            let (z, x, y) = local.to_euler(glam::EulerRot::ZXY);
            text += &format!("{} {} {} ", z.to_degrees(), x.to_degrees(), y.to_degrees());
        }
        text += "\n";
    }
    text
}

type Man = [(&'static str, f64, f64, f64, usize)];

fn write_joint(
    text: &mut String,
    man: &Man,
    j: usize,
    offset: &dyn Fn(usize) -> DVec3,
    order: &mut Vec<usize>,
) {
    order.push(j);
    let (kind, channels) = match j {
        0 => ("ROOT", "6 Xposition Yposition Zposition"),
        _ => ("JOINT", "3"),
    };
    let at = offset(j);
    *text += &format!(
        "{kind} {}\n{{\nOFFSET {} {} {}\n",
        man[j].0, at.x, at.y, at.z
    );
    *text += &format!("CHANNELS {channels} Zrotation Xrotation Yrotation\n");
    let children: Vec<usize> = (1..man.len()).filter(|c| man[*c].4 == j).collect();
    for c in &children {
        write_joint(text, man, *c, offset, order);
    }
    if children.is_empty() {
        let tip = offset(j) * 0.3;
        *text += &format!("End Site\n{{\nOFFSET {} {} {}\n}}\n", tip.x, tip.y, tip.z);
    }
    *text += "}\n";
}
