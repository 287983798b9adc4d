//! The rig, flattened for the fit: joints in order, and for every coordinate the chain of coordinates above it.
//!
//! A coordinate moves exactly the markers below its joint, so the normal matrix has an entry only between a
//! coordinate and its ancestors. Row `i` holds the entries of coordinate `i` against its chain, root first, ending
//! with itself; the rows lie one behind the other. That layout is closed under the LᵀDL factorisation (Featherstone,
//! *Rigid Body Dynamics Algorithms*, 2008, §6.5), so nothing is ever allocated or filled in. Coordinates are numbered depth
//! first, whatever order the joints have: whoever walks them in order passes every coordinate's chain just before it.

use cyc_model::{Dof, DofRange, Rig};
use glam::{DQuat, DVec3};

/// Marks "no parent" in the index tables.
pub(crate) const NONE: usize = usize::MAX;

/// How a joint moves, with what its axes need.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Motion {
    Fixed,
    Hinge(DVec3),
    Universal([DVec3; 2]),
    Ball,
    Free,
}

impl Motion {
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Fixed => 0,
            Self::Hinge(_) => 1,
            Self::Universal(_) => 2,
            Self::Ball => 3,
            Self::Free => 6,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TreeJoint {
    /// Index of the parent, smaller than this joint's; [`NONE`] for a root.
    pub parent: usize,
    pub rest_rotation: DQuat,
    /// Metres, in the parent's frame.
    pub rest_translation: DVec3,
    pub motion: Motion,
    /// The first of its coordinates.
    pub first_dof: usize,
    pub ranges: [Option<DofRange>; 3],
    /// Whether any of the ranges is given.
    pub is_limited: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TreeMarker {
    pub joint: usize,
    /// Metres, in the joint's frame.
    pub offset: DVec3,
    pub weight: f64,
}

/// Where a coordinate's row lies and what is above it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DofRow {
    /// The next coordinate towards the root; [`NONE`] at the top.
    pub parent: usize,
    /// How many coordinates are above.
    pub depth: usize,
    /// Where the row starts in the packed matrix; it has `depth + 1` entries.
    pub start: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub joints: Vec<TreeJoint>,
    pub markers: Vec<TreeMarker>,
    pub rows: Vec<DofRow>,
    /// Entries of the packed matrix.
    pub entries: usize,
}

impl Tree {
    pub(crate) fn new(rig: &Rig) -> Self {
        let mut joints: Vec<TreeJoint> = (rig.skeleton().joints().iter().zip(rig.dofs()))
            .map(|(joint, dofs)| TreeJoint {
                parent: joint.parent.map_or(NONE, |p| p.idx()),
                rest_rotation: joint.parent_from_joint.rotation(),
                rest_translation: joint.parent_from_joint.translation().metres(),
                motion: match dofs.dof {
                    Dof::Fixed => Motion::Fixed,
                    Dof::Hinge { axis } => Motion::Hinge(axis),
                    Dof::Universal { axes } => Motion::Universal(axes),
                    Dof::Ball => Motion::Ball,
                    Dof::Free => Motion::Free,
                },
                first_dof: 0,
                ranges: dofs.ranges,
                is_limited: dofs.ranges.iter().any(Option::is_some),
            })
            .collect();
        let markers = rig
            .markers()
            .iter()
            .map(|m| TreeMarker {
                joint: m.joint.idx(),
                offset: m.in_joint.metres(),
                weight: m.weight,
            })
            .collect();
        let (rows, entries) = number_coordinates(&mut joints);
        Self {
            joints,
            markers,
            rows,
            entries,
        }
    }

    /// How many coordinates there are.
    pub(crate) fn dof_count(&self) -> usize {
        self.rows.len()
    }

    /// How many coordinates the longest chain has.
    pub(crate) fn depth(&self) -> usize {
        self.rows.iter().map(|row| row.depth + 1).max().unwrap_or(0)
    }
}

/// Numbers the coordinates branch by branch, whatever order the joints have; returns their rows and the entries of all.
fn number_coordinates(joints: &mut [TreeJoint]) -> (Vec<DofRow>, usize) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); joints.len()];
    let mut open = Vec::new();
    for (j, joint) in joints.iter().enumerate().rev() {
        // From the last, so that the first is taken off the stack first.
        children.get_mut(joint.parent).unwrap_or(&mut open).push(j);
    }
    let mut rows: Vec<DofRow> = Vec::new();
    let mut entries = 0;
    // With each joint the lowest coordinate above it.
    let mut open: Vec<(usize, usize)> = open.into_iter().map(|j| (j, NONE)).collect();
    while let Some((j, mut above)) = open.pop() {
        joints[j].first_dof = rows.len();
        for _ in 0..joints[j].motion.count() {
            let depth = rows.get(above).map_or(0, |r| r.depth + 1);
            rows.push(DofRow {
                parent: above,
                depth,
                start: entries,
            });
            entries += depth + 1;
            above = rows.len() - 1;
        }
        open.extend(children[j].iter().map(|&child| (child, above)));
    }
    (rows, entries)
}
