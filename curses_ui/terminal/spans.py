"""Fitting spans into rows of an exact width, with nothing in them that is not drawn as it is."""

from ..text.cells import clip, drawable, text_width
from .frame import Line, Span
from .roles import Role


def line_width(line: Line) -> int:
    """How many cells the spans take together."""
    return sum(text_width(span.text) for span in line)


def fit(line: Line, cells: int, fill: Role) -> Line:
    """The spans in exactly so many cells: cut where they are too long, then filled with spaces."""
    fitted: list[Span] = []
    room = max(0, cells)
    for span in line:
        text = drawable(span.text)
        width = text_width(text)
        if width > room:
            text = clip(text, room)
            room -= text_width(text)
            fitted.append(Span(text, span.role, span.hue))
            break
        fitted.append(span if text == span.text else Span(text, span.role, span.hue))
        room -= width
    if room:
        fitted.append(Span(" " * room, fill))
    return tuple(span for span in fitted if span.text)


def spread(left: Line, right: Line, cells: int, fill: Role) -> Line:
    """Two groups of spans at the two ends of a row; where both do not fit, the right one goes."""
    gap = cells - line_width(left) - line_width(right)
    if gap < 0:
        return fit(left, cells, fill)
    return fit((*left, Span(" " * gap, fill), *right), cells, fill)
