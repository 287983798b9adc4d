//! A small model by hand, and what is said about models that are wrong.

use super::*;

const SMALL: &str = r#"<KinematicModel MODEL="Small" VERSION="3.2">
<Parameters>
<StaticParameter NAME="Leg" VALUE="800"/>
<StaticParameter NAME="Half" EXPRESSION="( 0.5 * Leg ) - 100" PRIOR="3"/>
<Parameter NAME="Wide" PRIOR="90"/>
</Parameters>
<Skeleton><Segment NAME="Pelvis">
<JointFree NAME="j0" PRE-ORIENTATION="-0 2.221441 2.221441" PRE-POSITION="0 0 0"/>
<Segment NAME="LeftFemur">
<JointHardySpicer NAME="j1" PRE-ORIENTATION="0 0 0" PRE-POSITION="Wide 0 0"
 MEAN="0.1 0" COVARIANCE="0.04 0 0 3.14" AXIS-PAIR="1 0 0 0 1 0"/>
<Segment NAME="LeftTibia"><JointHinge NAME="j2" PRE-ORIENTATION="0 0 0"
 PRE-POSITION="0 -Half 0" AXIS="1 0 0"/></Segment></Segment>
<Segment NAME="RightFemur"><JointBall NAME="j3" PRE-ORIENTATION="0 0 0"
 PRE-POSITION="-Wide 0 0"/></Segment>
</Segment></Skeleton>
<MarkerSet><Sticks><Stick MARKER1="LKNE" MARKER2="LASI"/></Sticks></MarkerSet>
<TargetSet><Targets>
<TargetLocalPointToWorldPoint MARKER="LASI" SEGMENT="Pelvis" POSITION="Wide (Half / 2) 100"/>
<TargetLocalPointToWorldPoint MARKER="LKNE" SEGMENT="LeftFemur" POSITION="50 -300 0" WEIGHT="0.5"/>
</Targets></TargetSet></KinematicModel>"#;

#[test]
fn reads_segments_markers_and_parameters() {
    let vsk = parse(SMALL).unwrap();
    let rig = &vsk.rig;
    assert_eq!((rig.name(), rig.dof_count()), ("Small", 6 + 2 + 1 + 3));
    assert_eq!(vsk.sticks, [(1, 0)]);
    // Faces +Z with the left leg at +X, the lowest point (the knee, 300 mm below) on the floor.
    let rest = rig.skeleton().rest_global();
    let at = |name: &str| {
        let joint = rig.skeleton().find(name).unwrap();
        rest[joint.idx()].translation().metres()
    };
    assert!(at("Pelvis").distance(DVec3::Y * 0.3) < 1e-6);
    assert!(at("LeftFemur").distance(DVec3::new(0.09, 0.3, 0.0)) < 1e-6);
    assert!(at("LeftTibia").distance(DVec3::new(0.09, 0.0, 0.0)) < 1e-6);
    let forward = rest[0].rotation() * DVec3::Z;
    assert!(forward.distance(DVec3::Z) < 1e-6);
    let lasi = &rig.markers()[0];
    assert!(lasi.in_joint.metres().distance(DVec3::new(0.09, 0.15, 0.1)) < 1e-12);
    assert_eq!(rig.markers()[1].weight, 0.5);
    let femur = rig.humanoid().joint(HumanBone::LeftUpperLeg).unwrap();
    let ranges = rig.dofs()[femur.idx()].ranges;
    assert!((ranges[0].unwrap().max_rad - 0.7).abs() < 1e-12);
    assert_eq!(ranges[1], None);
}

#[test]
fn says_what_is_wrong_and_where() {
    let with = |from: &str, to: &str| parse(&SMALL.replacen(from, to, 1)).unwrap_err();
    assert!(matches!(
        parse("<a/>"),
        Err(VskError::NotAKinematicModel { .. })
    ));
    assert!(matches!(parse("<a>"), Err(VskError::Xml { .. })));
    assert!(matches!(
        with("0 -Half 0", "0 -Quarter 0"),
        VskError::Value { line: 12, .. }
    ));
    assert!(matches!(
        with("0 -Half 0", "0 -Half"),
        VskError::Value { .. }
    ));
    assert!(matches!(
        with("VALUE=\"800\"", "VALUE=\"8e6\""),
        VskError::Value { .. }
    ));
    assert!(matches!(
        with("AXIS=\"1 0 0\"", ""),
        VskError::Missing { .. }
    ));
    assert!(matches!(
        with("AXIS=\"1 0 0\"", "AXIS=\"0 0 0\""),
        VskError::Rig(_)
    ));
    assert!(matches!(
        with("JointBall", "JointWarp"),
        VskError::Unsupported { line: 14, .. }
    ));
    assert!(matches!(
        with("SEGMENT=\"Pelvis\"", "SEGMENT=\"Tail\""),
        VskError::UnknownSegment { .. }
    ));
    assert!(matches!(
        with("LKNE\" SEGMENT", "LASI\" SEGMENT"),
        VskError::Rig(_)
    ));
    let deep = format!(
        "<KinematicModel><Skeleton>{}{}</Skeleton></KinematicModel>",
        "<Segment NAME='a'><JointBall PRE-ORIENTATION='0 0 0' PRE-POSITION='0 0 0'/>".repeat(200),
        "</Segment>".repeat(200)
    );
    assert_eq!(parse(&deep).unwrap_err(), VskError::TooBig);
}

#[test]
fn a_cut_file_is_an_error_never_a_panic() {
    for end in (0..SMALL.len()).step_by(7) {
        let _ = parse(&SMALL[..end]);
    }
}

/// Version 2.5: x forward and z up in every segment, a head that floats, markers bound where they are named.
const OLD: &str = r#"<KinematicModel MODEL="PlugInGait" VERSION="2.5"><Parameters>
<StaticParameter NAME="InterAsisDistance" VALUE="280"/>
<StaticParameter NAME="C" VALUE="90"/><StaticParameter NAME="Theta" VALUE="0.5"/>
<StaticParameter NAME="HJCy" EXPRESSION="( InterAsisDistance / 2 ) - ( C * sin( Theta ) )"/>
<StaticParameter NAME="LeftKneeWidth" PRIOR="120"/>
<StaticParameter NAME="LKNEy" EXPRESSION="LeftKneeWidth / 2"/></Parameters>
<Skeleton><Segment NAME="Pelvis"><JointFree PRE-ORIENTATION="0 0 0" PRE-POSITION="0 0 0"/>
<Segment NAME="Head"><JointFree PRE-ORIENTATION="0 0 0" PRE-POSITION="0 0 700"/></Segment>
<Segment NAME="LeftFemur"><JointBall PRE-ORIENTATION="0 0 0" PRE-POSITION="0 HJCy 0"/></Segment>
<Segment NAME="RightFemur"><JointBall PRE-ORIENTATION="0 0 0" PRE-POSITION="0 -HJCy 0"/></Segment>
</Segment></Skeleton><MarkerSet><Markers>
<Marker NAME="LFHD" POSITION="0 63.4 0" SEGMENT="Head" STATUS="required"/>
<Marker NAME="LKNE" POSITION="0 LKNEy -400" SEGMENT="LeftFemur"/></Markers>
<Sticks><Stick MARKER1="LFHD" MARKER2="LKNE"/></Sticks></MarkerSet></KinematicModel>"#;

#[test]
fn reads_the_older_form() {
    let vsk = parse(OLD).unwrap();
    assert_eq!((vsk.version.as_str(), vsk.rig.markers().len()), ("2.5", 2));
    assert_eq!(vsk.rig.dof_count(), 6 + 6 + 3 + 3);
    assert_eq!(vsk.sticks, [(0, 1)]);
    let half_m = 0.14 - 0.09 * 0.5_f64.sin();
    let rest = vsk.rig.skeleton().rest_global();
    let at = |name: &str| {
        let joint = vsk.rig.skeleton().find(name).unwrap();
        rest[joint.idx()].translation().metres()
    };
    let pelvis = at("Pelvis");
    assert!((at("LeftFemur") - pelvis).distance(DVec3::X * half_m) < 1e-9);
    assert!((at("Head") - pelvis).distance(DVec3::Y * 0.7) < 1e-9);
}

#[test]
fn what_was_not_measured_has_no_value() {
    let named = measured_values(OLD).unwrap();
    assert_eq!(named.get("InterAsisDistance"), Some(&280.0));
    assert!((named["HJCy"] - (140.0 - 90.0 * 0.5_f64.sin())).abs() < 1e-12);
    // A prior is the template's guess, and what is reckoned from it is one too.
    assert!(!named.contains_key("LeftKneeWidth") && !named.contains_key("LKNEy"));
    assert!(measured_values("<a/>").is_err());
}
