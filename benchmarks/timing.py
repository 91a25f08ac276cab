"""Taking times so that a busy machine does not decide. The clock on the wall, unless said."""

import gc
import time


def seconds(function, *args):
    """How long a call takes."""
    gc.collect()
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def rate(count, function, *args):
    """How many of ``count`` things a call does in a second."""
    return count / seconds(function, *args)


def in_turn(repetitions, *parts):
    """Call the parts in turn, in the other order every second time.

    :param parts: functions that return a figure
    :return: the figures of each part, by repetition
    """
    figures = [[] for _part in parts]
    for number in range(repetitions):
        order = list(zip(parts, figures, strict=True))
        for part, found in order if number % 2 == 0 else reversed(order):
            found.append(part())
    return figures
