# 接收到的面部数据有什么问题。
livelink-too-large = 数据包为 { $bytes } 字节，超过上限 { $limit }
    .fix = 请检查是什么设备在向这个端口发送数据。
livelink-version = 面部数据包的版本是 { $version }；这里读取版本 6
    .fix = 请更新 Live Link Face 应用，或检查是什么设备在向这个端口发送数据。
livelink-cut = 面部数据包不完整（{ $part }）：需要 { $needed } 字节，只剩 { $left } 字节
    .fix = 请检查是什么设备在向这个端口发送数据。
livelink-bad-name = 面部数据包中的名称（{ $part }）为空、超过 { $limit } 字节或不是 UTF-8
    .fix = 请在应用中为主体换一个名称。
livelink-too-few-values = 面部数据包只有 { $count } 个值；一张脸有 52 个形状
    .fix = 请在应用中选择 ARKit 捕捉。
