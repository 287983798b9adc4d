console-no-window = No window could be opened: { $reason }
    .fix = Run with --headless to get pictures, a film and a report instead, or see cyc doctor.
