renderer-no-adapter = No graphics adapter was found: { $reason }. Install a GPU driver with Vulkan, or Mesa's software driver (package mesa-vulkan-drivers).
renderer-no-device = The graphics adapter { $adapter } cannot be used: { $reason }
renderer-device-lost = The graphics device was lost: { $reason }. Start again; if it happens often, update the driver.
renderer-canvas-too-large = The canvas of { $width } × { $height } px is larger than this adapter's largest picture of { $limit } px. Draw it at a smaller scale.
renderer-out-of-memory = The graphics memory is full. Draw the canvas at a smaller scale or use smaller characters.
renderer-refused = The graphics driver refused a command: { $reason }. This is a fault of the program: please report it.
renderer-bad-setting = The setting { $setting } must be from { $min } to { $max }.
renderer-nothing-to-read = There is no picture to read yet.
