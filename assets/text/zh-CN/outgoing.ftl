# 命令行上的输出。
outgoing-help = 把帧以另一种协议转发，例如 vmc://主机、opentrackio://?source=1 或 ltc:文件.wav；可给出多次。协议：{ $known }
outgoing-output = 输出
outgoing-frames = 帧
outgoing-sent = 已发送
outgoing-dropped = 已丢弃
outgoing-refused = 未被接受
outgoing-without = 无内容
outgoing-beyond = 超出范围
outgoing-no-walls = { $url } 发送 LED 墙的颜色，而这里没有墙
    .fix = 请在 cyc demo 中使用，或在绘制画面的 cyc run 中使用（不带 --no-picture）。
