"""Python's smtplib at a door of the lab: SERVER PORT SOURCE. Prints what happened, one fact in a line.

The certificate is not verified here: its dates are those of the lab's clock.
"""

import smtplib
import ssl
import sys

server, port, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE

text = (
    "From: anna@fabrikam.com\r\nTo: raghu@cloudmonkeys.xyz\r\nSubject: from smtplib\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
    ".a line with a dot\r\n..two dots\r\n.\r\nGrüße\r\n"
)
with smtplib.SMTP(server, port, "python.fabrikam.com", 30, (source, 0)) as client:
    client.ehlo()
    print("before:", " ".join(name for name in ("starttls", "auth") if client.has_extn(name)))
    client.starttls(context=context)
    print("no hello:", *client.docmd("MAIL FROM:<anna@fabrikam.com>"))
    client.ehlo()
    print("after:", " ".join(name for name in ("starttls", "size", "8bitmime") if client.has_extn(name)))
    refused = client.sendmail(
        "anna@fabrikam.com",
        ["raghu@cloudmonkeys.xyz", "bo@fabrikam.com"],
        text.encode("utf-8"),
        mail_options=["BODY=8BITMIME"],
    )
    for address, (code, reply) in refused.items():
        print("refused:", address, code, reply.decode())
    print("noop:", client.noop()[0])
    try:
        client.login("raghu", "not his password")
    except smtplib.SMTPAuthenticationError as error:
        print("login:", error.smtp_code, error.smtp_error.decode())
print("done")
