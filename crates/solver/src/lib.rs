//! From markers to a performer's skeleton, and from the skeleton to a digital human.
