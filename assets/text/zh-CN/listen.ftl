# `cyc listen`：显示从捕捉系统收到的数据。
listen-about = 实时显示从捕捉系统收到的数据；收不到时说明原因
listen-usage = cyc listen [选项] [--stage 文件] [地址…]
listen-url-help = 数据源，例如 vicon://主机[:801] 或 vicon-udp://[地址]:51001。支持的协议：{ $known }
listen-stage-help = 收听这个舞台文件里的信号源，与 cyc run 相同
listen-seconds-help = 监听多少秒后结束。未指定时按 Ctrl-C 结束

listen-source = 数据源
listen-state = 状态
listen-rate = 帧率
listen-loss = 丢失
listen-jitter = 抖动
listen-latency = 延迟
listen-markers = 标记点
listen-timecode = 时间码
listen-subjects = 对象
listen-hz = { $hz } Hz
listen-percent = { $percent } %
listen-ms = { $ms } 毫秒
listen-state-connecting = 正在连接
listen-state-connected = 已连接
listen-state-live = 实时接收
listen-state-silent = 没有数据
listen-state-ended = 已播放到结尾
listen-state-disconnected = 未连接

listen-still-connecting = 尚无应答。
    .fix = 若持续如此：请检查地址、两台机器是否在同一网络，以及防火墙。
listen-losing = 有 { $percent } % 的帧没有到达（{ $missing } 帧）。
    .fix = 请检查网络负载，用网线代替无线，并运行 cyc doctor 检查接收缓冲区。
listen-no-subjects = 收到了帧，但其中没有任何对象。
    .fix = 请在捕捉软件中启用对象，并确认它们已被跟踪。
listen-stopped = 曾收到帧，但 { $seconds } 秒前停止了。
    .fix = 请确认捕捉软件处于实时（Live）状态且未暂停。
listen-foreign = 收到 { $count } 个不属于此协议的数据包。
    .fix = 有其他程序在向此端口发送：请检查两端的协议和端口。
listen-strangers = 有 { $count } 个数据包来自不在名单上的发送方，未读取。
    .fix = 请把发送方加入地址中的 allow=…，或去掉 allow。
listen-silent-port = 端口已打开，但没有收到任何数据。
    .fix = 请在捕捉软件中打开此协议的数据流，并发送到本机地址和此端口。要接收其他机器的数据，请写明本机的网络地址，代替默认的 127.0.0.1。
listen-silent-server = 已连接，但没有收到帧。
    .fix = 请把捕捉软件切换到实时（Live）或开始播放。暂停或离线的系统不会发送数据。
listen-face = 面部
listen-lens = { $mm } 毫米镜头

listen-unit = { $subject } 的大小为 { $metres } 米：单位看起来不对。乘以 { $factor } 则为 { $right } 米。
    .fix = 请在捕捉软件中设置单位；此数据源的地址或映射文件若可设置单位，也可在那里设置。
listen-size = { $subject } 的大小为 { $metres } 米，没有人是这样大小。
    .fix = 请检查捕捉软件中的单位和比例，以及所有标记点是否都属于此对象。
listen-lying = { $subject } 躺着，或者向上的轴不对。
    .fix = 若实际站立：请把捕捉软件的向上轴设为通常的轴（Vicon 为 Z 向上，OptiTrack 为 Y 向上），或在此数据源的地址或映射文件中选择轴。
listen-below = { $subject } 位于地面以下 { $metres } 米：原点或向上轴的方向看起来不对。
    .fix = 请在捕捉软件中把捕捉区的原点设在地面上，并确认向上的轴指向上方。
listen-bad-seconds = --seconds 必须是大于 0 的秒数，不能是“{ $value }”。
    .fix = 不写则一直监听，按 Ctrl-C 结束。
listen-nothing = 没有收到来自 { $urls } 的任何数据。
    .fix = 原因见上方。没有硬件时可以这样试用：运行 cyc sim vicon，再监听 vicon://127.0.0.1:8801。
