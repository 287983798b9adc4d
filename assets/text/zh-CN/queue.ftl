queue-readers-out-of-range = 无法为 { $asked } 个读取端创建帧队列:允许 1 到 { $max } 个。请减少 LED 墙面或输出的数量。
queue-capacity-out-of-range = 无法创建容量为 { $asked } 帧的队列:允许 1 到 { $max } 帧。
