//! A folded wall: upright flat panels side by side, like a paper screen that stands on the floor.
//!
//! In the wall's frame the panels stand on a line of foot points (x, z), from left to right as the audience sees it.
//! Each panel holds whole columns of cabinets; `s` runs evenly over the columns, so that it runs like canvas pixels.

use super::SurfaceHit;
use glam::{DVec2, DVec3};
use std::ops::Range;

/// One flat panel of a folded wall.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Foot of its left edge, (x, z), metres.
    pub left: DVec2,
    /// Foot of its right edge.
    pub right: DVec2,
    /// Cabinet columns on it.
    pub columns: Range<u32>,
}

impl Panel {
    /// Its width, metres.
    pub fn width_m(&self) -> f64 {
        self.left.distance(self.right)
    }

    /// The unit normal towards the audience.
    pub fn normal(&self) -> DVec3 {
        let along = (self.right - self.left) / self.width_m();
        DVec3::new(-along.y, 0.0, along.x)
    }
}

/// All panels of a folded wall.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    panels: Vec<Panel>,
    height_m: f64,
}

impl Folded {
    /// From foot points, the columns of each panel (one fewer than points) and a height; `None` unless every panel has
    /// a width, columns and finite places.
    pub fn new(feet: &[DVec2], columns: &[u32], height_m: f64) -> Option<Self> {
        if feet.len() != columns.len() + 1 || columns.is_empty() {
            return None;
        }
        if !(height_m.is_finite() && height_m > 0.0) {
            return None;
        }
        let mut first = 0u32;
        let mut panels = Vec::with_capacity(columns.len());
        for (pair, count) in feet.windows(2).zip(columns) {
            let &[left, right] = pair else { return None };
            let apart = left.distance(right);
            if !(apart.is_finite() && apart > 1e-3) || *count == 0 {
                return None;
            }
            let end = first.checked_add(*count)?;
            panels.push(Panel {
                left,
                right,
                columns: first..end,
            });
            first = end;
        }
        Some(Self { panels, height_m })
    }

    /// The panels, from left to right; at least one.
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// Height, metres.
    pub fn height_m(&self) -> f64 {
        self.height_m
    }

    /// Length along all panels, metres.
    pub fn length_m(&self) -> f64 {
        self.panels.iter().map(Panel::width_m).sum()
    }

    /// All columns.
    fn columns(&self) -> f64 {
        f64::from(self.panels.last().map_or(1, |p| p.columns.end))
    }

    /// The panel at `s`, and how far along it that is (beyond 0..1 only at the wall's ends).
    fn panel_at(&self, s: f64) -> (&Panel, f64) {
        let column = s * self.columns();
        let index = self
            .panels
            .iter()
            .position(|p| column < f64::from(p.columns.end))
            .unwrap_or(self.panels.len() - 1);
        let panel = &self.panels[index];
        let (first, end) = (f64::from(panel.columns.start), f64::from(panel.columns.end));
        (panel, (column - first) / (end - first))
    }

    /// The point at (s, t).
    pub(super) fn point(&self, st: DVec2) -> DVec3 {
        let (panel, part) = self.panel_at(st.x);
        let foot = panel.left + (panel.right - panel.left) * part;
        DVec3::new(foot.x, (1.0 - st.y) * self.height_m, foot.y)
    }

    /// The unit normal at (s, t).
    pub(super) fn normal(&self, st: DVec2) -> DVec3 {
        self.panel_at(st.x).0.normal()
    }

    /// (s, t) of the foot point on the panel that is nearest.
    pub(super) fn st(&self, point: DVec3) -> DVec2 {
        let at = DVec2::new(point.x, point.z);
        let last = self.panels.len() - 1;
        let mut best = (f64::INFINITY, 0.0);
        for (index, panel) in self.panels.iter().enumerate() {
            let along = panel.right - panel.left;
            let part = (at - panel.left).dot(along) / along.length_squared();
            // Beyond an inner edge another panel goes on; beyond the wall's ends its first and last one do.
            let low = if index == 0 { f64::NEG_INFINITY } else { 0.0 };
            let high = if index == last { f64::INFINITY } else { 1.0 };
            let part = part.clamp(low, high);
            let apart = at.distance(panel.left + along * part);
            if apart < best.0 {
                best = (apart, self.s_of(panel, part));
            }
        }
        DVec2::new(best.1, 1.0 - point.y / self.height_m)
    }

    fn s_of(&self, panel: &Panel, part: f64) -> f64 {
        let (first, end) = (f64::from(panel.columns.start), f64::from(panel.columns.end));
        (first + part * (end - first)) / self.columns()
    }

    /// The first meeting of a ray with the lit side.
    pub(super) fn intersect(&self, origin: DVec3, direction: DVec3) -> Option<SurfaceHit> {
        let mut nearest: Option<SurfaceHit> = None;
        for panel in &self.panels {
            let normal = panel.normal();
            let towards = normal.dot(direction);
            if towards >= 0.0 {
                continue;
            }
            let left = DVec3::new(panel.left.x, 0.0, panel.left.y);
            let t_ray = normal.dot(left - origin) / towards;
            let at = origin + direction * t_ray;
            let along = panel.right - panel.left;
            let part = (DVec2::new(at.x, at.z) - panel.left).dot(along) / along.length_squared();
            let t = 1.0 - at.y / self.height_m;
            let inside = (0.0..=1.0).contains(&part) && (0.0..=1.0).contains(&t);
            let near = nearest.is_none_or(|hit| t_ray < hit.t_ray);
            if t_ray.is_finite() && t_ray > super::NEAR && inside && near {
                let st = DVec2::new(self.s_of(panel, part), t);
                nearest = Some(SurfaceHit { t_ray, st });
            }
        }
        nearest
    }
}
