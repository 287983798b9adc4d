# `cyc top`：在终端中查看运行中的舞台。
top-about = 在终端中查看运行中的舞台：哪里有问题、该怎么办，以及指示灯、信号源、表演者、延迟和录制。
top-usage = cyc top [地址] [--token 令牌] [--door 文件] [--seconds 秒数] | --flight 文件
top-camera = 摄影机
top-queue = 队列
top-capacity = 容量
top-flight-help = 未正常结束的舞台的最后一分钟：cyc doctor 所列的文件
top-flight-title = 未正常结束的舞台的最后 { $seconds } 秒：
top-flight-last = 最后的状态：
top-flight-over = 已结束：{ $what }
top-flight-unreadable = 无法从 { $path } 读取舞台的最后一分钟：{ $reason }。
    .fix = cyc doctor 会列出舞台留下的文件；仍在运行的舞台请用 cyc top 查看。
