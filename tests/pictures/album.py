"""Where pictures go: one file for a page, a language and a look."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

Look = Literal["light", "dark"]
LOOKS: tuple[Look, ...] = ("light", "dark")
QUALITY = 0.82
TO_WEBP = """async ([png, quality]) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext('2d').drawImage(bitmap, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}"""


@dataclass(frozen=True, slots=True)
class Album:
    """Takes pictures of a page in both looks; ``darkroom`` is an empty page that makes WebP of them."""

    folder: Path
    language: str
    darkroom: Page

    async def take(self, page: Page, name: str, looks: tuple[Look, ...] = LOOKS) -> None:
        """``<name>.<language>.<look>.webp`` for each look; nothing of the page is changed afterwards."""
        for look in looks:
            await page.emulate_media(color_scheme=look)
            png = base64.b64encode(await page.screenshot(animations="disabled")).decode()
            webp: str = await self.darkroom.evaluate(TO_WEBP, [png, QUALITY])
            file = self.folder / f"{name}.{self.language}.{look}.webp"
            file.write_bytes(base64.b64decode(webp))
        await page.emulate_media(color_scheme="light")
