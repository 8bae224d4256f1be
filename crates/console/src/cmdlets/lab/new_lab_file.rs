//! `New-LabFile`: makes a large file on the computer where it is typed, as an export, a trace or a backup
//! would; `Remove-Item` takes it away.
//!
//! Not modelled: what it holds.

use exchange::quantity::ByteSize;
use exchange::value::Value;

use super::refusal::{refused, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static NEW_LAB_FILE: Cmdlet = Cmdlet {
    name: "New-LabFile",
    synopsis: "Makes a large file.",
    class: "",
    parameters: &[
        Parameter::new("Path", Kind::String, "The file.").at(0).mandatory(),
        Parameter::new("Length", Kind::String, "Its length, such as 39GB.").at(1).mandatory(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let path = invocation.string("Path").unwrap_or_default();
    let given = invocation.string("Length").unwrap_or_default();
    let length: ByteSize =
        given.parse().map_err(|()| unfit("Length", format!("'{given}' is no size.")))?;
    if invocation.should_process(&path) && !place.make_large_file(&path, length.0) {
        return Err(refused("There is not enough space on the disk."));
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_large_file_takes_the_space_of_the_drive_until_it_is_removed() {
        insta::assert_snapshot!(transcript(
            "MBX01> (Get-LabComputer MBX01).FreeSpace
             MBX01> New-LabFile 'C:\\Exports\\all.pst' 39GB
             MBX01> (Get-ChildItem 'C:\\Exports').Length
             MBX01> (Get-LabComputer MBX01).FreeSpace
             MBX01> New-LabFile 'C:\\Exports\\more.pst' 2GB
             MBX01> Remove-Item 'C:\\Exports\\all.pst'
             MBX01> (Get-LabComputer MBX01).FreeSpace
             MBX01> New-LabFile 'C:\\Exports\\more.pst' huge",
        ), @r"
        MBX01> (Get-LabComputer MBX01).FreeSpace
        40 GB (42,949,672,960 bytes)
        MBX01> New-LabFile 'C:\Exports\all.pst' 39GB
        MBX01> (Get-ChildItem 'C:\Exports').Length
        41875931136
        MBX01> (Get-LabComputer MBX01).FreeSpace
        1 GB (1,073,741,824 bytes)
        MBX01> New-LabFile 'C:\Exports\more.pst' 2GB
        New-LabFile : There is not enough space on the disk.
        At line:1 char:1
        + New-LabFile 'C:\Exports\more.pst' 2GB
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [New-LabFile], RuntimeException
            + FullyQualifiedErrorId : Refused,New-LabFile

        MBX01> Remove-Item 'C:\Exports\all.pst'
        MBX01> (Get-LabComputer MBX01).FreeSpace
        40 GB (42,949,672,960 bytes)
        MBX01> New-LabFile 'C:\Exports\more.pst' huge
        New-LabFile : Cannot bind parameter 'Length'. 'huge' is no size.
        At line:1 char:1
        + New-LabFile 'C:\Exports\more.pst' huge
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-LabFile], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,New-LabFile
        ");
    }
}
