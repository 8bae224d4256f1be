"""Groups the rows of the logs named as arguments: protocol logs by session, with whether the session was
refused something, tracking logs by message; of other logs the rows are counted."""

import sys, duckdb
kinds = {}
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        head = file.read(4096).decode("utf-8", "replace").splitlines()
    fields = next((line[9:].split(",") for line in head if line.startswith("#Fields: ")), None)
    if fields:
        kinds.setdefault(tuple(fields), []).append(path)
for fields, paths in kinds.items():
    columns = "{" + ",".join(f"'{name.strip()}':'VARCHAR'" for name in fields) + "}"
    rows = f"read_csv({paths!r}, columns={columns}, header=false, auto_detect=false, delim=',', quote='\"', escape='\"', comment='#', strict_mode=false, null_padding=true, ignore_errors=true, max_line_size=2097152)"
    if "event" in fields and "session-id" in fields:
        print(duckdb.sql(f"""select count(*), sum(refused) from (select "session-id", min("date-time"),
            max("date-time"), count(*), max(case when data similar to '[45][0-9][0-9].*' then 1 else 0 end) refused
            from {rows} group by "session-id")""").fetchall())
    elif "event-id" in fields:
        print(duckdb.sql(f"""select count(*) from (select "message-id", min("date-time"), max("date-time"),
            count(*) from {rows} group by "message-id")""").fetchall())
    else:
        print(duckdb.sql(f"""select count(*), min(column0), max(column0) from (select "{fields[0]}" column0 from {rows})""").fetchall())
