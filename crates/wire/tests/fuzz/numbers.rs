//! Numbers that are none, in every place of every protocol's packets: as binary numbers of each width and order, and as text.

/// What a broken or hostile sender may put in place of a number.
const EVIL: [f64; 7] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    1e30,
    -1e300,
    f64::MIN_POSITIVE / 4.0,
    0.0,
];

/// The same as a text says it.
const EVIL_WORDS: [&str; 8] = ["NaN", "nan", "inf", "-Infinity", "1e400", "-1e30", "0", ""];

/// Places of a packet that are tried at most: every one of a short packet, evenly of a long one.
const PLACES: usize = 400;

/// Every packet with one number replaced, one after the other.
pub fn each_with_evil(packet: &[u8], mut take: impl FnMut(&[u8])) -> u64 {
    let mut done = 0;
    let mut broken = packet.to_vec();
    let step = 1 + packet.len() / PLACES;
    for place in (0..packet.len()).step_by(step) {
        let value = EVIL[done as usize % EVIL.len()];
        let [single, single_big] = [(value as f32).to_le_bytes(), (value as f32).to_be_bytes()];
        let [double, double_big] = [value.to_le_bytes(), value.to_be_bytes()];
        for bytes in [&single[..], &single_big, &double, &double_big] {
            let Some(slot) = broken.get_mut(place..place + bytes.len()) else {
                continue;
            };
            slot.copy_from_slice(bytes);
            take(&broken);
            done += 1;
            broken[place..].copy_from_slice(&packet[place..]);
        }
    }
    done + each_with_evil_words(packet, take)
}

/// The same for numbers that are written out.
fn each_with_evil_words(packet: &[u8], mut take: impl FnMut(&[u8])) -> u64 {
    let is_of_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let (mut done, mut at) = (0, 0);
    while at < packet.len() && done < PLACES as u64 {
        if !packet[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let length = packet[at..].iter().take_while(|b| is_of_number(b)).count();
        let word = EVIL_WORDS[done as usize % EVIL_WORDS.len()].as_bytes();
        take(&[&packet[..at], word, &packet[at + length..]].concat());
        done += 1;
        at += length;
    }
    done
}
