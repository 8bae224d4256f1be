//! `Get-Member`: the properties of objects.
//!
//! Not modelled: methods, `-Static`, `-View`.

use std::collections::BTreeSet;

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::{members, value_text, wildcard};

/// The cmdlet.
pub static GET_MEMBER: Cmdlet = Cmdlet {
    name: "Get-Member",
    synopsis: "Gets the properties and methods of objects.",
    class: "Microsoft.PowerShell.Commands.GetMemberCommand",
    parameters: &[
        Parameter::new("Name", Kind::Strings, "The names; wildcards are allowed.").at(0),
        Parameter::new("MemberType", Kind::String, "Accepted, without effect."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let input = invocation.input();
    if input.is_empty() {
        let message = "You must specify an object for the Get-Member cmdlet.";
        return Err(ErrorRecord::new(Category::InvalidArgument, "NoObjectInGetMember", message)
            .exception("InvalidOperationException"));
    }
    let names = invocation.strings("Name");
    let wanted = |name: &str| {
        names.as_ref().is_none_or(|names| names.iter().any(|own| wildcard::matches(own, name)))
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for item in &input {
        let type_name = match item {
            Value::Object(object) => object.type_names.first().map(ToString::to_string),
            other => Some(value_text::type_name(other).into_owned()),
        };
        let type_name = type_name.unwrap_or_default();
        if !seen.insert(type_name.clone()) {
            continue;
        }
        let mut properties = members::shown_properties(item, invocation.culture());
        properties.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        for (name, value) in properties.iter().filter(|(name, _)| wanted(name)) {
            found.push(member(&type_name, item, name, value, &invocation));
        }
    }
    Ok(found)
}

fn member(
    type_name: &str,
    item: &Value,
    name: &str,
    value: &Value,
    invocation: &Invocation<'_>,
) -> Value {
    let own = match value {
        Value::Null => "object".to_owned(),
        value => match value_text::type_name(value).as_ref() {
            "System.String" => "string".to_owned(),
            "System.Int32" => "int".to_owned(),
            "System.Int64" => "long".to_owned(),
            "System.Boolean" => "bool".to_owned(),
            "System.Double" => "double".to_owned(),
            "System.DateTime" => "datetime".to_owned(),
            other => other.trim_start_matches("System.").to_owned(),
        },
    };
    let is_note = item.as_object().is_some_and(value_text::is_custom);
    let (kind, definition) = if is_note {
        ("NoteProperty", format!("{own} {name}={}", value_text::shown(value, invocation.culture())))
    } else {
        ("Property", format!("{own} {name} {{get;}}"))
    };
    Value::from(
        Object::new("Microsoft.PowerShell.Commands.MemberDefinition")
            .with("TypeName", type_name)
            .with("Name", name)
            .with("MemberType", kind)
            .with("Definition", definition),
    )
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn properties_are_listed_by_type() {
        insta::assert_snapshot!(shown("[pscustomobject]@{Name='mbx01';Count=3}, 'text' | gm"), @r"


           TypeName: System.Management.Automation.PSCustomObject

        Name   MemberType   Definition
        ----   ----------   ----------
        Count  NoteProperty int Count=3
        Name   NoteProperty string Name=mbx01


           TypeName: System.String

        Name   MemberType   Definition
        ----   ----------   ----------
        Length Property     int Length {get;}
        ");
        assert!(
            shown("Get-Member").contains("You must specify an object for the Get-Member cmdlet.")
        );
    }
}
