# 文本为什么不是一个输出，或者输出为什么无法启动。
emit-url-no-protocol = “{ $url }”没有以协议开头
    .fix = 请写成 vmc://主机、opentrackio://?source=1 或 ltc:文件.wav 的形式。
emit-url-unknown-protocol = 无法发送协议“{ $protocol }”
    .fix = 目前支持 { $known }。
emit-url-bad-port = 输出端口“{ $port }”不是 1 到 65535 之间的数字
    .fix = 省略端口即使用该协议的默认端口。
emit-url-bad-option = { $protocol } 输出不支持选项“{ $option }”，或该选项不接受“{ $value }”
    .fix = 请检查选项的名称和值。
emit-url-not-wav = “{ $place }”不是 WAV 文件：时间码只写入文件或从文件读取，不使用声卡
    .fix = 请给出文件，例如 ltc:out/show.wav。需要使用声卡时，可用任意播放器播放或录制该文件。
emit-too-many = 给出了 { $count } 个输出，但最多运行 { $limit } 个
    .fix = 请减少输出，或用“cyc listen --output”在另一个程序中运行。
emit-resolve = 找不到输出的主机“{ $host }”：{ $reason }
    .fix = 请检查名称，或直接填写主机的 IP 地址。
emit-socket = 无法向 { $address } 发送：{ $reason }
    .fix = 请检查地址；“interface=”必须是本机的地址。
emit-file = 无法创建输出文件 { $path }：{ $reason }
    .fix = 请检查文件夹。已有的文件不会被覆盖：请先删除，或换一个名称。
emit-system = 输出无法运行：{ $reason }
    .fix = 请关闭其他程序后重试。
