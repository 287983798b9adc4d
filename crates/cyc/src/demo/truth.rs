//! The solved joints against where the simulated performer's joints really were.
//!
//! The truth is read back from the file that the simulator wrote; nothing of the solver is asked for it.

use super::error::DemoError;
use super::outcome::JointFigures;
use cyc_model::{HumanBone, HumanoidMap, JointFrame, Skeleton, Stage, StageFrame, Xf};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Where each joint of the performer was, by name, for each frame number of the capture system.
pub struct Truth {
    frames: HashMap<u64, HashMap<String, [f64; 3]>>,
}

impl Truth {
    /// Reads a truth file; frames outside `wanted` are passed over.
    pub fn read(path: &Path, wanted: &HashMap<u64, ()>) -> Result<Self, DemoError> {
        let failed = |reason: String| DemoError::CannotRead {
            path: path.to_owned(),
            reason,
        };
        let file = std::fs::File::open(path).map_err(|e| failed(e.to_string()))?;
        let mut frames = HashMap::new();
        for line in BufReader::new(file).lines() {
            let line = line.map_err(|e| failed(e.to_string()))?;
            let Some(number) = frame_number(&line) else {
                continue;
            };
            if !wanted.contains_key(&number) {
                continue;
            }
            // The last line may be cut off when the simulator was stopped in the middle of it.
            let Ok(value) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            if let Some(joints) = value["performers"][0]["joints"].as_object() {
                let of = |v: &Value| Some([v[0].as_f64()?, v[1].as_f64()?, v[2].as_f64()?]);
                let places = joints
                    .iter()
                    .filter_map(|(name, v)| Some((name.clone(), of(v)?)));
                frames.insert(number, places.collect());
            }
        }
        Ok(Self { frames })
    }
}

/// The number in a truth line, without parsing the whole line.
fn frame_number(line: &str) -> Option<u64> {
    let at = line.find("\"frame\":")? + "\"frame\":".len();
    let digits: String = line[at..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// Who is compared: the rig's skeleton and the digital human's, each with its bones.
pub struct Compared<'c> {
    /// The performer's rig.
    pub rig: (&'c Skeleton, &'c HumanoidMap),
    /// The digital human; the simulated performer has the same body.
    pub human: (&'c Skeleton, &'c HumanoidMap),
    /// Where the digital human's world lies.
    pub stage_from_performance: Xf<Stage, Stage>,
}

/// Distances over all frames.
#[derive(Default)]
struct Errors {
    performer: Vec<f64>,
    human: Vec<f64>,
    by_bone: HashMap<HumanBone, (f64, usize)>,
}

/// Compares stage frames, each with the capture system's frame number.
pub fn compare<'f>(
    truth: &Truth,
    compared: &Compared<'_>,
    frames: impl Iterator<Item = (u64, &'f StageFrame)>,
) -> Option<JointFigures> {
    let back = compared.stage_from_performance.inverse();
    let mut errors = Errors::default();
    let mut count = 0;
    for (number, frame) in frames {
        let Some(places) = truth.frames.get(&number) else {
            continue;
        };
        let (performer, human) = (frame.joints_of_performer(0), frame.joints_of_human(0));
        if performer.is_empty() {
            continue;
        }
        count += 1;
        for (bone, rig_joint) in compared.rig.1.bones() {
            let Some(name) = compared
                .human
                .1
                .joint(bone)
                .and_then(|j| compared.human.0.joint(j))
            else {
                continue;
            };
            let (Some(truth), Some(solved)) =
                (places.get(&name.name), performer.get(rig_joint.idx()))
            else {
                continue;
            };
            let mm = distance_mm(solved, truth);
            errors.performer.push(mm);
            let sum = errors.by_bone.entry(bone).or_default();
            *sum = (sum.0 + mm, sum.1 + 1);
        }
        for (bone, joint) in compared.human.1.bones() {
            if is_finger(bone) {
                continue;
            }
            let Some(name) = compared.human.0.joint(joint) else {
                continue;
            };
            if let (Some(truth), Some(solved)) = (places.get(&name.name), human.get(joint.idx())) {
                errors.human.push(distance_mm(&(back * *solved), truth));
            }
        }
    }
    (count > 0).then(|| errors.figures(count))
}

/// Fingers are not captured by this marker set: they rest.
fn is_finger(bone: HumanBone) -> bool {
    let name = bone.vrm_name();
    ["Thumb", "Index", "Middle", "Ring", "Little"]
        .iter()
        .any(|f| name.contains(f))
}

fn distance_mm(solved: &Xf<Stage, JointFrame>, truth: &[f64; 3]) -> f64 {
    let p = solved.translation().metres();
    let square = (p.x - truth[0]).powi(2) + (p.y - truth[1]).powi(2) + (p.z - truth[2]).powi(2);
    square.sqrt() * 1000.0
}

impl Errors {
    fn figures(mut self, frames: usize) -> JointFigures {
        let mut by_bone: Vec<_> = HumanBone::ALL
            .into_iter()
            .filter_map(|b| {
                self.by_bone
                    .get(&b)
                    .map(|(sum, n)| (b.vrm_name(), sum / *n as f64))
            })
            .collect();
        by_bone.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (performer_mean_mm, performer_p99_mm) = mean_and_p99(&mut self.performer);
        let (human_mean_mm, human_p99_mm) = mean_and_p99(&mut self.human);
        JointFigures {
            performer_mean_mm,
            performer_p99_mm,
            human_mean_mm,
            human_p99_mm,
            by_bone,
            frames,
        }
    }
}

fn mean_and_p99(values: &mut [f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    values.sort_by(f64::total_cmp);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let at = ((values.len() as f64 * 0.99) as usize).min(values.len() - 1);
    (mean, values[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gives_its_number_and_garbage_gives_none() {
        assert_eq!(
            frame_number("{\"bodies\":{},\"frame\":421,\"t_s\":1}"),
            Some(421)
        );
        assert_eq!(frame_number("{\"cyclorama_truth\":1}"), None);
    }

    #[test]
    fn percentiles_of_a_known_list() {
        let mut values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(mean_and_p99(&mut values), (100.5, 199.0));
    }
}
