engine-no-thread = 无法启动线程“{ $name }”：{ $reason }
    .fix = 请关闭其他程序，或提高进程数上限（ulimit -u）。
engine-no-queue = 无法创建帧队列：{ $reason }
    .fix = 这是程序的错误，请反馈给我们。
engine-recorder-busy = 录制仍在开始和封存其他镜次。
    .fix = 请稍候再试；如果一直如此，请用 cyc doctor 检查磁盘。
