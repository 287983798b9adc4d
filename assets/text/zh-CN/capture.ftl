# 信号源为什么没有连接，以及信号源地址有什么问题。
capture-resolve = 找不到主机“{ $host }”：{ $reason }
    .fix = 请检查名称，或直接填写主机的 IP 地址。
capture-refused = { $address } 拒绝连接：该端口上没有程序监听
    .fix = 请检查端口，并确认动作捕捉软件正在运行且处于 Live 状态。
capture-unreachable = { $address } 没有响应：{ $reason }
    .fix = 请检查地址、网线、两台机器是否在同一网络，以及防火墙。
capture-bind = 无法在 { $address } 上接收：{ $reason }
    .fix = 请确认该地址属于本机，且端口未被其他程序占用。
capture-closed = 服务器关闭了连接
    .fix = 程序会自动重试。请确认动作捕捉软件正在运行。
capture-failed = 连接中断：{ $reason }
    .fix = 程序会自动重试。请检查网络。
capture-url-no-protocol = “{ $url }”没有以协议开头
    .fix = 请写成 vicon://主机 或 vicon-udp://:51001 的形式。
capture-url-unknown-protocol = 无法接收协议“{ $protocol }”
    .fix = 目前支持 { $known }。
capture-url-no-host = “{ $url }”没有写明主机
    .fix = 请写成 vicon://主机 或 vicon://192.168.1.10:801 的形式。
capture-url-bad-port = 端口“{ $port }”不是 1 到 65535 之间的数字
    .fix = 省略端口即使用该协议的默认端口。
capture-url-bad-address = “{ $address }”不是 IP 地址
    .fix = 请填写类似 192.168.1.10 的地址。
capture-url-bad-option = { $protocol } 不支持选项“{ $option }”，或该选项不接受“{ $value }”
    .fix = 请检查选项的名称和值。
capture-url-any-interface = { $bind } 会在本机的所有网络上开放端口
    .fix = 请填写某一个网络接口的地址；如果确实需要，请加上 allow_any_interface=true。
