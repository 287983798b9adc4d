//! Set-up, tests, tidy and asset building: the two README commands and their helpers.

fn main() {}
