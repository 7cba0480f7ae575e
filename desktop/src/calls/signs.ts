/** The sign of each call control, and of those that are switched on. */

import {
  Back,
  ChatLineSquare,
  Check,
  Connection,
  Grid,
  Iphone,
  Menu,
  Microphone,
  Mute,
  Phone,
  PhoneFilled,
  Promotion,
  Sort,
  Star,
  VideoCamera,
  VideoPause,
  VideoPlay,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'
import type { Control } from './controls'

export const SIGNS: Readonly<Record<Control, Component>> = {
  answer: Phone,
  hold: VideoPause,
  mute: Microphone,
  keypad: Grid,
  transfer: Promotion,
  consult: ChatLineSquare,
  complete: Check,
  reconnect: Back,
  alternate: Sort,
  conference: Connection,
  survey: Star,
  menu: Menu,
  record: VideoCamera,
  dial: Iphone,
  hangUp: PhoneFilled,
}

export const SIGNS_ON: Readonly<Partial<Record<Control, Component>>> = { hold: VideoPlay, mute: Mute, record: VideoPlay }
