//! The capture systems beside Vicon from outside: golden bytes, traps, round trips, broken input, and both ends
//! talking. What is asked of every protocol stands in `corpus` and `damage`; each protocol has its own folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bytes;
mod corpus;
mod damage;
mod ifacialmocap;
mod live_link_face;
mod natnet;
mod osc;
mod qualisys;
mod rokoko;
mod sameness;
mod scene;
mod vmc;
mod vrpn;
mod xsens_mvn;
