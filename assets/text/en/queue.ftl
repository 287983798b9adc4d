queue-readers-out-of-range = A frame queue for { $asked } readers cannot be made: 1 to { $max } are possible. Use fewer walls or outputs.
queue-capacity-out-of-range = A frame queue of { $asked } frames cannot be made: 1 to { $max } are possible.
