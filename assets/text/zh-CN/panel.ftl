# `cyc panel`：操作员面板。

panel-about = 操作员面板：在独立窗口中查看和操作运行中的舞台
panel-usage = cyc panel [--door 文件 | 地址 --token 令牌] [选项]
panel-address-help = 舞台控制接口的地址，例如 127.0.0.1:4711；不写则自动找到本机运行的舞台
panel-token-help = 该地址的令牌：查看、操作或配置
panel-door-help = 有多个舞台运行时，舞台的入口文件
panel-token-missing = 给出地址时也要给出令牌：--token 令牌。
    .fix = 令牌在 cyc run 启动时说的入口文件里；在同一台机器上面板会自己找到它。
panel-title = Cyclorama：操作员

# 单位
panel-hz = { $n } Hz
panel-ms = { $n } ms
panel-s = { $n } s
panel-min = { $n } 分
panel-h = { $n } 小时
panel-percent = { $n } %
panel-mm = { $n } mm
panel-stops = { $n } 档

# 顶部
panel-state-unknown = 没有应答
panel-state-starting = 正在启动
panel-state-running = 运行中
panel-state-degraded = 有故障
panel-state-holding = 保持画面
panel-state-failed = 已失败
panel-for = 已 { $age }
panel-timecode = 时码
panel-uptime = 已运行
panel-shown-age = { $age } 前
panel-nothing-shown = 尚无数据
panel-other-language = EN
panel-software = { $adapter }（由处理器绘制）
panel-nothing-drawn = 没有绘制画面。

# 指示灯
panel-light-source = 信号源
panel-light-solve = 求解
panel-light-render = 渲染
panel-light-record = 录制
panel-light-sync = 同步
panel-mood-off = 未使用
panel-mood-good = 正常
panel-mood-amber = 降级
panel-mood-red = 故障

# 哪里有问题
panel-all-well = 一切正常。
panel-starting = 舞台正在启动，还没有收到数据。
panel-silent = 舞台已有 { $age } 没有应答：您看到的是旧数据。
    .fix = 墙面会自己继续。请看 cyc run 的终端；面板会自己恢复。
panel-never-heard = 舞台还没有应答。
panel-others = 其他问题（{ $n }）

# 信号源和表演者
panel-sources = 信号源
panel-name = 名称
panel-source-state = 状态
panel-rate = 帧率
panel-loss = 丢帧
panel-jitter = 抖动
panel-age = 延后
panel-source-connecting = 连接中
panel-source-connected = 已连接
panel-source-live = 正常
panel-source-silent = 无数据
panel-source-disconnected = 已断开
panel-source-off = 关闭
panel-on = 开
panel-off = 关
panel-performers = 表演者
panel-pose = 姿态
panel-residual = 残差
panel-seen = 标记点
panel-uncalibrated = 未标定
panel-missing = 看不到：{ $names }
panel-quality-live = 实测
panel-quality-predicted = 预测
panel-quality-held = 保持
panel-quality-absent = 看不到
panel-calibrate = 标定
panel-calibrate-face = 面部静止
panel-character-file = 另一个数字人的文件
panel-character-swap = 替换

# 时间用在哪里
panel-latency = 延迟（毫秒）：上为最近 10 秒，下为启动以来
panel-budget = 一帧：{ $n } ms
panel-p50 = 中位
panel-p99 = 99 %
panel-worst = 最差
panel-leg-receive = 接收
panel-leg-queue = 等待求解
panel-leg-solve = 求解
panel-leg-publish = 发布
panel-leg-wait-for-frame = 等待画面
panel-leg-encode = 编码
panel-leg-draw = 绘制
panel-leg-packet-to-pose = 数据包到姿态
panel-leg-packet-to-submit = 到提交的工作
panel-leg-pose-to-picture = 姿态到画面
panel-leg-end-to-end = 数据包到画面
panel-queues = 队列：当前等待数与启动以来的最多数
panel-show-queues = 队列
panel-show-delays = 延迟
panel-queue-waiting = 等待
panel-queue-most = 最多
panel-queue-lost = 丢弃
panel-queue-path = 链路到合并
panel-queue-live = 信号源到求解
panel-queue-shown = 信号源到面板
panel-queue-record-frames = 帧到录制
panel-queue-record-packets = 数据包到录制
panel-queue-record-stage = 姿态到录制
panel-queue-questions = 待查找的标记点
panel-queue-answers = 已找到的标记点
panel-queue-orders = 指令到求解
panel-queue-stage-figures = 姿态到数据
panel-queue-stage-outputs = 姿态到输出
panel-queue-stage-walls = 姿态到墙面
panel-queue-stage-panel = 姿态到面板
panel-queue-wishes = 操作到墙面
panel-queue-output = 帧到输出
panel-show-flights = 最后几分钟
panel-flights = 本机的舞台
panel-flight-running = 正在运行的舞台
panel-flight-ended = { $age }前中断
panel-flight-none = 本机没有正在运行的舞台，也没有中断的舞台。
panel-flight-choose = 请选择要查看最后几分钟的舞台。
panel-flight-reading = 正在读取。
panel-flight-unreadable = 无法读取：{ $reason }
panel-flight-title = { $stage }：最后 { $seconds } 秒，以及何时发生了什么
panel-flight-over = 已结束：{ $what }
panel-flight-close = 关闭

# 录制
panel-take-idle = 未录制
panel-take-armed = 已备好
panel-take-rolling = 录制中
panel-frames = { $n } 帧
panel-frames-dropped = 丢失 { $n } 帧
panel-disk = 磁盘：剩 { $left }
panel-disk-unknown = 磁盘：未知
panel-slate = 场记
panel-take-number = 条号
panel-notes = 备注
panel-arm = 备好
panel-roll = 开录
panel-cut = 停录

# 所有墙面
panel-blackout = 黑场
panel-freeze = 冻结
panel-exposure = 曝光
panel-undo = 撤销

# 机位、墙面、光板
panel-cameras = 机位
panel-air = 切换
panel-inner = 内视锥
panel-inner-hold = 停住
panel-key = 绿幕
panel-word-priority = 优先级
panel-priority = 优先级：高的在上面
panel-walls = 测试图
panel-all-walls = 所有墙面
panel-displays = 显示输出：显示器、位深、刷新率
panel-framed = 带边框的窗口
panel-missed = 错过
panel-plates = 底片：已显示的帧
panel-late = 迟到
panel-pattern-off = 正片
panel-pattern-grid = 网格
panel-pattern-ids = 编号
panel-pattern-ramps = 灰阶
panel-pattern-flash = 闪光
panel-pattern-alignment = 对位
panel-pattern-markers = 标记
panel-cards = 光板
panel-card-name = 新光板的名称
panel-card-new = 添加
panel-card-remove = ×
panel-card-place = { $azimuth }° / { $elevation }°，增益 { $gain }

# 舞台空间
panel-stage = 舞台
panel-stage-view = 舞台空间视图
panel-stage-waiting = 还没有收到舞台的形状。
panel-stage-keys = 拖动旋转，Shift 平移，滚轮远近，双击全景

# 命令
panel-log = 命令记录
panel-guard-short = 再按
panel-guard-asks = 3 秒内再按一次：{ $what }
panel-guard = 再按：{ $what }
panel-hint = 观众或录制会察觉的操作要在 3 秒内再按一次；按 Esc 取消。
panel-illegible = 名称里 [821E] 这样的编号表示本机字体没有的字；请安装字体，例如 fonts-noto-cjk。
panel-no-real-time = 没有实时优先级：运行 cyc doctor 查看原因。
panel-via-panel = 面板
panel-via-key = 按键
panel-via-http = HTTP
panel-via-osc = OSC
panel-given = { $what }：{ $outcome }
panel-given-waiting = 正在发送……
panel-given-done = 已执行
panel-given-refused = 被拒绝。{ $why }
panel-given-lost = 没有应答，可能执行了也可能没有。{ $why }
panel-given-crowded = 未发送：等待舞台的命令太多。
panel-do-freeze = 冻结画面
panel-do-unfreeze = 结束冻结
panel-do-blackout = 黑场
panel-do-light-up = 结束黑场
panel-do-pattern = { $name } 显示{ $pattern }
panel-do-pattern-all = 所有墙面显示{ $pattern }
panel-do-inner-on = { $name } 的内视锥开
panel-do-inner-off = { $name } 的内视锥关
panel-do-inner-freeze = { $name } 的内视锥停住
panel-do-inner-follow = { $name } 的内视锥跟随
panel-do-key-on = { $name } 的绿幕开
panel-do-key-off = { $name } 的绿幕关
panel-do-priority = { $name } 的优先级 { $priority }
panel-do-camera-cut = 切到 { $name }
panel-do-exposure = 曝光 { $stops } 档
panel-do-card = 光板 { $name }
panel-do-card-remove = 删除光板 { $name }
panel-do-source-on = 信号源 { $name } 开
panel-do-source-off = 信号源 { $name } 关
panel-do-calibrate = 标定 { $name }
panel-do-calibrate-face = { $name } 的面部静止标定
panel-do-character = { $name } 换成 { $file }
panel-do-arm = 备好 { $name }
panel-do-roll = 开录
panel-do-cut = 停录
panel-do-undo = 撤销
