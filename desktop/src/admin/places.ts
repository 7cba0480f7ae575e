/** The pages under /admin, in the order of their list. */

import { defineAsyncComponent, type Component } from 'vue'
import type { Role } from '../api'

export interface Place {
  /** Its address is `/admin/<name>`, its title `admin.place.<name>`. */
  name: string
  roles: readonly Role[]
  view: Component
  /** What the view is to show, where one view serves several places. */
  area?: string
}

const ADMIN: readonly Role[] = ['admin']
const MenuPage = defineAsyncComponent(() => import('./menu/MenuPage.vue'))
const FilesPage = defineAsyncComponent(() => import('./files/FilesPage.vue'))
const FormPage = defineAsyncComponent(() => import('./forms/FormPage.vue'))
const UsersPage = defineAsyncComponent(() => import('./UsersPage.vue'))
const AuditPage = defineAsyncComponent(() => import('./AuditPage.vue'))
const HealthPage = defineAsyncComponent(() => import('./HealthPage.vue'))

const form = (area: string): Place => ({ name: area, roles: ADMIN, view: FormPage, area })

export const PLACES: readonly Place[] = [
  { name: 'menu', roles: ADMIN, view: MenuPage },
  { name: 'files', roles: ADMIN, view: FilesPage },
  ...['queues', 'skills', 'agents', 'hours', 'days'].map(form),
  { name: 'users', roles: ADMIN, view: UsersPage },
  { name: 'audit', roles: ['admin', 'auditor'], view: AuditPage },
  { name: 'health', roles: ADMIN, view: HealthPage },
]

export const placesOf = (role: Role): Place[] => PLACES.filter((place) => place.roles.includes(role))
