//! Elements of several bytes, each told by what it differs from the one before: the bytes of one place of 16 elements
//! together, in as few bits as they need.

use super::bytes::{Bytes, Problem, unzigzag};

/// Elements whose bytes lie together.
const GROUP: usize = 16;
/// Elements of a block at most.
const BLOCK_MAX: usize = 256;
/// Bytes of a block at most.
const BLOCK_BYTES_MAX: usize = 0x2000;

/// How the four bytes of a place in all elements are told.
#[derive(Clone, Copy)]
enum Channel {
    /// Each byte as a difference.
    Bytes,
    /// Two numbers of 16 bits as differences.
    Words,
    /// The bits that change, turned by so many.
    Bits(u32),
}

impl Channel {
    fn of(mode: u8) -> Result<Self, Problem> {
        match mode & 3 {
            0 => Ok(Self::Bytes),
            1 => Ok(Self::Words),
            2 => Ok(Self::Bits(u32::from(mode >> 4))),
            _ => Err(Problem::Channel),
        }
    }

    /// The next four bytes from the last ones and what is told of them.
    fn next(self, last: [u8; 4], told: [u8; 4]) -> [u8; 4] {
        match self {
            Self::Bytes => std::array::from_fn(|i| {
                let delta = unzigzag(u32::from(told[i])) as u8;
                last[i].wrapping_add(delta)
            }),
            Self::Words => {
                let word = |bytes: [u8; 4], i: usize| u16::from_le_bytes([bytes[i], bytes[i + 1]]);
                let next = |i| {
                    let delta = unzigzag(u32::from(word(told, i))) as u16;
                    word(last, i).wrapping_add(delta).to_le_bytes()
                };
                let ([a, b], [c, d]) = (next(0), next(2));
                [a, b, c, d]
            }
            Self::Bits(turn) => {
                let changed = u32::from_le_bytes(told).rotate_right(turn);
                (u32::from_le_bytes(last) ^ changed).to_le_bytes()
            }
        }
    }
}

/// What stands behind the blocks.
struct Tail<'a> {
    /// What the first element differs from.
    first: &'a [u8],
    channels: Vec<Channel>,
}

/// The stream's version, its blocks and its tail.
fn parts(stream: &[u8], stride: usize) -> Result<(u8, Bytes<'_>, Tail<'_>), Problem> {
    let header = *stream.first().ok_or(Problem::Short)?;
    let version = header & 0x0f;
    if header & 0xf0 != 0xa0 || version > 1 {
        return Err(Problem::Header);
    }
    // Decoders may read beyond the blocks as far as the tail's least size.
    let (size, least) = match version {
        0 => (stride, 32),
        _ => (stride + stride / 4, 24),
    };
    let body = stream.len().checked_sub(1 + size.max(least));
    let body = body.ok_or(Problem::Short)?;
    let tail = stream.get(stream.len() - size..).ok_or(Problem::Short)?;
    let (first, modes) = tail.split_at_checked(stride).ok_or(Problem::Short)?;
    let channels = match version {
        0 => vec![Channel::Bytes; stride / 4],
        _ => modes
            .iter()
            .map(|mode| Channel::of(*mode))
            .collect::<Result<_, _>>()?,
    };
    let blocks = stream.get(1..1 + body).ok_or(Problem::Short)?;
    Ok((version, Bytes::new(blocks), Tail { first, channels }))
}

/// `count` elements of `stride` bytes each.
pub(super) fn decode(stream: &[u8], count: usize, stride: usize) -> Result<Vec<u8>, Problem> {
    let (version, mut blocks, tail) = parts(stream, stride)?;
    let mut last = tail.first.to_vec();
    let mut told = vec![0u8; stride * BLOCK_MAX];
    let mut out = Vec::with_capacity(count * stride);
    let block = (BLOCK_BYTES_MAX / stride) & !(GROUP - 1);
    let block = block.clamp(GROUP, BLOCK_MAX);
    let mut left = count;
    while left > 0 {
        let elements = left.min(block);
        read_block(&mut blocks, (version, stride, elements), &mut told)?;
        for element in 0..elements {
            for (channel, bytes) in tail.channels.iter().zip(last.chunks_exact_mut(4)) {
                let Ok(before) = <[u8; 4]>::try_from(&*bytes) else {
                    continue;
                };
                let place = out.len() % stride;
                let told = std::array::from_fn(|i| {
                    let at = (place + i) * BLOCK_MAX + element;
                    told.get(at).copied().unwrap_or(0)
                });
                let next = channel.next(before, told);
                bytes.copy_from_slice(&next);
                out.extend(next);
            }
        }
        left -= elements;
    }
    blocks.end()?;
    Ok(out)
}

/// What is told of each byte of so many elements, `BLOCK_MAX` for each place in them.
fn read_block(
    blocks: &mut Bytes<'_>,
    (version, stride, elements): (u8, usize, usize),
    told: &mut [u8],
) -> Result<(), Problem> {
    let controls = match version {
        0 => &[][..],
        _ => blocks.take(stride / 4)?,
    };
    for (place, told) in told.chunks_exact_mut(BLOCK_MAX).enumerate() {
        let control = controls.get(place / 4);
        let control = control.map(|byte| byte >> (2 * (place % 4)) & 3);
        let widths = match control {
            None => [0, 2, 4, 8],
            Some(0) => [0, 1, 2, 4],
            Some(1) => [1, 2, 4, 8],
            Some(2) => {
                told.fill(0);
                continue;
            }
            Some(_) => {
                let plain = blocks.take(elements)?;
                told.iter_mut()
                    .zip(plain)
                    .for_each(|(to, from)| *to = *from);
                continue;
            }
        };
        let groups = elements.div_ceil(GROUP);
        let modes = blocks.take(groups.div_ceil(4))?;
        for (group, told) in told.chunks_exact_mut(GROUP).take(groups).enumerate() {
            let modes = modes.get(group / 4).copied().unwrap_or(0);
            let mode = usize::from(modes >> (2 * (group % 4)) & 3);
            read_group(blocks, widths[mode], told)?;
        }
    }
    Ok(())
}

/// The bytes of 16 elements, each in `width` bits, or beside when all its bits are set.
fn read_group(blocks: &mut Bytes<'_>, width: u32, told: &mut [u8]) -> Result<(), Problem> {
    if width == 0 {
        told.fill(0);
        return Ok(());
    }
    let packed = blocks.take(2 * width as usize)?;
    if width == 8 {
        told.copy_from_slice(packed);
        return Ok(());
    }
    let (each, all) = (8 / width, (1u8 << width) - 1);
    for (i, byte) in (0..).zip(told) {
        let within = i % each;
        // Single bits begin at the lowest, all others at the highest.
        let shift = match width {
            1 => within,
            _ => 8 - width * (within + 1),
        };
        let packed = packed.get((i / each) as usize).copied().unwrap_or(0);
        let small = packed >> shift & all;
        *byte = if small == all { blocks.byte()? } else { small };
    }
    Ok(())
}
