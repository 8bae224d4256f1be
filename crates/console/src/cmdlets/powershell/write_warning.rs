//! `Write-Warning`, `Write-Verbose`, `Write-Error`: the other streams.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

/// The cmdlet for warnings.
pub static WRITE_WARNING: Cmdlet = Cmdlet {
    name: "Write-Warning",
    synopsis: "Writes a warning message.",
    class: "Microsoft.PowerShell.Commands.WriteWarningCommand",
    parameters: &[Parameter::new("Message", Kind::String, "The text.")
        .at(0)
        .mandatory()
        .by_value()],
    run: |invocation| Box::pin(warning(invocation)),
};

/// The cmdlet for messages that only `-Verbose` shows.
pub static WRITE_VERBOSE: Cmdlet = Cmdlet {
    name: "Write-Verbose",
    synopsis: "Writes text to the verbose message stream.",
    class: "Microsoft.PowerShell.Commands.WriteVerboseCommand",
    parameters: &[Parameter::new("Message", Kind::String, "The text.")
        .at(0)
        .mandatory()
        .by_value()],
    run: |invocation| Box::pin(verbose(invocation)),
};

/// The cmdlet for errors.
pub static WRITE_ERROR: Cmdlet = Cmdlet {
    name: "Write-Error",
    synopsis: "Writes an object to the error stream.",
    class: "Microsoft.PowerShell.Commands.WriteErrorException",
    parameters: &[Parameter::new("Message", Kind::String, "The text.")
        .at(0)
        .mandatory()
        .by_value()],
    run: |invocation| Box::pin(error(invocation)),
};

async fn warning(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    invocation.warn(invocation.string("Message").unwrap_or_default());
    Ok(Vec::new())
}

async fn verbose(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    invocation.verbose(invocation.string("Message").unwrap_or_default());
    Ok(Vec::new())
}

async fn error(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let message = invocation.string("Message").unwrap_or_default();
    Err(ErrorRecord::new(
        Category::NotSpecified,
        "Microsoft.PowerShell.Commands.WriteErrorException",
        message,
    )
    .exception("WriteErrorException"))
}

#[cfg(test)]
mod tests {
    use crate::language::testing::{Console, shown};

    #[test]
    fn warnings_can_be_silenced_and_kept() {
        assert_eq!(shown("Write-Warning 'low disk'"), "WARNING: low disk\n");
        assert_eq!(
            shown("Write-Warning a -WarningAction SilentlyContinue -WarningVariable w; $w"),
            "a\n"
        );
    }

    #[test]
    fn verbose_text_is_shown_on_demand() {
        assert_eq!(shown("Write-Verbose a; Write-Verbose b -Verbose"), "VERBOSE: b\n");
        assert_eq!(shown("$VerbosePreference = 'Continue'; Write-Verbose a"), "VERBOSE: a\n");
    }

    #[test]
    fn an_error_goes_on_or_stops() {
        let mut console = Console::new();
        let output = console
            .run("Write-Error 'x' -ErrorAction SilentlyContinue -ErrorVariable e; $?; $e.Count");
        assert_eq!((output.text.as_str(), output.had_errors), ("False\n1\n", false));
        let stopped = console.run("Write-Error 'x' -ErrorAction Stop; 'not reached'");
        assert!(stopped.had_errors && !stopped.text.ends_with("not reached\n"));
    }
}
