"""Opens tokens made in Swift with Python's cryptography, and makes as many for Swift to open.

Usage: interop.py OURS THEIRS. Each line is a key, a token and its content in hexadecimal, separated by spaces.
"""

import os
import random
import sys

from cryptography.fernet import Fernet, InvalidToken

ours, theirs = sys.argv[1:]
wrong = []
count = 0
with open(ours, encoding="ascii") as lines:
    for number, line in enumerate(lines, 1):
        key, token, content = line.rstrip("\n").split(" ")
        count += 1
        try:
            if Fernet(key).decrypt(token) != bytes.fromhex(content):
                wrong.append(number)
        except InvalidToken:
            wrong.append(number)
length = random.Random(4)
with open(theirs, "w", encoding="ascii") as out:
    for _ in range(count):
        key = Fernet.generate_key()
        content = os.urandom(length.randrange(0, 200))
        out.write(f"{key.decode()} {Fernet(key).encrypt(content).decode()} {content.hex()}\n")
if wrong:
    sys.exit(f"{len(wrong)} of {count} tokens did not open, the first in line {wrong[0]}")
print(count)
