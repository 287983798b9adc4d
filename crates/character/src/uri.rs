//! URIs of buffers and pictures: data URIs decoded here, relative paths checked and given to the caller.
//!
//! A path that reaches the caller's resolver is relative, decoded, UTF-8 and stays below its folder; whatever else a
//! URI may be is refused, so that a character cannot read a file that its owner did not put beside it.

use crate::amount::Amount;
use crate::error::{CharacterError, ExternalProblem, UriProblem};
use crate::limits::FILE_BYTES_MAX;
use crate::place::Place;
use base64::Engine;

/// Gives the bytes of an external file by its path relative to the glTF file, or says why not.
pub type Resolver<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, ExternalProblem>;

/// The bytes that a URI stands for.
pub(crate) fn fetch(
    uri: &str,
    what: &Place,
    resolver: Option<Resolver<'_>>,
) -> Result<Vec<u8>, CharacterError> {
    let refuse = |problem| CharacterError::Uri {
        what: what.clone(),
        problem,
    };
    if let Some(data) = uri.strip_prefix("data:") {
        return decode_data(data).map_err(refuse);
    }
    let path = local_path(uri).map_err(refuse)?;
    let resolver = resolver.ok_or_else(|| refuse(UriProblem::NoResolver))?;
    let bytes = resolver(&path).map_err(|problem| CharacterError::External {
        what: what.clone(),
        path,
        problem,
    })?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(CharacterError::TooLarge {
            what: Amount::ExternalBytes,
            size: bytes.len() as u64,
            limit: FILE_BYTES_MAX,
        });
    }
    Ok(bytes)
}

/// RFC 2397, base64 only: no exporter writes binary data as percent escapes.
fn decode_data(data: &str) -> Result<Vec<u8>, UriProblem> {
    let (header, body) = data.split_once(',').ok_or(UriProblem::DataForm)?;
    if !header.ends_with(";base64") {
        return Err(UriProblem::DataForm);
    }
    base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT
        .decode(body.trim_ascii())
        .map_err(|_| UriProblem::Base64)
}

fn local_path(uri: &str) -> Result<String, UriProblem> {
    let path = percent_decoded(uri)?;
    let leaves = path.is_empty()
        || path.starts_with('/')
        || path.contains(['\\', ':', '\0', '?', '#'])
        || path.split('/').any(|part| part == "..");
    if leaves {
        return Err(UriProblem::NotLocal);
    }
    Ok(path)
}

fn percent_decoded(uri: &str) -> Result<String, UriProblem> {
    let mut bytes = uri.bytes();
    let mut out = Vec::with_capacity(uri.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || {
            let c = char::from(bytes.next()?);
            c.to_digit(16)
        };
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(UriProblem::Escape);
        };
        out.push((high * 16 + low) as u8);
    }
    String::from_utf8(out).map_err(|_| UriProblem::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_what_stays_below_its_folder() {
        assert_eq!(
            local_path("textures/a%20b.png"),
            Ok("textures/a b.png".into())
        );
        for bad in [
            "../secret.bin",
            "a/../../b",
            "%2e%2e/secret",
            "/etc/hostname",
            "file:///etc/hostname",
            "C:\\x",
            "http://host/a.bin",
            "",
        ] {
            assert_eq!(local_path(bad), Err(UriProblem::NotLocal), "{bad}");
        }
        for bad in ["%ff", "%f", "%", "a%zz"] {
            assert_eq!(local_path(bad), Err(UriProblem::Escape), "{bad}");
        }
    }

    #[test]
    fn decodes_data() {
        assert_eq!(
            decode_data("application/octet-stream;base64,AQID"),
            Ok(vec![1, 2, 3])
        );
        assert_eq!(decode_data("x;base64,AQI"), Ok(vec![1, 2]));
        assert_eq!(decode_data("x;base64,!!"), Err(UriProblem::Base64));
        assert_eq!(decode_data("text/plain,abc"), Err(UriProblem::DataForm));
        assert_eq!(decode_data("nothing"), Err(UriProblem::DataForm));
    }
}
