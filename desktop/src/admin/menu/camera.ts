/** Which part of the picture is seen. `x` and `y` are the picture's origin on the screen, `k` its scale. Pure. */

export interface Camera {
  x: number
  y: number
  k: number
}

export interface Size {
  width: number
  height: number
}

const LEAST = 0.08
const MOST = 2.5
const MARGIN = 20

const limited = (k: number): number => Math.min(MOST, Math.max(LEAST, k))

export const moved = (camera: Camera, dx: number, dy: number): Camera => ({ ...camera, x: camera.x + dx, y: camera.y + dy })

/** Nearer or farther, with what is at (`px`, `py`) staying there. */
export function zoomed(camera: Camera, factor: number, px: number, py: number): Camera {
  const k = limited(camera.k * factor)
  const by = k / camera.k
  return { k, x: px - (px - camera.x) * by, y: py - (py - camera.y) * by }
}

/** The whole picture. */
export function whole(picture: Size, view: Size): Camera {
  const k = limited(Math.min(1, (view.width - 2 * MARGIN) / picture.width, (view.height - 2 * MARGIN) / picture.height))
  return { k, x: (view.width - picture.width * k) / 2, y: (view.height - picture.height * k) / 2 }
}

/** A point of the picture in the middle of the view, near enough to read. */
export function centred(camera: Camera, at: { x: number; y: number }, view: Size): Camera {
  const k = Math.max(camera.k, 0.8)
  return { k, x: view.width / 2 - at.x * k, y: view.height / 2 - at.y * k }
}

const FIRST = 0.75

/** As it opens: readable, with `at` at the left side. */
export const begun = (at: { x: number; y: number }, view: Size): Camera => ({ k: FIRST, x: MARGIN - at.x * FIRST, y: view.height / 2 - at.y * FIRST })
