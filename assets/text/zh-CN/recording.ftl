# `cyc record` 与 `cyc replay`：录制与回放，以及录制文件对自身的说明。
record-about = 把信号源发来的数据录成一条，不求解也不绘制
record-usage = cyc record 信号源… --out 文件 [选项]
record-source-help = 舞台文件（录制其中的信号源），或 vicon://主机 这样的信号源。协议：{ $known }
record-out-help = 录制文件，或文件夹（其中按场记号和条数命名）
record-begins = 正在录制到 { $path }。按 Ctrl-C 结束并保存。
record-stage-among-urls = { $path } 是舞台文件，旁边还写了其他信号源
    .fix = 请只写舞台文件，或用地址写出全部信号源。

recording-slate-help = 场次与镜头，作为标题保存在录制文件中
recording-take-help = 条数
recording-notes-help = 备注，保存在录制文件中
recording-overwrite-help = 覆盖同名的已完成录制文件
recording-no-raw-help = 不保存收到的原始数据包（有了它们就可以重新解码）
recording-least-minutes-help = 磁盘空间至少够录多少分钟才开始录制；不写则为 10
recording-leftover = { $path } 已存在：这是一条录制的未完成部分。如果没有程序正在录制它：cyc take recover { $path }
recording-disk-full = 磁盘已满：{ $path } 提前结束，之前的内容已全部保存
    .fix = 请腾出空间，或录制到其他磁盘。

replay-about = 在舞台上回放一条录制，如同来自原来的信号源
replay-usage = cyc replay 录制文件 [选项]
replay-take-help = 录制文件（.mcap），完成与否均可
replay-stage-help = 使用另一个舞台文件，而不是录制时的那个
replay-loop-help = 到结尾后从头再来
replay-speed-help = 速度倍数，0.01 至 60；不写则为 1
replay-no-stage = { $path } 录制时没有舞台
    .fix = 请用 --stage 指定舞台文件。只查看信号源：cyc listen take:{ $path }
replay-bad-path = { $path } 的路径里有“?”或“|”，它们在信号源地址中另有含义
    .fix = 请重命名该文件或文件夹。
