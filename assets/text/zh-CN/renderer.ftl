renderer-no-adapter = 未找到图形适配器：{ $reason }。请安装支持 Vulkan 的 GPU 驱动，或安装 Mesa 软件渲染驱动（软件包 mesa-vulkan-drivers）。
renderer-no-device = 无法使用图形适配器 { $adapter }：{ $reason }
renderer-device-lost = 图形设备已丢失：{ $reason }。请重新启动；若经常发生，请更新驱动。
renderer-canvas-too-large = 画布 { $width } × { $height } 像素超出该适配器支持的最大图像边长 { $limit } 像素，请降低绘制比例。
renderer-out-of-memory = 显存已满。请降低画布绘制比例，或使用更小的角色。
renderer-refused = 图形驱动拒绝了命令：{ $reason }。这是程序的错误，请反馈给我们。
renderer-bad-setting = 设置项 { $setting } 的取值范围是 { $min } 到 { $max }。
renderer-nothing-to-read = 还没有可读取的画面。
