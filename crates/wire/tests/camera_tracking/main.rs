//! Camera tracking against what nobody here made: a studio's recording and the specification's examples.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod mosys_recording;
mod opentrackio_examples;

/// A file of the shared data; `None` after having said why the test is skipped.
fn shared_file(path: &str) -> Option<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/");
    match std::fs::read(format!("{folder}{path}")) {
        Ok(bytes) => Some(bytes),
        Err(e) => {
            let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
            assert!(
                !required,
                "CYC_SHARED=required, but ../shared/data/{path} cannot be read: {e}"
            );
            eprintln!("SKIPPED: ../shared/data/{path} is not there");
            None
        }
    }
}
