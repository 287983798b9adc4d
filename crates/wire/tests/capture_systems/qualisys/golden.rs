//! Bytes and texts written by hand from the description of the protocol, not by our encoder.

use super::feed;
use crate::bytes::{Bytes, le};
use crate::sameness::{marker_of, pose_of};
use cyc_model::{MocapFrame, TimecodeRate};
use cyc_wire::qualisys::{Client, ClientEvent, ClientSettings};
use glam::{DQuat, DVec3};
use std::f64::consts::FRAC_PI_2;

/// A packet of a type, its text with or without the NUL.
pub fn packet(kind: u32, body: &[u8], nul: bool) -> Vec<u8> {
    let body = [body, if nul { &[0] } else { &[][..] }].concat();
    le().u32(8 + body.len() as u32).u32(kind).raw(&body).0
}

/// Parameters of version 1.19: a skeleton in a flat list, placed in the volume.
pub const OLD: &str = r#"<QTM_Parameters_Ver_1.19>
 <General><Frequency>240</Frequency><Camera><ID>1</ID></Camera></General>
 <The_3D><AxisUpwards>+Z</AxisUpwards><Labels>4</Labels>
  <Label><Name>Staff - 1</Name><RGBColor>ff00ff</RGBColor></Label>
  <Label><Name>VF_WaistL</Name></Label><Label><Name>ghost</Name></Label>
  <Label><Name>Staff - 2</Name></Label>
  <Bones><Bone From="a" To="b"/></Bones></The_3D>
 <The_6D><Bodies>2</Bodies>
  <Body><Name>Staff</Name><RGBColor>ffffff</RGBColor><Point><X>1</X><Y>2</Y><Z>3</Z></Point></Body>
  <Body><Name>A &amp; B</Name></Body>
  <Euler><First>Roll</First><Second>Pitch</Second><Third>Yaw</Third></Euler></The_6D>
 <Skeletons><Skeleton Name="VF">
  <Segment Name="Hips" ID="752"><Position Z="1000" Y="300" X="300"/>
   <Rotation Z="0.70710678" Y="0" X="0" W="0.70710678"/></Segment>
  <Segment Name="Waist" ID="753" Parent_ID="752"><Position Z="1125" Y="300" X="300"/>
   <Rotation Z="0.70710678" Y="0" X="0" W="0.70710678"/></Segment>
 </Skeleton></Skeletons>
</QTM_Parameters_Ver_1.19>"#;

/// The same from 1.21 on: segments within segments, placed in their parents; names in attributes.
pub const NEW: &str = r#"<QTM_Parameters_Ver_1.25>
 <General><Frequency>240</Frequency></General>
 <The_3D><AxisUpwards>+Z</AxisUpwards><Labels>4</Labels>
  <Label><Name>Staff - 1</Name></Label><Label><Name>VF_WaistL</Name></Label>
  <Label><Name>ghost</Name></Label><Label><Name>Staff - 2</Name></Label></The_3D>
 <The_6D><Body Name="Staff"><Points><Point X="1" Y="2" Z="3" Name="p"/></Points></Body>
  <Body><Name>A &amp; B</Name></Body></The_6D>
 <Skeletons><Skeleton Name="VF"><Solver>Global</Solver><Scale>1</Scale><Segments>
  <Segment Name="Hips" ID="752">
   <Transform><Position X="7" Y="7" Z="7"/><Rotation X="0" Y="0" Z="0" W="1"/></Transform>
   <DefaultTransform><Position X="300" Y="300" Z="1000"/>
    <Rotation X="0" Y="0" Z="0.70710678" W="0.70710678"/></DefaultTransform>
   <Segment Name="Waist" ID="753">
    <Transform><Position X="0" Y="0" Z="125"/><Rotation X="0" Y="0" Z="0" W="1"/></Transform>
   </Segment></Segment></Segments></Skeleton></Skeletons>
</QTM_Parameters_Ver_1.25>"#;

const NAN: &str = "ffffffff";

fn component(kind: u32, body: Bytes) -> Bytes {
    le().u32(8 + body.0.len() as u32).u32(kind).then(&body)
}

/// Frame 7 of the parameters above. The staff is turned by 90° about Z: its X axis points to Y, so that by columns
/// the matrix begins 0, 1, 0.
pub fn frame() -> Vec<u8> {
    let markers = le()
        .hex("04000000 0000 0000")
        .f32(&[1000.0, 2000.0, 3000.0])
        .f32(&[10.0, 20.0, 900.0])
        .hex(&NAN.repeat(3))
        .f32(&[1100.0, 2000.0, 3000.0]);
    let loose = le()
        .hex("01000000 0000 0000")
        .f32(&[-500.0, 0.0, 250.0])
        .u32(77);
    let bodies = le()
        .hex("02000000 0000 0000")
        .f32(&[1000.0, 2000.0, 3000.0])
        .f32(&[0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0])
        .hex(&NAN.repeat(12));
    let segment = |id: u32, at: [f32; 3]| le().u32(id).f32(&at).f32(&[0.0, 0.0, 1.0, 0.0]);
    let skeletons = le()
        .u32(1)
        .u32(2)
        .then(&segment(752, [0.0, 0.0, 1000.0]))
        .then(&segment(753, [0.0, 0.0, 1125.0]));
    // 01:02:03:04, sub-frame 3; an IRIG timecode before it.
    let timecode = le()
        .u32(2)
        .u32(1)
        .u32(9)
        .u32(9)
        .u32(0)
        .u32(0)
        .u32(1 + 64 + 6144 + 524_288 + 12_582_912);
    let all = le()
        .u64(123_456)
        .u32(7)
        .u32(6)
        .then(&component(1, markers))
        .then(&component(2, loose))
        .then(&component(7, le().hex("01020304 05")))
        .then(&component(5, bodies))
        .then(&component(17, timecode))
        .then(&component(18, skeletons));
    packet(3, &all.0, false)
}

pub fn settings() -> ClientSettings {
    ClientSettings {
        timecode_rate: Some(TimecodeRate::Fps24),
        ..ClientSettings::default()
    }
}

/// A client that has been greeted, has a version, and knows parameters.
pub fn client(parameters: &str) -> Client {
    let mut client = Client::new(settings());
    let mut frame = MocapFrame::default();
    let mut said = Vec::new();
    let greeting = packet(1, b"QTM RT Interface connected", true);
    let events = feed(&mut client, &greeting, &mut frame).unwrap();
    assert_eq!(events, []);
    client.poll_transmit(cyc_model::HostNs(0), &mut said);
    assert_eq!(said, packet(1, b"Version 1.25", true));
    let answer = packet(1, b"Version set to 1.25", true);
    let events = feed(&mut client, &answer, &mut frame).unwrap();
    assert_eq!(events, [ClientEvent::Connected]);
    said.clear();
    client.poll_transmit(cyc_model::HostNs(0), &mut said);
    let parameters_asked = packet(1, b"GetParameters General 3D 6D Skeleton", true);
    let stream = b"StreamFrames AllFrames 3D 3DNoLabels 6D Timecode Skeleton:global";
    assert_eq!(said, [parameters_asked, packet(1, stream, true)].concat());
    let xml = packet(2, parameters.as_bytes(), true);
    let events = feed(&mut client, &xml, &mut frame).unwrap();
    assert!(matches!(events.as_slice(), [ClientEvent::RosterChanged(_)]));
    client
}

#[test]
fn a_frame_of_both_generations_of_parameters() {
    for parameters in [OLD, NEW] {
        let mut client = client(parameters);
        let mut got = MocapFrame::default();
        let events = feed(&mut client, &frame(), &mut got).unwrap();
        assert_eq!(events, [ClientEvent::Frame]);
        assert_eq!((got.number.0, got.rate_hz), (7, 240.0));

        let subjects = got.roster.subjects();
        let names: Vec<_> = subjects.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["VF", "Staff", "A & B", "Markers"]);
        assert_eq!(subjects[0].markers, ["WaistL"]);
        assert_eq!(subjects[1].markers, ["1", "2"]);
        assert_eq!(subjects[3].markers, ["ghost"]);
        let rests: Vec<_> = subjects[0]
            .segments
            .iter()
            .map(|s| s.parent_from_segment.unwrap())
            .collect();
        // Z up in millimetres: (x, y, z) is (x, z, -y) in metres here.
        let hips = DVec3::new(0.3, 1.0, -0.3);
        assert!(rests[0].translation().metres().distance(hips) < 1e-6);
        let quarter = DQuat::from_rotation_y(FRAC_PI_2);
        assert!(rests[0].rotation().dot(quarter).abs() > 1.0 - 1e-9);
        let waist = DVec3::new(0.0, 0.125, 0.0);
        assert!(rests[1].translation().metres().distance(waist) < 1e-6);
        assert!(rests[1].rotation().dot(DQuat::IDENTITY).abs() > 1.0 - 1e-9);

        let at = |s, m| marker_of(&got, s, m).map(|p| p.metres());
        assert_eq!(at("Staff", "1"), Some(DVec3::new(1.0, 3.0, -2.0)));
        assert_eq!(at("Markers", "ghost"), None);
        assert!(at("VF", "WaistL").is_some());
        assert_eq!(at("Staff", "2").unwrap().x, 1.1);
        let staff = pose_of(&got, "Staff", "Staff").unwrap();
        assert_eq!(staff.translation().metres(), DVec3::new(1.0, 3.0, -2.0));
        assert!(staff.rotation().dot(quarter).abs() > 1.0 - 1e-9);
        assert_eq!(pose_of(&got, "A & B", "A & B"), None);
        let waist = pose_of(&got, "VF", "Waist").unwrap();
        assert_eq!(waist.translation().metres(), DVec3::new(0.0, 1.125, 0.0));
        let half = DQuat::from_rotation_y(std::f64::consts::PI);
        assert!(waist.rotation().dot(half).abs() > 1.0 - 1e-9);
        assert_eq!(got.unlabelled.len(), 1);
        assert_eq!(got.unlabelled[0].trajectory, 77);
        assert_eq!(got.unlabelled[0].at.metres(), DVec3::new(-0.5, 0.25, 0.0));
        assert_eq!(got.timecode.unwrap().to_string(), "01:02:03:04.3");
        let refused = client.counts().refused;
        assert_eq!((refused.components, refused.values), (1, 0));
    }
}

#[test]
fn residuals_and_angles_are_read_as_well() {
    let mut client = client(OLD);
    let markers = le()
        .hex("01000000 0000 0000")
        .f32(&[1000.0, 2000.0, 3000.0, 0.5]);
    let loose = le()
        .hex("01000000 0000 0000")
        .f32(&[1000.0, 2000.0, 3000.0])
        .u32(5)
        .f32(&[0.5]);
    let bodies = le()
        .hex("02000000 0000 0000")
        .f32(&[1.0, 2.0, 3.0])
        .f32(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.5])
        .f32(&[1.0, 2.0, 3.0])
        .f32(&[2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.5]);
    let all = le()
        .u64(0)
        .u32(1)
        .u32(3)
        .then(&component(9, markers))
        .then(&component(10, loose))
        .then(&component(11, bodies));
    let mut got = MocapFrame::default();
    feed(&mut client, &packet(3, &all.0, false), &mut got).unwrap();
    assert!(marker_of(&got, "Staff", "1").is_some());
    assert_eq!(got.unlabelled[0].trajectory, 5);
    assert!(pose_of(&got, "Staff", "Staff").is_some());
    assert_eq!(pose_of(&got, "A & B", "A & B"), None, "no rotation");
    assert_eq!(client.counts().refused.values, 1);

    // Roll 90°: Y turns to Z. Then yaw 90° about the body's own Z: its X points to where its Y pointed, to Z.
    let angles = le()
        .hex("01000000 0000 0000")
        .f32(&[1.0, 2.0, 3.0, 90.0, 0.0, 90.0]);
    let all = le().u64(0).u32(2).u32(1).then(&component(6, angles));
    feed(&mut client, &packet(3, &all.0, false), &mut got).unwrap();
    let staff = pose_of(&got, "Staff", "Staff").unwrap();
    let x = staff.rotation() * DVec3::X;
    assert!(x.distance(DVec3::Y) < 1e-6, "Z of the wire is our Y: {x}");
}
