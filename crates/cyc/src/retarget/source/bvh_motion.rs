//! A BVH file as a performer: any unit, any axis up, any rest pose, bones by their names or their shape.

use super::moving::{Moving, Tip, bones_of};
use super::{SourceMotion, check_humanoid, check_size, stem};
use crate::demo::performance::face_beside;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
use cyc_model::{FrameNumber, JointFrame, Stage, Xf};
use cyc_take::bvh::{self, BvhClip, BvhReadOptions, BvhUnits};

/// Reads the motion, with the face that lies beside it.
pub fn load(args: &RetargetArgs, bytes: &[u8]) -> Result<SourceMotion, Failure> {
    let options = BvhReadOptions {
        metres_per_unit: args.metres_per_unit,
    };
    of_clip(args, &bvh::read(bytes, &options)?)
}

/// The motion of a clip, from a BVH file or a compact take of one.
pub fn of_clip(args: &RetargetArgs, clip: &BvhClip) -> Result<SourceMotion, Failure> {
    let n = clip.skeleton().len();
    check_size(n, clip.frame_count())?;
    let mut joints = vec![Xf::<Stage, JointFrame>::IDENTITY; n * clip.frame_count()];
    for (f, globals) in joints.chunks_exact_mut(n).enumerate() {
        clip.skeleton().globals_from_locals(clip.locals(f), globals);
    }
    let humanoid = bones_of(clip.skeleton(), &joints);
    check_humanoid(&args.take, &humanoid)?;
    let mut moving = Moving {
        skeleton: clip.skeleton().clone(),
        humanoid,
        joints,
        tips: clip
            .end_sites()
            .iter()
            .map(|e| Tip {
                joint: e.joint.idx(),
                in_joint: e.in_joint,
            })
            .collect(),
    };
    let mut remarks = Vec::new();
    if let BvhUnits::Guessed {
        metres_per_unit,
        size_m,
    } = clip.units()
    {
        let args = vec![
            ("millimetres", format!("{:.1}", metres_per_unit * 1e3)),
            ("size", format!("{size_m:.2}")),
        ];
        remarks.push(("retarget-remark-unit", args));
    }
    remarks.extend(moving.stand());
    let face = if args.take.as_os_str() == "-" {
        None
    } else {
        face_beside(&args.take)?
    };
    let at = |f: usize| {
        face.as_ref()
            .map(|t| t.at_frame(FrameNumber(f as u64), clip.rate_hz()))
    };
    Ok(SourceMotion {
        name: stem(&args.take),
        performer: String::new(),
        rate_hz: clip.rate_hz(),
        skeleton: moving.skeleton,
        humanoid: moving.humanoid,
        joints: moving.joints,
        faces: (0..clip.frame_count()).map_while(at).collect(),
        remarks,
        damaged: 0,
    })
}
