"""A PDF of one page, made of lines with the size of their letters."""

from __future__ import annotations

from collections.abc import Sequence


def pdf_of(lines: Sequence[tuple[int, str]], *, turned: str = "") -> bytes:
    """The bytes of a PDF with these lines, the first at the top, and a text turned by ninety degrees at the edge."""
    shown, height = [], 750
    for size, text in lines:
        shown.append(f"BT /F1 {size} Tf 1 0 0 1 60 {height} Tm ({_escaped(text)}) Tj ET")
        height -= size + 6
    if turned:
        shown.append(f"BT /F1 30 Tf 0 1 -1 0 30 200 Tm ({_escaped(turned)}) Tj ET")
    content = "\n".join(shown).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            len(out),
        )
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
