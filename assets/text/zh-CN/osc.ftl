# OSC 数据和 OSC 地址表有什么问题。
osc-not-osc = 对方发来的不是 OSC（第 { $at } 字节处）
    .fix = 请检查是什么设备在向这个端口发送数据。
osc-cut = OSC 数据包不完整：第 { $at } 字节处的内容没有结束（{ $what }）
    .fix = 请检查发送方，以及它的数据报对网络来说是否过长。
osc-bad-element = OSC 数据包第 { $at } 字节处的元素声称有 { $size } 字节，放不下
    .fix = 请检查是什么设备在向这个端口发送数据。
osc-not-text = OSC 数据包第 { $at } 字节处的文本不是 UTF-8
    .fix = 请用发送方能够写出的字母为它的主体重新命名。
osc-unknown-tag = OSC 数据包第 { $at } 字节处的类型“{ $tag }”未知
    .fix = 请检查是什么设备在向这个端口发送数据。
osc-open-array = OSC 数据包第 { $at } 字节处的数组没有闭合
    .fix = 请检查是什么设备在向这个端口发送数据。
osc-too-much = OSC 数据包第 { $at } 字节处超过上限 { $limit }（{ $what }）
    .fix = 请检查是什么设备在向这个端口发送数据；真实的发送方远低于这个数量。
vicon-osc-no-frame = 收到的是 OSC，但不是来自 Vicon：其中没有 /vicon/frame
    .fix = 对于其他发送方，请写一张地址表，并使用带 map=FILE 的 osc://。
osc-map-text = OSC 地址表第 { $line } 行第 { $column } 列有误：{ $reason }
    .fix = 请与 rigs/osc/markers.toml 对照，那里说明了每个键。
osc-map-bad-axes = OSC 地址表的坐标轴 { $axes } 不是 x、y、z 的某种排列
    .fix = 请用发送方的坐标写出我们的 X、Y（向上）和 Z，例如 ["x", "z", "-y"]。
osc-map-bad-address = OSC 地址表的地址“{ $address }”不能使用：{ $reason }
    .fix = 请写成 "/mocap/{"{"}subject{"}"}/{"{"}marker{"}"}" 这样的形式。
osc-map-lacks = OSC 地址表的消息“{ $address }”缺少“{ $what }”
    .fix = 请在地址或参数中写出它。
osc-map-too-much = OSC 地址表的消息“{ $address }”不能有“{ $what }”，或不能有两次
    .fix = 请去掉它，或者为无关的参数写 "any"。
osc-map-count = OSC 地址表有 { $count } 条消息；可接受 1 到 { $limit } 条
    .fix = 请只写出需要的地址。
osc-map-no-frame-message = OSC 地址表让帧以某条消息开始或结束，但没有一条消息是帧
    .fix = 请添加一条 is = "frame" 的消息，或者写 frame = "datagram"。
