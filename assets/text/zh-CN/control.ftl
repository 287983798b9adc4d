# 运行中的舞台拒绝的命令。

control-out-of-range = “{ $field }”为 { $value }，允许范围是 { $least } 到 { $most }。
    .fix = 请给出该范围内的值。
control-bad-name = “{ $field }”有 { $chars } 个字符；允许 1 到 { $most } 个，且不能含控制字符。
    .fix = 请使用舞台文件中的较短名称。

control-door-folder = 无法在 { $path } 中存放入口文件：{ $reason }
    .fix = 该文件夹必须只属于您：删除它，或用 chmod 700 改正。
control-door-cannot-write = 无法写入入口文件 { $path }：{ $reason }
    .fix = 没有它，操作面板只能凭地址找到舞台。请腾出空间，或在 XDG_RUNTIME_DIR 中写上自己的文件夹。
control-door-cannot-read = 无法读取入口文件 { $path }：{ $reason }
    .fix = 请给出 cyc run 启动时说的文件，或给出地址和令牌。
control-no-stage = 这台机器上没有舞台在运行：{ $folder } 里没有入口文件。
    .fix = 请以同一用户用 cyc run 启动一个。舞台在别处时请给出它的地址和令牌。
control-several-stages = 这台机器上有 { $count } 个舞台在运行：{ $stages }
    .fix = 请用 --door 文件 选择一个。

# 操控舞台的接口。

control-not-loopback = 控制接口不能开在 { $address }：它不只限于本机。
    .fix = 请选择 127.0.0.1:8470 这样的地址；从其他机器访问请用 SSH 隧道。
control-osc-open = { $address } 上的 OSC 命令可能来自任何机器。
    .fix = 请在 [control] 一节列出允许发送的机器：allow = ["192.168.1.20"]。
control-bind = 控制接口无法使用 { $address }：{ $reason }。
    .fix = 请在 [control] 一节换一个端口，或用 0 选任意空闲端口。
control-thread = 控制接口无法启动：{ $reason }。
    .fix = 请关闭占用大量线程或文件的程序，然后重试。
control-method = 该路径不接受这种方法。
    .fix = 读取用 GET，/v1/commands 用 POST。
control-no-path = { $path } 处没有内容。
    .fix = 请访问 /v1/state、/v1/shapes 或 /v1/scene，或把命令发到 /v1/commands。
control-too-long = 命令没有完整到达，或超过 { $bytes } 字节。
    .fix = 请把一条命令作为一个 JSON 对象发送。
control-not-a-command = 这不是一条命令：{ $reason }。
    .fix = 请发送类似 {"{"}"command":"freeze","on":true{"}"} 的对象；README 列出了所有命令。
control-busy = 舞台要处理的命令已经太多。
    .fix = 请少发一些，并等待每条命令的答复。
control-no-answer = 舞台在 { $seconds } 秒内没有答复；演出继续。
    .fix = 请查看 cyc run 的日志，然后重试。
control-no-token = 没有出示令牌。
    .fix = 请发送请求头 Authorization: Bearer 令牌；令牌在 cyc run 启动时给出的文件里。
control-wrong-token = 该令牌不属于这个舞台。
    .fix = 请从 cyc run 给出的文件重新读取：每次启动都会更换。
control-foreign = 不接受来自其他站点的请求。
    .fix = 请使用本机的页面或程序，地址用 127.0.0.1。
control-role = 这需要 { $role } 角色的令牌。
    .fix = 请使用该令牌；它在 cyc run 启动时给出的文件里。
control-guessing = 一分钟内从那里来的错误令牌太多。
    .fix = 请等一分钟，然后使用 cyc run 给出的文件里的令牌。
control-osc-arguments = { $address } 的参数与该命令不符。
    .fix = README 列出了每个地址及其参数。

# 运行中的舞台没有执行命令的原因。

steer-no-camera = 舞台没有名为“{ $name }”的摄像机。
    .fix = 现有：{ $known }。
steer-no-wall = 舞台没有名为“{ $name }”的墙。
    .fix = 现有：{ $known }。
steer-no-source = 舞台没有名为“{ $name }”的数据源。
    .fix = 现有：{ $known }。
steer-no-performer = 舞台没有名为“{ $name }”的表演者。
    .fix = 现有：{ $known }。
steer-no-card = 没有名为“{ $name }”的灯卡。
    .fix = 现有：{ $known }。
steer-no-picture = 当前不绘制画面，因此没有可改变的内容。
    .fix = 启动 cyc run 时不要加 --no-picture。
steer-too-many-cards = 已有 { $limit } 张灯卡，达到上限。
    .fix = 请先移除一张。
steer-not-armed = 没有待录的镜次。
    .fix = 请先准备：给出场记板名称和镜次号。
steer-rolling = 已有镜次正在录制。
    .fix = 请先停止它。
steer-not-rolling = 没有正在录制的镜次。
    .fix = 请先准备镜次再开录。
steer-take-exists = 该镜次已存在：{ $path }。
    .fix = 请换一个镜次号，或留空以使用下一个空号。
steer-no-face = 还没有收到 { $name } 的面部。
    .fix = 请查看面部捕捉是否有信号；舞台文件中的 face_source 和 face_subject 指明来源。
steer-calibrating = 正在校准 { $name }。
    .fix = 请等它结束，只需几秒钟。
steer-nothing-to-undo = 没有可以撤销的操作。
    .fix = 录制和校准不能撤销；其他操作可按执行顺序逐一撤销。
steer-no-disk = 镜次文件夹无法使用：{ $reason }。
    .fix = 请把舞台文件 [control] 一节的 takes 设为可写的文件夹。
steer-recasting = 正在准备另一个数字人：{ $file }。
    .fix = 请等它就绪，只需几秒钟。
control-bad-address = “{ $address }”和这个令牌不能进入任何舞台。
    .fix = 请给出主机和端口，例如 127.0.0.1:4711，以及舞台入口文件里的令牌。
control-no-connection = { $address } 的舞台没有应答：{ $reason }
    .fix = 请检查 cyc run 是否在那里运行、地址是否正确。操作面板会继续尝试。
control-not-understood = 无法理解 { $address } 的应答：{ $reason }
    .fix = 请使用与舞台同一版本的操作面板。
control-not-let-in = { $address } 的舞台不让操作面板进入（HTTP { $status }）。
    .fix = 请给出舞台入口文件里现在的令牌；舞台每次启动都会换新的。
