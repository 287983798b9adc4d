"""Cuts a font to some characters and gives it TrueType outlines.

Arguments: source font, target font, characters. Called by `cargo xtask font`.
"""

import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

FAMILY = "Cyclorama Sans"
ERROR_UNITS_MAX = 1.0  # of 1000 units per em: far below a pixel at any size we draw


def cut(source, characters):
    options = subset.Options()
    options.layout_features = ["kern", "mark", "locl"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "STAT"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font


def use_truetype_outlines(font):
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, ERROR_UNITS_MAX, reverse_direction=True))
        outlines[name] = pen.glyph()
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    font["loca"] = newTable("loca")
    del font["CFF "]
    table.compile(font)
    for name in order:
        left = outlines[name].xMin if hasattr(outlines[name], "xMin") else 0
        font["hmtx"][name] = (font["hmtx"][name][0], left)
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones = 1
    for field in (
        "maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements "
        "maxSizeOfInstructions maxComponentElements maxPoints maxContours maxCompositePoints "
        "maxCompositeContours maxComponentDepth"
    ).split():
        setattr(limits, field, 0)
    limits.recalc(font)
    post = font["post"]
    post.formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def rename(font):
    names = font["name"]
    for identifier, text in ((1, FAMILY), (2, "Regular"), (4, FAMILY), (6, FAMILY.replace(" ", ""))):
        names.removeNames(nameID=identifier)
        names.setName(text, identifier, 3, 1, 0x409)


def main():
    source, target, characters = sys.argv[1:4]
    font = cut(source, characters)
    covered = font.getBestCmap()
    absent = [character for character in characters if ord(character) not in covered]
    if absent:
        sys.exit("the source font has no glyph for " + " ".join(absent))
    use_truetype_outlines(font)
    rename(font)
    font.save(target)


main()
