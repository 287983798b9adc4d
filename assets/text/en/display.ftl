display-no-window-system = The walls' windows cannot be opened: { $reason }
    .fix = Start from a desktop session with a screen, or run without windows: --headless. cyc doctor tells what this machine has.
display-no-window = The window of the display "{ $display }" cannot be opened: { $reason }
    .fix = See whether the desktop allows another window, or show the display in a window with a frame: --windowed.
