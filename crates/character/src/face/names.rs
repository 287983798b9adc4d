//! Which morph target is which face shape, by ARKit's names as tools write them.
//!
//! `eyeBlinkLeft` comes as `EyeBlinkLeft`, `eye_blink_L`, `blendShape1.eyeBlink_L`, `A14_Eye_Blink_Left`. What stands before the
//! last `.`, `:`, `|` or `/` is a node's name; case and what joins words do not matter; words before the shape's own are a
//! tool's numbering. A shape takes the first target with exactly its name, else the first that is alike.

use cyc_model::FaceShape;

/// The number of the target that is a shape.
pub(crate) fn target_of(shape: FaceShape, names: &[String]) -> Option<u16> {
    let wanted = shape.arkit_name();
    let exact = names.iter().position(|n| n == wanted);
    let found = exact.or_else(|| {
        let plain = wanted.to_ascii_lowercase();
        names.iter().position(|n| is_called(n, &plain))
    })?;
    u16::try_from(found).ok()
}

/// Whether a name says the shape whose name in lower case is `plain`.
pub(crate) fn is_called(name: &str, plain: &str) -> bool {
    let own = name.rsplit(['.', ':', '|', '/']).next().unwrap_or(name);
    let words: Vec<String> = own
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    (0..words.len()).any(|skipped| {
        let said: String = words.iter().skip(skipped).map(String::as_str).collect();
        said == plain || sided(&said) == Some(plain.to_owned())
    })
}

/// With a last `l` or `r` written out.
fn sided(said: &str) -> Option<String> {
    let stem = said.strip_suffix('l').map(|s| (s, "left"));
    let (stem, side) = stem.or_else(|| said.strip_suffix('r').map(|s| (s, "right")))?;
    Some(format!("{stem}{side}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_arkit_names_as_tools_write_them() {
        for (name, shape, found) in [
            ("eyeBlinkLeft", FaceShape::EyeBlinkLeft, true),
            ("EyeBlinkLeft", FaceShape::EyeBlinkLeft, true),
            ("head.jawOpen", FaceShape::JawOpen, true),
            ("eyeBlink_L", FaceShape::EyeBlinkLeft, true),
            ("eyeBlink_R", FaceShape::EyeBlinkLeft, false),
            ("EYEBLINKLEFT", FaceShape::EyeBlinkLeft, true),
            ("eye_blink_left", FaceShape::EyeBlinkLeft, true),
            ("A14_Eye_Blink_Left", FaceShape::EyeBlinkLeft, true),
            ("blendShape2.mouthSmile_R", FaceShape::MouthSmileRight, true),
            ("mouthLeft", FaceShape::MouthLeft, true),
            ("mouth_L", FaceShape::MouthLeft, true),
            ("mouthSmileLeft", FaceShape::MouthLeft, false),
            ("tongueOut", FaceShape::TongueOut, true),
            ("jawOpenExtra", FaceShape::JawOpen, false),
            ("", FaceShape::JawOpen, false),
        ] {
            let plain = shape.arkit_name().to_ascii_lowercase();
            assert_eq!(is_called(name, &plain), found, "{name}");
        }
    }

    #[test]
    fn the_exact_name_comes_first() {
        let names = ["Jaw_Open", "jawOpen"].map(str::to_owned);
        assert_eq!(target_of(FaceShape::JawOpen, &names), Some(1));
        assert_eq!(target_of(FaceShape::JawOpen, &names[..1]), Some(0));
        assert_eq!(target_of(FaceShape::JawLeft, &names), None);
    }
}
