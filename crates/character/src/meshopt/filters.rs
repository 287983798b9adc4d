//! What makes numbers that compress well out of normals, quaternions, floats and colours, undone. In place.

/// Four numbers of 8 bits, changed where they lie.
fn each_8(data: &mut [u8], change: impl Fn([u8; 4]) -> [u8; 4]) {
    for four in data.chunks_exact_mut(4) {
        if let Ok(bytes) = <[u8; 4]>::try_from(&*four) {
            four.copy_from_slice(&change(bytes));
        }
    }
}

/// Four numbers of 16 bits, changed where they lie.
fn each_16(data: &mut [u8], change: impl Fn([i16; 4]) -> [i16; 4]) {
    for four in data.chunks_exact_mut(8) {
        let number = |i: usize| i16::from_le_bytes([four[2 * i], four[2 * i + 1]]);
        let changed = change(std::array::from_fn(number));
        let bytes = changed.into_iter().flat_map(i16::to_le_bytes);
        four.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    }
}

/// A unit vector of length `one` from two coordinates of an octahedron that is `scale` large.
fn unfolded(x: f32, y: f32, scale: f32, one: f32) -> [f32; 3] {
    let (x, y) = (x / scale, y / scale);
    let z = 1.0 - x.abs() - y.abs();
    let behind = (-z).max(0.0);
    let outward = |v: f32| if v >= 0.0 { v - behind } else { v + behind };
    let (x, y) = (outward(x), outward(y));
    let length = one / (x * x + y * y + z * z).sqrt();
    [x, y, z].map(|v| (v * length).round())
}

/// Unit vectors in four signed bytes; the fourth is kept.
pub(super) fn octahedral_8(data: &mut [u8]) {
    each_8(data, |[x, y, scale, last]| {
        let number = |v: u8| f32::from(v as i8);
        let [x, y, z] = unfolded(number(x), number(y), number(scale), 127.0);
        // What is no number becomes zero.
        [x as i8 as u8, y as i8 as u8, z as i8 as u8, last]
    });
}

/// Unit vectors in four signed numbers of 16 bits; the fourth is kept.
pub(super) fn octahedral_16(data: &mut [u8]) {
    each_16(data, |[x, y, scale, last]| {
        let vector = unfolded(f32::from(x), f32::from(y), f32::from(scale), 32767.0);
        let [x, y, z] = vector.map(|v| v as i16);
        [x, y, z, last]
    });
}

/// Unit quaternions without their largest component, whose place is in the two lowest bits of the fourth number; its other
/// bits are the scale.
pub(super) fn quaternion(data: &mut [u8]) {
    each_16(data, |[x, y, z, last]| {
        let largest = (last & 3) as usize;
        let scale = std::f32::consts::FRAC_1_SQRT_2 / f32::from(last | 3);
        let [x, y, z] = [x, y, z].map(|v| f32::from(v) * scale);
        let w = (1.0 - x * x - y * y - z * z).max(0.0).sqrt();
        let mut out = [0; 4];
        for (i, v) in [w, x, y, z].into_iter().enumerate() {
            out[(largest + i) % 4] = (v * 32767.0).round() as i16;
        }
        out
    });
}

/// Floats from a mantissa of 24 bits and an exponent of 8.
pub(super) fn exponential(data: &mut [u8]) {
    each_8(data, |bytes| {
        let number = i32::from_le_bytes(bytes);
        let (exponent, mantissa) = (number >> 24, (number << 8) >> 8);
        let float = f64::from(mantissa) * 2f64.powi(exponent);
        (float as f32).to_le_bytes()
    });
}

/// A colour from its brightness and its distance to green and orange, with `one` as white.
fn colored([y, co, cg, alpha]: [i32; 4], one: i32) -> [f32; 4] {
    // The highest bit of the last number says how many bits the colour has.
    let bits = 31u32.saturating_sub((alpha as u32).leading_zeros());
    let most = (1i32 << (bits + 1)) - 1;
    let alpha = alpha & (most >> 1);
    let alpha = (alpha << 1) | (alpha & 1);
    let scale = one as f32 / most as f32;
    [y + co - cg, y + cg, y - co - cg, alpha].map(|v| (v as f32 * scale).round())
}

/// Colours of four bytes.
pub(super) fn color_8(data: &mut [u8]) {
    each_8(data, |[y, co, cg, alpha]| {
        let signed = |v: u8| i32::from(v as i8);
        let told = [i32::from(y), signed(co), signed(cg), i32::from(alpha)];
        colored(told, 255).map(|v| v as u8)
    });
}

/// Colours of four numbers of 16 bits.
pub(super) fn color_16(data: &mut [u8]) {
    each_16(data, |[y, co, cg, alpha]| {
        let plain = |v: i16| i32::from(v as u16);
        let told = [plain(y), i32::from(co), i32::from(cg), plain(alpha)];
        colored(told, 65535).map(|v| v as u16 as i16)
    });
}
