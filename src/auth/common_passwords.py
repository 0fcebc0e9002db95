"""Makes src/auth/common_passwords.bin of a list of passwords, the most used first, one a line:

    python3 src/auth/common_passwords.py 10-million-password-list-top-1000000.txt

That is SecLists' list, by Mark Burnett's count (https://github.com/danielmiessler/SecLists, MIT); the crate
passablewords 1.0.1 has it too. Of the first 10,000 with at least 10 characters the file holds the first five bytes of
the SHA-256 of each in lower case, sorted: enough to know one again, with one wrong answer in a hundred million.
"""

import hashlib
import pathlib
import sys

LEAST, COUNT, BYTES = 10, 10_000, 5

common = {}
with open(sys.argv[1], encoding="utf-8", errors="ignore") as lines:
    for line in lines:
        password = line.rstrip("\r\n").lower()
        if len(password) >= LEAST:
            common[password] = hashlib.sha256(password.encode()).digest()[:BYTES]
        if len(common) == COUNT:
            break
file = pathlib.Path(__file__).with_suffix(".bin")
file.write_bytes(b"".join(sorted(common.values())))
print(f"{file.name}: {len(common)} passwords")
