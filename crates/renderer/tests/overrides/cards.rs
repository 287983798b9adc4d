//! Light cards against their definition, evaluated in `f64` where the stage says that each pixel stands.

use super::adapter::gpu;
use super::display_code::code;
use super::show::{Show, pixel};
use cyc_stage::{CameraOverride, CardPlace, CardShape, LightCard, StageOverride};
use glam::{DQuat, DVec2};

fn card(place: CardPlace, shape: CardShape) -> StageOverride {
    StageOverride {
        cards: vec![LightCard {
            name: "card".to_owned(),
            place,
            shape,
            roll_rad: 0.4,
            color: [0.5, 0.3, 0.1],
            gain: 1.5,
            feather: 0.5,
            ..LightCard::default()
        }],
        // Nothing of the scene is left.
        exposure_ev: -10.0,
        ..StageOverride::default()
    }
}

#[test]
fn light_cards_are_where_and_as_bright_as_they_are_wanted() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    let on_wall = CardPlace::Wall {
        wall: 1,
        uv: [0.3, 0.6],
        size_m: [1.2, 0.7],
    };
    let in_direction = CardPlace::Direction {
        azimuth_rad: 0.7,
        elevation_rad: 0.05,
        size_rad: [0.6, 0.3],
    };
    for (place, shape) in [
        (on_wall, CardShape::Rectangle),
        (on_wall, CardShape::Ellipse),
        (in_direction, CardShape::Rectangle),
        (in_direction, CardShape::Ellipse),
    ] {
        let mut over = card(place, shape);
        over.cameras = vec![CameraOverride {
            inner_on: Some(false),
            ..CameraOverride::default()
        }];
        let canvas = show.canvas(&over, 0, 0.0);
        let card = &over.cards[0];
        let eye = show.stage.outer_eye().metres();
        let (mut lit, mut worst) = ([0; 2], 0.0f64);
        for (index, wall) in show.stage.walls().iter().enumerate() {
            for (x, y) in (0..384u32).flat_map(|x| (0..192u32).map(move |y| (x, y))) {
                let y = y + 192 * index as u32;
                let canvas_px = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let coverage = match place {
                    CardPlace::Wall {
                        wall: on,
                        uv,
                        size_m,
                    } if on == index => {
                        // 3 m × 80° wide, 2 m high, 384 × 192 pixels.
                        let length_m = 3.0 * 80f64.to_radians();
                        let px = wall.map().wall_px(canvas_px).unwrap();
                        let at = DVec2::new(px.x / 384.0 * length_m, px.y / 192.0 * 2.0);
                        let away = at - DVec2::new(uv[0] * length_m, uv[1] * 2.0);
                        card.coverage(DVec2::new(away.x, -away.y), DVec2::from(size_m) / 2.0)
                    }
                    CardPlace::Wall { .. } => 0.0,
                    CardPlace::Direction {
                        azimuth_rad,
                        elevation_rad,
                        size_rad,
                    } => {
                        let way = wall.point_of_canvas(canvas_px).unwrap().metres() - eye;
                        // Turned so that the card is straight ahead.
                        let back = DQuat::from_rotation_x(-elevation_rad)
                            * DQuat::from_rotation_y(azimuth_rad);
                        let ahead = back * way;
                        if ahead.z >= 0.0 {
                            0.0
                        } else {
                            let half = size_rad.map(|side| (side / 2.0).tan());
                            let at = DVec2::new(ahead.x, ahead.y) / -ahead.z;
                            card.coverage(at, DVec2::from(half))
                        }
                    }
                };
                lit[index] += usize::from(coverage > 0.99);
                let got = pixel(&canvas, x, y);
                for (channel, got) in got.into_iter().enumerate() {
                    let light = coverage * card.color[channel] * card.gain;
                    let wanted = code(light);
                    // What is left of the scene is below 2⁻¹⁰ of it.
                    let slack = if coverage < 1.0 { 3.0 } else { 1.0 };
                    let off = (f64::from(got) - wanted).abs() - slack;
                    worst = worst.max(off);
                }
            }
        }
        println!("{place:?} {shape:?}: {lit:?} pixels lit, worst {worst:.2} beyond the slack");
        assert!(worst <= 0.0, "{place:?} {shape:?}");
        assert!(lit[0] + lit[1] > 300, "{lit:?}");
    }
}

#[test]
fn a_card_lies_under_inner_frusta_or_over_them() {
    let Some(gpu) = gpu() else { return };
    let mut show = Show::new(&gpu);
    // Where the camera looks, on the first wall.
    let place = CardPlace::Wall {
        wall: 0,
        uv: [0.5, 0.45],
        size_m: [0.5, 0.5],
    };
    let mut over = card(place, CardShape::Rectangle);
    let middle = |canvas: &[u8]| pixel(canvas, 192, 86)[0];
    assert!(middle(&show.canvas(&over, 0, 0.0)) < 20);
    over.cards[0].over_inner = true;
    assert!(middle(&show.canvas(&over, 0, 0.0)) > 200);
    over.cards[0].over_inner = false;
    over.cameras = vec![CameraOverride {
        inner_on: Some(false),
        ..CameraOverride::default()
    }];
    assert!(middle(&show.canvas(&over, 0, 0.0)) > 200);
    over.cards[0].on = false;
    assert!(middle(&show.canvas(&over, 0, 0.0)) < 20);
}
