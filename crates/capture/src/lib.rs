//! Sockets and receive threads: what arrives becomes a MocapFrame with its time of arrival.
