console-no-window = 无法打开窗口：{ $reason }
    .fix = 可改用 --headless 生成图片、影片和报告，或运行 cyc doctor 查看原因。
