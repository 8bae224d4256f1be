//! What a cmdlet is: a constant that says its name, its parameters and how it runs.
//!
//! Help, completion and parameter binding come from this table alone. A cmdlet file reads:
//!
//! ```
//! use console::language::cmdlet::{Cmdlet, Kind, Parameter};
//! use console::language::errors::ErrorRecord;
//! use console::language::invocation::Invocation;
//! use exchange::value::Value;
//!
//! pub static MEASURE_NAME: Cmdlet = Cmdlet {
//!     name: "Measure-Name",
//!     synopsis: "Gives the length of a name.",
//!     class: "",
//!     parameters: &[
//!         Parameter::new("Name", Kind::String, "The name.").at(0).mandatory().by_value(),
//!         Parameter::new("Loud", Kind::Switch, "Says what it does."),
//!     ],
//!     run: |invocation| Box::pin(run(invocation)),
//! };
//!
//! async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
//!     let name = invocation.string("Name").unwrap_or_default();
//!     if invocation.switch("Loud") {
//!         invocation.warn("measuring");
//!     }
//!     Ok(vec![Value::from(i32::try_from(name.len()).unwrap_or(i32::MAX))])
//! }
//! ```

use exchange::value::Value;

use super::errors::ErrorRecord;
use super::host::Later;
use super::invocation::Invocation;

/// A cmdlet.
#[derive(Debug)]
pub struct Cmdlet {
    /// Verb and noun, such as `Get-Queue`.
    pub name: &'static str,
    /// One sentence for `Get-Help`.
    pub synopsis: &'static str,
    /// The .NET class, with which PowerShell ends its error ids; empty for the commands of a remote
    /// session, whose error ids end with the name.
    pub class: &'static str,
    /// The parameters, in the order in which help lists them.
    pub parameters: &'static [Parameter],
    /// Runs it: once, or once for each object from the pipeline that a parameter takes.
    ///
    /// What it returns is its output; an error ends this call only, and the next object is taken.
    pub run: for<'a> fn(Invocation<'a>) -> Later<'a, Result<Vec<Value>, ErrorRecord>>,
}

/// A parameter of a cmdlet.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name without the dash.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its place among the arguments without a name.
    pub position: Option<u8>,
    /// Whether the cmdlet cannot run without it.
    pub mandatory: bool,
    /// What it takes from the pipeline.
    pub pipeline: Pipeline,
    /// Whether it takes all arguments that no other parameter took.
    pub takes_rest: bool,
    /// Its other names.
    pub aliases: &'static [&'static str],
    /// The .NET type that errors name, where the kind does not say it.
    pub type_name: Option<&'static str>,
    /// One sentence for `Get-Help`.
    pub help: &'static str,
}

impl Parameter {
    /// An optional parameter that is given by name.
    pub const fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            kind,
            position: None,
            mandatory: false,
            pipeline: Pipeline::No,
            takes_rest: false,
            aliases: &[],
            type_name: None,
            help,
        }
    }

    /// It can be given without its name, at this place.
    pub const fn at(mut self, position: u8) -> Self {
        self.position = Some(position);
        self
    }

    /// It must be given.
    pub const fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    /// It takes each object of the pipeline.
    pub const fn by_value(mut self) -> Self {
        self.pipeline = match self.pipeline {
            Pipeline::ByPropertyName => Pipeline::Either,
            _ => Pipeline::ByValue,
        };
        self
    }

    /// It takes the property of its name, of each object of the pipeline.
    pub const fn by_property_name(mut self) -> Self {
        self.pipeline = match self.pipeline {
            Pipeline::ByValue => Pipeline::Either,
            _ => Pipeline::ByPropertyName,
        };
        self
    }

    /// It takes all objects of the pipeline at once.
    pub const fn whole_pipeline(mut self) -> Self {
        self.pipeline = Pipeline::Whole;
        self
    }

    /// It takes all arguments that no other parameter took.
    pub const fn takes_rest(mut self) -> Self {
        self.takes_rest = true;
        self
    }

    /// It has other names.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Errors name this .NET type.
    pub const fn of_type(mut self, type_name: &'static str) -> Self {
        self.type_name = Some(type_name);
        self
    }

    /// The .NET type that errors and help name.
    pub fn type_name(&self) -> &'static str {
        self.type_name.unwrap_or_else(|| self.kind.type_name())
    }

    /// Whether this is one of its names, whatever the case.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}

/// What a parameter takes from the pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pipeline {
    /// Nothing.
    #[default]
    No,
    /// Each object.
    ByValue,
    /// The property of its name, of each object.
    ByPropertyName,
    /// Each object, or the property of its name.
    Either,
    /// All objects at once.
    Whole,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text; a number is taken as written.
    String,
    /// One text or several.
    Strings,
    /// A whole number of 32 bits.
    Int,
    /// One or several of them.
    Ints,
    /// A number.
    Double,
    /// `$true` or `$false`, or a number.
    Bool,
    /// Present or not; `-Name:$false` takes it back.
    Switch,
    /// A date and time.
    DateTime,
    /// A length of time.
    TimeSpan,
    /// A GUID.
    Guid,
    /// An IP address.
    IpAddress,
    /// Bytes.
    Bytes,
    /// Anything.
    Value,
    /// Anything; one or several.
    Values,
    /// `{ … }`
    ScriptBlock,
    /// `@{ … }`
    Hashtable,
    /// A list to set, or a hash table with `Add` and `Remove`: Exchange's multi-valued properties.
    MultiValued,
    /// A member of an enumeration.
    Enum(&'static Enumeration),
    /// One of these texts.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// .NET's name of the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::String | Self::Choice(_) => "System.String",
            Self::Strings | Self::MultiValued => "System.String[]",
            Self::Int => "System.Int32",
            Self::Ints => "System.Int32[]",
            Self::Double => "System.Double",
            Self::Bool => "System.Boolean",
            Self::Switch => "System.Management.Automation.SwitchParameter",
            Self::DateTime => "System.DateTime",
            Self::TimeSpan => "System.TimeSpan",
            Self::Guid => "System.Guid",
            Self::IpAddress => "System.Net.IPAddress",
            Self::Bytes => "System.Byte[]",
            Self::Value => "System.Object",
            Self::Values => "System.Object[]",
            Self::ScriptBlock => "System.Management.Automation.ScriptBlock",
            Self::Hashtable => "System.Collections.Hashtable",
            Self::Enum(enumeration) => enumeration.type_name,
        }
    }
}

/// An enumeration: its .NET type, its members with their numbers.
#[derive(Debug)]
pub struct Enumeration {
    /// .NET's full name.
    pub type_name: &'static str,
    /// The members.
    pub members: &'static [(&'static str, i32)],
    /// Whether several members can be joined.
    pub flags: bool,
}

const ACTION_PREFERENCE: Enumeration = Enumeration {
    type_name: "System.Management.Automation.ActionPreference",
    members: &[
        ("SilentlyContinue", 0),
        ("Stop", 1),
        ("Continue", 2),
        ("Inquire", 3),
        ("Ignore", 4),
        ("Suspend", 5),
    ],
    flags: false,
};

/// The parameters that every cmdlet has.
pub static COMMON_PARAMETERS: &[Parameter] = &[
    Parameter::new("Verbose", Kind::Switch, "Shows more about what is done.").aliases(&["vb"]),
    Parameter::new("Debug", Kind::Switch, "Shows what a programmer wants to know.")
        .aliases(&["db"]),
    Parameter::new("ErrorAction", Kind::Enum(&ACTION_PREFERENCE), "What happens after an error.")
        .aliases(&["ea"]),
    Parameter::new(
        "WarningAction",
        Kind::Enum(&ACTION_PREFERENCE),
        "What happens after a warning.",
    )
    .aliases(&["wa"]),
    Parameter::new(
        "InformationAction",
        Kind::Enum(&ACTION_PREFERENCE),
        "What happens after an information.",
    )
    .aliases(&["infa"]),
    Parameter::new("ErrorVariable", Kind::String, "Keeps errors in this variable.")
        .aliases(&["ev"]),
    Parameter::new("WarningVariable", Kind::String, "Keeps warnings in this variable.")
        .aliases(&["wv"]),
    Parameter::new("OutVariable", Kind::String, "Keeps the output in this variable.")
        .aliases(&["ov"]),
    Parameter::new("OutBuffer", Kind::Int, "Accepted, without effect.").aliases(&["ob"]),
    Parameter::new("WhatIf", Kind::Switch, "Says what would be done, and does not do it.")
        .aliases(&["wi"]),
    Parameter::new("Confirm", Kind::Switch, "Asks before it acts; this shell never asks.")
        .aliases(&["cf"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_can_take_objects_and_properties() {
        let both = Parameter::new("Identity", Kind::String, "").by_value().by_property_name();
        assert_eq!(both.pipeline, Pipeline::Either);
        assert!(both.aliases(&["Id"]).is_named("ID"));
    }
}
