//! Transcripts: what is typed and what the console shows, for each form of error and for the ways
//! in which a script goes on or stops.

use super::session::{Completeness, Session};
use super::testing::{Console, shown};

#[test]
fn an_unknown_parameter_is_underlined() {
    insta::assert_snapshot!(shown("Get-Date -Queue x"), @r"
    Get-Date : A parameter cannot be found that matches parameter name 'Queue'.
    At line:1 char:10
    + Get-Date -Queue x
    +          ~~~~~~
        + CategoryInfo          : InvalidArgument: (:) [Get-Date], ParameterBindingException
        + FullyQualifiedErrorId : NamedParameterNotFound,Microsoft.PowerShell.Commands.GetDateCommand
    ");
}

#[test]
fn an_ambiguous_parameter_lists_what_it_could_be() {
    insta::assert_snapshot!(shown("1 | select -E x"), @r"
    select : Parameter cannot be processed because the parameter name 'E' is ambiguous. Possible matches include:
    -ExcludeProperty -ExpandProperty -ErrorAction -ErrorVariable.
    At line:1 char:12
    + 1 | select -E x
    +            ~~
        + CategoryInfo          : InvalidArgument: (:) [Select-Object], ParameterBindingException
        + FullyQualifiedErrorId : AmbiguousParameter,Microsoft.PowerShell.Commands.SelectObjectCommand
    ");
}

#[test]
fn a_missing_argument_names_its_type() {
    insta::assert_snapshot!(shown("Get-Content -Path"), @r"
    Get-Content : Missing an argument for parameter 'Path'. Specify a parameter of type 'System.String[]' and try again.
    At line:1 char:13
    + Get-Content -Path
    +             ~~~~~
        + CategoryInfo          : InvalidArgument: (:) [Get-Content], ParameterBindingException
        + FullyQualifiedErrorId : MissingArgument,Microsoft.PowerShell.Commands.GetContentCommand
    ");
}

#[test]
fn a_missing_mandatory_parameter_is_an_error_and_no_prompt() {
    insta::assert_snapshot!(shown("Get-Content"), @r"
    Get-Content : Cannot process command because of one or more missing mandatory parameters: Path.
    At line:1 char:1
    + Get-Content
    + ~~~~~~~~~~~
        + CategoryInfo          : InvalidArgument: (:) [Get-Content], ParentContainsErrorRecordException
        + FullyQualifiedErrorId : MissingMandatoryParameter,Microsoft.PowerShell.Commands.GetContentCommand
    ");
}

#[test]
fn an_argument_that_does_not_convert_says_why() {
    insta::assert_snapshot!(shown("Start-Sleep abc"), @r#"
    Start-Sleep : Cannot bind parameter 'Seconds'. Cannot convert value "abc" to type "System.Int32". Error: "Input string
    was not in a correct format."
    At line:1 char:13
    + Start-Sleep abc
    +             ~~~
        + CategoryInfo          : InvalidArgument: (:) [Start-Sleep], ParameterBindingException
        + FullyQualifiedErrorId : CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.StartSleepCommand
    "#);
}

#[test]
fn an_argument_too_many_underlines_the_command() {
    insta::assert_snapshot!(shown("Get-Date '5/1/2026' extra"), @r"
    Get-Date : A positional parameter cannot be found that accepts argument 'extra'.
    At line:1 char:1
    + Get-Date '5/1/2026' extra
    + ~~~~~~~~~~~~~~~~~~~~~~~~~
        + CategoryInfo          : InvalidArgument: (:) [Get-Date], ParameterBindingException
        + FullyQualifiedErrorId : PositionalParameterNotFound,Microsoft.PowerShell.Commands.GetDateCommand
    ");
}

#[test]
fn a_parameter_given_twice_is_an_error() {
    insta::assert_snapshot!(shown("Get-Date -Format x -Format y"), @r#"
    Get-Date : Cannot bind parameter because parameter 'Format' is specified more than once. To provide multiple values to
    parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".
    At line:1 char:20
    + Get-Date -Format x -Format y
    +                    ~~~~~~~
        + CategoryInfo          : InvalidArgument: (:) [Get-Date], ParameterBindingException
        + FullyQualifiedErrorId : ParameterAlreadyBound,Microsoft.PowerShell.Commands.GetDateCommand
    "#);
}

#[test]
fn input_that_no_parameter_takes_is_an_error() {
    insta::assert_snapshot!(shown("'a' | Get-Location"), @r"
    Get-Location : The input object cannot be bound to any parameters for the command either because the command does not
    take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.
    At line:1 char:7
    + 'a' | Get-Location
    +       ~~~~~~~~~~~~
        + CategoryInfo          : InvalidArgument: (a:String) [Get-Location], ParameterBindingException
        + FullyQualifiedErrorId : InputObjectNotBound,Microsoft.PowerShell.Commands.GetLocationCommand
    ");
}

#[test]
fn a_string_without_its_end_is_a_parse_error_with_a_place() {
    insta::assert_snapshot!(shown("Get-Date; Write-Host 'abc"), @r"
    At line:1 char:22
    + Get-Date; Write-Host 'abc
    +                      ~~~~
    The string is missing the terminator: '.
        + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException
        + FullyQualifiedErrorId : TerminatorExpectedAtEndOfString
    ");
}

#[test]
fn a_block_without_its_end_points_at_its_start() {
    insta::assert_snapshot!(shown("if ($true) {\n 'x'"), @r"
    At line:1 char:12
    + if ($true) {
    +            ~
    Missing closing '}' in statement block or type definition.
        + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException
        + FullyQualifiedErrorId : MissingEndCurlyBrace
    ");
}

#[test]
fn a_statement_that_this_shell_does_not_have_is_named() {
    insta::assert_snapshot!(shown("try { Get-Queue } catch { }"), @r"
    At line:1 char:1
    + try { Get-Queue } catch { }
    + ~~~
    The 'try' keyword is not supported in this version of the language.
        + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException
        + FullyQualifiedErrorId : ReservedKeywordNotAllowed
    ");
}

#[test]
fn a_method_of_null_and_a_method_that_is_not_there_are_errors() {
    insta::assert_snapshot!(shown("$nothing.Trim(); 'x'.Send(1)"), @r"
    You cannot call a method on a null-valued expression.
    At line:1 char:1
    + $nothing.Trim(); 'x'.Send(1)
    + ~~~~~~~~~~~~~~~
        + CategoryInfo          : InvalidOperation: (:) [], RuntimeException
        + FullyQualifiedErrorId : InvokeMethodOnNull

    Method invocation failed because [System.String] does not contain a method named 'Send'.
    At line:1 char:18
    + $nothing.Trim(); 'x'.Send(1)
    +                  ~~~~~~~~~~~
        + CategoryInfo          : InvalidOperation: (Send:String) [], RuntimeException
        + FullyQualifiedErrorId : MethodNotFound
    ");
}

#[test]
fn a_property_of_null_is_null() {
    assert_eq!(shown("$nothing.Name; \"[$($nothing.Name)]\""), "[]\n");
}

#[test]
fn a_type_that_this_shell_does_not_have_is_an_error() {
    insta::assert_snapshot!(
        shown("$root = [ADSI]'LDAP://localhost:50389/CN=MSExchangeTransportService,CN=First Organization'"),
        @r"
    Unable to find type [ADSI].
    At line:1 char:9
    + $root = [ADSI]'LDAP://localhost:50389/CN=MSExchangeTransportService,C ...
    +         ~~~~~~
        + CategoryInfo          : InvalidOperation: (ADSI:TypeName) [], RuntimeException
        + FullyQualifiedErrorId : TypeNotFound
    "
    );
}

#[test]
fn an_error_in_a_script_file_names_the_file() {
    let mut console = Console::new();
    let source =
        super::source::Source::file(r"C:\Scripts\check.ps1", "Get-Date | Out-Null\n\nGet-Foo\n");
    let output = super::testing::block_on(console.session.run_source(source));
    assert!(output.text.contains("At C:\\Scripts\\check.ps1:3 char:1\n+ Get-Foo\n+ ~~~~~~~\n"));
}

#[test]
fn an_error_ends_its_statement_and_the_script_goes_on() {
    let text = shown("if ($true) { Get-Foo; 'inside' }; 1,2 | % { [int]'x'; $_ }; 'after'");
    let last: Vec<&str> = text.lines().filter(|line| !line.starts_with(['+', ' '])).collect();
    assert_eq!(last.iter().filter(|line| **line == "inside" || **line == "after").count(), 2);
    assert_eq!(text.matches("InvalidCastFromStringToInteger").count(), 2);
    assert!(text.contains("\n1\n") && text.contains("\n2\n"));
}

#[test]
fn an_error_that_is_told_to_stop_ends_the_script() {
    for text in [
        "Get-Content nosuch -ErrorAction Stop; Write-Host later",
        "$ErrorActionPreference = 'Stop'; Get-Foo; Write-Host later",
        "1,2 | % { Get-Content nosuch -EA Stop }; Write-Host later",
    ] {
        let output = Console::new().run(text);
        assert!(output.had_errors && !output.text.ends_with("later\n"), "{}", output.text);
        assert_eq!(output.text.matches("FullyQualifiedErrorId").count(), 1, "{}", output.text);
    }
}

#[test]
fn silent_errors_are_kept_and_told() {
    let mut console = Console::new();
    let output = console
        .run("Get-Content nosuch -ErrorAction SilentlyContinue; $?; $Error[0].Exception.Message");
    assert_eq!(output.text, "False\nCannot find path 'C:\\nosuch' because it does not exist.\n");
    assert!(!output.had_errors);
    assert_eq!(console.text("$Error.Count; Get-Content nosuch 2>$null; $Error.Count"), "1\n2\n");
    assert!(console.text("$Error[0]").starts_with("Get-Content : Cannot find path 'C:\\nosuch'"));
}

#[test]
fn script_blocks_that_call_themselves_end() {
    let parentheses = format!("{}& $again{}", "(".repeat(20), ")".repeat(20));
    let subexpressions = format!("{}& $again{}", "$(".repeat(20), ")".repeat(20));
    for body in [
        "& $again",
        "1 | % $again",
        "1 | ? $again | sort $again",
        "if (1) { foreach ($i in 1) { & $again } }",
        &parentheses,
        &subexpressions,
    ] {
        let output = Console::new().run(&format!("$again = {{ {body} }}; & $again; 'after'"));
        assert!(output.text.contains("The script failed due to call depth overflow."), "{body}");
        assert!(output.text.ends_with("after\n"), "{body}");
    }
}

#[test]
fn deep_expressions_are_evaluated() {
    let nested = |open: &str, close: &str| format!("{}5{}", open.repeat(15), close.repeat(15));
    assert_eq!(shown(&nested("(", ")")), "5\n");
    assert_eq!(shown(&nested("$(", ")")), "5\n");
    assert_eq!(shown(&nested("@(", ")")), "5\n");
    assert_eq!(shown(&nested("if (1) {", "}")), "5\n");
}

#[test]
fn a_loop_without_end_is_stopped() {
    assert!(shown("while ($true) { }").contains("The loop was stopped after 100000 turns."));
}

#[test]
fn exit_leaves_with_its_code() {
    let output = Console::new().run("'a'; 1,2 | % { if ($_ -eq 2) { exit 3 }; $_ }; 'never'");
    assert_eq!((output.text.as_str(), output.exit), ("a\n1\n", Some(3)));
}

#[test]
fn the_values_of_the_last_statement_are_given() {
    let output = Console::new().run("'a'; 1..3 | ? { $_ -ne 2 }");
    assert_eq!(output.values, [1.into(), 3.into()]);
}

#[test]
fn programs_and_foreign_types_are_asked_of_the_machine() {
    let mut console = Console::new();
    assert_eq!(console.text("ipconfig /registerdns -v 007 a,b"), "/registerdns|-v|007|a|b\n");
    assert_eq!(console.text("[Lab.Machine]::Start('x', 2)"), "Start 2\n");
    assert!(console.text("adaminstall.exe /quiet").contains("CommandNotFoundException"));
    assert!(console.text("[Lab.Nothing]::Start()").contains("Unable to find type [Lab.Nothing]."));
}

#[test]
fn statements_run_as_powershell_runs_them() {
    for (text, expected) in [
        ("foreach ($i in 1..3) { if ($i -eq 2) { continue }; \"n$i\" }", "n1\nn3\n"),
        ("for ($i = 0; $i -lt 2; $i++) { $i }", "0\n1\n"),
        ("$i = 5; while ($i -gt 3) { $i-- }; $i", "3\n"),
        ("if ($x) { 'a' } elseif (1 -eq 1) { 'b' } else { 'c' }", "b\n"),
        ("$x = if (1) { 'yes' }; $x += '!'; $x", "yes!\n"),
        ("& { 'x'; return 'y'; 'z' }", "x\ny\n"),
        ("& 'Write-Output' called", "called\n"),
        ("$p = @{Format='yyyy'}; Get-Date @p", "2026\n"),
        ("$h = @{Add='x'}; $h.Remove = 'y'; $h['z'] = 1; $h.Keys -join ','", "Add,Remove,z\n"),
        ("[int]$n = '5'; $n + 1", "6\n"),
        ("$a = 1,2,3; $a[0] = 9; \"$a\"; $a[-1]; $a[0,2] -join '+'", "9 2 3\n3\n9+3\n"),
        ("$env:ROLE = 'Edge'; \"I am $env:ROLE\"", "I am Edge\n"),
        ("'a' # comment\n<# more #> 'b'", "a\nb\n"),
        ("Write-Output `\n  one |\n  % { $_ }", "one\n"),
        ("@'\nIt's\n'@ + @\"\n $(1 + 1)\n\"@", "It's 2\n"),
        ("'mbx01\\6' -replace '^(\\w+)\\\\(\\d+)$', '$2 on $1'", "6 on mbx01\n"),
        ("'a@b.example' -match '@(?<domain>.+)$'; $Matches.domain", "True\nb.example\n"),
        ("5 -is [int]; 'x' -isnot [string]; '7' -as [int]; 'x' -as [int]", "True\nFalse\n7\n"),
        ("1 + 2 * 3 - 4 / 2; 7 % 4; -(2 + 3); 1..3 -join '-'", "5\n3\n-5\n1-2-3\n"),
        ("-not $true -or $false -xor $true; !0", "True\nTrue\n"),
        ("10MB; 0x1F; 1.5e3; 2gb / 1gb", "10485760\n31\n1500\n2\n"),
        ("(1,2,3).Count; @().Count; @(5).Length; $null.Count", "3\n0\n1\n0\n"),
        ("$x = [datetime]'2026-05-01'; $x.AddDays(1).DayOfWeek", "Saturday\n"),
        ("[ipaddress]'192.168.1.11' -eq '192.168.1.11'", "True\n"),
        ("Date -Format 'yyyy'", "2026\n"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_text_that_breaks_off_is_told_from_one_that_is_wrong() {
    for text in [
        "Get-Queue |",
        "if ($true) {",
        "(1 + ",
        "'abc",
        "\"a $(1",
        "@{a=1",
        "$x =",
        "1 +",
        "foreach ($x in",
        "@'\nabc",
        "Get-Date `",
        "1, ",
        "if (1) { } else",
        "<# abc",
        "$a[",
        "Select-Object a,",
        "[int",
    ] {
        let incomplete = matches!(Session::check(text), Completeness::Incomplete);
        // A backtick at the very end continues nothing: PowerShell runs what is there.
        assert_eq!(incomplete, text != "Get-Date `", "{text}");
    }
    for text in
        [")", "1 2", "a && b", "Get-Message -Id <id>", "1 | 2", "foreach (1) {}", "@{a}", "x | | y"]
    {
        assert!(matches!(Session::check(text), Completeness::Wrong(_)), "{text}");
    }
}

/// The forms in which the guides write commands, with our own names.
const GUIDES: &[&str] = &[
    "Start-ADSyncSyncCycle -PolicyType Delta",
    "Connect-ExchangeOnline -UserPrincipalName admin@contoso.example",
    "$Session = New-PSSession",
    "Get-User -Identity anna@contoso.example | Select RemotePowerShellEnabled",
    "Set-User -Identity anna@contoso.example -RemotePowerShellEnabled $True",
    "Get-InboundConnector; Get-OutboundConnector",
    "Set-ReceiveConnector 'Default Frontend MBX01' -ProtocolLoggingLevel Verbose",
    "Get-ReceiveConnector | Select Name, ProtocolLoggingLevel | Format-List",
    "Get-Content $latest.FullName -Tail 10 -Wait",
    "Get-MessageTrackingLog -Start (Get-Date).AddMinutes(-30) -EventId DELIVER | Select Timestamp, Recipients | Format-List",
    "$trace = Get-MessageTrace -StartDate (Get-Date).AddHours(-2) -EndDate (Get-Date) | Select -First 1",
    "Get-MessageTraceDetail -MessageTraceId $trace.MessageTraceId -RecipientAddress $trace.RecipientAddress | Format-List",
    r"Get-Queue -Identity 'mbx01\6' | Format-List *",
    r"Remove-Message -Queue 'mbx01\6' -WithNDR $false -Confirm:$false",
    "Get-Service MSExchangeTransport, MSExchangeSubmission | Select Name, Status",
    "Test-EdgeSynchronization -FullCompareMode",
    "$root.PSBase.Children | Select Name, ObjectClass",
    r"New-EdgeSubscription -FileData ([byte[]]$(Get-Content -Path 'C:\EdgeSub.xml' -Encoding Byte -ReadCount 0)) -Site 'Default-First-Site-Name'",
    "adamuninstall.exe /instancename:MSExchange /unattend",
    r"reg add 'HKLM\SOFTWARE\Microsoft\ExchangeServer\v15\Transport' /f",
    "msiexec.exe /i ASDat.MSI ALLUSERS=1 /qn",
    "Set-TransportService MBX01 -ExternalDNSServers '192.0.2.8','192.0.2.9' -ExternalDNSAdapterEnabled $false",
    r"Get-Message -Queue mbx01\Unreachable | Format-List FromAddress, Recipients, Subject",
    "Set-SendConnector 'Outbound to Office 365' -AddressSpaces 'smtp:contoso.example;1','smtp:fabrikam.example;1'",
    "Set-SendConnector 'Outbound to Office 365' -AddressSpaces @{Add='smtp:fabrikam.example;1'; Remove='smtp:*;5'}",
    "ipconfig /registerdns",
    "Test-NetConnection -Port 50389 and 50636",
];

#[test]
fn every_form_of_the_guides_is_parsed() {
    for line in GUIDES {
        assert_eq!(Session::check(line), Completeness::Complete, "{line}");
    }
}

/// Pieces of commands, from which texts are made that nobody would type.
const PIECES: &[&str] = &[
    "1",
    "'a'",
    "$x",
    "$_",
    "@(1,2)",
    "@{a=1}",
    "{ $_ }",
    "(",
    ")",
    "{",
    "}",
    "|",
    ";",
    ",",
    "=",
    "+",
    "-eq",
    "-like",
    "-join",
    "..",
    "[int]",
    "[datetime]",
    ".Count",
    ".ToString()",
    "[0]",
    "$null",
    "-Property",
    "-First 1",
    "*",
    "select",
    "sort",
    "group",
    "?",
    "%",
    "ft",
    "fl",
    "measure",
    "Get-Date",
    "Write-Output",
    "Get-Member",
    "if",
    "foreach",
    "ConvertTo-Json",
    "Out-String",
    "$x =",
    "\"$x $(1)\"",
    "-f",
    "-split",
    "-Width 7",
    "Get-Help select",
    "-ea 0",
];

proptest::proptest! {
    #[test]
    fn any_command_runs_or_is_refused(pieces in proptest::collection::vec(0..PIECES.len(), 1..14)) {
        let words: Vec<&str> = pieces.iter().map(|index| PIECES[*index]).collect();
        let mut console = Console::new();
        let _output = console.run(&words.join(" "));
        let after = console.run("'still alive'");
        proptest::prop_assert_eq!(after.text, "still alive\n");
    }
}
