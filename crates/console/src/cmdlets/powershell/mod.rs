//! The cmdlets, one file each (a pair that shares its parameters stands together).

use crate::language::cmdlet::Cmdlet;

pub mod clear_host;
pub mod clixml;
pub mod convert_csv;
pub mod convert_to_json;
pub mod copy_item;
pub mod export_csv;
pub mod for_each_object;
pub mod format_list;
pub mod format_table;
pub mod get_child_item;
pub mod get_command;
pub mod get_content;
pub mod get_date;
pub mod get_help;
pub mod get_member;
pub mod get_variable;
pub mod group_object;
pub mod location;
pub mod measure_object;
pub mod new_item;
pub mod new_time_span;
pub mod out_file;
pub mod out_null;
pub mod out_string;
pub mod remove_item;
pub mod select_object;
pub mod select_string;
pub mod set_content;
pub mod sort_object;
pub mod start_sleep;
pub mod tee_object;
pub mod where_object;
pub mod write_host;
pub mod write_output;
pub mod write_warning;

/// The cmdlets of the language, which every session has.
pub static POWERSHELL: &[&Cmdlet] = &[
    &clear_host::CLEAR_HOST,
    &clixml::EXPORT_CLIXML,
    &clixml::IMPORT_CLIXML,
    &convert_csv::CONVERT_FROM_CSV,
    &convert_csv::CONVERT_TO_CSV,
    &convert_to_json::CONVERT_TO_JSON,
    &copy_item::COPY_ITEM,
    &export_csv::EXPORT_CSV,
    &export_csv::IMPORT_CSV,
    &for_each_object::FOR_EACH_OBJECT,
    &format_list::FORMAT_LIST,
    &format_table::FORMAT_TABLE,
    &get_child_item::GET_CHILD_ITEM,
    &get_command::GET_COMMAND,
    &get_content::GET_CONTENT,
    &get_date::GET_DATE,
    &get_help::GET_HELP,
    &get_member::GET_MEMBER,
    &get_variable::GET_VARIABLE,
    &group_object::GROUP_OBJECT,
    &location::GET_LOCATION,
    &location::SET_LOCATION,
    &location::TEST_PATH,
    &measure_object::MEASURE_OBJECT,
    &new_item::NEW_ITEM,
    &new_time_span::NEW_TIME_SPAN,
    &out_file::OUT_FILE,
    &out_null::OUT_NULL,
    &out_string::OUT_STRING,
    &remove_item::REMOVE_ITEM,
    &select_object::SELECT_OBJECT,
    &select_string::SELECT_STRING,
    &set_content::ADD_CONTENT,
    &set_content::SET_CONTENT,
    &sort_object::SORT_OBJECT,
    &start_sleep::START_SLEEP,
    &tee_object::TEE_OBJECT,
    &where_object::WHERE_OBJECT,
    &write_host::WRITE_HOST,
    &write_output::WRITE_OUTPUT,
    &write_warning::WRITE_ERROR,
    &write_warning::WRITE_VERBOSE,
    &write_warning::WRITE_WARNING,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::language::aliases::ALIASES;
    use crate::language::cmdlet::COMMON_PARAMETERS;

    #[test]
    fn every_alias_stands_for_a_cmdlet() {
        for (alias, definition) in ALIASES {
            assert!(POWERSHELL.iter().any(|cmdlet| cmdlet.name == *definition), "{alias}");
        }
    }

    #[test]
    fn every_cmdlet_explains_itself_and_has_parameters_that_differ() {
        for cmdlet in POWERSHELL {
            assert!(cmdlet.synopsis.ends_with('.'), "{}", cmdlet.name);
            let mut names = BTreeSet::new();
            for parameter in cmdlet.parameters.iter().chain(COMMON_PARAMETERS) {
                assert!(parameter.help.ends_with('.'), "{} -{}", cmdlet.name, parameter.name);
                let own = std::iter::once(&parameter.name).chain(parameter.aliases);
                for name in own {
                    assert!(names.insert(name.to_ascii_lowercase()), "{} -{name}", cmdlet.name);
                }
            }
        }
    }
}
