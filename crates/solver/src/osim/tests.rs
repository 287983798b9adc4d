//! A small leg by hand in both versions of the format, and what is said about models that are wrong.

use super::*;
use cyc_model::{Dof, DofRange, HumanBone};
use glam::DVec3;

const LEG: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<OpenSimDocument Version="40000"><Model name="leg">
<JointSet name="jointset"><objects>
<PinJoint name="ankle_r"><socket_parent_frame>tibia_r_offset</socket_parent_frame>
 <socket_child_frame>/bodyset/talus_r</socket_child_frame>
 <coordinates><Coordinate name="ankle"><default_value>0.1</default_value><range>-0.5 0.7</range><clamped>true</clamped></Coordinate></coordinates>
 <frames><PhysicalOffsetFrame name="tibia_r_offset"><socket_parent>/bodyset/tibia_r</socket_parent>
  <translation>0 -0.4 0</translation><orientation>0 0 0</orientation></PhysicalOffsetFrame></frames></PinJoint>
<CustomJoint name="ground_pelvis"><socket_parent_frame>/ground</socket_parent_frame><socket_child_frame>/bodyset/pelvis</socket_child_frame>
 <coordinates><Coordinate name="rx"/><Coordinate name="ry"/><Coordinate name="rz"/><Coordinate name="tx"/><Coordinate name="ty"/><Coordinate name="tz"/></coordinates>
 <SpatialTransform>
 <TransformAxis name="rotation1"><coordinates>rz</coordinates><axis>0 0 1</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="rotation2"><coordinates>rx</coordinates><axis>1 0 0</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="rotation3"><coordinates>ry</coordinates><axis>0 1 0</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="translation1"><coordinates>tx</coordinates><axis>1 0 0</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="translation2"><coordinates>ty</coordinates><axis>0 1 0</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="translation3"><coordinates>tz</coordinates><axis>0 0 1</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 </SpatialTransform></CustomJoint>
<BallJoint name="hip_r"><socket_parent_frame>pelvis_offset</socket_parent_frame><socket_child_frame>femur_r_offset</socket_child_frame>
 <frames><PhysicalOffsetFrame name="pelvis_offset"><socket_parent>/bodyset/pelvis</socket_parent><translation>-0.07 -0.06 0.08</translation></PhysicalOffsetFrame>
 <PhysicalOffsetFrame name="femur_r_offset"><socket_parent>/bodyset/femur_r</socket_parent><translation>0 0.17 0</translation></PhysicalOffsetFrame></frames></BallJoint>
<CustomJoint name="knee_r"><socket_parent_frame>/bodyset/femur_r</socket_parent_frame><socket_child_frame>/bodyset/tibia_r</socket_child_frame>
 <coordinates><Coordinate name="bend"><default_value>0</default_value><range>0 2</range><clamped>true</clamped></Coordinate><Coordinate name="valgus"><default_value>0.2</default_value><locked>true</locked></Coordinate></coordinates>
 <SpatialTransform>
 <TransformAxis name="rotation1"><coordinates>valgus</coordinates><axis>1 0 0</axis><LinearFunction name="function"><coefficients>1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="rotation2"><coordinates>bend</coordinates><axis>0 0 1</axis><LinearFunction name="function"><coefficients>-1 0</coefficients></LinearFunction></TransformAxis>
 <TransformAxis name="translation2"><coordinates>bend</coordinates><axis>0 1 0</axis><MultiplierFunction name="function"><function><SimmSpline><x>-1 1 2</x><y>-0.2 -0.24 -0.3</y></SimmSpline></function><scale>1.5</scale></MultiplierFunction></TransformAxis>
 </SpatialTransform></CustomJoint>
</objects></JointSet>
<MarkerSet name="markerset"><objects>
<Marker name="RASI"><socket_parent_frame>/bodyset/pelvis</socket_parent_frame><location>0.02 0.03 0.12</location></Marker>
<Marker name="RKNE"><socket_parent_frame>/bodyset/femur_r</socket_parent_frame><location>0 -0.2 0.05</location></Marker>
<Marker name="RTIB"><socket_parent_frame>/bodyset/tibia_r</socket_parent_frame><location>0 -0.1 0.05</location></Marker>
<Marker name="RHEE"><socket_parent_frame>/bodyset/talus_r</socket_parent_frame><location>-0.05 -0.04 0</location></Marker>
</objects></MarkerSet></Model></OpenSimDocument>"#;

const OLD: &str = r#"<OpenSimDocument Version="30000"><Model name="old"><BodySet><objects>
<Body name="ground"/>
<Body name="pelvis"><Joint><FreeJoint name="root"><parent_body>ground</parent_body></FreeJoint></Joint></Body>
<Body name="femur_l"><Joint><BallJoint name="hip_l"><parent_body>pelvis</parent_body>
 <location_in_parent>-0.07 -0.06 -0.08</location_in_parent><orientation_in_parent>0 0 0</orientation_in_parent>
 <location>0 0.17 0</location><orientation>0 0 0</orientation></BallJoint></Joint></Body>
</objects></BodySet><MarkerSet><objects><Marker name="LKNE"><body>femur_l</body><location>0 -0.2 -0.05</location></Marker></objects></MarkerSet></Model></OpenSimDocument>"#;

fn joint_at(rig: &Rig, name: &str) -> DVec3 {
    let joint = rig.skeleton().find(name).unwrap();
    rig.skeleton().rest_global()[joint.idx()]
        .translation()
        .metres()
}

fn marker_at(rig: &Rig, name: &str) -> DVec3 {
    let marker = &rig.markers()[rig.find_marker(name).unwrap().idx()];
    let rest = rig.skeleton().rest_global()[marker.joint.idx()];
    rest.translation().metres() + rest.rotation() * marker.in_joint.metres()
}

/// OpenSim's forward, up and right in the model's space.
fn turned(x: f64, y: f64, z: f64) -> DVec3 {
    DVec3::new(-z, y, x)
}

#[test]
fn reads_joints_in_any_order_and_stands_on_the_floor() {
    let leg = parse(LEG).unwrap();
    let rig = &leg.rig;
    assert_eq!((rig.name(), rig.dof_count()), ("leg", 6 + 3 + 1 + 1));
    assert_eq!(leg.approximate, ["tibia_r"]);
    let pelvis = joint_at(rig, "pelvis");
    let hip = turned(-0.07, -0.06, 0.08);
    assert!(joint_at(rig, "femur_r").distance(pelvis + hip) < 1e-9);
    assert!(marker_at(rig, "RASI").distance(pelvis + turned(0.02, 0.03, 0.12)) < 1e-9);
    // The femur's own origin is 170 mm below the hip, and its marker 200 mm below that.
    assert!(marker_at(rig, "RKNE").distance(pelvis + hip + turned(0.0, -0.37, 0.05)) < 1e-9);
    // The knee: half way on the curve between -1 and 1, by 1.5.
    let knee = pelvis + hip + turned(0.0, -0.17 - 0.33, 0.0);
    assert!(joint_at(rig, "tibia_r").distance(knee) < 1e-9);
    // The locked valgus of 0.2 rad about x turns the shank: y to (cos, sin) in y and z.
    let (sin, cos) = 0.2f64.sin_cos();
    let down = |y: f64, z: f64| turned(0.0, cos * y - sin * z, sin * y + cos * z);
    assert!(marker_at(rig, "RTIB").distance(knee + down(-0.1, 0.05)) < 1e-9);
    assert!(joint_at(rig, "talus_r").distance(knee + down(-0.4, 0.0)) < 1e-9);
    let lowest = marker_at(rig, "RHEE").y.min(joint_at(rig, "talus_r").y);
    assert!(lowest.abs() < 1e-9);
}

#[test]
fn reads_how_joints_move() {
    let rig = parse(LEG).unwrap().rig;
    let dofs = |name: &str| rig.dofs()[rig.skeleton().find(name).unwrap().idx()];
    assert_eq!(dofs("pelvis").dof, Dof::Free);
    assert_eq!(dofs("femur_r").dof, Dof::Ball);
    let Dof::Hinge { axis } = dofs("tibia_r").dof else {
        panic!()
    };
    // The bend's -1 turns the axis, the locked turn before it tilts it.
    let (sin, cos) = 0.2f64.sin_cos();
    assert!(axis.distance(DVec3::new(0.0, sin, -cos)) < 1e-9, "{axis}");
    let range = DofRange {
        min_rad: 0.0,
        max_rad: 2.0,
    };
    assert_eq!(dofs("tibia_r").ranges[0], Some(range));
    assert_eq!(dofs("talus_r").dof, Dof::Hinge { axis: DVec3::Z });
    let bones = [
        (HumanBone::Hips, "pelvis"),
        (HumanBone::RightUpperLeg, "femur_r"),
        (HumanBone::RightLowerLeg, "tibia_r"),
        (HumanBone::RightFoot, "talus_r"),
    ];
    for (bone, name) in bones {
        assert_eq!(rig.humanoid().joint(bone), rig.skeleton().find(name));
    }
}

#[test]
fn reads_the_older_version() {
    let rig = parse(OLD).unwrap().rig;
    assert_eq!(rig.dof_count(), 9);
    let hip = joint_at(&rig, "pelvis") + turned(-0.07, -0.06, -0.08);
    assert!(joint_at(&rig, "femur_l").distance(hip) < 1e-9);
    assert!(marker_at(&rig, "LKNE").distance(hip + turned(0.0, -0.37, -0.05)) < 1e-9);
}

#[test]
fn says_what_is_wrong_and_where() {
    let with = |from: &str, to: &str| parse(&LEG.replacen(from, to, 1)).unwrap_err();
    assert!(matches!(parse("<a/>"), Err(OsimError::NotAModel { .. })));
    assert!(matches!(parse("<a>"), Err(OsimError::Xml { .. })));
    assert!(matches!(
        with("0 -0.4 0", "0 -0.4"),
        OsimError::Value {
            line: 8,
            count: 3,
            ..
        }
    ));
    assert!(matches!(
        with("0 -0.4 0", "0 nan 0"),
        OsimError::Value { .. }
    ));
    assert!(matches!(
        with("0 -0.4 0", "0 -400 0"),
        OsimError::Value { .. }
    ));
    assert!(matches!(
        with("<PinJoint", "<SliderJoint").key(),
        "solver-osim-not-xml"
    ));
    let slider = LEG.replace("PinJoint", "SliderJoint");
    assert!(matches!(
        parse(&slider),
        Err(OsimError::Unsupported { line: 4, .. })
    ));
    assert!(matches!(
        with("/bodyset/talus_r</socket_parent", "/bodyset/tail</socket_parent"),
        OsimError::UnknownBody { ref name, .. } if name == "RHEE"
    ));
    // Two bodies that hang on each other hang on nothing.
    assert!(matches!(
        with("/ground</socket", "/bodyset/tibia_r</socket"),
        OsimError::UnknownBody { .. }
    ));
    assert!(matches!(with("\"RASI\"", "\"RKNE\""), OsimError::Rig(_)));
}

#[test]
fn a_cut_model_is_an_error_never_a_panic() {
    for end in (0..LEG.len()).step_by(11) {
        assert!(parse(&LEG[..end]).is_err());
    }
    for word in ["0", "1", "-0.06", "rotation", "coordinates"] {
        for to in ["", "nan", "1e300", "\u{4e00}"] {
            let _ = parse(&LEG.replace(word, to));
        }
    }
}
