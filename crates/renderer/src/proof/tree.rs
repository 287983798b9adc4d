//! Triangles in a tree of boxes, so that a photograph of a mesh does not take all day.

use super::rigid::{V3, add, scale, sub};

/// A triangle of a wall: corners, and the parts of the wall (to the right, down) that they show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triangle {
    pub at: [V3; 3],
    pub part: [[f64; 2]; 3],
}

/// A box: its triangles from `first` on, or, when `count` is 0, its two halves (the next box, and box `first`).
#[derive(Clone, Copy, Debug)]
struct Node {
    low: V3,
    high: V3,
    first: usize,
    count: usize,
}

/// The tree.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    triangles: Vec<Triangle>,
    nodes: Vec<Node>,
}

/// Triangles that are not worth another box.
const LEAF: usize = 4;

impl Tree {
    pub(super) fn new(mut triangles: Vec<Triangle>) -> Self {
        let mut nodes = Vec::new();
        let count = triangles.len();
        split(&mut triangles, 0, count, &mut nodes);
        Self { triangles, nodes }
    }

    /// The first triangle that a ray meets: ray parameter, parts of the wall, triangle.
    pub(super) fn meet(&self, origin: V3, direction: V3) -> Option<(f64, [f64; 2], usize)> {
        let mut nearest: Option<(f64, [f64; 2], usize)> = None;
        // A tree of 2^16 triangles is 16 deep; each level leaves one half for later.
        let mut waiting = [0usize; 64];
        let mut count = 1;
        while count > 0 {
            count -= 1;
            let at = waiting[count];
            let node = &self.nodes[at];
            let limit = nearest.map_or(f64::INFINITY, |n| n.0);
            if !node.met(origin, direction, limit) {
                continue;
            }
            if node.count == 0 {
                waiting[count] = node.first;
                waiting[count + 1] = at + 1;
                count += 2;
                continue;
            }
            for index in node.first..node.first + node.count {
                let triangle = &self.triangles[index];
                if let Some((t, [wb, wc])) = triangle.meet(origin, direction)
                    && nearest.is_none_or(|n| t < n.0)
                {
                    let [a, b, c] = triangle.part;
                    let mix =
                        |axis: usize| a[axis] + wb * (b[axis] - a[axis]) + wc * (c[axis] - a[axis]);
                    nearest = Some((t, [mix(0), mix(1)], index));
                }
            }
        }
        nearest
    }

    /// The point of a triangle's plane that shows a part of the wall.
    pub(super) fn point(&self, triangle: usize, part: [f64; 2]) -> V3 {
        let Triangle { at, part: known } = self.triangles[triangle];
        let to = |p: [f64; 2]| [p[0] - known[0][0], p[1] - known[0][1]];
        let (e, f, g) = (to(known[1]), to(known[2]), to(part));
        let det = e[0] * f[1] - e[1] * f[0];
        let wb = (g[0] * f[1] - g[1] * f[0]) / det;
        let wc = (e[0] * g[1] - e[1] * g[0]) / det;
        let along = |to: V3, w: f64| scale(sub(to, at[0]), w);
        add(at[0], add(along(at[1], wb), along(at[2], wc)))
    }
}

fn split(triangles: &mut [Triangle], first: usize, count: usize, nodes: &mut Vec<Node>) {
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for corner in triangles[first..first + count].iter().flat_map(|t| t.at) {
        for axis in 0..3 {
            low[axis] = low[axis].min(corner[axis] - 1e-9);
            high[axis] = high[axis].max(corner[axis] + 1e-9);
        }
    }
    let at = nodes.len();
    nodes.push(Node {
        low,
        high,
        first,
        count,
    });
    if count <= LEAF {
        return;
    }
    let size = sub(high, low);
    let axis = (0..3).fold(
        0,
        |best, axis| if size[axis] > size[best] { axis } else { best },
    );
    let middle = |t: &Triangle| t.at[0][axis] + t.at[1][axis] + t.at[2][axis];
    triangles[first..first + count].sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    split(triangles, first, count / 2, nodes);
    nodes[at].count = 0;
    nodes[at].first = nodes.len();
    split(triangles, first + count / 2, count - count / 2, nodes);
}

impl Node {
    /// Whether a ray meets the box before `limit`.
    fn met(&self, origin: V3, direction: V3, limit: f64) -> bool {
        let (mut enter, mut leave) = (0.0f64, limit);
        for axis in 0..3 {
            let inverse = 1.0 / direction[axis];
            let a = (self.low[axis] - origin[axis]) * inverse;
            let b = (self.high[axis] - origin[axis]) * inverse;
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        enter <= leave
    }
}
