//! What a curve moves: a node's place, turn or scale, or the weights of its mesh's morph targets.

use super::curve::{Between, Curve};
use crate::accessor::Source;
use crate::amount::Amount;
use crate::error::{CharacterError, invalid};
use crate::limits::{CHANNELS_MAX, MORPHS_MAX};
use crate::morph::target_names;
use crate::place::Place;
use crate::rule::BrokenRule;
use gltf::json;
use gltf::json::animation::{Interpolation, Property};
use gltf::json::validation::Checked;

/// What a channel moves.
#[derive(Debug)]
pub(super) enum Target {
    Translation,
    Rotation,
    Scale,
    /// For each of the mesh's morph targets, the index of its name among all.
    Weights(Vec<usize>),
}

/// A curve and what it moves.
#[derive(Debug)]
pub(super) struct Channel {
    pub node: usize,
    pub target: Target,
    pub curve: Curve,
}

impl Channel {
    pub fn moves_node(&self) -> bool {
        !matches!(self.target, Target::Weights(_))
    }
}

/// Reads the channels of one animation. Channels of other properties than glTF's own are left out.
pub(super) fn read_channels(
    root: &json::Root,
    source: &Source<'_>,
    animation: usize,
    entry: &json::Animation,
    names: &mut Vec<String>,
) -> Result<Vec<Channel>, CharacterError> {
    if entry.channels.len() > CHANNELS_MAX {
        return Err(CharacterError::TooLarge {
            what: Amount::Channels,
            size: entry.channels.len() as u64,
            limit: CHANNELS_MAX as u64,
        });
    }
    let mut channels = Vec::with_capacity(entry.channels.len());
    for (c, channel) in entry.channels.iter().enumerate() {
        let place = || Place::Channel {
            animation,
            channel: c,
        };
        let Checked::Valid(property) = channel.target.path else {
            continue;
        };
        let node = channel.target.node.value();
        let (Some(of), Some(sampler)) = (
            root.nodes.get(node),
            entry.samplers.get(channel.sampler.value()),
        ) else {
            return Err(invalid(place(), BrokenRule::NamesNothing));
        };
        let Checked::Valid(interpolation) = sampler.interpolation else {
            return Err(invalid(place(), BrokenRule::Interpolation));
        };
        let between = match interpolation {
            Interpolation::Linear => Between::Linear,
            Interpolation::Step => Between::Step,
            Interpolation::CubicSpline => Between::Cubic,
        };
        let times = source.floats::<1>(sampler.input.value())?;
        source.spend(8 * times.len() as u64)?;
        let times: Vec<f64> = times.iter().map(|[t]| f64::from(*t)).collect();
        let output = sampler.output.value();
        let (target, values, width) = match property {
            Property::Translation => (Target::Translation, flat(source.floats::<3>(output)?), 3),
            Property::Scale => (Target::Scale, flat(source.floats::<3>(output)?), 3),
            Property::Rotation => (Target::Rotation, flat(source.floats::<4>(output)?), 4),
            Property::MorphTargetWeights => {
                let slots = morph_slots(root, of, names)
                    .ok_or_else(|| invalid(place(), BrokenRule::NoMorphTargets))?;
                let width = slots.len();
                (
                    Target::Weights(slots),
                    flat(source.floats::<1>(output)?),
                    width,
                )
            }
        };
        let curve = Curve::new(times, values, width, between)
            .ok_or_else(|| invalid(place(), BrokenRule::KeyTimes))?;
        channels.push(Channel {
            node,
            target,
            curve,
        });
    }
    Ok(channels)
}

fn flat<const N: usize>(rows: Vec<[f32; N]>) -> Vec<f32> {
    rows.into_iter().flatten().collect()
}

/// The names of a mesh's morph targets as indices into `names`, which grows. `None` without a mesh or targets, or for more
/// than a character may have.
fn morph_slots(
    root: &json::Root,
    node: &json::Node,
    names: &mut Vec<String>,
) -> Option<Vec<usize>> {
    let number = node.mesh?.value();
    let mesh = root.meshes.get(number)?;
    let first = mesh.primitives.first()?;
    let count = first.targets.as_ref().map_or(0, Vec::len);
    let given = target_names(&mesh.extras).or_else(|| target_names(&first.extras));
    if count == 0 || count > MORPHS_MAX {
        return None;
    }
    let mut slots = Vec::with_capacity(count);
    for t in 0..count {
        let name = given.as_ref().and_then(|g| g.get(t)).map(|n| n.trim());
        let name = match name.filter(|n| !n.is_empty()) {
            Some(name) => name.chars().take(64).collect(),
            None => format!("mesh_{number}.morph_{t}"),
        };
        let known = names.iter().position(|n| *n == name);
        let slot = known.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        slots.push(slot);
        if names.len() > MORPHS_MAX {
            return None;
        }
    }
    Some(slots)
}
