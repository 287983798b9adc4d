# `cyc chaos`：虚拟时间中的整个舞台，种子能想到的一切都会出错。
chaos-about = 虚拟时间中的整个舞台：网络、时钟、数据源和程序本身按种子出错
chaos-usage = cyc chaos [选项]
chaos-seed-help = 第一个种子：决定谁表演、如何接收、什么出错（省略时为 1）
chaos-seeds-help = 种子的数量，每个一场演出（省略时为 20）
chaos-minutes-help = 一场演出的虚拟分钟数，0.2 到 1440（省略时为 1）
chaos-faults-help = 只用这些故障：{ $known }

chaos-head-fault = 出错的内容
chaos-head-times = 次数
chaos-head-seconds = 秒数
chaos-figures =
    关节与真值之差，有测量且一切正常时：最大 { $calm } 毫米；无论何种故障：{ $error } 毫米。
    有测量的姿态中，标记点表明尚未找到的：{ $unsure }%。
    超出淡入和表演本身所能解释的跳动：{ $jump } 毫米。最长没有舞台帧的时间：{ $pause } 毫秒。
    { $frames } 个舞台帧，收到 { $heard } 帧，{ $datagrams } 个数据报，拒绝 { $refused } 个，发现 { $restarts } 次重新启动，{ $cuts } 次切换。
chaos-breach = 种子 { $seed }，{ $at } 秒，{ $promise }：{ $seen }（{ $during }）。重现：{ $command }
chaos-verdict-kept = 每场 { $minutes } 分钟的 { $shows } 场演出中，所有承诺都得到遵守。
chaos-verdict-broken = 每场 { $minutes } 分钟的 { $shows } 场演出中，有 { $broken } 场违背了承诺。
chaos-broken = 有 { $shows } 场演出违背了承诺。
    .fix = 用 { $command } 重现，并将这一行连同版本一起报告：这是程序的故障。

chaos-promise-monotone = 编号和时间只会增长
chaos-promise-finite = 每个值都是舞台范围内的数
chaos-promise-bounded = 队列不超出界限
chaos-promise-joint-limits = 预测的关节不超出范围
chaos-promise-quality-age = 所说的姿态时间是真的
chaos-promise-no-jump = 没有跳动
chaos-promise-accurate = 称为测量的就在那里
chaos-promise-one-owner = 对象属于它的主人
chaos-promise-cadence = 舞台帧按时到来
chaos-promise-recovered = 一切恢复正常时，画面也正常

chaos-fault-loss = 随机丢失
chaos-fault-bursts = 成段丢失
chaos-fault-jitter = 抖动
chaos-fault-reorder = 顺序错乱
chaos-fault-copies = 重复
chaos-fault-path-cut = 两条路径断一条
chaos-fault-silence = 数据源无声
chaos-fault-restart = 数据源重新启动
chaos-fault-stuck-counter = 帧计数停住
chaos-fault-counter-jump = 帧计数跳动
chaos-fault-drift = 数据源时钟漂移
chaos-fault-timecode-step = 时间码被设错一小时
chaos-fault-renamed = 对象改名
chaos-fault-vanished = 对象消失
chaos-fault-swap = 标记点名称错乱
chaos-fault-occlusion = 标记点被遮挡
chaos-fault-hostile-values = 不是数的数值
chaos-fault-hostile-packets = 损坏的数据包
chaos-fault-flood = 垃圾数据泛滥
chaos-fault-impostor = 名称有第二个主人
chaos-fault-solver-spike = 解算时间过长
chaos-fault-process-kill = 程序被杀死
