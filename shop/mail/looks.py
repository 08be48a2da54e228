"""The shop's colours and type for letters, where only styles of an element itself are safe."""

TEXT = "font-family:'Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif"
DISPLAY = "font-family:'Source Serif 4',Georgia,'Times New Roman',serif"
WRAP = "overflow-wrap:anywhere;word-break:break-word"

LOOKS = {
    "page": f"margin:0;padding:0;background:#fbf7ef;color:#16202e;{TEXT}",
    "sheet": "width:100%;max-width:600px;margin:0 auto",
    "shop": f"{DISPLAY};font-size:22px;font-weight:700;color:#0f6e6e;text-decoration:none",
    "card": "background:#ffffff;border:1px solid #e2d8c5;border-radius:10px;padding:24px;"
    f"{TEXT};{WRAP}",
    "title": f"{DISPLAY};font-size:26px;line-height:1.2;margin:0 0 16px;color:#16202e",
    "heading": "font-size:17px;line-height:1.3;margin:24px 0 4px;color:#16202e",
    "words": "font-size:17px;line-height:1.55;margin:0 0 12px;color:#16202e",
    "soft": f"{TEXT};font-size:14px;line-height:1.5;margin:0 0 12px;color:#55606d",
    "table": "width:100%;border-collapse:collapse;margin:0 0 12px",
    "cell": f"{TEXT};font-size:16px;line-height:1.4;padding:8px 12px 8px 0;text-align:left;"
    f"vertical-align:top;border-bottom:1px solid #e2d8c5;color:#16202e;{WRAP}",
    "sum": f"{TEXT};font-size:16px;line-height:1.4;padding:8px 0;text-align:right;"
    "vertical-align:top;white-space:nowrap;border-bottom:1px solid #e2d8c5;color:#16202e",
    "button": f"{TEXT};display:inline-block;padding:12px 22px;border-radius:999px;font-size:17px;"
    "font-weight:600;line-height:1.2;background:#0f6e6e;color:#ffffff;text-decoration:none",
    "link": "color:#0f6e6e",
    "qr": "display:block;width:240px;max-width:100%;height:auto;margin:0 auto;background:#ffffff;"
    "border:1px solid #e2d8c5;border-radius:10px",
    "code": "font-family:'SF Mono',Consolas,Menlo,monospace;font-size:26px;font-weight:700;"
    "letter-spacing:2px;line-height:1.3;margin:8px 0;text-align:center;color:#16202e",
}
