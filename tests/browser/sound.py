"""Sound in a page: a microphone that hums, what arrives, and the network it needs."""

import math
import shutil
import struct
import subprocess
import wave
from pathlib import Path

import pytest
from playwright.async_api import Page

from cti.web.phone_api import media_address

HUM_HZ = 440
RATE_HZ = 48_000
SYLLABLES_A_S = 3
LOOPBACK = "127.0.0.1"
VETH = (
    "link add sound0 type veth peer name sound1",
    "addr add 198.51.100.7/24 dev sound0",
    "link set sound0 up",
    "link set sound1 up",
    "route add default dev sound0",
)
KEEP_PEERS = """(() => {
  const Peer = window.RTCPeerConnection
  window.peers = []
  window.RTCPeerConnection = class extends Peer {
    constructor(...given) { super(...given); window.peers.push(this) }
  }
})()"""
ENERGY = """async () => {
  const peer = window.peers.at(-1)
  if (!peer) return 0
  for (const stat of (await peer.getStats()).values())
    if (stat.type === 'inbound-rtp' && stat.kind === 'audio') return stat.totalAudioEnergy
  return 0
}"""

SPECTRUM = """async ([tones, forMs]) => {
  const peer = window.peers.at(-1)
  const tracks = peer.getReceivers().map(({ track }) => track).filter(({ kind }) => kind === 'audio')
  const context = new AudioContext()
  await context.resume()
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 })
  context.createMediaStreamSource(new MediaStream(tracks)).connect(analyser)
  const bins = new Float32Array(analyser.frequencyBinCount)
  const power = (from, to) => bins.slice(from, to).reduce((sum, db) => sum + 10 ** (db / 10), 0)
  const looks = tones.map(() => 0)
  const count = Math.round(forMs / 100)
  await new Promise((begun) => setTimeout(begun, 400))
  for (let i = 0; i < count; i += 1) {
    await new Promise((next) => setTimeout(next, 100))
    analyser.getFloatFrequencyData(bins)
    const whole = power(0, bins.length)
    tones.forEach((hz, at) => {
      const bin = Math.round((hz * analyser.fftSize) / context.sampleRate)
      if (whole > 1e-7 && power(bin - 3, bin + 4) > whole / 50) looks[at] += 1
    })
  }
  await context.close()
  return looks.map((seen) => seen >= count / 3)
}"""


def sound_needs_a_network() -> None:
    """Neither Asterisk nor Chromium sends sound over loopback: a place without any other address gets one.
    Fails with what to do where that is not allowed."""
    if media_address(LOOPBACK) != LOOPBACK:
        return
    ip = shutil.which("ip") or "/sbin/ip"
    for command in VETH:
        done = subprocess.run([ip, *command.split()], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"sound needs an address besides loopback: {done.stderr.strip()}")


def humming(path: Path, seconds: float = 4.0, hz: int = HUM_HZ) -> Path:
    """A file that Chromium takes for a microphone, over and over. It comes in syllables: what hums without
    an end is taken for noise, and made softer and softer."""
    frames = (
        struct.pack("<h", int(_loudness(n) * math.sin(2 * math.pi * hz * n / RATE_HZ)))
        for n in range(int(seconds * RATE_HZ))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(b"".join(frames))
    return path


def _loudness(n: int) -> float:
    return 9000 * math.sin(math.pi * SYLLABLES_A_S * n / RATE_HZ) ** 2


def microphone_args(file: Path) -> list[str]:
    """Chromium's switches for that microphone, allowed without a question."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
    ]


async def energy(page: Page) -> float:
    """How much sound the newest talk of the page has received so far."""
    found: float = await page.evaluate(ENERGY)
    return found


async def until_heard(page: Page, more: float = 0.02, limit_s: float = 12.0) -> None:
    """More sound arrives in the page from now on."""
    await page.wait_for_function(
        f"async before => (await ({ENERGY})()) > before + {more}",
        arg=await energy(page),
        timeout=limit_s * 1000,
    )


async def tones(page: Page, *hz: int, seconds: float = 1.5) -> dict[int, bool]:
    """Which of these tones sound in what the newest talk of the page receives for a while: each must have a
    fiftieth of the power in a third of the looks; others may sound much louder with it."""
    found = await page.evaluate(SPECTRUM, [list(hz), seconds * 1000])
    return dict(zip(hz, found, strict=True))


async def until_tones(page: Page, *hz: int, tries: int = 6) -> None:
    """All of these tones sound in the page's talk, now or soon."""
    found: dict[int, bool] = {}
    for _ in range(tries):
        found = await tones(page, *hz)
        if all(found.values()):
            return
    raise AssertionError(found)
