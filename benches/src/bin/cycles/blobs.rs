//! Small bright blobs in a picture, and how those of two pictures lie: nothing here knows where they should be.

use image::RgbImage;

/// A blob: its centre of light in pixels, and how much light it has.
#[derive(Clone, Copy, Debug)]
pub struct Blob {
    pub at_px: [f64; 2],
    pub light: f64,
}

/// Light below this part of full white belongs to no blob.
const DARK: f64 = 0.02;

fn linear(value: u8) -> f64 {
    let v = f64::from(value) / 255.0;
    if v <= 0.04045 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}

/// All blobs that do not touch the picture's edge.
pub fn blobs(picture: &RgbImage) -> Vec<Blob> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let light: Vec<f64> = picture
        .pixels()
        .map(|p| p.0.map(linear).iter().sum::<f64>() / 3.0)
        .collect();
    let mut seen = vec![false; light.len()];
    let mut found = Vec::new();
    for start in 0..light.len() {
        if seen[start] || light[start] < DARK {
            continue;
        }
        let (mut sum, mut x_sum, mut y_sum, mut at_edge) = (0.0, 0.0, 0.0, false);
        let mut open = vec![start];
        seen[start] = true;
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            sum += light[at];
            x_sum += light[at] * (x as f64 + 0.5);
            y_sum += light[at] * (y as f64 + 0.5);
            let inside = x > 0 && y > 0 && x + 1 < width && y + 1 < height;
            at_edge |= !inside;
            if inside {
                for next in [at - 1, at + 1, at - width, at + width] {
                    if !seen[next] && light[next] >= DARK {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        if !at_edge {
            found.push(Blob {
                at_px: [x_sum / sum, y_sum / sum],
                light: sum,
            });
        }
    }
    found
}

/// For each blob of one picture how far the nearest of the other is; `None` when none is within `reach_px` with about as
/// much light.
pub fn misses(ours: &[Blob], theirs: &[Blob], reach_px: f64) -> Vec<Option<f64>> {
    let away = |a: &Blob, b: &Blob| (a.at_px[0] - b.at_px[0]).hypot(a.at_px[1] - b.at_px[1]);
    ours.iter()
        .map(|a| {
            let near = theirs
                .iter()
                .min_by(|b, c| away(a, b).total_cmp(&away(a, c)))?;
            let alike = (0.6..1.67).contains(&(near.light / a.light));
            Some(away(a, near)).filter(|d| *d <= reach_px && alike)
        })
        .collect()
}
