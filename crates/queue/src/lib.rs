//! Lock-free frame queues: latest value, ring, broadcast; each policy named, each loss counted.
