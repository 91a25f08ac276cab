"""A time zone whose clocks are changed while the run goes on.

NetSuite's times are told in the zone of its user. Python looks for zones along PYTHONTZPATH: there
lies one of the same name that crosses from summer to winter time, or back, at a chosen moment.
"""

import struct
import sysconfig
from datetime import timedelta

NAME = "America/Los_Angeles"
WINTER = timedelta(hours=-8)
SUMMER = timedelta(hours=-7)


def make(folder, moment, hours):
    """Write the zone; returns the PYTHONTZPATH that finds it.

    :param moment: when the clocks are changed, in seconds since 1970
    :param hours: by how many hours: 1 or -1
    """
    before, after = (SUMMER, WINTER) if hours < 0 else (WINTER, SUMMER)
    path = folder / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_file(int(moment), before, after))
    return f"{folder}:{sysconfig.get_config_var('TZPATH') or '/usr/share/zoneinfo'}"


def _file(moment, before, after):
    """The format of RFC 8536 with a single change; the second block has times of 64 bits."""
    names = b"OLD\0NEW\0"
    types = b"".join(
        struct.pack(">lbb", int(offset.total_seconds()), offset == SUMMER, place)
        for place, offset in ((0, before), (4, after))
    )
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 1, 2, len(names))
    rest = b"\1" + types + names
    return (
        head + struct.pack(">l", moment) + rest + head + struct.pack(">q", moment) + rest + b"\n\n"
    )
