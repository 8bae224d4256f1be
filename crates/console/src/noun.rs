//! What the cmdlets of Exchange's nouns have in common: `Get-` shows objects, `New-` adds one with the
//! values of its parameters, `Set-` changes one, `Remove-` takes one away.
//!
//! A noun says where its objects are kept and which rules they obey ([`Stored`]); its cmdlets say which
//! parameters they take.

use exchange::guid::Guid;
use exchange::properties::Noun;
use exchange::value::Value;
use services::written::Whose;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::place::Place;
use crate::refusal::{self, Family, Refused};

/// A noun whose objects are kept in a directory.
pub(crate) trait Stored: Noun + Clone {
    /// Where its cmdlets' classes lie.
    const FAMILY: Family;

    /// Where they stand in the directory, when they are objects of one.
    const CLASS: Option<DirectoryClass> = None;

    /// All objects that can be seen from there.
    fn all(place: &Place) -> Vec<Self>;

    /// What tells it from the others.
    fn guid(&self) -> Guid;

    /// The GUID of the object that the directory keeps it in.
    fn directory_guid(&self, _place: &Place) -> Guid {
        self.guid()
    }

    /// Whether an identity names it.
    fn is_named(&self, identity: &str) -> bool {
        is_named(self, identity)
    }

    /// The rules between its properties, and with the objects beside it.
    ///
    /// # Errors
    /// The product's words for the first rule that is broken.
    fn check(&self, _place: &Place) -> Result<(), Refused> {
        Ok(())
    }

    /// Whether it may be taken away.
    ///
    /// # Errors
    /// The product's words for why not.
    fn check_removal(&self, _place: &Place) -> Result<(), Refused> {
        Ok(())
    }

    /// Adds it, or puts it in the place of the object with its GUID.
    fn store(self, place: &Place);

    /// Takes it away.
    fn delete(&self, place: &Place);
}

/// Puts an object into a list, in the place of the one with its GUID.
pub(crate) fn put<T: Stored>(list: &mut Vec<T>, object: T) {
    match list.iter_mut().find(|own| own.guid() == object.guid()) {
        Some(own) => *own = object,
        None => list.push(object),
    }
}

/// `Get-`: the objects that the identity names, or all of them.
///
/// # Errors
/// When the identity, without a wildcard, names none.
pub(crate) fn get<T: Stored>(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    Ok(found::<T>(invocation)?.iter().map(|object| seen(object, &place)).collect())
}

/// An object with what its directory says of it.
pub(crate) fn seen<T: Stored>(object: &T, place: &Place) -> Value {
    let own = object.to_object();
    Value::from(match T::CLASS {
        Some(class) => directory_object::complete(own, object.directory_guid(place), class, place),
        None => own,
    })
}

fn whose(place: &Place) -> Whose {
    if place.is_online() { Whose::Tenant } else { Whose::OnPremises }
}

/// The objects that `-Identity` names, or all of them.
///
/// # Errors
/// When the identity, without a wildcard, names none.
pub(crate) fn found<T: Stored>(invocation: &Invocation<'_>) -> Result<Vec<T>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut all = T::all(&place);
    if let Some(identity) = invocation.string("Identity") {
        all.retain(|object| object.is_named(&identity));
        if all.is_empty() && !wildcard::is_pattern(&identity) {
            return Err(refusal::not_found(invocation, T::FAMILY, &identity));
        }
    }
    Ok(all)
}

/// Objects as `Get-` puts them out.
pub(crate) fn shown<T: Noun>(objects: &[T]) -> Vec<Value> {
    objects.iter().map(|object| Value::from(object.to_object())).collect()
}

/// `New-`: adds the object with the values of the parameters, and puts it out. `complete` sees to what
/// the parameters leave open.
///
/// # Errors
/// When a value does not fit, a rule is broken or the name is taken.
pub(crate) fn create<T: Stored>(
    mut invocation: Invocation<'_>,
    mut object: T,
    complete: impl FnOnce(&Invocation<'_>, &mut T) -> Result<(), ErrorRecord>,
) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    assign_parameters(&invocation, &mut object)?;
    complete(&invocation, &mut object)?;
    obey(&invocation, &place, &object)?;
    if !invocation.should_process(&object.identity()) {
        return Ok(Vec::new());
    }
    place.world.written.made(
        whose(&place),
        object.directory_guid(&place),
        place.world.clock().now(),
    );
    let shown = seen(&object, &place);
    object.store(&place);
    Ok(vec![shown])
}

/// `Set-`: gives the object that the identity names the values of the parameters.
///
/// # Errors
/// When there is no such object, a value does not fit, a rule is broken or a new name is taken.
pub(crate) fn set<T: Stored>(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    set_with(invocation, |_, _: &mut T| Ok(()))
}

/// The same for a cmdlet with parameters that are not named like properties.
///
/// # Errors
/// As [`set`], and those of `complete`.
pub(crate) fn set_with<T: Stored>(
    mut invocation: Invocation<'_>,
    complete: impl FnOnce(&Invocation<'_>, &mut T) -> Result<(), ErrorRecord>,
) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut object = named::<T>(&invocation, &place)?;
    assign_parameters(&invocation, &mut object)?;
    complete(&invocation, &mut object)?;
    obey(&invocation, &place, &object)?;
    if invocation.should_process(&object.identity()) {
        place.world.written.changed(
            whose(&place),
            object.directory_guid(&place),
            place.world.clock().now(),
        );
        object.store(&place);
    }
    Ok(Vec::new())
}

/// `Remove-`: takes away the object that the identity names.
///
/// # Errors
/// When there is no such object.
pub(crate) fn remove<T: Stored>(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let object = named::<T>(&invocation, &place)?;
    object.check_removal(&place).map_err(|why| why.of(&invocation, T::FAMILY))?;
    if invocation.should_process(&object.identity()) {
        object.delete(&place);
    }
    Ok(Vec::new())
}

/// The object that `-Identity` names.
///
/// # Errors
/// When there is none.
pub(crate) fn named<T: Stored>(
    invocation: &Invocation<'_>,
    place: &Place,
) -> Result<T, ErrorRecord> {
    let identity = invocation.string("Identity").unwrap_or_default();
    let found = T::all(place).into_iter().find(|object| object.is_named(&identity));
    found.ok_or_else(|| refusal::not_found(invocation, T::FAMILY, &identity))
}

/// Whether the object may stand as it is: no other has its identity, and its rules are kept.
fn obey<T: Stored>(
    invocation: &Invocation<'_>,
    place: &Place,
    object: &T,
) -> Result<(), ErrorRecord> {
    let identity = object.identity();
    let is_taken = T::all(place).iter().any(|other| {
        other.guid() != object.guid() && other.identity().eq_ignore_ascii_case(&identity)
    });
    if is_taken {
        return Err(refusal::exists(invocation, T::FAMILY, &identity));
    }
    object.check(place).map_err(|why| why.of(invocation, T::FAMILY))
}

/// `-Identity`, which most cmdlets of Exchange take first or from the pipeline.
pub(crate) const IDENTITY: Parameter =
    Parameter::new("Identity", Kind::String, "Name, GUID or other unique name of the object.")
        .at(0)
        .by_value()
        .by_property_name();

/// The domain controller to ask; the lab has one directory.
pub(crate) const DOMAIN_CONTROLLER: Parameter = Parameter::new(
    "DomainController",
    Kind::String,
    "The domain controller to use; accepted, without effect.",
);

/// Two lists of parameters as one.
pub(crate) const fn joined<const A: usize, const B: usize, const N: usize>(
    first: [Parameter; A],
    second: [Parameter; B],
) -> [Parameter; N] {
    assert!(A + B == N, "the list has another length");
    let mut all = [IDENTITY; N];
    let mut index = 0;
    while index < N {
        all[index] = if index < A { first[index] } else { second[index - A] };
        index += 1;
    }
    all
}

/// Whether an identity names the object: by its identity, its name or its GUID; `*` stands for any
/// text.
pub(crate) fn is_named<T: Noun>(noun: &T, identity: &str) -> bool {
    let object = noun.to_object();
    if let Ok(guid) = identity.parse::<Guid>() {
        return object.get("Guid") == Some(&Value::Guid(guid));
    }
    wildcard::matches(identity, &noun.identity())
        || wildcard::matches(identity, &object.text_of("Name"))
}

/// Gives an object the values of all parameters that are named like its properties. A hash table
/// `@{Add=…; Remove=…}` edits a list.
///
/// # Errors
/// PowerShell's error for the first value that does not fit.
pub(crate) fn assign_parameters<T: Noun + Clone>(
    invocation: &Invocation<'_>,
    noun: &mut T,
) -> Result<(), ErrorRecord> {
    for parameter in invocation.parameters() {
        let Some(value) = invocation.given(parameter.name) else { continue };
        if parameter.is_named("Identity") {
            continue;
        }
        let value = match value {
            Value::Hashtable(edits) => edited(noun, parameter.name, edits),
            other => other.clone(),
        };
        noun.assign(parameter.name, &value)
            .map_err(|unfit| refusal::unfit(invocation, parameter.name, &unfit.to_string()))?;
    }
    Ok(())
}

/// The list of a property after `Add` and `Remove`.
fn edited<T: Noun + Clone>(noun: &T, name: &str, edits: &[(String, Value)]) -> Value {
    let show = |noun: &T| noun.to_object().get(name).cloned().unwrap_or(Value::Null);
    // `contoso.com` and `SMTP:contoso.com;1` are the same address space.
    let canonical = |operand: &Value| {
        let mut probe = noun.clone();
        match probe.assign(name, &Value::List(vec![operand.clone()])) {
            Ok(true) => show(&probe).elements().first().cloned().unwrap_or_else(|| operand.clone()),
            _ => operand.clone(),
        }
    };
    let mut values: Vec<Value> = show(noun).elements().to_vec();
    for (edit, operands) in edits {
        for operand in operands.elements() {
            let same = |value: &Value| {
                value.to_string().eq_ignore_ascii_case(&canonical(operand).to_string())
            };
            if edit.eq_ignore_ascii_case("Remove") {
                values.retain(|value| !same(value));
            } else if edit.eq_ignore_ascii_case("Add") && !values.iter().any(same) {
                values.push(operand.clone());
            }
        }
    }
    Value::List(values)
}
