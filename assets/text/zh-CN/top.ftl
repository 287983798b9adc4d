# `cyc top`：在终端中查看运行中的舞台。
top-about = 在终端中查看运行中的舞台：哪里有问题、该怎么办，以及指示灯、信号源、表演者、延迟和录制。
top-usage = cyc top [地址] [--token 令牌] [--door 文件] [--seconds 秒数]
top-camera = 摄影机
