use cyc_model::{HostNs, Nanos};

fn due(at: HostNs) -> HostNs {
    at
}

fn main() {
    let _ = due(Nanos::from_millis(4));
}
