//! From an error enum of any crate to what a person reads: what happened, where, what to do.
//!
//! Library errors know no language. They name a text (`key`) and its variables (`args`), both by variant; here, at the
//! edge, they become a sentence. An enum joins with one line: `explained!(cyc_take::TakeError => Exit::Asset);`

use crate::exit::Exit;
use crate::text::Text;

/// An error that has a text.
pub trait Explain {
    /// The text's key.
    fn key(&self) -> &'static str;
    /// The text's variables.
    fn args(&self) -> Vec<(&'static str, String)>;
}

/// Lets `?` turn an error enum with inherent `key` and `args` into a [`Failure`] with its exit code.
#[allow(
    unused_macros,
    reason = "commands that use a crate's errors name it here"
)]
macro_rules! explained {
    ($($error:ty => $exit:expr;)*) => {$(
        impl $crate::failure::Explain for $error {
            fn key(&self) -> &'static str {
                <$error>::key(self)
            }

            fn args(&self) -> Vec<(&'static str, String)> {
                <$error>::args(self)
            }
        }

        impl From<$error> for $crate::failure::Failure {
            fn from(error: $error) -> Self {
                Self::new($exit, &error)
            }
        }
    )*};
}
#[allow(unused_imports, reason = "see above")]
pub(crate) use explained;

/// Why a command ended, ready to be said in any language.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    key: &'static str,
    args: Vec<(&'static str, String)>,
    /// At which part of the work: a text that stands before the message.
    part: Option<Message>,
}

/// The key of a text, and its arguments.
type Message = (&'static str, Vec<(&'static str, String)>);

impl Failure {
    /// The same failure, at a part of the work that a text names.
    pub fn within(mut self, key: &'static str, args: Vec<(&'static str, String)>) -> Self {
        self.part = Some((key, args));
        self
    }

    /// The failure that an error means for a command.
    pub fn new(exit: Exit, error: &impl Explain) -> Self {
        Self {
            exit,
            key: error.key(),
            args: error.args(),
            part: None,
        }
    }

    /// A device, a driver or a permission is missing.
    pub fn missing_things(names: String) -> Self {
        let key = "doctor-missing-things";
        Self {
            exit: Exit::Device,
            key,
            args: vec![("names", names)],
            part: None,
        }
    }

    /// Standard output cannot be written.
    pub fn cannot_write_output(error: &std::io::Error) -> Self {
        let key = "cli-cannot-write-output";
        Self {
            exit: Exit::Device,
            key,
            args: vec![("reason", error.to_string())],
            part: None,
        }
    }

    /// A number of the command line is out of its range: exit code 2.
    pub fn bad_number(argument: &'static str, value: f64, (min, max): (f64, f64)) -> Self {
        let args = vec![
            ("argument", format!("--{argument}")),
            ("value", value.to_string()),
            ("min", min.to_string()),
            ("max", max.to_string()),
        ];
        Self {
            exit: Exit::Usage,
            key: "demo-bad-number",
            args,
            part: None,
        }
    }

    /// A fault of the program: exit code 70.
    pub fn internal(reason: impl ToString) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_string();
        let args = vec![("reason", reason.to_string()), ("version", version)];
        Self {
            exit: Exit::Internal,
            key: "cli-internal",
            args,
            part: None,
        }
    }

    /// The message's key and arguments, for whoever says it elsewhere.
    pub fn message(self) -> (&'static str, Vec<(&'static str, String)>) {
        (self.key, self.args)
    }

    /// What happened and where, and on a second line what to do.
    pub fn explain(&self, text: &Text) -> String {
        let mut message = text.get(self.key, &self.args);
        if let Some((key, args)) = &self.part {
            message = format!("{} {message}", text.get(key, args));
        }
        let mut lines = text.get("cli-error", &[("message", message)]);
        if let Some(fix) = text.fix(self.key, &self.args) {
            lines.push('\n');
            lines += &text.get("cli-fix", &[("fix", fix)]);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    enum Broken {
        Pipe { reason: &'static str },
    }

    impl Broken {
        fn key(&self) -> &'static str {
            "cli-cannot-write-output"
        }

        fn args(&self) -> Vec<(&'static str, String)> {
            let Self::Pipe { reason } = self;
            vec![("reason", (*reason).to_string())]
        }
    }

    explained! { Broken => Exit::Retry; }

    #[test]
    fn an_error_becomes_what_where_and_what_to_do() {
        let command = || -> Result<(), Failure> { Err(Broken::Pipe { reason: "full" })? };
        let failure = command().unwrap_err();
        assert_eq!(failure.exit, Exit::Retry);
        let english = failure.explain(&Text::new(Language::English));
        assert!(
            english.starts_with("Error: Standard output cannot be written: full\nWhat to do: ")
        );
        let chinese = failure.explain(&Text::new(Language::Chinese));
        assert!(
            chinese.starts_with("错误：无法写入标准输出：full\n处理办法："),
            "{chinese}"
        );
    }
}
