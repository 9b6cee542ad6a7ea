"""Makes a Python wheel of an installed folder: `pip install` of it puts `wasmark` on PATH.

    packaging/wheel.py INSTALLED VERSION EPOCH OUT_FOLDER

INSTALLED is what packaging/install.sh made (its lib/wasmark is taken). Equal folders give equal bytes: names are in
order, times are EPOCH.
"""

import base64
import hashlib
import pathlib
import sys
import time
import zipfile

# The C library of the machine that builds it, which manylinux's names state: the oldest that it runs with.
TAG = "py3-none-manylinux_2_36_x86_64"

MAIN = '''"""Starts the program that this package carries."""

import os
import pathlib
import sys


def main():
    program = pathlib.Path(__file__).resolve().parent / "lib" / "wasmark"
    os.execv(program, [str(program), *sys.argv[1:]])


if __name__ == "__main__":
    main()
'''


def metadata(version):
    return f"""Metadata-Version: 2.1
Name: wasmark
Version: {version}
Summary: Compares WebAssembly runtimes: cold start, memory and throughput
License: MIT OR Apache-2.0; lib/LICENCES.txt has those of the runtimes
Requires-Python: >=3.8
"""


def main(installed, version, epoch, out):
    time_of_all = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))
    info = f"wasmark-{version}.dist-info"
    name = out / f"wasmark-{version}-{TAG}.whl"
    record = []
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as wheel:

        def add(path, data, mode=0o644):
            entry = zipfile.ZipInfo(path, time_of_all)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(data)}")

        add("wasmark/__init__.py", b"")
        add("wasmark/__main__.py", MAIN.encode())
        lib = installed / "lib" / "wasmark"
        for path in sorted(path for path in lib.rglob("*") if path.is_file()):
            mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            add(f"wasmark/lib/{path.relative_to(lib).as_posix()}", path.read_bytes(), mode)
        add(f"{info}/METADATA", metadata(version).encode())
        add(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: wasmark\nRoot-Is-Purelib: false\nTag: {TAG}\n".encode())
        add(f"{info}/entry_points.txt", b"[console_scripts]\nwasmark = wasmark.__main__:main\n")
        record.append(f"{info}/RECORD,,")
        wheel.writestr(zipfile.ZipInfo(f"{info}/RECORD", time_of_all), "\n".join(record) + "\n")
    print(name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), pathlib.Path(sys.argv[4]))
