//! `Measure-Object`: counts objects, adds up and compares their properties, counts lines and words.

use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::{compare, convert, members, value_text};

/// The cmdlet.
pub static MEASURE_OBJECT: Cmdlet = Cmdlet {
    name: "Measure-Object",
    synopsis: "Calculates the numeric properties of objects, and the characters, words, and lines in text.",
    class: "Microsoft.PowerShell.Commands.MeasureObjectCommand",
    parameters: &[
        Parameter::new("Property", Kind::Strings, "The properties to measure.").at(0),
        Parameter::new("Sum", Kind::Switch, "Adds the values up."),
        Parameter::new("Average", Kind::Switch, "Gives their average."),
        Parameter::new("Maximum", Kind::Switch, "Gives the largest."),
        Parameter::new("Minimum", Kind::Switch, "Gives the smallest."),
        Parameter::new("Line", Kind::Switch, "Counts lines of text."),
        Parameter::new("Word", Kind::Switch, "Counts words."),
        Parameter::new("Character", Kind::Switch, "Counts characters."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let input: Vec<Value> =
        invocation.input().into_iter().filter(|value| *value != Value::Null).collect();
    if ["Line", "Word", "Character"].iter().any(|name| invocation.switch(name)) {
        return Ok(vec![measured_text(&invocation, &input)]);
    }
    let Some(names) = invocation.strings("Property") else {
        return Ok(vec![measured(&mut invocation, None, &input)?]);
    };
    let mut measures = Vec::new();
    for name in names {
        let values = input.iter().map(|item| members::property(item, &name, invocation.culture()));
        let values: Vec<Value> = values.filter(|value| *value != Value::Null).collect();
        if values.is_empty() {
            let message =
                format!("The property \"{name}\" cannot be found in the input for any objects.");
            invocation.error(
                ErrorRecord::new(
                    Category::InvalidArgument,
                    "GenericMeasurePropertyNotFound",
                    message,
                )
                .exception("PSArgumentException"),
            )?;
        } else {
            measures.push(measured(&mut invocation, Some(name), &values)?);
        }
    }
    Ok(measures)
}

fn measured(
    invocation: &mut Invocation<'_>,
    property: Option<String>,
    values: &[Value],
) -> Result<Value, ErrorRecord> {
    let culture = invocation.culture();
    let mut numbers = Vec::new();
    if invocation.switch("Sum") || invocation.switch("Average") {
        for value in values {
            match convert::as_double(value) {
                Some(number) => numbers.push(number),
                None => invocation.error(not_numeric(value, culture))?,
            }
        }
    }
    let count = i32::try_from(values.len()).unwrap_or(i32::MAX);
    let sum: f64 = numbers.iter().sum();
    let average = sum / f64::from(i32::try_from(numbers.len()).unwrap_or(i32::MAX).max(1));
    let when = |name: &str, value: Value| if invocation.switch(name) { value } else { Value::Null };
    let order = |left: &&Value, right: &&Value| compare::sort_order(left, right, culture);
    let largest = values.iter().max_by(order).cloned();
    let smallest = values.iter().min_by(order).cloned();
    Ok(Value::from(
        Object::new("Microsoft.PowerShell.Commands.GenericMeasureInfo")
            .with("Count", count)
            .with("Average", when("Average", Value::F64(average)))
            .with("Sum", when("Sum", Value::F64(sum)))
            .with("Maximum", when("Maximum", largest.unwrap_or(Value::Null)))
            .with("Minimum", when("Minimum", smallest.unwrap_or(Value::Null)))
            .with("Property", property),
    ))
}

fn not_numeric(value: &Value, culture: exchange::culture::Culture) -> ErrorRecord {
    let shown = value_text::text(value, culture);
    let message = format!("Input object \"{shown}\" is not numeric.");
    ErrorRecord::new(Category::InvalidType, "NonNumericInputObject", message)
        .about(shown, value_text::short_type_name(value))
        .exception("PSInvalidCastException")
}

fn measured_text(invocation: &Invocation<'_>, input: &[Value]) -> Value {
    let texts: Vec<String> =
        input.iter().map(|value| value_text::text(value, invocation.culture())).collect();
    let total = |name: &str, count: fn(&str) -> usize| {
        let sum: usize = texts.iter().map(|text| count(text)).sum();
        let sum = i32::try_from(sum).unwrap_or(i32::MAX);
        if invocation.switch(name) { Value::I32(sum) } else { Value::Null }
    };
    Value::from(
        Object::new("Microsoft.PowerShell.Commands.TextMeasureInfo")
            .with(
                "Lines",
                total("Line", |text| text.lines().filter(|line| !line.is_empty()).count()),
            )
            .with("Words", total("Word", |text| text.split_whitespace().count()))
            .with("Characters", total("Character", |text| text.chars().count()))
            .with("Property", Value::Null),
    )
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn values_are_counted_and_added_up() {
        insta::assert_snapshot!(shown("1..4 | measure -Sum -Average -Max"), @r"


        Count    : 4
        Average  : 2.5
        Sum      : 10
        Maximum  : 4
        Minimum  :
        Property :
        ");
        assert_eq!(shown("('a','bb' | Measure-Object Length -Sum).Sum"), "3\n");
        assert_eq!(shown("(Write-Output 'a b' '' 'c' | measure -Line -Word).Lines"), "2\n");
    }

    #[test]
    fn what_cannot_be_added_is_an_error() {
        insta::assert_snapshot!(shown("('x' | Measure-Object -Sum).Count"), @r#"
        Measure-Object : Input object "x" is not numeric.
        At line:1 char:8
        + ('x' | Measure-Object -Sum).Count
        +        ~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidType: (x:String) [Measure-Object], PSInvalidCastException
            + FullyQualifiedErrorId : NonNumericInputObject,Microsoft.PowerShell.Commands.MeasureObjectCommand

        1
        "#);
        assert!(shown("'x' | Measure-Object Foo").contains("The property \"Foo\" cannot be found"));
    }
}
