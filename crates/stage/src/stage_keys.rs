//! Every key of a stage file: what it may hold, and what holds without it. From this table come the file that
//! `cyc config init` writes and the schema that editors take.
//!
//! The reader does not read this table: its types say what it accepts (`file.rs`), and tests hold the two against each
//! other in both directions, with every default.

/// What a key may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A whole number from 0 on.
    Integer,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A number, or this word.
    NumberOr(&'static str),
    /// So many numbers.
    Numbers(usize),
    /// So many whole numbers.
    Integers(usize),
    /// Any number of texts.
    Texts,
    /// Any number of pairs of numbers.
    Points,
    /// Any number of whole numbers.
    IntegerList,
    /// Three rows of three numbers.
    Matrix,
    /// A table within one line: any number of names, each with a text.
    Names,
    /// The table of this key's path.
    Table,
    /// Any number of tables of this key's path.
    Tables,
}

/// What a key holds when the file does not say, as TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyGiven {
    /// It must be written, for example so; a table must be there.
    Must(&'static str),
    /// Whether it must be written depends on others; a file to begin with has it so.
    Shown(&'static str),
    /// This.
    Usual(&'static str),
    /// Nothing, or something that depends on others; it may be written so.
    May(&'static str),
    /// It is a table: see its own keys.
    Section,
}

/// A key of the stage file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageKey {
    /// Path of its table, like `wall.color`; empty at the top.
    pub table: &'static str,
    /// Its name.
    pub key: &'static str,
    /// What it may hold.
    pub kind: KeyKind,
    /// What it holds without a word.
    pub given: KeyGiven,
    /// The key of the text that explains it.
    pub text: &'static str,
}

impl StageKey {
    /// The path of the table that it is, if it is one.
    pub fn path(&self) -> String {
        if self.table.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.table, self.key)
        }
    }

    /// Whether it is a table, or a list of them.
    pub fn is_table(&self) -> bool {
        matches!(self.kind, KeyKind::Table | KeyKind::Tables)
    }

    /// The keys of a table, in the order in which they are best read.
    pub fn of(table: &str) -> impl Iterator<Item = &'static Self> {
        STAGE_KEYS.iter().filter(move |key| key.table == table)
    }
}

use KeyGiven::{May, Must, Section, Shown, Usual};
use KeyKind::{
    Flag, Integer, IntegerList, Integers, Matrix, Names, Number, NumberOr, Numbers, Points, Table,
    Tables, Text, Texts, Words,
};

macro_rules! stage_keys {
    ($($table:literal { $($key:ident: $kind:expr => $given:expr, $text:literal;)* })*) => {
        &[$($(StageKey {
            table: $table,
            key: stringify!($key),
            kind: $kind,
            given: $given,
            text: $text,
        },)*)*]
    };
}

/// Every key, the tables in the order in which they are best read.
pub const STAGE_KEYS: &[StageKey] = stage_keys! {
    "" {
        name: Text => Must("\"My stage\""), "config-name";
        timing: Table => Section, "config-timing";
        prediction: Table => Section, "config-prediction";
        environment: Table => Section, "config-environment";
        outer: Table => Section, "config-outer";
        control: Table => Section, "config-control";
        telemetry: Table => Section, "config-telemetry";
        wall: Tables => Section, "config-wall";
        display: Tables => Section, "config-display";
        plate: Tables => Section, "config-plate";
        light_card: Tables => Section, "config-light-card";
        source: Tables => Section, "config-source";
        output: Tables => Section, "config-output";
        camera: Tables => Section, "config-camera";
        performer: Tables => Section, "config-performer";
        prop: Tables => Section, "config-prop";
    }
    "timing" {
        frame_rate: Text => Must("\"24\""), "config-timing-frame-rate";
        latency_ms: Number => Usual("83.333333"), "config-timing-latency-ms";
        genlock: Words(&["free", "timecode", "ptp"]) => Usual("\"free\""), "config-timing-genlock";
        phase_ms: Number => Usual("0.0"), "config-timing-phase-ms";
    }
    "prediction" {
        method: Words(&["none", "constant-velocity", "double-exponential", "kalman", "learned"]) => Usual("\"learned\""), "config-prediction-method";
        lead_ms: NumberOr("measured") => Usual("\"measured\""), "config-prediction-lead-ms";
    }
    "environment" {
        scene: Words(&["standing-stones", "empty", "test-pattern"]) => Usual("\"standing-stones\""), "config-environment-scene";
        sun_azimuth_deg: Number => Usual("35.0"), "config-environment-sun-azimuth-deg";
        sun_elevation_deg: Number => Usual("14.0"), "config-environment-sun-elevation-deg";
        clouds: Number => Usual("0.45"), "config-environment-clouds";
        haze: Number => Usual("0.35"), "config-environment-haze";
        exposure_ev: Number => Usual("0.0"), "config-environment-exposure-ev";
        seed: Integer => Usual("2"), "config-environment-seed";
        sky: Text => May("\"sky.hdr\""), "config-environment-sky";
        sky_yaw_deg: Number => May("0.0"), "config-environment-sky-yaw-deg";
        sky_gain: Number => May("1.0"), "config-environment-sky-gain";
        set: Text => May("\"set.glb\""), "config-environment-set";
        set_position_m: Numbers(3) => May("[0.0, 0.0, -6.0]"), "config-environment-set-position-m";
        set_yaw_deg: Number => May("0.0"), "config-environment-set-yaw-deg";
        set_scale: Number => May("1.0"), "config-environment-set-scale";
    }
    "outer" {
        eye_m: Numbers(3) => Must("[0.0, 1.6, 0.0]"), "config-outer-eye-m";
        resolution_scale: Number => Usual("0.5"), "config-outer-resolution-scale";
        follow: Table => Section, "config-outer-follow";
    }
    "outer.follow" {
        camera: Text => Must("\"A\""), "config-outer-follow-camera";
        time_s: Number => Usual("2.0"), "config-outer-follow-time-s";
        speed_m_s: Number => Usual("0.25"), "config-outer-follow-speed-m-s";
        reach_m: Number => Usual("3.0"), "config-outer-follow-reach-m";
    }
    "control" {
        http: Text => Usual("\"127.0.0.1:0\""), "config-control-http";
        osc: Text => May("\"127.0.0.1:8471\""), "config-control-osc";
        osc_allow: Texts => Usual("[]"), "config-control-osc-allow";
        takes: Text => Usual("\"takes\""), "config-control-takes";
    }
    "telemetry" {
        metrics: Text => Usual("\"off\""), "config-telemetry-metrics";
    }
    "wall" {
        name: Text => Must("\"main\""), "config-wall-name";
        kind: Words(&["plane", "floor", "ceiling", "cylinder", "folded", "mesh"]) => Must("\"plane\""), "config-wall-kind";
        position_m: Numbers(3) => Shown("[0.0, 0.0, -4.0]"), "config-wall-position-m";
        yaw_deg: Number => Usual("0.0"), "config-wall-yaw-deg";
        pitch_deg: Number => Usual("0.0"), "config-wall-pitch-deg";
        roll_deg: Number => Usual("0.0"), "config-wall-roll-deg";
        width_m: Number => Shown("4.0"), "config-wall-width-m";
        depth_m: Number => May("4.0"), "config-wall-depth-m";
        radius_m: Number => May("5.0"), "config-wall-radius-m";
        arc_deg: Number => May("160.0"), "config-wall-arc-deg";
        height_m: Number => Shown("2.5"), "config-wall-height-m";
        feet_m: Points => May("[[-2.0, -4.0], [0.0, -5.0], [2.0, -4.0]]"), "config-wall-feet-m";
        panel_columns: IntegerList => May("[4, 4]"), "config-wall-panel-columns";
        file: Text => May("\"wall.obj\""), "config-wall-file";
        object: Text => May("\"screen\""), "config-wall-object";
        unit: Words(&["m", "cm", "mm", "dm", "in", "ft", "yd"]) => May("\"m\""), "config-wall-unit";
        up: Words(&["y", "z"]) => May("\"y\""), "config-wall-up";
        flip: Flag => May("false"), "config-wall-flip";
        cabinets: Integers(2) => Must("[8, 5]"), "config-wall-cabinets";
        cabinet_px: Integers(2) => Must("[200, 200]"), "config-wall-cabinet-px";
        canvas_px: Integers(2) => Shown("[0, 0]"), "config-wall-canvas-px";
        map: Tables => Section, "config-wall-map";
        display: Text => May("\"wall-left\""), "config-wall-display";
        display_latency_ms: Number => Usual("0.0"), "config-wall-display-latency-ms";
        color_profile: Text => May("\"rec709\""), "config-wall-color-profile";
        color: Table => Section, "config-wall-color";
        brightness_nit: Number => Usual("1500.0"), "config-wall-brightness-nit";
        outer: Flag => Usual("true"), "config-wall-outer";
    }
    "wall.map" {
        cabinets: Integers(4) => Must("[0, 0, 4, 5]"), "config-wall-map-cabinets";
        canvas_px: Integers(2) => Must("[0, 0]"), "config-wall-map-canvas-px";
        turn_deg: Number => Usual("0.0"), "config-wall-map-turn-deg";
    }
    "wall.color" {
        tone_map: Words(&["none", "aces", "agx", "neutral"]) => Usual("\"aces\""), "config-wall-color-tone-map";
        window: Table => Section, "config-wall-color-window";
        primaries: Words(&["rec709", "p3-d65", "rec2020"]) => Usual("\"rec709\""), "config-wall-color-primaries";
        matrix: Matrix => May("[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]"), "config-wall-color-matrix";
        transfer: Words(&["linear", "srgb", "gamma", "pq", "hlg"]) => Usual("\"srgb\""), "config-wall-color-transfer";
        gamma: Number => May("2.4"), "config-wall-color-gamma";
        unit_nit: Number => May("1500.0"), "config-wall-color-unit-nit";
        curve: Text => May("\"curve.cube\""), "config-wall-color-curve";
        lut: Text => May("\"wall.cube\""), "config-wall-color-lut";
        lut_space: Words(&["signal", "light"]) => May("\"signal\""), "config-wall-color-lut-space";
        bits: Integer => Usual("8"), "config-wall-color-bits";
        dither: Flag => May("true"), "config-wall-color-dither";
    }
    "wall.color.window" {
        gain: Numbers(3) => Usual("[1.0, 1.0, 1.0]"), "config-window-gain";
        offset: Numbers(3) => Usual("[0.0, 0.0, 0.0]"), "config-window-offset";
        gamma: Numbers(3) => Usual("[1.0, 1.0, 1.0]"), "config-window-gamma";
        saturation: Number => Usual("1.0"), "config-window-saturation";
    }
    "camera.inner.window" {
        gain: Numbers(3) => Usual("[1.0, 1.0, 1.0]"), "config-window-gain";
        offset: Numbers(3) => Usual("[0.0, 0.0, 0.0]"), "config-window-offset";
        gamma: Numbers(3) => Usual("[1.0, 1.0, 1.0]"), "config-window-gamma";
        saturation: Number => Usual("1.0"), "config-window-saturation";
    }
    "display" {
        name: Text => Must("\"wall-left\""), "config-display-name";
        kind: Words(&["window", "offscreen"]) => Must("\"offscreen\""), "config-display-kind";
        node: Text => May("\"render-1\""), "config-display-node";
        monitor: Text => May("\"DP-1\""), "config-display-monitor";
        guard: Flag => May("true"), "config-display-guard";
        canvas_px: Integers(2) => Must("[0, 0]"), "config-display-canvas-px";
        size_px: Integers(2) => Must("[1920, 1080]"), "config-display-size-px";
    }
    "plate" {
        name: Text => Must("\"city\""), "config-plate-name";
        file: Text => Must("\"city.mp4\""), "config-plate-file";
        kind: Words(&["wall", "card", "dome"]) => Must("\"dome\""), "config-plate-kind";
        wall: Text => May("\"main\""), "config-plate-wall";
        part: Numbers(4) => May("[0.0, 0.0, 1.0, 1.0]"), "config-plate-part";
        position_m: Numbers(3) => May("[0.0, 2.0, -8.0]"), "config-plate-position-m";
        yaw_deg: Number => May("0.0"), "config-plate-yaw-deg";
        pitch_deg: Number => May("0.0"), "config-plate-pitch-deg";
        roll_deg: Number => May("0.0"), "config-plate-roll-deg";
        width_m: Number => May("4.0"), "config-plate-width-m";
        height_m: Number => May("2.25"), "config-plate-height-m";
        in_frame: Integer => May("0"), "config-plate-in-frame";
        out_frame: Integer => May("239"), "config-plate-out-frame";
        loop: Flag => Usual("true"), "config-plate-loop";
        frame_rate: Text => May("\"24\""), "config-plate-frame-rate";
        timecode: Text => May("\"10:00:00:00\""), "config-plate-timecode";
        gain: Number => Usual("1.0"), "config-plate-gain";
    }
    "light_card" {
        name: Text => Must("\"key\""), "config-light-card-name";
        on: Flag => Usual("true"), "config-light-card-on";
        wall: Text => May("\"main\""), "config-light-card-wall";
        uv: Numbers(2) => May("[0.5, 0.5]"), "config-light-card-uv";
        size_m: Numbers(2) => May("[1.0, 1.0]"), "config-light-card-size-m";
        azimuth_deg: Number => Usual("0.0"), "config-light-card-azimuth-deg";
        elevation_deg: Number => Usual("30.0"), "config-light-card-elevation-deg";
        size_deg: Numbers(2) => Usual("[20.0, 20.0]"), "config-light-card-size-deg";
        roll_deg: Number => Usual("0.0"), "config-light-card-roll-deg";
        shape: Words(&["rectangle", "ellipse"]) => Usual("\"rectangle\""), "config-light-card-shape";
        color: Numbers(3) => Usual("[1.0, 1.0, 1.0]"), "config-light-card-color";
        gain: Number => Usual("1.0"), "config-light-card-gain";
        opacity: Number => Usual("1.0"), "config-light-card-opacity";
        feather: Number => Usual("0.2"), "config-light-card-feather";
        over_inner: Flag => Usual("false"), "config-light-card-over-inner";
    }
    "source" {
        name: Text => Must("\"vicon\""), "config-source-name";
        url: Text => Must("\"vicon://127.0.0.1:801\""), "config-source-url";
        position_m: Numbers(3) => Usual("[0.0, 0.0, 0.0]"), "config-source-position-m";
        yaw_deg: Number => Usual("0.0"), "config-source-yaw-deg";
        rotation_xyzw: Numbers(4) => May("[0.0, 0.0, 0.0, 1.0]"), "config-source-rotation-xyzw";
        scale: Number => Usual("1.0"), "config-source-scale";
        latency_ms: Number => Usual("0.0"), "config-source-latency-ms";
        subjects: Names => May("{ \"Actor1\" = \"anna\" }"), "config-source-subjects";
        interface: Text => May("\"127.0.0.1\""), "config-source-interface";
        allow: Texts => May("[\"127.0.0.1\"]"), "config-source-allow";
        rate_hz: Number => May("120.0"), "config-source-rate-hz";
        silent_after_ms: Number => May("500.0"), "config-source-silent-after-ms";
        reorder_frames: Integer => May("3"), "config-source-reorder-frames";
        reorder_ms: Number => May("12.5"), "config-source-reorder-ms";
        playout_max_ms: Number => May("33.0"), "config-source-playout-max-ms";
        dropout: Table => Section, "config-source-dropout";
    }
    "source.dropout" {
        predict_ms: Number => May("50.0"), "config-source-dropout-predict-ms";
        ease_ms: Number => May("80.0"), "config-source-dropout-ease-ms";
        fade_ms: Number => May("120.0"), "config-source-dropout-fade-ms";
    }
    "output" {
        name: Text => Must("\"tracking\""), "config-output-name";
        url: Text => Must("\"opentrackio://?source=1\""), "config-output-url";
    }
    "camera" {
        name: Text => Must("\"A\""), "config-camera-name";
        source: Text => Must("\"vicon\""), "config-camera-source";
        subject: Text => Must("\"FilmCamera\""), "config-camera-subject";
        pupil_m: Numbers(3) => Usual("[0.0, 0.0, 0.0]"), "config-camera-pupil-m";
        pupil_rotation_xyzw: Numbers(4) => Usual("[0.0, 0.0, 0.0, 1.0]"), "config-camera-pupil-rotation-xyzw";
        picture_px: Integers(2) => Usual("[1280, 720]"), "config-camera-picture-px";
        lens: Table => Must(""), "config-camera-lens";
        home: Table => Section, "config-camera-home";
        inner: Table => Section, "config-camera-inner";
    }
    "camera.lens" {
        sensor_mm: Numbers(2) => Must("[36.0, 20.25]"), "config-camera-lens-sensor-mm";
        focal_length_mm: Number => Must("35.0"), "config-camera-lens-focal-length-mm";
        principal_point_mm: Numbers(2) => Usual("[0.0, 0.0]"), "config-camera-lens-principal-point-mm";
        radial: Numbers(6) => Usual("[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]"), "config-camera-lens-radial";
        tangential: Numbers(2) => Usual("[0.0, 0.0]"), "config-camera-lens-tangential";
        model: Words(&["brown-conrady-u-d", "brown-conrady-d-u"]) => Usual("\"brown-conrady-u-d\""), "config-camera-lens-model";
        from_source: Flag => Usual("false"), "config-camera-lens-from-source";
        points: Tables => Section, "config-camera-lens-points";
    }
    "camera.lens.points" {
        zoom: Number => Must("0.0"), "config-camera-lens-points-zoom";
        focus: Number => Usual("0.0"), "config-camera-lens-points-focus";
        focal_length_mm: Number => Must("24.0"), "config-camera-lens-points-focal-length-mm";
        principal_point_mm: Numbers(2) => May("[0.0, 0.0]"), "config-camera-lens-points-principal-point-mm";
        radial: Numbers(6) => May("[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]"), "config-camera-lens-points-radial";
        tangential: Numbers(2) => May("[0.0, 0.0]"), "config-camera-lens-points-tangential";
        pupil_m: Numbers(3) => May("[0.0, 0.0, 0.0]"), "config-camera-lens-points-pupil-m";
        pupil_rotation_xyzw: Numbers(4) => May("[0.0, 0.0, 0.0, 1.0]"), "config-camera-lens-points-pupil-rotation-xyzw";
    }
    "camera.home" {
        position_m: Numbers(3) => Must("[0.0, 1.5, 0.5]"), "config-camera-home-position-m";
        pan_deg: Number => Usual("0.0"), "config-camera-home-pan-deg";
        tilt_deg: Number => Usual("0.0"), "config-camera-home-tilt-deg";
        roll_deg: Number => Usual("0.0"), "config-camera-home-roll-deg";
    }
    "camera.inner" {
        on: Flag => Usual("true"), "config-camera-inner-on";
        overscan: NumberOr("auto") => Usual("1.15"), "config-camera-inner-overscan";
        overscan_max: Number => May("1.5"), "config-camera-inner-overscan-max";
        feather: Number => Usual("0.04"), "config-camera-inner-feather";
        resolution_scale: Number => Usual("1.0"), "config-camera-inner-resolution-scale";
        priority: Integer => Usual("0"), "config-camera-inner-priority";
        freeze: Flag => Usual("false"), "config-camera-inner-freeze";
        exposure_ev: Number => Usual("0.0"), "config-camera-inner-exposure-ev";
        window: Table => Section, "config-camera-inner-window";
        key: Table => Section, "config-camera-inner-key";
    }
    "camera.inner.key" {
        color: Text => Must("\"#00b140\""), "config-camera-inner-key-color";
        marker_color: Text => May("\"#005a20\""), "config-camera-inner-key-marker-color";
        marker_size_m: Number => May("0.1"), "config-camera-inner-key-marker-size-m";
        marker_spacing_m: Number => May("0.5"), "config-camera-inner-key-marker-spacing-m";
    }
    "performer" {
        name: Text => Must("\"Ann\""), "config-performer-name";
        source: Text => Must("\"vicon\""), "config-performer-source";
        subject: Text => May("\"Ann\""), "config-performer-subject";
        markerset: Text => Must("\"production-53.toml\""), "config-performer-markerset";
        rig: Text => May("\"ann.toml\""), "config-performer-rig";
        labels: Words(&["auto", "source", "cloud"]) => Usual("\"auto\""), "config-performer-labels";
        character: Text => Must("\"human.glb\""), "config-performer-character";
        map: Text => May("\"human-map.toml\""), "config-performer-map";
        skinning: Words(&["linear", "dual-quaternion"]) => Usual("\"linear\""), "config-performer-skinning";
        retarget: Text => May("\"retarget.toml\""), "config-performer-retarget";
        face: Text => May("\"face.toml\""), "config-performer-face";
        face_source: Text => May("\"phone\""), "config-performer-face-source";
        face_subject: Text => May("\"iPhone Ann\""), "config-performer-face-subject";
        position_m: Numbers(3) => Usual("[0.0, 0.0, 0.0]"), "config-performer-position-m";
        yaw_deg: Number => Usual("0.0"), "config-performer-yaw-deg";
    }
    "prop" {
        name: Text => Must("\"Staff\""), "config-prop-name";
        source: Text => Must("\"vicon\""), "config-prop-source";
        subject: Text => May("\"Staff\""), "config-prop-subject";
    }
};
