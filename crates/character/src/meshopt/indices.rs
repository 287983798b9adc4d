//! Indices: of triangles that share edges and vertices with those before, or one after the other.

use super::bytes::{Bytes, Problem, unzigzag};

/// The last few things, newest first.
struct Recent<T, const N: usize> {
    all: [T; N],
    next: usize,
}

impl<T: Copy + Default, const N: usize> Recent<T, N> {
    fn new() -> Self {
        Self {
            all: [T::default(); N],
            next: 0,
        }
    }

    fn push(&mut self, one: T) {
        self.all[self.next % N] = one;
        self.next = (self.next + 1) % N;
    }

    /// The one `back` before the newest.
    fn get(&self, back: usize) -> T {
        self.all[(self.next + 2 * N - 1 - back % N) % N]
    }
}

/// What is known after some triangles.
struct Known {
    /// The next index that was never used.
    next: u32,
    /// The last one that was told by its difference.
    last: u32,
    edges: Recent<(u32, u32), 16>,
    vertices: Recent<u32, 16>,
}

impl Known {
    fn fresh(&mut self) -> u32 {
        let fresh = self.next;
        self.next = self.next.wrapping_add(1);
        fresh
    }

    fn told(&mut self, data: &mut Bytes<'_>) -> Result<u32, Problem> {
        self.last = self.last.wrapping_add(unzigzag(data.number()?));
        Ok(self.last)
    }

    /// The third corner of a triangle at an edge that is known.
    fn third(&mut self, code: u8, data: &mut Bytes<'_>) -> Result<u32, Problem> {
        let corner = match code {
            0 => self.fresh(),
            1..=12 => return Ok(self.vertices.get(usize::from(code))),
            13 => {
                self.last = self.last.wrapping_sub(1);
                self.last
            }
            14 => {
                self.last = self.last.wrapping_add(1);
                self.last
            }
            _ => self.told(data)?,
        };
        self.vertices.push(corner);
        Ok(corner)
    }

    /// A corner of a triangle of its own, and whether it is to be remembered.
    fn corner(&mut self, code: u8, data: Option<&mut Bytes<'_>>) -> Result<(u32, bool), Problem> {
        match (code, data) {
            (0, _) => Ok((self.fresh(), true)),
            (15, Some(data)) => Ok((self.told(data)?, true)),
            _ => Ok((self.vertices.get(usize::from(code) - 1), false)),
        }
    }

    /// A triangle that shares no known edge.
    fn apart(&mut self, code: u8, aux: &[u8], data: &mut Bytes<'_>) -> Result<[u32; 3], Problem> {
        let mut first_is_told = false;
        let (pair, is_short) = match aux.get(usize::from(code)) {
            Some(pair) if code < 14 => (*pair, true),
            _ => {
                let pair = data.byte()?;
                if pair == 0 {
                    self.next = 0;
                }
                first_is_told = code == 15;
                (pair, false)
            }
        };
        let a = match first_is_told {
            true => self.told(data)?,
            false => self.fresh(),
        };
        let mut corner = |code| match is_short {
            true => self.corner(code, None),
            false => self.corner(code, Some(&mut *data)),
        };
        let (b, keeps_b) = corner(pair >> 4)?;
        let (c, keeps_c) = corner(pair & 0x0f)?;
        self.vertices.push(a);
        for (corner, _) in [(b, keeps_b), (c, keeps_c)]
            .iter()
            .filter(|(_, keeps)| *keeps)
        {
            self.vertices.push(*corner);
        }
        self.edges.push((b, a));
        self.edges.push((c, b));
        self.edges.push((a, c));
        Ok([a, b, c])
    }
}

/// `count` indices of a triangle list, each in 2 or 4 bytes.
pub(super) fn decode_triangles(
    stream: &[u8],
    count: usize,
    stride: usize,
) -> Result<Vec<u8>, Problem> {
    let (header, rest) = stream.split_first().ok_or(Problem::Short)?;
    if *header != 0xe1 {
        return Err(Problem::Header);
    }
    let mut body = Bytes::new(rest);
    let codes = body.take(count / 3)?;
    let data = rest.len().checked_sub(codes.len() + 16);
    let mut data = Bytes::new(body.take(data.ok_or(Problem::Short)?)?);
    let aux = body.take(16)?;
    let mut known = Known {
        next: 0,
        last: 0,
        edges: Recent::new(),
        vertices: Recent::new(),
    };
    let mut out = Vec::with_capacity(count * stride);
    for code in codes {
        let (edge, corner) = (code >> 4, code & 0x0f);
        let triangle = if edge < 15 {
            let (a, b) = known.edges.get(usize::from(edge));
            let c = known.third(corner, &mut data)?;
            known.edges.push((c, b));
            known.edges.push((a, c));
            [a, b, c]
        } else {
            known.apart(corner, aux, &mut data)?
        };
        triangle
            .iter()
            .for_each(|index| put(*index, stride, &mut out));
    }
    data.end()?;
    Ok(out)
}

/// `count` indices, each in 2 or 4 bytes.
pub(super) fn decode_sequence(
    stream: &[u8],
    count: usize,
    stride: usize,
) -> Result<Vec<u8>, Problem> {
    let (header, rest) = stream.split_first().ok_or(Problem::Short)?;
    if *header != 0xd1 {
        return Err(Problem::Header);
    }
    let body = rest.len().checked_sub(4).ok_or(Problem::Short)?;
    let mut data = Bytes::new(rest.get(..body).ok_or(Problem::Short)?);
    let mut last = [0u32; 2];
    let mut out = Vec::with_capacity(count * stride);
    for _ in 0..count {
        let told = data.number()?;
        let index = &mut last[(told & 1) as usize];
        *index = index.wrapping_add(unzigzag(told >> 1));
        put(*index, stride, &mut out);
    }
    data.end()?;
    Ok(out)
}

fn put(index: u32, stride: usize, out: &mut Vec<u8>) {
    let bytes = index.to_le_bytes();
    out.extend(bytes.iter().take(stride));
}
