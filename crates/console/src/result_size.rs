//! `-ResultSize`: how many objects a cmdlet shows.
//!
//! The warnings are those of real transcripts.

use exchange::value::Value;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::refusal;

/// The parameter.
pub(crate) const RESULT_SIZE: Parameter = Parameter::new(
    "ResultSize",
    Kind::String,
    "The most objects to show; 1000 when nothing is said, or Unlimited.",
);

const USUAL: usize = 1000;

/// The objects as far as `-ResultSize` allows; a warning tells that there are more.
///
/// # Errors
/// When the parameter is neither a number nor `Unlimited`.
pub(crate) fn cut(
    invocation: &mut Invocation<'_>,
    mut objects: Vec<Value>,
) -> Result<Vec<Value>, ErrorRecord> {
    let wanted = invocation.string("ResultSize");
    let limit = match &wanted {
        None => USUAL,
        Some(text) if text.eq_ignore_ascii_case("Unlimited") => return Ok(objects),
        Some(text) => text.trim().parse().map_err(|_| {
            let why = format!(
                "Cannot convert value \"{text}\" to type \"Microsoft.Exchange.Data.Unlimited`1[System.UInt32]\"."
            );
            refusal::unfit(invocation, "ResultSize", &why)
        })?,
    };
    if objects.len() > limit {
        objects.truncate(limit);
        invocation.warn(if wanted.is_some() { MORE } else { ONLY_THE_FIRST });
    }
    Ok(objects)
}

const MORE: &str = "There are more results available than are currently displayed. To view them, increase the value for the ResultSize parameter.";

const ONLY_THE_FIRST: &str = "By default, only the first 1000 items are returned. Use the ResultSize parameter to specify the number of items returned. To return all items, specify \"-ResultSize Unlimited\". Be aware that, depending on the actual number of items, returning all items can take a long time and consume a large amount of memory. Also, we don't recommend storing the results in a variable. Instead, pipe the results to another task or script to perform batch changes.";

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_result_is_cut_with_a_warning() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "1, 2, 3 | ForEach-Object { New-AcceptedDomain \"d$_\" -DomainName \"d$_.example\" | Out-Null }
             (Get-AcceptedDomain -ResultSize Unlimited).Count
             (Get-AcceptedDomain -ResultSize 2).Name
             Get-AcceptedDomain -ResultSize many",
        ), @r#"
        3
        WARNING: There are more results available than are currently displayed. To view them, increase the value for the
        ResultSize parameter.
        d1
        d2
        Cannot process argument transformation on parameter 'ResultSize'. Cannot convert value "many" to type
        "Microsoft.Exchange.Data.Unlimited`1[System.UInt32]".
            + CategoryInfo          : InvalidData: (:) [Get-AcceptedDomain], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Get-AcceptedDomain
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
