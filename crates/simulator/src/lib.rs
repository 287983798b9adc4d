//! The other end of every protocol: virtual capture systems with performers, cameras and faults.
