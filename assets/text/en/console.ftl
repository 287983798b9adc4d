console-no-window = No window could be opened: { $reason }. Run with --headless to get pictures, a film and a report instead, or see cyc doctor.
