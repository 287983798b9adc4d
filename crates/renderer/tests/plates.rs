//! Plates are where a stage file says: on a wall's surface, on a card in the world, on a dome around it; so is its set. A card
//! of light that the file names shines from the first picture on.
//!
//! Truth is similar triangles and the direction of each wall pixel, reckoned here.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

mod adapter;
mod display_code;

use adapter::gpu;
use cyc_character::{Character, LoadOptions, load};
use cyc_model::{HostNs, Quality, StageFrame, TrackedBody};
use cyc_renderer::{Gpu, Pictures, PlateTexels, PlateUpload, RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use display_code::code;
use half::f16;
use std::sync::Arc;

/// One wall of 4 × 2 m, 3 m before the eye at its middle's height; the scene behind it is dark.
const STAGE: &str = r#"
name = "One wall"
[environment]
scene = "test-pattern"
[outer]
eye_m = [0.0, 1.0, 0.0]
resolution_scale = 2.0
[[wall]]
name = "main"
kind = "plane"
position_m = [0.0, 0.0, -3.0]
width_m = 4.0
height_m = 2.0
cabinets = [4, 2]
cabinet_px = [50, 50]
canvas_px = [0, 0]
[wall.color]
tone_map = "none"
[[source]]
name = "s"
url = "vicon://127.0.0.1:8801"
[[camera]]
name = "A"
source = "s"
subject = "A"
lens = { sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }
home = { position_m = [0.0, 1.0, 0.0] }
[camera.inner]
feather = 0.0
overscan = 1.0
"#;

const WIDTH: usize = 200;

const SETTINGS: RenderSettings = RenderSettings {
    canvas_scale: 1.0,
    samples: 1,
    camera_px: [64, 64],
    wide_px: [64, 64],
    human_shadow_px: 64,
    sky_px: 32,
};

struct Show {
    stage: Stage,
    renderer: Renderer,
    pictures: Pictures,
}

impl Show {
    fn new(gpu: &Gpu, plates: &str) -> Self {
        Self::of(gpu, &format!("{STAGE}{plates}"))
    }

    fn of(gpu: &Gpu, text: &str) -> Self {
        let stage = Stage::from_toml(text).unwrap();
        Self {
            renderer: Renderer::new(gpu, &stage, &[], SETTINGS).unwrap(),
            stage,
            pictures: Pictures::default(),
        }
    }

    fn canvas(&mut self, has_camera: bool) -> Vec<u8> {
        let mut frame = StageFrame {
            due: HostNs(1),
            ..StageFrame::default()
        };
        if has_camera {
            let camera = &self.stage.cameras()[0];
            frame.cameras.push(TrackedBody {
                stage_from_body: camera.stage_from_body(camera.home),
                quality: Quality::Live,
            });
        }
        let wanted = Wanted {
            canvas: true,
            ..Wanted::default()
        };
        self.renderer.render(&frame, wanted).unwrap();
        self.renderer.take_pictures(&mut self.pictures).unwrap();
        self.pictures.canvas.clone()
    }
}

fn pixel(canvas: &[u8], x: usize, y: usize) -> [u8; 3] {
    let at = (y * WIDTH + x) * 4;
    canvas[at..at + 3].try_into().unwrap()
}

fn srgb_code(light: f64) -> u8 {
    code(light).round() as u8
}

fn light_of_code(code: u8) -> f64 {
    let signal = f64::from(code) / 255.0;
    if signal <= 0.04045 {
        signal / 12.92
    } else {
        ((signal + 0.055) / 1.055).powf(2.4)
    }
}

fn near(got: [u8; 3], truth: [u8; 3], slack: u8) {
    let off = got.iter().zip(truth).all(|(g, t)| g.abs_diff(t) <= slack);
    assert!(off, "{got:?}, not {truth:?}");
}

const QUARTERS: [[u8; 4]; 4] = [
    [200, 30, 30, 255],
    [30, 180, 30, 255],
    [30, 30, 160, 255],
    [240, 240, 240, 255],
];

/// Four colours, each 8 × 8 texels, so that their middles are far from any filter.
fn quarters(colors: [[u8; 4]; 4]) -> Vec<u8> {
    let texel = |nth: usize| {
        let (x, y) = (nth % 16, nth / 16);
        colors[x / 8 + 2 * (y / 8)]
    };
    (0..256).flat_map(texel).collect()
}

fn codes(rgba: &[u8], is_still: bool) -> PlateUpload<'_> {
    PlateUpload {
        size_px: [16, 16],
        texels: PlateTexels::Srgb(rgba),
        is_still,
    }
}

#[test]
fn a_plate_on_a_wall_is_code_for_code_what_the_file_has_inside_and_outside_an_inner_frustum() {
    let Some(gpu) = gpu() else { return };
    let plate = "[[plate]]\nname = \"p\"\nfile = \"p.png\"\nkind = \"wall\"\nwall = \"main\"\npart = [0.25, 0.0, 0.75, 1.0]\n";
    let mut show = Show::new(&gpu, plate);
    let bare = show.canvas(true);
    let picture = quarters(QUARTERS);
    assert!(show.renderer.set_plate(0, &codes(&picture, false)));
    for has_camera in [true, false] {
        let canvas = show.canvas(has_camera);
        // The part is 100 × 100 px from (50, 0): quarters of 50 px.
        for (x, y, quarter) in [(75, 25, 0), (125, 25, 1), (75, 75, 2), (125, 75, 3)] {
            let [r, g, b, _] = QUARTERS[quarter];
            near(pixel(&canvas, x, y), [r, g, b], 1);
        }
        if has_camera {
            near(pixel(&canvas, 20, 50), pixel(&bare, 20, 50), 0);
        }
    }
    // A plate of 15 × 16 texels that says 16 is none, and neither is a second one.
    assert!(!show.renderer.set_plate(0, &codes(&picture[..960], false)));
    assert!(!show.renderer.set_plate(1, &codes(&picture, false)));
    // Half there, over white light of the plate before it.
    let half = quarters([[188, 0, 0, 128]; 4]);
    assert!(show.renderer.set_plate(0, &codes(&half, false)));
    let canvas = show.canvas(false);
    let under = Show::new(&gpu, "").canvas(false);
    let [red, green, blue] = pixel(&under, 100, 30);
    let part = 127.0 / 255.0;
    let truth = [
        0.5 + light_of_code(red) * part,
        light_of_code(green) * part,
        light_of_code(blue) * part,
    ];
    near(pixel(&canvas, 100, 30), truth.map(srgb_code), 3);
}

#[test]
fn a_key_covers_a_plate_where_the_camera_looks() {
    let Some(gpu) = gpu() else { return };
    let plate = "key = { color = \"#00ff00\" }\n[[plate]]\nname = \"p\"\nfile = \"p.png\"\nkind = \"wall\"\nwall = \"main\"\n";
    let mut show = Show::new(&gpu, plate);
    show.renderer
        .set_plate(0, &codes(&quarters([[9, 9, 9, 255]; 4]), false));
    let canvas = show.canvas(true);
    near(pixel(&canvas, 100, 50), [0, 255, 0], 1);
    near(pixel(&canvas, 5, 5), [9, 9, 9], 1);
}

#[test]
fn a_card_stands_where_similar_triangles_have_it() {
    let Some(gpu) = gpu() else { return };
    // 6 m away, twice as far as the wall: 2 m there are 1 m on the wall, 50 px. Its middle 1 m to the right of the eye.
    let plate = "[[plate]]\nname = \"p\"\nfile = \"p.mp4\"\nkind = \"card\"\nposition_m = [1.0, 1.0, -6.0]\nwidth_m = 2.0\ngain = 0.5\n";
    for is_still in [false, true] {
        let mut show = Show::new(&gpu, plate);
        let bare = show.canvas(false);
        let light: Vec<f16> = [0.8, 0.4, 0.1, 1.0].map(f16::from_f32).repeat(16 * 8);
        let upload = PlateUpload {
            size_px: [16, 8],
            texels: PlateTexels::Light(&light),
            is_still,
        };
        assert!(show.renderer.set_plate(0, &upload));
        let mut canvas = show.canvas(false);
        // Another picture while it plays, and nothing else that moves.
        if !is_still {
            let light: Vec<f16> = [0.2, 0.6, 0.1, 1.0].map(f16::from_f32).repeat(16 * 8);
            let texels = PlateTexels::Light(&light);
            assert!(
                show.renderer
                    .set_plate(0, &PlateUpload { texels, ..upload })
            );
            canvas = show.canvas(false);
        }
        let truth = if is_still {
            [0.4, 0.2, 0.05]
        } else {
            [0.1, 0.3, 0.05]
        }
        .map(srgb_code);
        // 100 ± 25 px + 25 px across; half as high as wide: 50 ± 12.5 px.
        for (x, y) in [(103, 50), (147, 50), (125, 40), (125, 60)] {
            near(pixel(&canvas, x, y), truth, 1);
        }
        for (x, y) in [(97, 50), (153, 50), (125, 35), (125, 65)] {
            near(pixel(&canvas, x, y), pixel(&bare, x, y), 0);
        }
    }
}

#[test]
fn a_dome_is_seen_in_its_directions() {
    let Some(gpu) = gpu() else { return };
    let plate = "[[plate]]\nname = \"p\"\nfile = \"p.hdr\"\nkind = \"dome\"\nyaw_deg = 20.0\n";
    let text = format!("{STAGE}{plate}").replace("test-pattern", "empty");
    let mut show = Show::of(&gpu, &text);
    let (width, height) = (512usize, 256usize);
    let mut light = Vec::with_capacity(width * height * 4);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (
                (x as f32 + 0.5) / width as f32,
                (y as f32 + 0.5) / height as f32,
            );
            light.extend([u, v, 0.25, 1.0].map(f16::from_f32));
        }
    }
    let upload = PlateUpload {
        size_px: [width as u32, height as u32],
        texels: PlateTexels::Light(&light),
        is_still: true,
    };
    assert!(show.renderer.set_plate(0, &upload));
    let canvas = show.canvas(false);
    for (x, y) in [(10, 5), (100, 50), (190, 8), (60, 92), (150, 75)] {
        // Pixels of 2 cm; the wall's upper left corner is (-2, 2, -3), the eye at (0, 1, 0).
        let at = |px: usize| (px as f64 + 0.5) * 0.02;
        let (right, up) = (at(x) - 2.0, 1.0 - at(y));
        let azimuth = right.atan2(3.0) - 20f64.to_radians();
        let elevation = up.atan2(right.hypot(3.0));
        let u = 0.5 + azimuth / std::f64::consts::TAU;
        let v = 0.5 - elevation / std::f64::consts::PI;
        near(pixel(&canvas, x, y), [u, v, 0.25].map(srgb_code), 2);
    }
}

/// What lights a world of stones and grass is linear in its sky, when that is all that lights it: the sun stands where the
/// picture has none.
#[test]
fn a_sky_picture_is_seen_and_is_all_that_lights() {
    let Some(gpu) = gpu() else { return };
    let text = STAGE.replace(
        "scene = \"test-pattern\"",
        "scene = \"standing-stones\"\nsky = \"sky.exr\"\nsky_yaw_deg = -50.0",
    );
    let mut show = Show::of(&gpu, &text);
    let mut canvas_under = |level: f32| {
        let mut light = Vec::new();
        for texel in 0..64 * 32 {
            // Blue from above, a horizon that is brighter on one side, brown from below.
            let side = if texel % 64 < 32 { 1.5 } else { 1.0 };
            let above = texel < 64 * 16;
            let color = if above {
                [0.4, 0.5, 0.8]
            } else {
                [0.2, 0.15, 0.1]
            };
            light.extend(color.map(|part| f16::from_f32(part * side * level)));
            light.push(f16::ONE);
        }
        let upload = PlateUpload {
            size_px: [64, 32],
            texels: PlateTexels::Light(&light),
            is_still: true,
        };
        assert!(show.renderer.set_sky(&upload));
        show.canvas(false)
    };
    let (dim, bright) = (canvas_under(0.2), canvas_under(0.4));
    let mut lit = 0;
    for nth in (0..dim.len()).filter(|nth| nth % 4 != 3) {
        let (one, two) = (light_of_code(dim[nth]), light_of_code(bright[nth]));
        // Codes are rounded: half a code of dark light is much of it.
        let slack = 0.03 * two + 2.0 * (light_of_code(dim[nth].saturating_add(1)) - one);
        assert!((two - 2.0 * one).abs() <= slack, "{nth}: {one} {two}");
        lit += usize::from(one > 0.001);
    }
    assert!(lit > dim.len() / 2, "{lit}");
    // Straight ahead and up is above the horizon, at the edge between two sides of the picture turned by 50 degrees.
    near(pixel(&bright, 10, 3), [0.16, 0.2, 0.32].map(srgb_code), 3);
}

#[test]
fn a_light_card_of_the_file_shines_from_the_first_picture_on() {
    let Some(gpu) = gpu() else { return };
    // Its middle at 3/4 of the width and 1/4 of the height, 0.4 × 0.2 m: 20 × 10 px around (150, 25).
    let card = "[[light_card]]\nname = \"key\"\nwall = \"main\"\nuv = [0.75, 0.25]\nsize_m = [0.4, 0.2]\ncolor = [0.5, 0.25, 1.0]\ngain = 0.5\nfeather = 0.0\n";
    let canvas = Show::new(&gpu, card).canvas(false);
    let bare = Show::new(&gpu, "").canvas(false);
    for (x, y) in [(150, 25), (141, 21), (158, 28)] {
        near(pixel(&canvas, x, y), [0.25, 0.125, 0.5].map(srgb_code), 1);
    }
    for (x, y) in [(137, 25), (162, 25), (150, 18), (150, 32)] {
        near(pixel(&canvas, x, y), pixel(&bare, x, y), 0);
    }
}

/// Corners in order (counter-clockwise), normal, base colour and emitted colour.
type Rectangle = ([[f32; 3]; 4], [f32; 3], [f32; 3], [f32; 3]);

/// A glTF of rectangles.
fn glb(rectangles: &[Rectangle]) -> Vec<u8> {
    let (mut data, mut views, mut accessors) = (Vec::new(), Vec::new(), Vec::new());
    let (mut primitives, mut materials) = (Vec::new(), Vec::new());
    for (nth, (corners, normal, base, emitted)) in rectangles.iter().enumerate() {
        let low = [0, 1, 2].map(|i| corners.iter().map(|c| c[i]).fold(f32::MAX, f32::min));
        let high = [0, 1, 2].map(|i| corners.iter().map(|c| c[i]).fold(f32::MIN, f32::max));
        let start = data.len();
        for value in corners
            .iter()
            .flatten()
            .chain([*normal; 4].iter().flatten())
        {
            data.extend(value.to_le_bytes());
        }
        for index in [0u16, 1, 2, 0, 2, 3] {
            data.extend(index.to_le_bytes());
        }
        for (view, length) in [(start, 48), (start + 48, 48), (start + 96, 12)] {
            views.push(format!(
                "{{\"buffer\":0,\"byteOffset\":{view},\"byteLength\":{length}}}"
            ));
        }
        let first = 3 * nth;
        let vector = |view: usize, more: String| {
            format!(
                "{{\"bufferView\":{view},\"componentType\":5126,\"count\":4,\"type\":\"VEC3\"{more}}}"
            )
        };
        accessors.push(vector(first, format!(",\"min\":{low:?},\"max\":{high:?}")));
        accessors.push(vector(first + 1, String::new()));
        let view = first + 2;
        accessors.push(format!(
            "{{\"bufferView\":{view},\"componentType\":5123,\"count\":6,\"type\":\"SCALAR\"}}"
        ));
        primitives.push(format!(
            "{{\"attributes\":{{\"POSITION\":{first},\"NORMAL\":{}}},\"indices\":{view},\"material\":{nth}}}",
            first + 1
        ));
        let [r, g, b] = base;
        materials.push(format!(
            "{{\"pbrMetallicRoughness\":{{\"baseColorFactor\":[{r},{g},{b},1],\"metallicFactor\":0,\
             \"roughnessFactor\":1}},\"emissiveFactor\":{emitted:?}}}"
        ));
    }
    let mut json = format!(
        "{{\"asset\":{{\"version\":\"2.0\"}},\"scene\":0,\"scenes\":[{{\"nodes\":[0]}}],\"nodes\":[{{\"mesh\":0}}],\
         \"meshes\":[{{\"primitives\":[{}]}}],\"materials\":[{}],\"buffers\":[{{\"byteLength\":{}}}],\
         \"bufferViews\":[{}],\"accessors\":[{}]}}",
        primitives.join(","),
        materials.join(","),
        data.len(),
        views.join(","),
        accessors.join(",")
    )
    .into_bytes();
    json.resize(json.len().next_multiple_of(4), b' ');
    data.resize(data.len().next_multiple_of(4), 0);
    let mut file = b"glTF\x02\0\0\0".to_vec();
    file.extend((28 + json.len() as u32 + data.len() as u32).to_le_bytes());
    for (kind, chunk) in [(b"JSON", &json), (b"BIN\0", &data)] {
        file.extend((chunk.len() as u32).to_le_bytes());
        file.extend(kind);
        file.extend(chunk);
    }
    file
}

fn model(bytes: &[u8]) -> Arc<Character> {
    Arc::new(load(bytes, &LoadOptions::default()).unwrap())
}

/// A black sky with a disc of light where a sun at the zenith is; the disc's irradiance on what lies level.
fn sun_above(renderer: &mut Renderer, light_of_sun: f32) -> f64 {
    let (width, height) = (720usize, 360usize);
    let mut light = vec![f16::ZERO; width * height * 4];
    // Two rows of half a degree: one degree around the zenith.
    let rows = 2;
    for texel in light.chunks_exact_mut(4).take(width * rows) {
        texel[..3].fill(f16::from_f32(light_of_sun));
    }
    let upload = PlateUpload {
        size_px: [width as u32, height as u32],
        texels: PlateTexels::Light(&light),
        is_still: true,
    };
    assert!(renderer.set_sky(&upload));
    f64::from(light_of_sun) * std::f64::consts::TAU * (1.0 - 1f64.to_radians().cos())
}

#[test]
fn a_set_stands_where_the_file_has_it_and_shades_itself() {
    let Some(gpu) = gpu() else { return };
    let text = STAGE.replace(
        "scene = \"test-pattern\"",
        "scene = \"empty\"\nhaze = 0.0\nsun_elevation_deg = 90.0\nsky = \"sky.hdr\"\nset = \"set.glb\"\n\
         set_position_m = [1.0, 1.0, -6.0]\nset_scale = 0.5",
    );
    let mut show = Show::of(&gpu, &text);
    sun_above(&mut show.renderer, 0.0);
    // In the file twice as large as it stands: 2 m wide and high on the stage, 6 m away.
    let upright = [
        [-2.0, -2.0, 0.0],
        [2.0, -2.0, 0.0],
        [2.0, 2.0, 0.0],
        [-2.0, 2.0, 0.0],
    ];
    let glows = (upright, [0.0, 0.0, 1.0], [0.0; 3], [0.4, 0.2, 0.05]);
    assert!(show.renderer.set_model(&model(&glb(&[glows]))));
    let canvas = show.canvas(false);
    // Seen on the wall at half its size, 50 px around (125, 50); the clearest air takes a third of a per cent.
    for (x, y) in [(103, 50), (147, 50), (125, 28), (125, 72)] {
        near(pixel(&canvas, x, y), [0.4, 0.2, 0.05].map(srgb_code), 1);
    }
    for (x, y) in [(97, 50), (153, 50), (125, 22), (125, 78)] {
        near(pixel(&canvas, x, y), [0; 3], 0);
    }

    // A grey floor, and a lid over its right half that the eye does not see: it is too high.
    let floor = [
        [-8.0, -2.0, 6.0],
        [8.0, -2.0, 6.0],
        [8.0, -2.0, -30.0],
        [-8.0, -2.0, -30.0],
    ];
    let lid = [
        [0.0, 12.0, 6.0],
        [8.0, 12.0, 6.0],
        [8.0, 12.0, -30.0],
        [0.0, 12.0, -30.0],
    ];
    let grey = |corners| (corners, [0.0, 1.0, 0.0], [0.5; 3], [0.0; 3]);
    assert!(
        show.renderer
            .set_model(&model(&glb(&[grey(floor), grey(lid)])))
    );
    let irradiance = sun_above(&mut show.renderer, 800.0);
    let canvas = show.canvas(false);
    // 0.5 m under the eye at 3 m: the floor 6 m away. Its file's x = 0 is x = 1 m there, 0.5 m on the wall: 125 px.
    let lit = light_of_code(pixel(&canvas, 105, 75)[1]);
    let truth = 0.5 / std::f64::consts::PI * irradiance;
    assert!((lit / truth - 1.0).abs() < 0.25, "{lit}, not {truth}");
    let shaded = light_of_code(pixel(&canvas, 145, 75)[1]);
    assert!(shaded < 0.1 * lit, "{shaded} {lit}");
}
