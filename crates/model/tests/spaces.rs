//! Mixing spaces must not compile; what is meant must. The compiler is the judge.

#[test]
fn mixing_spaces_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/spaces/chain_that_fits.rs");
    cases.compile_fail("tests/spaces/add_across_spaces.rs");
    cases.compile_fail("tests/spaces/apply_to_wrong_space.rs");
    cases.compile_fail("tests/spaces/chain_that_does_not_fit.rs");
    cases.compile_fail("tests/spaces/point_plus_point.rs");
    cases.compile_fail("tests/spaces/nanoseconds_are_not_instants.rs");
}
