/** Reads one sample out of an RTCStatsReport (W3C webrtc-stats). */

import type { Sample } from './quality'

type Stat = Record<string, unknown> & { type: string; kind?: string }

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

export function sampleOf(report: Iterable<unknown>, atMs: number, levelOut: number): Sample {
  const sample: Sample = { atMs, packetsIn: 0, lostIn: 0, packetsOut: 0, jitterS: 0, rttS: null, energyIn: 0, levelOut }
  for (const stat of report as Iterable<Stat>) {
    if (stat.type === 'inbound-rtp' && stat.kind === 'audio') {
      sample.packetsIn = number(stat.packetsReceived)
      sample.lostIn = number(stat.packetsLost)
      sample.jitterS = number(stat.jitter)
      sample.energyIn = number(stat.totalAudioEnergy)
    } else if (stat.type === 'outbound-rtp' && stat.kind === 'audio') {
      sample.packetsOut = number(stat.packetsSent)
    } else if (stat.type === 'remote-inbound-rtp' && typeof stat.roundTripTime === 'number') {
      sample.rttS = stat.roundTripTime
    } else if (stat.type === 'candidate-pair' && stat.nominated === true && sample.rttS === null) {
      sample.rttS = typeof stat.currentRoundTripTime === 'number' ? stat.currentRoundTripTime : null
    }
  }
  return sample
}
