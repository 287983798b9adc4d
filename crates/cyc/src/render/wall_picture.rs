//! Pictures out of the canvas: a wall as its audience sees it, whatever its pixel map did to it, and a display as it is.

use cyc_stage::{CanvasRect, Wall};
use glam::DVec2;

/// A canvas: its numbers (four a pixel) and its size as it was drawn.
type Canvas<'a, T> = (&'a [T], [u32; 2]);

fn scale(full_px: [u32; 2], drawn_px: [u32; 2]) -> DVec2 {
    let along = |axis: usize| f64::from(drawn_px[axis]) / f64::from(full_px[axis].max(1));
    DVec2::new(along(0), along(1))
}

fn pixel<T: Copy + Default>((rgba, [width, height]): Canvas<'_, T>, at: DVec2) -> [T; 4] {
    let x = (at.x.max(0.0) as u32).min(width.saturating_sub(1)) as usize;
    let y = (at.y.max(0.0) as u32).min(height.saturating_sub(1)) as usize;
    let at = (y * width as usize + x) * 4;
    rgba.get(at..at + 4)
        .and_then(|p| p.try_into().ok())
        .unwrap_or([T::default(); 4])
}

fn fill<T>([width, height]: [u32; 2], mut color: impl FnMut(f64, f64) -> [T; 4]) -> Vec<T> {
    let mut out = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            out.extend(color(f64::from(x) + 0.5, f64::from(y) + 0.5));
        }
    }
    out
}

/// A wall, upright and whole: size and numbers.
pub fn cut<T: Copy + Default>(
    wall: &Wall,
    canvas_px: [u32; 2],
    canvas: Canvas<'_, T>,
) -> ([u32; 2], Vec<T>) {
    let drawn = scale(canvas_px, canvas.1);
    let [width, height] = wall.size_px().map(f64::from);
    let px = [(width * drawn.x) as u32, (height * drawn.y) as u32].map(|side| side.max(1));
    let step = DVec2::new(width / f64::from(px[0]), height / f64::from(px[1]));
    let rgba = fill(px, |x, y| {
        pixel(
            canvas,
            wall.map().canvas_px(DVec2::new(x, y) * step) * drawn,
        )
    });
    (px, rgba)
}

/// A rectangle of the canvas: size and numbers.
pub fn crop<T: Copy + Default>(
    rect: CanvasRect,
    canvas_px: [u32; 2],
    canvas: Canvas<'_, T>,
) -> ([u32; 2], Vec<T>) {
    let drawn = scale(canvas_px, canvas.1);
    let corner = DVec2::new(f64::from(rect.x), f64::from(rect.y)) * drawn;
    let size = DVec2::new(f64::from(rect.width), f64::from(rect.height)) * drawn;
    let px = [size.x as u32, size.y as u32].map(|side| side.max(1));
    (
        px,
        fill(px, |x, y| pixel(canvas, corner + DVec2::new(x, y))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_stage::Stage;

    #[test]
    fn a_turned_wall_is_seen_upright() {
        let text = "name = \"x\"\n[[wall]]\nname = \"w\"\nkind = \"plane\"\nposition_m = [0, 0, -3]\n\
                    width_m = 2\nheight_m = 1\ncabinets = [2, 1]\ncabinet_px = [2, 2]\n\
                    map = [{ cabinets = [0, 0, 1, 1], canvas_px = [2, 0], turn_deg = 180 },\n\
                           { cabinets = [1, 0, 1, 1], canvas_px = [0, 0] }]\n";
        let stage = Stage::from_toml(text).unwrap();
        // Red counts the canvas pixels.
        let canvas: Vec<u8> = (0..8).flat_map(|n| [n, 0, 0, 255]).collect();
        let (px, rgba) = cut(&stage.walls()[0], stage.canvas_px(), (&canvas, [4, 2]));
        assert_eq!(px, [4, 2]);
        let red: Vec<u8> = rgba.chunks_exact(4).map(|p| p[0]).collect();
        assert_eq!(red, [7, 6, 0, 1, 3, 2, 4, 5]);
    }
}
