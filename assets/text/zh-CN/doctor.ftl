# `cyc doctor`：本机能做什么、缺什么、用哪条命令解决。
doctor-about = 检查本机能做什么、缺什么，并给出解决问题的命令
doctor-usage = cyc doctor [选项]
doctor-summary-good = { $all } 项检查中有 { $good } 项正常。
doctor-summary-limited = { $all } 项检查中有 { $good } 项正常。演示可以运行；其余各项会限制现场能力。
doctor-summary-missing = { $all } 项检查中有 { $good } 项正常。有 { $missing } 项必须先解决，才能渲染画面。
doctor-missing-things = 本机缺少 Cyclorama 所需的条件：{ $names }。
    .fix = 请执行上面给出的命令，然后重新运行 cyc doctor。

doctor-system = 操作系统
doctor-system-unknown = 无法识别
    .fix = Cyclorama 在 Debian 12 和 Ubuntu 上试用过。其他系统请自行安装 Vulkan 和窗口库。
doctor-cores = 处理器
doctor-cores-detail = { $cores } 个核心
    .fix = 实时线程至少需要 { $least } 个核心。请为本机（或容器）分配更多核心。
doctor-memory = 内存
doctor-memory-detail = 可用 { $gib } GiB
    .fix = 至少应有 { $least } GiB 可用内存。请关闭其他程序，或增加内存。
doctor-unknown = 系统未提供此信息
doctor-disk = 磁盘
doctor-disk-detail = 当前位置剩余 { $gib } GiB
    .fix = 录制文件和影片至少需要 { $least } GiB。请清理磁盘，或用 --out 写到别处。
doctor-clock = 时钟
doctor-clock-detail = { $source }
    .fix = 此时钟源会使每个时间戳又慢又粗。可以尝试：echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource

doctor-vulkan-loader = Vulkan 加载器
doctor-vulkan-loader-missing = 缺少 libvulkan.so.1
    .fix = sudo apt-get update && sudo apt-get install -y libvulkan1
doctor-vulkan-driver = Vulkan 驱动
doctor-vulkan-driver-gpu = GPU：{ $names }
doctor-vulkan-driver-software = 处理器渲染：{ $names }。足以运行演示，但不足以驱动真实的 LED 墙
doctor-vulkan-driver-none = 未找到驱动
    .fix = sudo apt-get update && sudo apt-get install -y mesa-vulkan-drivers
doctor-vulkan-driver-broken = 已找到但无法使用：{ $names }
    .fix = 请安装显卡驱动（在容器中请映射显卡设备），或改用处理器渲染：sudo apt-get update && sudo apt-get install -y mesa-vulkan-drivers
doctor-display = 显示环境
doctor-display-none = 无：画面将写入文件
    .fix = 输出图片和影片无需处理。如需显示窗口，请登录图形桌面。
doctor-display-unreachable = 已设置 { $name }，但该显示没有响应
    .fix = 请登录图形桌面，或取消设置 DISPLAY 和 WAYLAND_DISPLAY。
doctor-window-libraries = 窗口库
doctor-window-libraries-good = 齐全
doctor-window-libraries-missing = 缺少：{ $names }
    .fix = sudo apt-get update && sudo apt-get install -y { $packages }

doctor-real-time = 实时优先级
doctor-real-time-granted = 已获准
doctor-real-time-up-to = 已获准，最高 { $priority }
doctor-real-time-refused = 被拒绝：负载高时帧可能迟到
    .fix = echo "{ $user } - rtprio 95" | sudo tee /etc/security/limits.d/90-cyclorama.conf，然后重新登录。
doctor-receive-buffer = 接收缓冲区
doctor-receive-buffer-detail = 每个套接字 { $kib } KiB（net.core.rmem_max）
    .fix = 突发的动捕数据可能丢失。请执行：sudo sysctl -w net.core.rmem_max={ $wanted }
doctor-loopback-udp = 本机 UDP
doctor-loopback-udp-detail = 突发 { $sent } 个数据报，收到 { $received } 个，用时 { $ms } 毫秒
    .fix = 本机程序之间有数据报丢失。请增大缓冲区：sudo sysctl -w net.core.rmem_default={ $wanted }
doctor-loopback-tcp = 本机 TCP
doctor-loopback-tcp-detail = 32 KiB 往返用时 { $ms } 毫秒
doctor-loopback-failed = 无法使用：{ $reason }
    .fix = 请启用回环接口：sudo ip link set lo up。在容器中请允许网络访问。
doctor-crashes = 崩溃报告
doctor-crashes-none = 没有
doctor-crashes-found = { $count } 份，最新一份在 { $hours } 小时前：{ $path }
    .fix = 请将该文件发送给本程序的维护者，然后删除。
