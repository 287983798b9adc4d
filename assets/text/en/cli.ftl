# The shell of `cyc`: help, usage errors, and the frame around every error.
cli-about = Cyclorama: motion capture in, LED wall out, in real time.
cli-usage = cyc [OPTIONS] COMMAND
cli-heading-usage = Usage:
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-heading-options = Options
cli-lang-help = Language of all texts: en or zh. Without it: CYC_LANG, then the locale
cli-json-help = One JSON object with the figures on standard output, nothing else there
cli-quiet-help = No progress and no remarks, only results and errors
cli-help-help = Show this help
cli-version-help = Show the version
cli-example = Example:

# Errors: what and where, then what to do.
cli-error = Error: { $message }
cli-fix = What to do: { $fix }
cli-internal = This should not happen: { $reason }
    .fix = Please report it, with the command and the version ({ $version }).
cli-cannot-write-output = Standard output cannot be written: { $reason }
    .fix = Check the disk or the program that reads the output.

# Usage errors (exit code 2).
cli-unknown-argument = { $argument } is not an argument of this command.
cli-unknown-argument-similar = { $argument } is not an argument of this command. Did you mean { $similar }?
cli-unknown-command = There is no command "{ $command }".
cli-unknown-command-similar = There is no command "{ $command }". Did you mean { $similar }?
cli-missing-command = A command is missing.
cli-missing-argument = { $argument } is missing.
cli-missing-value = { $argument } needs a value.
cli-invalid-value = "{ $value }" is not a value of { $argument }.
cli-invalid-value-possible = "{ $value }" is not a value of { $argument }. Possible are: { $possible }.
cli-repeated-argument = { $argument } cannot be used with { $other }, or stands twice.
cli-unexpected-value = { $argument } takes no value, but got "{ $value }".
cli-usage-error = The command line cannot be understood.
cli-see-help = See: { $command }
