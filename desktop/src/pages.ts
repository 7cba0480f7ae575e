/** The pages of the desktop: where each is, who may open it, and what the bar on top offers to whom. */

import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from './api'
import AgentDesk from './views/AgentDesk.vue'

export interface Page {
  /** Also the key of its title: `pages.<name>`. */
  name: string
  path: string
  roles: readonly Role[]
  /** Loaded when it is opened first; the agents' page is always there. */
  view: Component | (() => Promise<Component>)
  /** Without the bars around it, for a screen on the wall. */
  bare?: boolean
}

const WATCHING: readonly Role[] = ['supervisor', 'qa', 'admin', 'auditor']

/** In the order of the bar; the first that a person may open is his home. */
export const PAGES: readonly Page[] = [
  { name: 'desk', path: '/desk', roles: ['agent'], view: AgentDesk },
  { name: 'board', path: '/board', roles: WATCHING, view: () => import('./views/BoardPage.vue') },
  { name: 'calls', path: '/calls', roles: WATCHING, view: () => import('./views/CallsPage.vue') },
  { name: 'recordings', path: '/recordings', roles: WATCHING, view: () => import('./views/RecordingsPage.vue') },
  { name: 'reports', path: '/reports', roles: WATCHING, view: () => import('./views/ReportsPage.vue') },
  { name: 'callbacks', path: '/callbacks', roles: WATCHING, view: () => import('./views/CallbacksPage.vue') },
  { name: 'work', path: '/work', roles: WATCHING, view: () => import('./views/WorkPage.vue') },
  { name: 'wall', path: '/wall', roles: WATCHING, view: () => import('./views/WallPage.vue'), bare: true },
  { name: 'admin', path: '/admin', roles: ['admin', 'auditor'], view: () => import('./admin/AdminPage.vue') },
]

export const pagesOf = (role: Role): Page[] => PAGES.filter((page) => page.roles.includes(role))

/** Where somebody of this role arrives. */
export const homeOf = (role: Role): string => pagesOf(role)[0]?.path ?? '/'

/** A path that is his, or his home. */
export function placeFor(role: Role, path: string): string {
  const page = pagesOf(role).find((one) => path === one.path || path.startsWith(`${one.path}/`))
  return page ? path : homeOf(role)
}

/** Each page has the rest of its path to itself. */
export const ROUTES: RouteRecordRaw[] = PAGES.map(({ name, path, view }) => ({
  name,
  path: `${path}/:rest(.*)*`,
  component: view as Component,
}))
