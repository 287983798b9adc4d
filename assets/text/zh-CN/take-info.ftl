# `cyc take info`：查看录制文件的内容。
take-info-about = 查看录制文件的内容：帧数、时长、数据源、帧率
take-info-usage = cyc take info [选项] 文件
take-info-file-help = 录制文件（.mcap）
take-info-title = 标题
take-info-program = 录制程序
take-info-length = 时长
take-info-seconds = { $seconds } 秒
take-info-source = 数据源 { $source }
take-info-stage = 影棚
take-info-frames = { $frames } 帧，{ $rate } Hz
take-info-skipped = 非帧消息
take-info-damaged = 录制文件有 { $damaged } 处损坏；其余部分已读取。
    .fix = 请从录制的机器重新复制该文件，或直接使用可读的部分。
take-info-unfinished = 录制文件没有结尾（程序崩溃，或仍在写入）；另有 { $damaged } 处损坏。
    .fix = 结尾之前的内容都可以读取和使用。
