# `cyc demo`：主要任务，从一段录制的表演到 LED 墙。
demo-about = 让一段录制的表演一路走到 LED 墙：得到图片、影片和实测延迟
demo-usage = cyc demo [选项]
demo-performance-help = 表演文件：BVH，或标签与某个标记点集相符的 C3D。不给则用内置的舞蹈
demo-stage-help = 影棚文件。不给则用 rigs/stages/demo.toml
demo-out-help = 存放图片、影片、录制和报告的文件夹
demo-headless-help = 即使有显示器也不打开窗口
demo-seconds-help = 录制部分的长度，秒（10 到 120）
demo-rate-help = 每秒捕捉帧数（100 到 240）
demo-seed-help = 决定标记点位置、噪声、遮挡和摄影机手持晃动的随机种子
demo-bad-number = { $argument } 必须在 { $min } 到 { $max } 之间，现在是 { $value }。
    .fix = 不写这个参数即使用默认值。

demo-no-files = 找不到 assets 和 rigs 文件夹，已从 { $searched } 逐级向上查找
    .fix = 请在代码目录中运行，或把 CYC_HOME 设为包含 assets 和 rigs 的文件夹。
demo-cannot-read = 无法读取 { $path }：{ $reason }
    .fix = 请检查文件名和文件权限。
demo-cannot-write = 无法写入 { $path }：{ $reason }
    .fix = 请用 --out 另选文件夹，并确认其可写且有剩余空间。
demo-unknown-performance = { $path } 不是表演文件：只接受 .bvh 和 .c3d。
    .fix = 请导出为 BVH（已解算的骨架）或 C3D（已标注的标记点）。
demo-no-marker-set = rigs/markersets 中没有与 { $path } 的标签相符的标记点集。最接近的及其缺少的标签：{ $missing }
    .fix = 请把表演者的 .vsk 放在该文件旁边，或把标签改成某个标记点集的名称。
demo-stage-lacks = 影棚“{ $stage }”没有{ $what ->
        [camera] 电影摄影机
       *[performer] 表演者
    }，没有可显示的内容。
    .fix = 请在影棚文件中添加，写法见 rigs/stages/demo.toml。
demo-nothing-heard = { $seconds } 秒内没有收到来自“{ $source }”的任何数据。
    .fix = 请运行 cyc doctor 检查回环网络，常见原因是防火墙拦截了回环地址。
demo-bad-face-track = { $path } 不是面部轨道文件：{ $reason }
    .fix = 可删除该文件以不带面部运行，或用 cargo xtask assets 重新生成。
demo-empty-take = 录制文件 { $path } 中没有影棚帧。
    .fix = 请重新运行；若仍然如此，请附上报告中的机器信息反馈给我们。

demo-step-load = 正在载入影棚、角色和表演
demo-step-start = 虚拟捕捉系统位于 { $address }，电影摄影机位于 { $camera }
demo-step-calibrate = 正在用表演者最初几秒的数据进行标定
demo-step-live = 实时：以 { $rate } Hz 录制 { $seconds } 秒
demo-step-film = 正在绘制录制中的每一帧墙面画面，同时进行透过镜头的验证
demo-step-report = 正在写报告
demo-adapter = 绘制设备：{ $adapter }

demo-done-performance = 表演    { $performance }，{ $seconds } 秒，{ $rate } Hz
demo-done-frames = 帧      收到 { $in }，丢失 { $lost }，预测 { $predicted }，跳过 { $superseded }
demo-done-latency = 延迟    数据包到姿态 { $p50 } µs（p99 { $p99 } µs），实时数据包到画面 { $total } ms
demo-done-markers = 标记点  残差 { $rms } 毫米（均方根），标定前 { $before } 毫米
demo-done-joints = 关节    与真值平均相差 { $performer } 毫米，数字人 { $human } 毫米
demo-done-joints-none = 关节    标记点为实录数据，没有可比较的真值
demo-done-proof = 验证    { $proof }
demo-done-pictures = 图片    { $n } 张 PNG，位于 { $folder }，画布 { $width } × { $height } 像素，按 { $scale } % 绘制
demo-done-film = 影片    { $film }，{ $frames } 帧，{ $rate } Hz
demo-done-report = 报告    { $report }
demo-done-took = 完成，用时 { $seconds } 秒，绘制设备 { $adapter }
demo-proof-part = { $wall } p99 { $p99 } 像素，{ $psnr } dB
demo-proof-none = 未运行
demo-film-none = 无

demo-wall-curved = 弧形墙
demo-wall-flat = 平面墙
picture-canvas = 送往 LED 处理器的画布：弧形墙、天幕，以及其中的摄影机内视锥。
picture-camera = 电影摄影机在影棚中看到的画面。
picture-wide = 从侧面看影棚：墙面、带视锥的电影摄影机，以及墙上显示的内容。
picture-proof-curved = 弧形墙验证：直接画面、经过墙面的同一画面，以及两者之差（已放大）。
picture-proof-flat = 平面墙验证：直接画面、经过墙面的同一画面，以及两者之差（已放大）。

window-title = Cyclorama 演示
window-canvas = LED 墙画布
window-camera = 电影摄影机
window-figures = 实时数据
window-waiting = 等待第一幅画面
window-source = 数据源 { $name }
window-source-connecting = 正在连接
window-source-silent = 没有数据
window-pose = 数据包到姿态
window-picture = 数据包到画面
window-residual = 标记点残差
window-markers = 可见标记点
window-timecode = 时间码
window-drawn = 已绘制画面
window-lost = 丢失
demo-occlusion-help = 任一时刻被遮挡的标记点比例（0 到 0.5）
demo-unlabelled-help = 发送不带名称的标记点，由解算器标注
machine-yes = 是
machine-no = 否
machine-system = 系统
machine-processor = 处理器
machine-adapter = 图形适配器
machine-software = 由处理器绘制
machine-real-time = 实时优先级
machine-took = 总用时
demo-loss-help = 虚拟网络丢包的比例（0 到 0.5）
