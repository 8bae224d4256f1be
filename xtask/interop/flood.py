"""A flood: SERVER PORT SOURCE COUNT. Half of the connections say nothing, the others garbage; all stay
open until standard input ends. Prints `flooding` once all were tried.
"""

import random
import select
import socket
import sys

server, port, source, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
garbage = random.Random(1)
connections = []
for number in range(count):
    connection = socket.socket()
    connection.setblocking(False)
    connection.bind((source, 0))
    connection.connect_ex((server, port))
    connections.append(connection)
    if number % 50 == 49:
        select.select([], [], [], 0.02)
select.select([], [], [], 0.5)
answered = 0
for number, connection in enumerate(connections):
    try:
        answered += connection.recv(4) == b"220 "
        if number % 2:
            connection.send(garbage.randbytes(garbage.randrange(1, 4000)))
            connection.send(b"\r\nEHLO\r\nMAIL FROM:<>\r\nDATA\r\n" + garbage.randbytes(100))
    except OSError:
        pass
print("flooding", count, "greeted", answered, flush=True)
sys.stdin.read()
