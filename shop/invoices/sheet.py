"""The sheet that invoices and credit notes are drawn on: fonts, colours, columns, page numbers."""

from importlib.resources import files
from io import BytesIO

from django.utils.translation import gettext as _
from fpdf import FPDF

# Source Sans has Latin, Greek and Cyrillic, and its licence lets anybody embed it.
FONTS = {"": "Regular", "B": "Semibold"}
INK, SOFT, LINE, TEAL = (22, 32, 46), (96, 106, 120), (214, 219, 226), (15, 110, 110)
MARGIN, FOOT = 18, 22
WIDTH = 210 - 2 * MARGIN
LOGO = files("shop.invoices").joinpath("magpie.svg").read_bytes()


class Sheet(FPDF):
    """A4 in millimetres. `columns` are (title, width, align); while set, each page repeats them."""

    def __init__(self, title, number, foot, day):
        super().__init__(format="A4")
        self.title_text, self.number, self.foot = title, number, foot
        self.columns = ()
        for style, name in FONTS.items():
            path = files("font_source_sans_pro").joinpath(f"files/SourceSansPro-{name}.ttf")
            self.add_font("Source", style, str(path))
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, FOOT)
        self.set_title(f"{title} {number}")
        self.set_lang("en-GB")
        self.set_creation_date(day)
        self.add_page()

    def ink(self, size=9.5, style="", colour=INK):
        self.set_font("Source", style, size)
        self.set_text_color(*colour)

    def header(self):
        if self.page_no() == 1:
            self._letterhead()
        else:
            self._running_head()

    def _letterhead(self):
        self.image(BytesIO(LOGO), MARGIN, MARGIN, w=13, h=13)
        self.ink(20, "B")
        self.set_xy(MARGIN + 16, MARGIN + 2.2)
        self.cell(60, 8, "Magpie")
        self.ink(20, "B", TEAL)
        self.set_xy(MARGIN, MARGIN)
        self.cell(WIDTH, 8, self.title_text, align="R", new_x="LMARGIN", new_y="NEXT")
        self.ink(10.5, "", SOFT)
        self.cell(WIDTH, 5, self.number, align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_y(MARGIN + 20)

    def _running_head(self):
        self.ink(8.5, "", SOFT)
        self.cell(WIDTH / 2, 5, f"{self.title_text} {self.number}")
        self.cell(WIDTH / 2, 5, "Magpie", align="R", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)
        self.column_heads()

    def footer(self):
        self.set_y(-14)
        self.rule()
        self.ln(1.5)
        self.ink(8, "", SOFT)
        self.cell(WIDTH - 30, 4, self.fitting(self.foot, WIDTH - 32))
        pages = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        # How many there are is known in the end: till then its place is a digit wide.
        self.set_x(MARGIN + WIDTH - self.get_string_width(pages.replace("{nb}", "8")))
        self.cell(30, 4, pages)

    def rule(self, colour=LINE, width=0.2):
        self.set_draw_color(*colour)
        self.set_line_width(width)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())

    def fitting(self, text, width):
        """The text, cut where it would leave its place."""
        while text and self.get_string_width(text) > width:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        return text

    def begin_table(self, columns):
        self.columns = columns
        self.column_heads()

    def end_table(self):
        self.columns = ()

    def column_heads(self):
        if not self.columns:
            return
        self.ink(8.5, "B", SOFT)
        for title, width, align in self.columns:
            self.cell(width, 6, str(title), align=align)
        self.ln(6)
        self.rule(INK, 0.3)
        self.ln(1)

    def row(self, cells, below=""):
        """One row, unbroken: its first cell takes as many lines as it needs, `below` is small."""
        width = self.columns[0][1] - 4
        self.ink()
        lines = self.multi_cell(width, 4.8, cells[0], dry_run=True, output="LINES")
        height = 4.8 * len(lines) + (4 if below else 0) + 2.4
        self.keep(height)
        top = self.get_y() + 0.8
        self._cells(top, cells)
        self.set_xy(MARGIN, top)
        self.ink()
        self.multi_cell(width, 4.8, "\n".join(lines), align="L", new_x="LMARGIN", new_y="NEXT")
        if below:
            self.ink(8, "", SOFT)
            self.cell(width, 4, self.fitting(below, width))
        self.set_y(top + height - 0.8)
        self.rule()

    def _cells(self, top, cells):
        x = MARGIN + self.columns[0][1]
        self.ink()
        for (_title, width, align), text in zip(self.columns[1:], cells[1:], strict=True):
            self.set_xy(x, top)
            self.cell(width, 4.8, text, align=align)
            x += width

    def keep(self, height):
        """Begin a new page if what comes next would be broken in two."""
        if self.will_page_break(height):
            self.add_page()

    def sum_line(self, title, amount, size=9.5, style="", colour=INK):
        self.ink(size, style, colour)
        height = size * 0.56
        self.cell(WIDTH - 40, height, self.fitting(title, WIDTH - 40), align="R")
        self.cell(40, height, amount, align="R", new_x="LMARGIN", new_y="NEXT")
