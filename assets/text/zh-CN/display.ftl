display-no-window-system = 无法打开墙面窗口：{ $reason }
    .fix = 请在有屏幕的桌面会话中启动，或用 --headless 在没有窗口的情况下运行。cyc doctor 可说明本机情况。
display-no-window = 无法打开显示输出“{ $display }”的窗口：{ $reason }
    .fix = 请查看桌面是否允许再开一个窗口，或用 --windowed 以带边框的窗口显示。
